/**
 * The scheduler as the kernel sees it: admit, wake, block, charge, choose.
 *
 * Whatever happens (`threadWake`, `threadBlock`, `threadYield`, ...) first books the time until then; an entry in
 * which nothing of that kind happens books nothing. Before leaving, when `preemptionDue(now)`: `choose(now)` and
 * a timer at `sliceEnd(now)`. Times are nanoseconds that never go back. Threads are the kernel's indexes.
 *
 * A decision has two phases. First the reserves: among servers with budget and demand the earliest
 * deadline (server.ts). With no such server, the weights: from the root down, each queue's earliest
 * virtual deadline (queue.ts). Below the account a server belongs to, queues decide as well.
 * Some queue member is eligible whenever one is runnable, so the processor never idles beside a
 * runnable thread that no limit holds back: lending needs no decision of its own, it is what happens to
 * time whose owner is not there; and a waking owner with budget is in phase 1, before every borrower.
 */
import { Account as AccountIndex, LedgerRefusal, SchedulerLimit } from "../abi/scheduler";
import { ACCOUNTS_MAX, Account, NO_ACCOUNT, THREADS_MAX } from "../ledger/account";
import { booksPending } from "../ledger/books";
import { histogramOf } from "../ledger/histograms";
import {
  accountExists,
  actClose,
  actOpen,
  countThread,
  decideClose,
  decideOpen,
  ledgerStart,
} from "../ledger/ledger";
import { pressureReset } from "../ledger/pressure";
import { Bucket, bucketPrepare } from "./bucket";
import {
  choiceStale,
  clockAdvance,
  clockStart,
  endingForget,
  lastNs,
  NO_THREAD,
  present,
  runningGone,
  runningThread,
  sliceEndNs,
  stale,
} from "./clock";
import { Entity, EntityState, entitiesReset, entityPrepare, THREAD_WEIGHT } from "./entity";
import { latencyRecord } from "./latency";
import { queueDrop, queueInherit } from "./gone";
import { Queue, queuePick, queueReset, queueYield, requestLeftNs } from "./queue";
import { Server, serverEarliest, serverForget, serverPrepare, serversReset } from "./server";
import { timerNext, timersReset } from "./timers";
import { memberJoin, memberLeave, throttleForget, timersRun } from "./tree";

export {
  framesCharge,
  framesConfigure,
  framesHold,
  framesLetGo,
  framesOf,
  framesOver,
  framesRelease,
} from "../ledger/frames";
export { pressureStall } from "../ledger/pressure";
export { accountRead, scheduleRead } from "./report";
export { chargeAccount, choiceStale } from "./clock";

/** What `choose` returns when nothing may run, and `sliceEnd` when no timer is needed. */
export const NONE: u32 = 0xffffffff;
export const NEVER: u64 = 0xffffffffffffffff;

/** At most so long between two steps of the books. */
const BOOKS_NS: u64 = 250000;
/** Per thread: since when it waits to run after a wake-up; NEVER when it does not. */
const waits: usize = memory.data(SchedulerLimit.THREADS_MAX * 8, 16);

export let decisions: u64 = 0;
export let switches: u64 = 0;

/** Empties the tables; the root owns `frames` frames and the time from `now` on. Once, at boot. */
export function scheduleStart(now: u64, frames: u32): void {
  ledgerStart(now, frames);
  entitiesReset();
  serversReset();
  timersReset();
  queueReset(AccountIndex.ROOT);
  serverPrepare(AccountIndex.ROOT, now);
  clockStart(now);
  pressureReset(AccountIndex.ROOT, now);
  decisions = 0;
  switches = 0;
}

/** Opens an account below `parent` -> its index, or a negated LedgerRefusal. limit 1,000,000 = none. */
export function accountOpen(
  parent: u32,
  reservePpm: u32,
  weight: u32,
  limitPpm: u32,
  now: u64,
): i32 {
  const refusal = decideOpen(parent, reservePpm, weight, limitPpm);
  if (refusal !== LedgerRefusal.OK) return -refusal;
  const account = actOpen(parent, reservePpm, weight, limitPpm);
  if (account === NO_ACCOUNT) return -LedgerRefusal.ACCOUNTS_EXHAUSTED;

  entityPrepare(account, parent, weight);
  queueInherit(Entity.at(account));
  queueReset(account);
  serverPrepare(account, now);
  bucketPrepare(account, limitPpm, now);
  pressureReset(account, now);
  return <i32>account;
}

/** Closes an account without children, threads and frames. */
export function accountClose(account: u32, now: u64): LedgerRefusal {
  const refusal = decideClose(account);
  if (refusal !== LedgerRefusal.OK) return refusal;

  charge(now);
  endingForget(account);
  serverForget(account);
  throttleForget(account);
  queueDrop(Entity.at(account));
  actClose(account);
  return LedgerRefusal.OK;
}

/** The address of the account's LatencyHistogram.BUCKETS counters (u32 each). */
export function accountHistogram(account: u32): usize {
  return histogramOf(Account.at(account));
}

