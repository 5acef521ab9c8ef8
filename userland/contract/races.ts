/**
 * Revoking much, and against others: beside it everybody goes on, and it always ends.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { processAt, processRecord } from "../lib/processes";
import { record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { framesUsed } from "./books";
import { Place } from "./kit";
import { empty, isEmpty, look } from "./look";
import { begin, drop, FOREVER, give, giveMeans, group, groupMake, groupPlain } from "./partners";
import { make, MILLISECOND, mint, paidBy, partner, pause, thread } from "./partners";
import { check, done, expect, note, same, within } from "./report";
import { is } from "./select";

const FIRST: u32 = 300;
const MANY: u32 = 20000;
/** Between two looks at the clock of somebody who has a reserve. */
const BEAT_NS: u64 = 200000;
/** Longest delay of a beat: v86 looks at its timer after 100,000 instructions; then a step of the work. */
const LATE_NS_MAX: u64 = 120000;
/** In a kernel that works and looks at the clock itself, a delay is a step and a switch. */
const LATE_ALONE_NS_MAX: u64 = 20000;
/** Of somebody without a reserve, in the same group: a quantum and such a delay. */
const GAP_NS_MAX: u64 = 4000000 + LATE_NS_MAX;
const RACE_NS_MAX: u64 = 100 * MILLISECOND;
const words: usize = memory.data(16, 16);
const space: usize = memory.data(8192);
const page: usize = (space + 4095) & ~4095;
let stop: bool = false;
let turns: u32 = 0;
let longestNs: u64 = 0;

export function races(): void {
  if (is("revoke-20000-wide")) much(false);
  if (is("revoke-20000-deep")) much(true);
  if (is("delete-20000-in-a-partner")) partnerMuch();
  if (is("revoke-while-others-derive")) deriving();
  if (is("revoke-while-others-grant")) granting();
  if (is("two-revocations-at-one-capability")) busy();
  if (is("a-revocation-is-taken-over")) takenOver();
  if (is("moves-while-revoked")) moving();
}

/** role-beat: wakes up every BEAT_NS; beats, and the longest delay, in the page it is given. */
export function roleBeat(): void {
  kernel.memoryMap(Place.FIRST, 0, page | MapFlag.WRITE, 1);
  let due = kernel.clock();
  while (true) {
    due += BEAT_NS;
    kernel.sleepUntil(due);
    const late = kernel.clock() - due;
    store<u32>(page, load<u32>(page) + 1);
    if (late > <u64>load<u32>(page, 4)) store<u32>(page, <u32>late, 4);
  }
}

/** Starts a partner that beats, on a reserve of its own; the slot of its group. */
function beatBegin(): u32 {
  const shared = make(Kind.MEMORY, 1);
  done(kernel.memoryMap(shared, 0, page | MapFlag.WRITE, 1), "a page of it");
  groupPlain();
  group.reservePpm = 200000;
  const payer = groupMake();
  partner("role-beat");
  paidBy(payer);
  give(shared);
  begin();
  pause(4 * MILLISECOND);
  check(load<u32>(page) > 10, "it beats");
  store<u32>(page, 0);
  store<u32>(page, 0, 4);
  return payer;
}

/** It has gone on, as often as it should and never late. */
function beatEnd(payer: u32, ns: u64, mostNs: u64): void {
  const beats = load<u32>(page);
  note("beats", beats);
  check(beats + 2 >= <u32>(ns / BEAT_NS), "it went on beating");
  within(load<u32>(page, 4), mostNs, "longest delay ns");
  drop(payer);
}

/** Runs whenever it may, and knows the longest time that it did not. */
function runner(_: u32): void {
  let before = kernel.clock();
  while (!stop) {
    const now = kernel.clock();
    if (now - before > longestNs) longestNs = now - before;
    before = now;
    turns++;
  }
  kernel.threadExit();
}

