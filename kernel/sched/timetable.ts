/**
 * Timetable: the scheduler's tests as rows of time, expected thread, expected end of its slice.
 *
 * Times are microseconds here; only tests import this file.
 */
import { Account as AccountIndex, Ppm } from "../abi/scheduler";
import { accountsTop } from "../ledger/account";
import { accountExists } from "../ledger/ledger";
import { queueSound } from "./queue-check";
import {
  accountOpen,
  charge,
  choose,
  NEVER,
  NONE,
  scheduleStart,
  sliceEnd,
  threadAdmit,
  threadBlock,
  threadWake,
} from "./schedule";

export const NOBODY: u32 = NONE;
/** No timer is needed. */
export const OPEN: u64 = 0xffffffffffffffff;
const FRAMES: u32 = 1000;

export function begin(): void {
  scheduleStart(0, FRAMES);
}

/** The rows' time 0 is this much later than the opening of accounts: first budgets are there. */
const START_NS: u64 = 10000000;

/** A row's time. */
export function ns(us: u64): u64 {
  return START_NS + us * 1000;
}

/** A length of time. */
export function span(us: u64): u64 {
  return us * 1000;
}

/** An account below `parent`; percentages. */
export function account(parent: u32, reserve: u32, weight: u32, limit: u32): u32 {
  const opened = accountOpen(parent, reserve * 10000, weight, limit * 10000, 0);
  assert(opened > 0);
  return <u32>opened;
}

/** An account of this weight below the root. */
export function weighted(weight: u32): u32 {
  return account(AccountIndex.ROOT, 0, weight, 100);
}

/** A thread that is ready from `us` on. */
export function spawn(thread: u32, home: u32, us: u64): void {
  charge(ns(us));
  assert(threadAdmit(thread, home, ns(us)) === 0);
  threadWake(thread, ns(us), ns(us));
}

export function wake(thread: u32, us: u64): void {
  charge(ns(us));
  threadWake(thread, ns(us), ns(us));
}

export function block(thread: u32, us: u64): void {
  charge(ns(us));
  threadBlock(thread, ns(us));
}

/** One row: at `us`, `thread` is chosen, and its slice ends at `endUs`. */
export function row(us: u64, thread: u32, endUs: u64): void {
  const now = ns(us);
  charge(now);
  const chosen = choose(now);
  const end = sliceEnd(now);
  const wanted = endUs === OPEN ? NEVER : ns(endUs);
  if (chosen !== thread || end !== wanted) {
    trace(
      "row: us, chosen, end us",
      3,
      <f64>us,
      <f64>(<i32>chosen),
      <f64>((end - START_NS) / 1000),
    );
  }
  assert(chosen === thread);
  assert(end === wanted);
  sound();
}

/** Runs from slice end to slice end until `us`, each slice ending `late` microseconds late. */
export function run(fromUs: u64, toUs: u64, late: u64): void {
  let now = ns(fromUs);
  const end = ns(toUs);
  while (now < end) {
    charge(now);
    choose(now);
    now = min<u64>(sliceEnd(now) + span(late), end);
  }
  charge(now);
  sound();
}

function sound(): void {
  for (let index: u32 = 0; index < accountsTop; index++) {
    if (accountExists(index)) assert(queueSound(index));
  }
}

if (Ppm.ONE !== 1000000) ERROR("percentages here are 10,000 ppm");
