/**
 * Moves: what adversaries may do at one moment, as calls of the kernel's own functions.
 *
 * A move is one word: bits 0-3 what the running thread does, 4-7 whom it calls, 8-11 another thread plus one (0: none)
 * and 12-15 what is done to it, 16-23 the mask of those that wake, 24-26 how time passes then.
 * The running thread acts first, then another one is meddled with, then sleepers wake, in the order of their labels.
 */
import { Other, Own } from "./checked-words";
import { Account as AccountIndex, LedgerRefusal, SchedulerTime } from "../abi/scheduler";
import { Account, ACCOUNTS_MAX, accountClaimNext } from "../ledger/account";
import { label } from "../sched/canonical";
import { Entity } from "../sched/entity";
import { labelOf } from "../sched/labels";
import {
  accountClose,
  accountOpen,
  charge,
  choose,
  NONE,
  running,
  scheduleStart,
  threadAdmit,
  threadBlock,
  threadDismiss,
  threadReady,
  threadWake,
  threadYield,
} from "../sched/schedule";
import {
  callsAbort,
  callsAct,
  callsBegin,
  callsBlock,
  callsDozing,
  callsServe,
  callsServes,
  callsThread,
  callsThreadAt,
  callsWake,
  callsWaiting,
  withCalls,
} from "./checked-calls";

const FRAMES: u32 = 1000;
const THREADS: u32 = 8;

export let threads: u32 = 0;
export let closedMask: u32 = 0;
/** Threads that may be moved by their will. */
export let adversaries: u32 = 0;
let now: u64 = 0;

/** Starts an empty schedule at time 0. */
export function begin(calls: bool): void {
  scheduleStart(0, FRAMES);
  if (calls) callsBegin();
}

export function time(): u64 {
  return now;
}

export function timePass(span: u64): void {
  now += span;
}

/** Opens an account -> its index, or a negated refusal. */
export function accountPlan(parent: u32, reserve: u32, weight: u32, limit: u32): i32 {
  return accountOpen(parent, reserve, weight, limit, now);
}

/** Admits the next thread, blocked -> its number. */
export function threadPlan(account: u32, adversary: bool): u32 {
  const thread = threads++;
  assert(thread < THREADS);
  const refusal = threadAdmit(thread, account, now);
  assert(refusal === LedgerRefusal.OK);
  if (adversary) adversaries |= 1 << thread;
  if (withCalls) callsThread(thread, account);
  return thread;
}

/** From now on the thread is a server that waits for calls. */
export function threadServes(thread: u32): void {
  callsServe(thread, threads, now);
}

/** The time after which first budgets are there goes by, and these threads wake. */
export function threadWakes(mask: u32): void {
  now += 2 * SchedulerTime.QUANTUM_NS;
  charge(now);
  choose(now);
  wakeIn(mask);
}

/** Threads that are asleep of their own will. */
export function dozing(): u32 {
  if (withCalls) return callsDozing(threads);
  let mask: u32 = 0;
  for (let thread: u32 = 0; thread < threads; thread++) {
    if (!threadReady(thread)) mask |= 1 << thread;
  }
  return mask & ~closedMask;
}

/** Threads that wait for a server. */
export function inCall(): u32 {
  return withCalls ? callsWaiting(threads) : 0;
}

/** The thread that has this schedule number. */
export function threadHere(schedule: u32): u32 {
  return withCalls ? callsThreadAt(schedule) : schedule;
}

/** Does the running thread owe a reply? */
export function serves(): bool {
  const here = running();
  return withCalls && here !== NONE && callsServes(here);
}

/** The first two parts of a move; false: it is none here. */
export function act(move: u32): bool {
  label();
  const own = move & 15;
  const here = running();
  if (own !== Own.GO_ON && !actOwn(own, threadHere(here), (move >> 4) & 15)) return false;
  const other = (move >> 8) & 15;
  return other === 0 || actOther((move >> 12) & 15, other - 1);
}

function actOwn(own: u32, thread: u32, target: u32): bool {
  if (own === Own.YIELD) {
    threadYield(now);
    return true;
  }
  if (own === Own.CLOSE) return close(thread);
  if (own > <u32>Own.CLOSE) return callsAct(own, thread, target, now);
  if (withCalls) callsBlock(thread, now);
  else threadBlock(thread, now);
  return true;
}

function actOther(kind: u32, thread: u32): bool {
  if (kind === Other.CLOSE) return close(thread);
  if (kind === Other.OPEN) return open(thread);
  if (kind === Other.ABORT) callsAbort(thread, now);
  else if (withCalls) callsBlock(thread, now);
  else threadBlock(thread, now);
  return true;
}

/** The thread and its account go. */
function close(thread: u32): bool {
  const account = Entity.ofThread(thread).parent;
  threadDismiss(thread, now);
  const refusal = accountClose(account, now);
  assert(refusal === LedgerRefusal.OK);
  closedMask |= 1 << thread;
  return true;
}

/** The same account under a new name, and a thread in it. Which of the unused records it gets does not matter. */
function open(thread: u32): bool {
  const index = Entity.ofThread(thread).parent;
  const old = Account.at(index);
  const parent = old.parent;
  const reserve = old.reservePpm;
  const weight = old.weight;
  const limit = old.limitPpm;
  accountClaimNext(index);
  if (accountOpen(parent, reserve, weight, limit, now) < 0) return false;
  threadAdmit(thread, index, now);
  closedMask &= ~(1 << thread);
  return true;
}

/** Wakes a mask of sleepers. Alike ones go by their labels: which of them is meant must not matter. */
export function wakeIn(mask: u32): void {
  let left = mask;
  while (left !== 0) {
    let next: u32 = 0;
    let least: u32 = 0xffffffff;
    for (let thread: u32 = 0; thread < threads; thread++) {
      if ((left & (1 << thread)) === 0) continue;
      const rank = rankOf(thread);
      if (rank >= least) continue;
      least = rank;
      next = thread;
    }
    left &= ~(1 << next);
    if (withCalls) callsWake(next, now);
    else threadWake(next, now, now);
  }
}

function rankOf(thread: u32): u32 {
  const account = Entity.ofThread(thread).parent;
  assert(account !== AccountIndex.ROOT);
  return (labelOf(account) << 16) | (labelOf(ACCOUNTS_MAX + thread) << 8) | thread;
}