/** The account that pays for the thread's time. */
export function threadAccount(thread: u32): u32 {
  return Entity.ofThread(thread).parent;
}

/** Is the thread known as ready or running? */
export function threadReady(thread: u32): bool {
  return ready(Entity.ofThread(thread));
}

/** Makes `thread` (blocked, the kernel wakes it) known in a leaf account. */
export function threadAdmit(thread: u32, account: u32, _now: u64): LedgerRefusal {
  if (!accountExists(account)) return LedgerRefusal.NO_SUCH_ACCOUNT;
  if (account === AccountIndex.ROOT || !Account.at(account).leaf) return LedgerRefusal.NOT_A_LEAF;

  assert(thread < THREADS_MAX);
  const member = Entity.ofThread(thread);
  entityPrepare(ACCOUNTS_MAX + thread, account, THREAD_WEIGHT);
  queueInherit(member);
  store<u64>(waits + ((<usize>thread) << 3), NEVER);
  countThread(account, 1);
  return LedgerRefusal.OK;
}

/** Forgets a thread in any state. If it was running, `preemptionDue()` afterwards. */
export function threadDismiss(thread: u32, now: u64): void {
  clockAdvance(now);
  const member = Entity.ofThread(thread);
  if (ready(member)) threadBlock(thread, now);
  if (runningThread === thread) runningGone(member.parent);
  queueDrop(member);
  countThread(member.parent, -1);
}

/** Makes a blocked thread ready. Latency is counted from `due` (a sleep's end) until it runs; else pass now. */
export function threadWake(thread: u32, now: u64, due: u64): void {
  clockAdvance(now);
  const member = Entity.ofThread(thread);
  assert(!ready(member));
  assert(due <= now);
  store<u64>(waits + ((<usize>thread) << 3), due);
  memberJoin(member, now);
  choiceStale();
}

/** Makes a ready or running thread blocked. */
export function threadBlock(thread: u32, now: u64): void {
  clockAdvance(now);
  const member = Entity.ofThread(thread);
  assert(ready(member));
  memberLeave(member, now);
  if (runningThread === thread) choiceStale();
}

/** The running thread gives up the rest of its request. */
export function threadYield(now: u64): void {
  clockAdvance(now);
  if (runningThread === NO_THREAD) return;
  queueYield(Entity.ofThread(runningThread));
  choiceStale();
}

/** Books the time since the last charge to whoever ran (a thread, or nobody). At every kernel entry. */
export function charge(now: u64): void {
  clockAdvance(now);
}

/** Decides who runs from now on: a thread, or NONE (then halt until `sliceEnd` or an interrupt). */
export function choose(now: u64): u32 {
  clockAdvance(now);
  timersRun(now);
  decisions++;
  const first = serverEarliest();
  if (first) return descend(first.owner, true, now);
  if (Queue.at(AccountIndex.ROOT).runnable > 0) return descend(AccountIndex.ROOT, false, now);
  present(NO_THREAD, NO_THREAD, timerNext());
  return NONE;
}

/** When the timer must fire at the latest for the present choice; NEVER without one. */
export function sliceEnd(now: u64): u64 {
  // Books are closed step by step, and every step wants an entry.
  const end = booksPending() ? min<u64>(sliceEndNs, lastNs + BOOKS_NS) : sliceEndNs;
  return end > now ? end : now;
}

/** Does the present choice no longer hold: slice over, thread blocked, or somebody else ready? */
export function preemptionDue(now: u64): bool {
  return stale || now >= sliceEndNs;
}

/** Has something happened since the present choice that it may not survive? */
export function choiceChanged(): bool {
  return stale;
}

/** The thread chosen last, or NONE. */
export function running(): u32 {
  return runningThread;
}

/** Follows the queues from `top` down to a thread; the slice ends when any part of the reason does. */
function descend(top: u32, reserved: bool, now: u64): u32 {
  let left: u64 = reserved ? <u64>Server.at(top).budgetNs : timerNext() - now;
  let member = queuePick(top);
  while (!member.thread) {
    left = earlier(left, requestLeftNs(member));
    const bucket = Bucket.at(member.owner);
    if (bucket.limited) left = earlier(left, <u32>bucket.leftNs);
    member = queuePick(member.owner);
  }
  left = earlier(left, requestLeftNs(member));
  const thread = member.owner - ACCOUNTS_MAX;
  if (thread !== runningThread) switches++;
  noteWait(thread, member.parent, now);
  present(thread, reserved ? top : NO_THREAD, now + left);
  return thread;
}

function earlier(left: u64, other: u32): u64 {
  return <u64>other < left ? <u64>other : left;
}

/** A thread that was woken runs now: its wait is over. */
function noteWait(thread: u32, account: u32, now: u64): void {
  const wait = waits + ((<usize>thread) << 3);
  const since = load<u64>(wait);
  if (since === NEVER) return;
  store<u64>(wait, NEVER);
  latencyRecord(account, now - since);
}

function ready(member: Entity): bool {
  return member.state === EntityState.ELIGIBLE || member.state === EntityState.PENDING;
}
