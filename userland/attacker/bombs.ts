/**
 * Bombs: processes and threads that make others without end; the arena ends their group.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { SpawnFlag } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { forget, record, spawn } from "../lib/start";
import { count, note, report } from "./answers";
import { child, grantKit, make } from "./children";
import { Report } from "./kit";
import { is } from "./select";

const words: usize = memory.data(16, 16);

export function bombs(): void {
  if (is("fork-bomb")) roleBomb();
  if (is("fork-bomb-that-exits")) churn(false);
  if (is("spawn-and-kill")) churn(true);
  if (is("thread-bomb")) threadBomb(0);
  if (is("yield-storm")) yieldStorm();
  if (is("sleep-storm")) sleepStorm();
  if (is("longest-calls")) longestCalls();
  if (is("grow-and-touch")) growAndTouch();
  if (is("spin")) while (true) count(1);
  if (is("create-and-delete")) createAndDelete();
  if (is("console-flood")) consoleFlood();
}

/** role-bomb: starts itself again and again, and so do its children. */
export function roleBomb(): void {
  while (true) {
    child("role-bomb");
    grantKit();
    record.flags = SpawnFlag.QUIET;
    note(spawn());
  }
}

/** Children that end at once, or are ended. */
function churn(kills: bool): void {
  while (true) {
    child(kills ? "role-nap" : "role-exit");
    const slot = spawn();
    if (slot < 0) return;
    if (kills) kernel.processKill(slot);
    else kernel.processWait(slot, null);
    forget(slot);
    count(1);
  }
}

function threadBomb(_: u32): void {
  while (true) {
    const answer = kernel.threadStart(threadBomb.index, 0, 0);
    if (answer > 0) count(1);
    else kernel.yieldNow();
  }
}

function yielder(_: u32): void {
  while (true) kernel.yieldNow();
}

function yieldStorm(): void {
  for (let i: u32 = 0; i < 8; i++) kernel.threadStart(yielder.index, 0, 0);
  yielder(0);
}

function napper(_: u32): void {
  while (true) kernel.sleepUntil(kernel.clock() + 20000);
}

/** Wakes up all the time, as often as the clock lets it. */
function sleepStorm(): void {
  for (let i: u32 = 0; i < 8; i++) kernel.threadStart(napper.index, 0, 0);
  napper(0);
}

/** The longest calls there are, one after another: large copies into memory that must be filled. */
function longestCalls(): void {
  const grown = kernel.memoryGrow(96);
  const half: u32 = 48 << 16;
  const from = (<u32>grown) << 16;
  while (true) {
    note(kernel.processMemory(Slot.SELF, from, from + half, half));
    count(1);
  }
}

function growAndTouch(): void {
  while (true) {
    const old = kernel.memoryGrow(1);
    if (old < 0) break;
    for (let at = (<usize>old) << 16; at < (<usize>old + 1) << 16; at += 4096) store<u32>(at, 1);
  }
  const end = (<usize>memory.size()) << 16;
  while (true) {
    for (let at: usize = 65536; at < end; at += 64) {
      if (at < report || at >= report + 4096) store<u32>(at, load<u32>(at) + 1);
    }
    store<u32>(report, load<u32>(report, Report.COUNT) + 1, Report.COUNT);
  }
}

function createAndDelete(): void {
  while (true) {
    const slot = make(Kind.MEMORY, 64);
    kernel.capabilityMint(slot, 200, Right.ALL, 0);
    forget(slot);
    count(1);
  }
}

/** Requests to the console that it refuses, as fast as they go. */
function consoleFlood(): void {
  while (true) {
    store<u32>(words, 77);
    kernel.messageCall(infoOf(Slot.CONSOLE, 0, 0), words);
    count(1);
  }
}
