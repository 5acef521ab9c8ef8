/**
 * Pointers that were good once, and those that the program's own code touches: the words of a
 * message, buffers and records that go away while somebody waits, the memory of a child.
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { ExitReason } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { ended } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, done, expect } from "./answers";
import { awaitEnd, begin, child, drop, make, thread } from "./children";
import { invoke } from "./every-call";
import { WILD_WORDS } from "./execute";
import { Place } from "./kit";
import { is } from "./select";

const PAGE: usize = 4096;
const space: usize = memory.data(12288);
const page: usize = (space + PAGE - 1) & ~(PAGE - 1);
const words: usize = memory.data(16, 16);

export function pointersLater(): void {
  if (is("wild-message-words")) wildWords();
  if (is("message-buffer-taken-away")) bufferTaken();
  if (is("wait-record-taken-away")) recordTaken();
  if (is("memory-of-a-child")) childMemory();
}

function wildWords(): void {
  for (let which: u32 = 0; which < WILD_WORDS; which++) {
    child("role-trap", 200 + which);
    const slot = begin();
    awaitEnd(slot);
    check(ended.reason === ExitReason.TRAPPED);
    drop(slot);
  }
}

let received: i32 = 0;

function receiver(endpoint: u32): void {
  kernel.messageBuffer(page);
  received = kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  kernel.threadExit();
}

/** The buffer's page is mapped over, for reading only, while a message waits to come into it. */
function bufferTaken(): void {
  const endpoint = make(Kind.ENDPOINT);
  thread(receiver.index, endpoint);
  kernel.sleepUntil(kernel.clock() + 200000);
  done(kernel.memoryMap(Place.WEAK, 0, page, 1));
  done(kernel.messageBuffer(page + PAGE));
  memory.fill(page + PAGE, 0xee, 512);
  done(kernel.messageSend(infoOf(endpoint, 60, 0), words));
  kernel.sleepUntil(kernel.clock() + 200000);
  check(received === 0);
  for (let at: usize = page; at < page + 512; at += 4) check(load<u32>(at) === 0x5a5a5a5a);
}

function mapLater(_: u32): void {
  kernel.sleepUntil(kernel.clock() + 1000000);
  kernel.memoryMap(Place.WEAK, 0, page, 1);
  kernel.processKill(victim);
  kernel.threadExit();
}

let victim: u32 = 0;

/** The record of a wait was good when the wait began, and is not when it ends. */
function recordTaken(): void {
  child("role-nap");
  victim = begin();
  thread(mapLater.index);
  expect(invoke(Call.PROCESS_WAIT, victim, <u32>page, 0, 0), KernelError.BAD_ADDRESS);
  for (let at: usize = page; at < page + 512; at += 4) check(load<u32>(at) === 0x5a5a5a5a);
}

/** Another process's memory is read within its bounds only, and never without the right. */
function childMemory(): void {
  child("role-nap");
  const process = begin();
  const wide = (<u32>memory.size()) << 16;
  expect(kernel.processMemory(process, wide - 8, page, 16), KernelError.BAD_ADDRESS);
  expect(kernel.processMemory(process, 0x80010000, page, 16), KernelError.BAD_ADDRESS);
  expect(kernel.processMemory(process, 0xb80ff000, page, 16), KernelError.BAD_ADDRESS);
  expect(kernel.processMemory(process, 0xc0100000, page, 16), KernelError.BAD_ADDRESS);
  expect(kernel.processMemory(process, 0xb7fffff8, page, 16), KernelError.BAD_ADDRESS);
  const weak = takeSlot();
  done(kernel.capabilityMint(process, weak, Right.READ | Right.CONTROL, 0));
  expect(kernel.processMemory(weak, 0, page, 16), KernelError.MISSING_RIGHT);
  drop(process);
}
