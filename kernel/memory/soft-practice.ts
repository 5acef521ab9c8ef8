/**
 * Practice with soft pages: accounts with memory of their own, objects, and random steps; only tests import this.
 */
import { MemoryFlag } from "../abi/records";
import { LoanClass } from "../abi/scheduler";
import { Account, accountsTop } from "../ledger/account";
import { framesSound } from "../ledger/frames";
import { loansHeld, loansSound } from "../ledger/loans";
import { accountClose, accountOpen, charge, framesConfigure } from "../sched/schedule";
import {
  framesFree,
  framesPromise,
  framesTotal,
  framesUnpromise,
  frameReturn,
  frameTakeZeroed,
} from "./frames";
import { framesReserve, hold, letGo, recall } from "./hold";
import { Memory } from "./memory-records";
import { practiceBegin } from "./practice";
import { softFill, softFree, softResident, softSound } from "./soft";

const RECORD_BYTES: usize = 64;
const OBJECTS: u32 = 12;
const objects: usize = memory.data(12 * 64, 4);
const lists: usize = memory.data(12 * 256, 4);
export const NONE: u32 = 0xffffffff;

let seed: u32 = 1;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

/** An account with so many frames of its own. */
export function owner(parent: u32, reserve: u32, limit: u32): u32 {
  const account = <u32>accountOpen(parent, 0, 100, 1000000, 10000000);
  const refusal = framesConfigure(account, reserve, limit);
  assert(refusal === 0);
  recall(account);
  return account;
}

/** A soft object without a frame for its list: that is the test's own. */
export function object(index: u32, group: u32, pages: u32, flags: u32): Memory {
  assert(index < OBJECTS && pages <= 64);
  const memory = changetype<Memory>(objects + <usize>index * RECORD_BYTES);
  memory.group = group;
  memory.pages = pages;
  memory.flags = MemoryFlag.SOFT | flags;
  memory.frames = <u32>(lists + <usize>index * 256);
  const paid = framesReserve(group, memory.floor);
  assert(paid);
  return memory;
}

export function fill(memory: Memory, from: u32, to: u32): void {
  for (let page = from; page < to; page++) if (memory.frame(page) === 0) softFill(memory, page);
}

export function sound(): void {
  assert(framesSound());
  assert(loansSound());
  for (let index: u32 = 0; index < accountsTop; index++) {
    if (Account.at(index).open === 0) continue;
    assert(softSound(index, LoanClass.A, loansHeld(index, LoanClass.A)));
    assert(softSound(index, LoanClass.B, loansHeld(index, LoanClass.B)));
  }
}

/** Takes promised frames as a program touches them: chained, so that they can be given back. */
let chain: u32 = 0;

export function touch(account: u32, frames: u32): void {
  for (let i: u32 = 0; i < frames; i++) {
    hold(account, 1);
    const frame = frameTakeZeroed();
    store<u32>(frame, chain);
    chain = <u32>frame;
  }
}

export function untouch(account: u32, frames: u32): void {
  for (let i: u32 = 0; i < frames; i++) {
    const frame = <usize>chain;
    chain = load<u32>(frame);
    frameReturn(frame);
    letGo(account, 1);
  }
}

/** What a step of a walk does; the first four fill a page of a soft object. */
export const enum Step {
  FILL = 3,
  DROP = 4,
  PROMISE = 5,
  TOUCH = 6,
  UNTOUCH = 7,
  UNPROMISE = 8,
  /** A child of the parent (or of the root) comes with a reserve, or goes. */
  OPEN = 9,
  CLOSE = 10,
  COUNT = 11,
}

/** An account of the walk: what was promised to it and touched so far. */
@unmanaged
@final
class Walker {
  account: u32;
  promised: u32;
  touched: u32;

  @inline
  static at(index: u32): Walker {
    return changetype<Walker>(walkers + <usize>index * 12);
  }
}

const WALKERS: u32 = 4;
const walkers: usize = memory.data(4 * 12, 4);
const PROMISED_MAX: u32 = 20;
const MS: u64 = 1000000;

