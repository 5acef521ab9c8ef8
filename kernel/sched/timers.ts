/**
 * Timers: what the scheduler itself must do at a certain time, at most two per account.
 *
 * PERIOD: a reservation server's period ends. LIMIT: a throttled account's bucket is filled again.
 */
import { SchedulerLimit } from "../abi/scheduler";
import { ACCOUNTS_MAX, accountsTop } from "../ledger/account";
import { HEAP_NODE_SIZE, HeapNode, heapPush, heapRemove } from "./heap";

export const enum TimerKind {
  PERIOD = 0,
  LIMIT = 1,
}

const timers: usize = memory.data(2 * SchedulerLimit.ACCOUNTS_MAX * 40, 16);

let earliest: HeapNode | null = null;

export function timersReset(): void {
  memory.fill(timers, 0, <usize>(2 * ACCOUNTS_MAX) * HEAP_NODE_SIZE);
  earliest = null;
}

/** Where the two nodes per account lie: for the checker, which keeps and restores them. */
export function timersAddress(): usize {
  return timers;
}

export function timerSet(account: u32, kind: TimerKind, at: u64): void {
  const index = timerIndex(account, kind);
  const node = timerNode(index);
  assert(node.linked === 0);
  node.owner = index;
  node.key = <i64>at;
  node.tie = 0;
  earliest = heapPush(earliest, node);
}

export function timerCancel(account: u32, kind: TimerKind): void {
  const node = timerNode(timerIndex(account, kind));
  if (node.linked !== 0) earliest = heapRemove(earliest!, node);
}

/** When the earliest timer is due, or u64.MAX_VALUE. */
export function timerNext(): u64 {
  const node = earliest;
  return node ? <u64>node.key : u64.MAX_VALUE;
}

/** Takes out the earliest timer -> 2 * account + kind. There must be one. */
export function timerTake(): u32 {
  const node = earliest!;
  earliest = heapRemove(node, node);
  return node.owner;
}

/** Puts all of them off. */
export function timersShift(span: u64): void {
  for (let index: u32 = 0; index < 2 * accountsTop; index++) {
    const node = timerNode(index);
    if (node.linked !== 0) node.key += <i64>span;
  }
}

function timerIndex(account: u32, kind: TimerKind): u32 {
  return 2 * account + <u32>kind;
}

function timerNode(index: u32): HeapNode {
  assert(index < 2 * ACCOUNTS_MAX);
  return changetype<HeapNode>(timers + <usize>index * HEAP_NODE_SIZE);
}
