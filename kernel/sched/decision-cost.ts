/**
 * Decision cost: the scheduler alone under a steady load, for counting instructions on i386.
 *
 * 64 accounts in three levels (4 houses of 15), two busy threads in each leaf, and no hardware. The harness
 * runs `decide` on the bare rig: emulator-harness/stress/decision-cost.booted.test.ts.
 */
import { Account as AccountIndex, SchedulerLimit } from "../abi/scheduler";
import {
  accountClose,
  accountOpen,
  charge,
  choose,
  scheduleStart,
  sliceEnd,
  threadAdmit,
  threadBlock,
  threadDismiss,
  threadWake,
} from "./schedule";

const HOUSES: u32 = 4;
const LEAVES: u32 = 15;
const THREADS_PER_LEAF: u32 = 2;
const NO_LIMIT: u32 = 1000000;
const FRAMES: u32 = 1000;
const STEP_NS: u64 = 250000;

let now: u64 = 0;
let threads: u32 = 0;

/** Opens the accounts; each leaf reserves `reservePpm`. */
export function prepare(reservePpm: u32): u32 {
  now = 0;
  threads = 0;
  scheduleStart(0, FRAMES);
  for (let house: u32 = 0; house < HOUSES; house++) {
    const parent = <u32>(
      accountOpen(AccountIndex.ROOT, reservePpm * LEAVES, 100 + house, NO_LIMIT, 0)
    );
    for (let leaf: u32 = 0; leaf < LEAVES; leaf++) {
      const account = <u32>accountOpen(parent, reservePpm, 100 + 37 * leaf, NO_LIMIT, 0);
      for (let i: u32 = 0; i < THREADS_PER_LEAF; i++) spawn(account);
    }
  }
  return threads;
}

function spawn(account: u32): void {
  threadAdmit(threads, account, 0);
  threadWake(threads, 0, 0);
  threads++;
}

/** So many slices: book, decide, ask for the slice's end. */
export function decide(count: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    charge(now);
    sum += choose(now);
    now = sliceEnd(now);
  }
  return sum;
}

/** So many naps: the running thread blocks, somebody else is chosen, the sleeper wakes again. */
export function nap(count: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    charge(now);
    const thread = choose(now);
    now += 50000;
    charge(now);
    threadBlock(thread, now);
    sum += choose(now);
    now += 50000;
    charge(now);
    threadWake(thread, now, now);
  }
  return sum;
}

/** The same loops around nothing. */
export function empty(count: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    now += 50000;
    sum += <u32>now;
  }
  return sum;
}

/** So many decisions at one moment: nothing to book, nothing has changed. */
export function decideAgain(count: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < count; i++) sum += choose(now);
  return sum;
}

/** So many bookings inside one slice. */
export function book(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    now += 10;
    charge(now);
  }
  return count;
}

/** Some time passes: at most one step of the books. */
export function passTime(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    now += STEP_NS;
    charge(now);
  }
  return count;
}

/** As many accounts as there may be but one, two threads in each leaf; the machine is to be divided anew. */
export function prepareMost(reservePpm: u32): u32 {
  now = 0;
  threads = 0;
  scheduleStart(0, FRAMES);
  let left: u32 = SchedulerLimit.ACCOUNTS_MAX - 2;
  let parent: u32 = AccountIndex.ROOT;
  for (; left > 0; left--) {
    if (left % 33 === 0 || parent === AccountIndex.ROOT) {
      parent = <u32>accountOpen(AccountIndex.ROOT, 32 * reservePpm, 100 + left, NO_LIMIT, 0);
    } else {
      const account = <u32>accountOpen(parent, reservePpm, 1 + (left % 1000), NO_LIMIT, 0);
      if (threads < <u32>SchedulerLimit.THREADS_MAX) spawn(account);
    }
  }
  choose(now);
  return threads;
}

/** The machine is to be divided anew when the open epoch is over. */
export function change(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    charge(now);
    threadDismiss(0, now);
    threadAdmit(0, 2, now);
    threadWake(0, now, now);
    choose(now);
  }
  return count;
}

/** An account is closed and opened again. */
export function reopen(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    const account = <u32>accountOpen(AccountIndex.ROOT, 0, 1, NO_LIMIT, now);
    accountClose(account, now);
  }
  return count;
}