function much(deep: bool): void {
  const origin = make(Kind.ENDPOINT);
  const before = framesUsed(Slot.GROUP);
  for (let i: u32 = 0; i < MANY; i++) {
    const source = deep && i > 0 ? FIRST + i - 1 : origin;
    done(kernel.capabilityMint(source, FIRST + i, Right.ALL, 0), "a capability");
  }
  const payer = beatBegin();
  const running = thread(runner.index);
  pause();
  turns = 0;
  longestNs = 0;
  store<u32>(page, 0);
  store<u32>(page, 0, 4);
  const from = kernel.clock();
  done(kernel.capabilityRevoke(origin), "the revocation");
  const ns = kernel.clock() - from;
  note("ns", ns);
  beatEnd(payer, ns, LATE_NS_MAX);
  check(turns > 1000, "the other thread went on");
  within(longestNs, GAP_NS_MAX, "its longest gap ns");
  stop = true;
  for (let i: u32 = 0; i < MANY; i += 7) empty(FIRST + i, "a descendant");
  check(look(origin), "the origin is there");
  drop(running);
  note("frames of slots", framesUsed(Slot.GROUP) - before);
}

/** The same in a partner's space, which ends; nobody else is ready but who beats. */
function partnerMuch(): void {
  const door = make(Kind.ENDPOINT);
  const payer = beatBegin();
  partner("role-mint-many", MANY);
  record.slots = MANY + 400;
  give(door, Right.SEND);
  giveMeans();
  const child = begin();
  done(kernel.messageReceive(infoOf(door, 0, 0), words), "it has them all");
  store<u32>(page, 0);
  store<u32>(page, 0, 4);
  const from = kernel.clock();
  drop(child);
  const ns = kernel.clock() - from;
  note("ns", ns);
  beatEnd(payer, ns, LATE_ALONE_NS_MAX);
}

/** role-mint-many: half of them wide, half deep, of an endpoint of its own. */
export function roleMintMany(count: u32): void {
  const origin = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < count; i++) {
    const source = i > count / 2 ? FIRST + i - 1 : origin;
    kernel.capabilityMint(source, FIRST + i, Right.ALL, 0);
  }
  kernel.messageSend(infoOf(Place.FIRST, 0, 0), words);
  kernel.sleepUntil(FOREVER);
}

let raced: u32 = 0;

/** Derives from the origin and from what was derived, as fast as it can. */
function deriver(number: u32): void {
  const from = FIRST + number * 2000;
  let source = raced;
  while (!stop) {
    for (let slot = from; slot < from + 2000 && !stop; slot++) {
      if (kernel.capabilityMint(source, slot, Right.ALL, 0) === 0) {
        turns++;
        if ((slot & 7) === 0) source = slot;
      } else source = raced;
    }
  }
  kernel.threadExit();
}

function deriving(): void {
  raced = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 3; i++) kernel.threadStart(deriver.index, <i32>i, 0);
  pause(4 * MILLISECOND);
  check(turns > 1000, "they derive");
  for (let round: u32 = 0; round < 2; round++) {
    const from = kernel.clock();
    done(kernel.capabilityRevoke(raced), "a revocation");
    within(kernel.clock() - from, RACE_NS_MAX, "ns");
    check(look(raced), "the origin is there");
    pause(4 * MILLISECOND);
  }
  const from = kernel.clock();
  done(kernel.capabilityDelete(raced), "a deletion");
  within(kernel.clock() - from, RACE_NS_MAX, "delete ns");
  stop = true;
  pause(4 * MILLISECOND);
  for (let slot = FIRST; slot < FIRST + 8000; slot++) empty(slot, "nothing escapes");
}

/** Partners that grant to each other and themselves what is being revoked. */
function granting(): void {
  const origin = make(Kind.ENDPOINT);
  const given = mint(origin);
  const children: StaticArray<u32> = [0, 0, 0];
  for (let i = 0; i < 3; i++) {
    partner("role-grant");
    give(given);
    children[i] = begin();
  }
  pause(4 * MILLISECOND);
  const from = kernel.clock();
  done(kernel.capabilityRevoke(origin), "a revocation");
  within(kernel.clock() - from, RACE_NS_MAX, "ns");
  empty(given, "what was given");
  pause(4 * MILLISECOND);
  const self = kernel.processSelf();
  for (let i = 0; i < 3; i++) {
    check(look(children[i]), "the partner lives");
    drop(children[i]);
  }
  let held: u32 = 0;
  for (let i: u32 = 0; i < 1280; i++) {
    if (processAt(i) && <i32>processRecord.process === self) held = processRecord.capabilities;
  }
  check(held > 0 && held < 20, "nothing has come back");
}

