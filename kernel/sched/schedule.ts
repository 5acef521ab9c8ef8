/**
 * The scheduler as the kernel sees it: admit, wake, block, charge, choose.
 *
 * Order at every kernel entry: `charge(now)`, then whatever happened (`threadWake`, `threadBlock`,
 * `threadYield`, ...), and before leaving, when `preemptionDue()`: `choose(now)` and a timer at
 * `sliceEnd(now)`. Times are nanoseconds that never go back. Threads are the kernel's indexes.
 */
import { LedgerRefusal } from "../abi/scheduler";

/** What `choose` returns when nothing may run, and `sliceEnd` when no timer is needed. */
export const NONE: u32 = 0xffffffff;
export const NEVER: u64 = 0xffffffffffffffff;

/** Empties the tables; the root owns `frames` frames and the time from `now` on. Once, at boot. */
export function scheduleStart(now: u64, frames: u32): void {
  unreachable();
}

/** Opens an account below `parent` -> its index, or a negated LedgerRefusal. limit 1,000,000 = none. */
export function accountOpen(
  parent: u32,
  reservePpm: u32,
  weight: u32,
  limitPpm: u32,
  now: u64,
): i32 {
  return unreachable();
}

/** Closes an account without children, threads and frames. */
export function accountClose(account: u32, now: u64): LedgerRefusal {
  return unreachable();
}

/** Writes AccountRecord.SIZE bytes at `target`; the account must exist. */
export function accountRead(account: u32, target: usize): LedgerRefusal {
  return unreachable();
}

/** Writes ScheduleRecord.SIZE bytes at `target`. */
export function scheduleRead(target: usize): void {
  unreachable();
}

/** The address of the account's LatencyHistogram.BUCKETS counters (u32 each). */
export function accountHistogram(account: u32): usize {
  return unreachable();
}

/** Charges frames to an account: FRAMES_EXHAUSTED changes nothing; inside a reserve it never fails. */
export function framesCharge(account: u32, frames: u32): LedgerRefusal {
  return unreachable();
}

export function framesRelease(account: u32, frames: u32): void {
  unreachable();
}

/** Sets what an account owns of memory; without it an account owns 0 frames and has no limit. */
export function framesConfigure(account: u32, reserve: u32, limit: u32): LedgerRefusal {
  return unreachable();
}

/** Makes `thread` (blocked, the kernel wakes it) known in a leaf account. */
export function threadAdmit(thread: u32, account: u32, now: u64): LedgerRefusal {
  return unreachable();
}

/** Forgets a thread in any state. If it was running, `preemptionDue()` afterwards. */
export function threadDismiss(thread: u32, now: u64): void {
  unreachable();
}

/** Makes a blocked thread ready. Latency is counted from `due` (a sleep's end) until it runs; else pass now. */
export function threadWake(thread: u32, now: u64, due: u64): void {
  unreachable();
}

/** Makes a ready or running thread blocked. */
export function threadBlock(thread: u32, now: u64): void {
  unreachable();
}

/** The running thread gives up the rest of its request. */
export function threadYield(now: u64): void {
  unreachable();
}

/** Books the time since the last charge to whoever ran (a thread, or nobody). At every kernel entry. */
export function charge(now: u64): void {
  unreachable();
}

/** Decides who runs from now on: a thread, or NONE (then halt until `sliceEnd` or an interrupt). */
export function choose(now: u64): u32 {
  return unreachable();
}

/** When the timer must fire at the latest for the present choice; NEVER without one. */
export function sliceEnd(now: u64): u64 {
  return unreachable();
}

/** Does the present choice no longer hold: slice over, thread blocked, or somebody better ready? */
export function preemptionDue(now: u64): bool {
  return unreachable();
}

/** The thread chosen last, or NONE. */
export function running(): u32 {
  return unreachable();
}