/** Four accounts, two of them below a fifth, and twelve objects of three of them. */
export function walkBegin(start: u32): void {
  practiceBegin();
  seed = start;
  now = 10 * MS;
  const parent = owner(0, 70, NONE);
  for (let i: u32 = 0; i < GUESTS; i++) store<u32>(guests + (i << 2), 0);
  house = parent;
  enlist(0, owner(0, 60, NONE));
  enlist(1, owner(0, 0, 40));
  enlist(2, owner(parent, 40, 60));
  enlist(3, owner(parent, 10, NONE));
  for (let i: u32 = 0; i < OBJECTS; i++) {
    // The second account may have few: its objects' own pages must fit, too.
    const home = i % WALKERS === 1 ? 0 : i % WALKERS;
    object(i, Walker.at(home).account, 16 + random(48), (i & 4) !== 0 ? MemoryFlag.CLEAN : 0);
  }
}

let now: u64 = 0;
/** Accounts that come and go: the first two below the parent, the others below the root; 0: it is not there. */
const GUESTS: u32 = 4;
const guests: usize = memory.data(16, 4);
let house: u32 = 0;

/** Comes with a reserve if that can be promised; a guest holds nothing, so it lends all of it. */
function guestOpen(which: u32, reserve: u32): void {
  const at = guests + ((<usize>which) << 2);
  if (load<u32>(at) !== 0) return;
  const account = <u32>accountOpen(which < 2 ? house : 0, 0, 100, 1000000, now);
  framesConfigure(account, reserve, NONE);
  recall(account);
  store<u32>(at, account);
}

function guestClose(which: u32): void {
  const at = guests + ((<usize>which) << 2);
  if (load<u32>(at) === 0) return;
  const closed = accountClose(load<u32>(at), now);
  assert(closed === 0);
  recall(which < 2 ? house : 0);
  store<u32>(at, 0);
}

/**
 * One step, then everything is compared: what is inside a reserve never fails, every frame is in one place.
 * Numbers beyond what there is mean the rest of their division.
 */
export function walkStep(kind: u32, who: u32, which: u32, page: u32, ms: u32): void {
  const walker = Walker.at(who % WALKERS);
  const memory = changetype<Memory>(objects + <usize>(which % OBJECTS) * RECORD_BYTES);
  const step = <Step>(kind % Step.COUNT);
  if (step === Step.OPEN) guestOpen(who % GUESTS, page);
  else if (step === Step.CLOSE) guestClose(who % GUESTS);
  else act(step, walker, memory, page % memory.pages);
  now += <u64>ms * MS;
  charge(now);
  sound();
  let held: u32 = 0;
  for (let i: u32 = 0; i < WALKERS; i++) held += Walker.at(i).touched;
  assert(framesFree === framesTotal - held - softResident);
}

/** So many random steps. */
export function walk(start: u32, steps: u32): void {
  walkBegin(start);
  for (let step: u32 = 0; step < steps; step++) {
    walkStep(random(Step.COUNT), random(WALKERS), random(OBJECTS), random(64), random(30));
  }
}

function enlist(index: u32, account: u32): void {
  const walker = Walker.at(index);
  walker.account = account;
  walker.promised = 0;
  walker.touched = 0;
}

function act(step: Step, walker: Walker, memory: Memory, page: u32): void {
  if (step === Step.DROP) {
    softFree(memory, page);
  } else if (step === Step.PROMISE) {
    promise(walker);
  } else if (step === Step.TOUCH && walker.touched < walker.promised) {
    touch(walker.account, 1);
    walker.touched++;
  } else if (step === Step.UNTOUCH && walker.touched > 0) {
    untouch(walker.account, 1);
    walker.touched--;
  } else if (step === Step.UNPROMISE && walker.touched < walker.promised) {
    framesUnpromise(walker.account, 1);
    walker.promised--;
  } else if (step <= Step.FILL && memory.frame(page) === 0) {
    softFill(memory, page);
  }
}

function promise(walker: Walker): void {
  const record = Account.at(walker.account);
  const inside = record.framesUsed < record.framesReserve && walker.promised < PROMISED_MAX;
  const paid = framesPromise(walker.account, 1);
  assert(paid || !inside);
  if (paid) walker.promised++;
}
