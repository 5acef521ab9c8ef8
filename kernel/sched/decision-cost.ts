/**
 * Decision cost: the scheduler alone under a steady load, for counting instructions on i386.
 *
 * 64 accounts in three levels (4 houses of 15), two busy threads in each leaf, and no hardware. The harness
 * runs `decide` on the bare rig: emulator-harness/stress/decision-cost.booted.test.ts.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import {
  accountOpen,
  charge,
  choose,
  scheduleStart,
  sliceEnd,
  threadAdmit,
  threadBlock,
  threadWake,
} from "./schedule";

const HOUSES: u32 = 4;
const LEAVES: u32 = 15;
const THREADS_PER_LEAF: u32 = 2;
const NO_LIMIT: u32 = 1000000;
const FRAMES: u32 = 1000;

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

/** So many epochs closed, with nothing else to do. */
export function closeEpoch(count: u32): u32 {
  for (let i: u32 = 0; i < count; i++) {
    now += 100000000;
    charge(now);
  }
  return count;
}
