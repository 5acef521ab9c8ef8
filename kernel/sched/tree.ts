/**
 * Tree: what a member's coming and going means for the accounts above it.
 *
 * An account is *stocked* while its queue has a runnable member. A stocked account has demand for its
 * server, and unless it is throttled it is a member of the queue above, which may stock that, and so on.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Bucket, bucketBegin, bucketRefill } from "./bucket";
import { Entity } from "./entity";
import { Queue, queueJoin, queueLeave } from "./queue";
import { serverDemand, serverPeriodEnd, serverRest } from "./server";
import { TimerKind, timerCancel, timerNext, timerSet, timerTake } from "./timers";

/** A thread or an account becomes a runnable member of its queue. */
export function memberJoin(member: Entity, now: u64): void {
  const account = member.parent;
  queueJoin(member);
  if (Queue.at(account).runnable > 1) return;

  serverDemand(account, now);
  if (account === AccountIndex.ROOT) return;
  const bucket = Bucket.at(account);
  if (bucket.throttled !== 0) return;
  if (bucket.limited) bucketBegin(bucket, now);
  memberJoin(Entity.at(account), now);
}

/** A thread or an account stops being runnable. */
export function memberLeave(member: Entity, now: u64): void {
  const account = member.parent;
  queueLeave(member);
  if (Queue.at(account).runnable > 0) return;

  serverRest(account);
  if (account === AccountIndex.ROOT || Bucket.at(account).throttled !== 0) return;
  memberLeave(Entity.at(account), now);
}

/** The account has used up its limit for now. */
export function throttle(account: u32, now: u64): void {
  const bucket = Bucket.at(account);
  assert(bucket.limited);
  assert(bucket.throttled === 0);
  if (Queue.at(account).runnable > 0) memberLeave(Entity.at(account), now);
  bucket.throttled = 1;
  timerSet(account, TimerKind.LIMIT, bucket.refillAt);
}

/** Does everything that is due at `now`: periods that end, buckets that fill. */
export function timersRun(now: u64): void {
  while (timerNext() <= now) {
    const timer = timerTake();
    const account = timer >> 1;
    if ((timer & 1) === <u32>TimerKind.PERIOD) serverPeriodEnd(account, now);
    else refill(account, now);
  }
}

/** The account is being closed; nothing below it runs any more. */
export function throttleForget(account: u32): void {
  timerCancel(account, TimerKind.LIMIT);
  Bucket.at(account).throttled = 0;
}

function refill(account: u32, now: u64): void {
  const bucket = Bucket.at(account);
  bucketRefill(bucket, now);
  if (bucket.leftNs <= 0) {
    timerSet(account, TimerKind.LIMIT, bucket.refillAt);
    return;
  }
  bucket.throttled = 0;
  if (Queue.at(account).runnable > 0) memberJoin(Entity.at(account), now);
}
