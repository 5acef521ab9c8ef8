/**
 * Clock: books every nanosecond exactly once, to the thread that ran, to idleness, or to the host.
 *
 * charged(root) + idle + host = now - start, at all times. Spans that cross the end of an epoch are
 * split there, so an epoch's books are exact although charges come late.
 */
import { Account as AccountIndex, SchedulerTime } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { booksPending, booksStep } from "../ledger/books";
import { epochClose, epochEndNs, epochSkip } from "../ledger/epoch";
import { Bucket, bucketCharge } from "./bucket";
import { Entity } from "./entity";
import { putOff } from "./pause";
import { Queue, queueCharge, queueDebt } from "./queue";
import { serverCharge, serverDebt, serverEarliest } from "./server";
import { throttle } from "./tree";

export const NO_THREAD: u32 = 0xffffffff;

/** Who runs since `lastNs`: a thread, and the account whose server pays (NO_THREAD: by weight). */
export let runningThread: u32 = NO_THREAD;
export let runningServer: u32 = NO_THREAD;
/** The account whose thread has just ended, or NO_THREAD. */
let ending: u32 = NO_THREAD;
export let lastNs: u64 = 0;
/** Until when the present choice holds, unless `stale` says that it does not hold any more. */
export let sliceEndNs: u64 = u64.MAX_VALUE;
export let stale: bool = true;

export let startNs: u64 = 0;
export let idleNs: u64 = 0;
export let idleWhileReadyNs: u64 = 0;
export let hostNs: u64 = 0;

export function clockStart(now: u64): void {
  startNs = now;
  lastNs = now;
  idleNs = 0;
  idleWhileReadyNs = 0;
  hostNs = 0;
  present(NO_THREAD, NO_THREAD, u64.MAX_VALUE);
  stale = true;
}

/** Who runs from now on, who pays, and until when. */
export function present(thread: u32, server: u32, until: u64): void {
  ending = NO_THREAD;
  runningThread = thread;
  runningServer = server;
  sliceEndNs = until;
  stale = false;
}

/** The account is being closed. */
export function endingForget(account: u32): void {
  if (ending === account) ending = NO_THREAD;
}

/** The present choice must be reconsidered. */
export function choiceStale(): void {
  stale = true;
}

/** Nobody runs any more: the running thread is gone. What its end takes until somebody is chosen is its account's. */
export function runningGone(account: u32): void {
  ending = account;
  runningThread = NO_THREAD;
  runningServer = NO_THREAD;
  stale = true;
}

/** Books the time from the last booking to `now`. */
export function clockAdvance(now: u64): void {
  assert(now >= lastNs);
  if (now === lastNs) return;
  book(now);
  if (booksPending()) booksStep();
}

function book(now: u64): void {
  if (runningThread === NO_THREAD) {
    bookIdle(now);
    return;
  }
  if (now - lastNs > <u64>SchedulerTime.HOST_PAUSE_NS) {
    bookService(sliceEndNs > lastNs && sliceEndNs < now ? sliceEndNs : lastNs);
    const span = now - lastNs;
    hostNs += span;
    putOff(span);
    passTime(now);
    return;
  }
  bookService(now);
}

/**
 * Books the latest `deltaNs` before `now` to an account of which no thread ran: an interrupt that was handled for
 * it, memory that was taken back from it. What lies before is booked to whoever ran. Weight, reserve and limit of its
 * whole path see it, and what it has not at the moment becomes its debt. Afterwards the time is `now`.
 */
export function chargeAccount(account: u32, deltaNs: u64, now: u64): void {
  assert(account !== AccountIndex.ROOT);
  assert(now >= lastNs);
  const span = now - lastNs;
  clockAdvance(deltaNs < span ? now - deltaNs : lastNs);
  bookOwed(account, now);
  stale = true;
}

function bookOwed(account: u32, now: u64): void {
  if (now - lastNs > <u64>SchedulerTime.HOST_PAUSE_NS) {
    hostNs += now - lastNs;
    putOff(now - lastNs);
    passTime(now);
    return;
  }
  if (now >= epochEndNs) {
    owe(account, <u32>(epochEndNs - lastNs), epochEndNs);
    lastNs = epochEndNs;
    epochClose();
  }
  if (now > lastNs) owe(account, <u32>(now - lastNs), now);
  lastNs = now;
}

function bookIdle(now: u64): void {
  if (ending !== NO_THREAD) {
    bookOwed(ending, now);
    return;
  }
  const span = now - lastNs;
  idleNs += span;
  if (serverEarliest() || Queue.at(AccountIndex.ROOT).runnable > 0) idleWhileReadyNs += span;
  passTime(now);
}

function bookService(now: u64): void {
  if (now >= epochEndNs) {
    serve(<u32>(epochEndNs - lastNs), epochEndNs);
    lastNs = epochEndNs;
    epochClose();
  }
  if (now > lastNs) serve(<u32>(now - lastNs), now);
  lastNs = now;
}

/** Time goes by without service, for however many epochs. */
function passTime(now: u64): void {
  if (now >= epochEndNs) {
    epochClose();
    epochSkip(now);
  }
  lastNs = now;
}

/** Books service of the running thread on its whole path, then lets limits take effect. */
function serve(deltaNs: u32, now: u64): void {
  const thread = Entity.ofThread(runningThread);
  queueCharge(thread, deltaNs);
  let account = thread.parent;
  let limited = false;
  useDirectly(account, deltaNs);
  while (account !== AccountIndex.ROOT) {
    const record = Account.at(account);
    record.enter();
    record.chargedNs += <u64>deltaNs;
    queueCharge(Entity.at(account), deltaNs);
    if (Bucket.at(account).limited) limited = true;
    account = record.parent;
  }
  chargeRoot(deltaNs);
  if (runningServer !== NO_THREAD) serverCharge(runningServer, deltaNs);
  if (limited) applyLimits(thread.parent, deltaNs, now);
}

/** Books service on the path of an account that had no thread running. */
function owe(leaf: u32, deltaNs: u32, now: u64): void {
  if (deltaNs === 0) return;
  let account = leaf;
  let limited = false;
  useDirectly(account, deltaNs);
  while (account !== AccountIndex.ROOT) {
    const record = Account.at(account);
    record.enter();
    record.chargedNs += <u64>deltaNs;
    queueDebt(Entity.at(account), deltaNs);
    if (Bucket.at(account).limited) limited = true;
    account = record.parent;
  }
  chargeRoot(deltaNs);
  serverDebt(leaf, deltaNs, now);
  if (limited) applyLimits(leaf, deltaNs, now);
}

/** Use of the account itself, for the books of the open epoch. */
function useDirectly(account: u32, deltaNs: u32): void {
  const record = Account.at(account);
  record.enter();
  record.usedNs += deltaNs;
}

function chargeRoot(deltaNs: u32): void {
  const root = Account.at(AccountIndex.ROOT);
  root.enter();
  root.chargedNs += <u64>deltaNs;
}

function applyLimits(leaf: u32, deltaNs: u32, now: u64): void {
  let account = leaf;
  while (account !== AccountIndex.ROOT) {
    const bucket = Bucket.at(account);
    if (bucket.limited && bucketCharge(bucket, deltaNs, now) && bucket.throttled === 0) {
      throttle(account, now);
      stale = true;
    }
    account = Account.at(account).parent;
  }
}