let answers: u32 = 0;
let refusals: u32 = 0;

function busy(): void {
  const origin = make(Kind.ENDPOINT);
  raced = mint(origin);
  for (let i: u32 = 0; i < MANY; i++) {
    done(kernel.capabilityMint(raced, FIRST + i, Right.ALL, 0), "a capability");
  }
  thread(asker.index);
  done(kernel.capabilityRevoke(raced), "the revocation");
  stop = true;
  pause(5 * MILLISECOND);
  check(look(raced), "it is there");
  note("refusals", refusals);
  check(refusals > 2, "others were refused meanwhile");
  same(<i32>answers, 0, "and in no other way");
  done(kernel.capabilityRevoke(raced), "afterwards it is free");
  done(kernel.capabilityDelete(raced), "for everything");
}

/** Asks for all three while the revocation is under way; only BUSY will do. */
function asker(_: u32): void {
  while (!stop) {
    ask(kernel.capabilityRevoke(raced));
    if (!stop) ask(kernel.capabilityDelete(raced));
    if (!stop) ask(kernel.capabilityMove(raced, 299));
    if (!stop) ask(kernel.capabilityTake(Slot.SELF, raced));
  }
  kernel.threadExit();
}

function ask(answer: i32): void {
  if (answer === -KernelError.BUSY) refusals++;
  else if (!stop) answers++;
}

function revoker(slot: u32): void {
  turns++;
  kernel.capabilityRevoke(slot);
  turns++;
  kernel.threadExit();
}

/** The revoking thread is ended in the middle; whoever revokes next ends the work. */
function takenOver(): void {
  const origin = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < MANY; i++) {
    done(kernel.capabilityMint(origin, FIRST + i, Right.ALL, 0), "a capability");
  }
  const worker = thread(revoker.index, origin);
  while (turns === 0) kernel.yieldNow();
  kernel.yieldNow();
  same(<i32>turns, 1, "it is at it");
  drop(worker);
  let left: u32 = 0;
  for (let i: u32 = 0; i < MANY; i++) left += isEmpty(FIRST + i) ? 0 : 1;
  note("left", left);
  check(left > 0 && left < MANY, "it had come to the middle");
  check(look(origin), "the origin is there");
  done(kernel.capabilityRevoke(origin), "it is free for another revocation");
  for (let i: u32 = 0; i < MANY; i += 7) empty(FIRST + i, "a descendant");
  expect(kernel.threadControl(worker, 0), KernelError.INVALID_CAPABILITY, "the worker is gone");
}

function mover(_: u32): void {
  while (!stop) {
    for (let slot = FIRST; slot < FIRST + 200; slot++) {
      if (kernel.capabilityMove(slot, slot + 200) === 0) turns++;
    }
    for (let slot = FIRST; slot < FIRST + 200; slot++) kernel.capabilityMove(slot + 200, slot);
  }
  kernel.threadExit();
}

/** Descendants change their slots all the time: none escapes. */
function moving(): void {
  const origin = make(Kind.ENDPOINT);
  const target = takeSlot();
  for (let i: u32 = 0; i < 2; i++) kernel.threadStart(mover.index, 0, 0);
  for (let round: u32 = 0; round < 6; round++) {
    for (let i: u32 = 0; i < 200; i++) {
      const source = (i & 3) === 0 || isEmpty(target) ? origin : target;
      kernel.capabilityMint(source, FIRST + i, Right.ALL, 0);
      if (i === 10) kernel.capabilityMint(origin, target, Right.ALL, 0);
    }
    pause(3 * MILLISECOND);
    done(kernel.capabilityRevoke(origin), "a revocation");
    for (let slot = FIRST; slot < FIRST + 400; slot++) empty(slot, "none escapes");
    empty(target, "none");
  }
  check(turns > 1000, "they moved");
  stop = true;
  pause(5 * MILLISECOND);
}
