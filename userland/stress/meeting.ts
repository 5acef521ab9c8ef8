/**
 * Meeting: what happens when threads lock, wait, signal, post and meet; in LendOS (the hub) and on the model.
 *
 * A waiter is a number of the caller's. It asks, and either goes on at once or waits until its number
 * comes out of `meetingReleased`. All queues are first come, first served, so runs can be repeated:
 * unlocking hands the mutex to whoever has waited longest.
 *
 *   mutex: value 1 is held   semaphore: value counts   barrier: value is who has come   condition: none
 */
import { EventKind, Plan } from "./plan";
import { objectUsers, plan } from "./scenario";

const WAITERS_MAX: u32 = 4096;
const NOBODY: i32 = -1;
const NO_MUTEX: u32 = 0xffff;
const values: usize = memory.data(256 * 4, 4);
const timers: usize = memory.data(256 * 8, 8);
/** First and last waiter of each object, plus one: 0 is none. */
const heads: usize = memory.data(256 * 4, 4);
const tails: usize = memory.data(256 * 4, 4);
/** The next one in the queue, plus one; the mutex that a condition's waiter wants back. */
const followers: usize = memory.data(4096 * 2, 2);
const mutexes: usize = memory.data(4096 * 2, 2);
const released: usize = memory.data(4096 * 2, 2);
if (Plan.OBJECTS_MAX !== 256) ERROR("the tables of objects have another size");

let releasedFirst: u32 = 0;
let releasedCount: u32 = 0;

/** Where the model puts the plan. */
export function meetingPlan(): usize {
  return plan;
}

/** Everything is free and nobody waits. */
export function meetingStart(): void {
  memory.fill(values, 0, <usize>Plan.OBJECTS_MAX * 4);
  memory.fill(timers, 0, <usize>Plan.OBJECTS_MAX * 8);
  memory.fill(heads, 0, <usize>Plan.OBJECTS_MAX * 4);
  memory.fill(tails, 0, <usize>Plan.OBJECTS_MAX * 4);
  releasedFirst = 0;
  releasedCount = 0;
}

/** Does the event; may the waiter go on at once? */
export function meetingAsk(kind: EventKind, object: u32, mutex: u32, waiter: u32): bool {
  assert(object < <u32>Plan.OBJECTS_MAX && waiter < WAITERS_MAX);
  switch (kind) {
    case EventKind.LOCK:
      return take(object, waiter);
    case EventKind.UNLOCK:
      give(object);
      return true;
    case EventKind.SIGNAL:
      wakeFirst(object);
      return true;
    case EventKind.BROAD:
    case EventKind.RESUME:
      while (wakeFirst(object)) {}
      return true;
    case EventKind.SYNC:
      wakeFirst(object);
      give(mutex);
      return park(object, waiter, mutex);
    case EventKind.WAIT:
      give(mutex);
      return park(object, waiter, mutex);
    case EventKind.SUSPEND:
      return park(object, waiter, NO_MUTEX);
    case EventKind.SEM_POST:
      if (!wakeFirst(object)) store<u32>(valueOf(object), load<u32>(valueOf(object)) + 1);
      return true;
    case EventKind.SEM_WAIT:
      return count(object, waiter);
    default:
      return meet(object, waiter);
  }
}

/** The next waiter that may go on, or below 0 when there is none. */
export function meetingReleased(): i32 {
  if (releasedCount === 0) return NOBODY;
  const waiter = load<u16>(released + ((releasedFirst % WAITERS_MAX) << 1));
  releasedFirst++;
  releasedCount--;
  return <i32>waiter;
}

/** A timer of several threads: when it expires next. It begins with the first one that asks. */
export function meetingTimer(object: u32, period: u64, begin: u64, now: u64, absolute: bool): u64 {
  const slot = timers + ((<usize>object) << 3);
  const last = load<u64>(slot);
  const at = (last === 0 ? begin : last) + period;
  store<u64>(slot, at <= now && !absolute ? now : at);
  return at;
}

function take(mutex: u32, waiter: u32): bool {
  if (load<u32>(valueOf(mutex)) !== 0) return park(mutex, waiter, NO_MUTEX);
  store<u32>(valueOf(mutex), 1);
  return true;
}

/** To the one that has waited longest, or to nobody. */
function give(mutex: u32): void {
  const waiter = first(mutex);
  if (waiter === NOBODY) store<u32>(valueOf(mutex), 0);
  else release(<u32>waiter);
}

/** Wakes one; a condition's waiter goes on when it has its mutex again. Was there anybody? */
function wakeFirst(object: u32): bool {
  const waiter = first(object);
  if (waiter === NOBODY) return false;
  const mutex = <u32>load<u16>(mutexes + ((<usize>waiter) << 1));
  if (mutex === NO_MUTEX || take(mutex, <u32>waiter)) release(<u32>waiter);
  return true;
}

function count(semaphore: u32, waiter: u32): bool {
  const left = load<u32>(valueOf(semaphore));
  if (left === 0) return park(semaphore, waiter, NO_MUTEX);
  store<u32>(valueOf(semaphore), left - 1);
  return true;
}

/** The last one to come lets all others go on. */
function meet(barrier: u32, waiter: u32): bool {
  const come = load<u32>(valueOf(barrier)) + 1;
  if (come < objectUsers(barrier)) {
    store<u32>(valueOf(barrier), come);
    return park(barrier, waiter, NO_MUTEX);
  }
  store<u32>(valueOf(barrier), 0);
  while (wakeFirst(barrier)) {}
  return true;
}

/** Appends to the object's queue; always false, because whoever is parked waits. */
function park(object: u32, waiter: u32, mutex: u32): bool {
  const tail = tails + ((<usize>object) << 2);
  store<u16>(followers + ((<usize>waiter) << 1), 0);
  store<u16>(mutexes + ((<usize>waiter) << 1), <u16>mutex);
  const last = load<u32>(tail);
  if (last === 0) store<u32>(heads + ((<usize>object) << 2), waiter + 1);
  else store<u16>(followers + ((<usize>(last - 1)) << 1), <u16>(waiter + 1));
  store<u32>(tail, waiter + 1);
  return false;
}

/** Takes the first waiter out of the object's queue. */
function first(object: u32): i32 {
  const head = heads + ((<usize>object) << 2);
  const waiter = <i32>load<u32>(head) - 1;
  if (waiter === NOBODY) return NOBODY;
  const follower = <u32>load<u16>(followers + ((<usize>waiter) << 1));
  store<u32>(head, follower);
  if (follower === 0) store<u32>(tails + ((<usize>object) << 2), 0);
  return waiter;
}

function release(waiter: u32): void {
  assert(releasedCount < WAITERS_MAX);
  store<u16>(released + (((releasedFirst + releasedCount) % WAITERS_MAX) << 1), <u16>waiter);
  releasedCount++;
}

function valueOf(object: u32): usize {
  return values + ((<usize>object) << 2);
}
