/**
 * Scene: threads with spaces of their own and endpoints between them, for tests of messages that need no machine; only
 * tests import this file.
 *
 * The scheduler is the real one. Time passes by a microsecond whenever somebody looks at it; who runs is decided by
 * `runner`.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { ThreadState } from "../abi/records";
import { sentinel } from "../capability/capability";
import {
  foundTarget,
  lookupTarget,
  originInsert,
  Space,
  spaceOpenSlots,
} from "../capability/space";
import { practiceAccount, practiceBegin } from "../memory/practice";
import { Endpoint, endpointCreate } from "../object/endpoint";
import { Notification, notificationCreate } from "../object/notification";
import { Thread, threadCreate, threadOf, threadsStart, wake } from "../object/thread";
import { charge, choose, threadReady } from "../sched/schedule";
import { ns } from "../sched/timetable";

export const ALL: u32 = Right.SEND | Right.RECEIVE | Right.GRANT;
const SLOTS: u32 = 64;
/** The account of all threads that are not said to have another one. */
export let home: u32 = 0;
let next: u32 = 0;
let timeUs: u64 = 0;

export function sceneBegin(): void {
  practiceBegin();
  threadsStart();
  for (let i: u32 = 0; i < <u32>Limit.THREADS; i++) Thread.at(i).state = ThreadState.EMPTY;
  home = practiceAccount();
  next = 1;
  timeUs = 0;
}

/** A time later than the one before. */
export function now(): u64 {
  return later(1);
}

export function later(us: u64): u64 {
  timeUs += us;
  return ns(timeUs);
}

/** A ready thread, alone in a process, with a space of its own. */
export function actor(account: u32): Thread {
  const process = next++;
  const opened = spaceOpenSlots(process, account, SLOTS);
  const time = now();
  const thread = Thread.at(threadCreate(process, account, time));
  assert(opened && thread.space === Space.at(process));
  wake(thread.index, time, time);
  return thread;
}

/** An endpoint that `account` pays for. */
export function door(account: u32): Endpoint {
  return Endpoint.at(endpointCreate(account));
}

export function bell(account: u32): Notification {
  return Notification.at(notificationCreate(account));
}

/** Puts a capability into a slot of the thread's space. */
export function hold(thread: Thread, slot: u32, kind: Kind, object: usize, rights: u32): void {
  const refusal = lookupTarget(thread.space, slot);
  assert(refusal === KernelError.OK);
  originInsert(foundTarget, sentinel, kind, rights, <u32>object);
}

export function holdDoor(thread: Thread, slot: u32, endpoint: Endpoint, badge: u32): void {
  hold(thread, slot, Kind.ENDPOINT, changetype<usize>(endpoint), ALL);
  thread.space.slot(slot)!.badge = badge;
}

/** Who runs now; null: nobody is ready. */
export function runner(): Thread | null {
  const time = now();
  charge(time);
  const index = threadOf(choose(time));
  return index >= <u32>Limit.THREADS ? null : Thread.at(index);
}

/** Whose schedule number the thread has. */
export function runsAs(thread: Thread, other: Thread): bool {
  return thread.schedule === other.own;
}

/** The scheduler believes of every thread what its record says, and all schedule numbers are different. */
export function sound(): void {
  for (let i: u32 = 0; i < <u32>Limit.THREADS; i++) {
    const thread = Thread.at(i);
    assert(threadOf(thread.schedule) === i);
    if (thread.state === <u32>ThreadState.EMPTY) continue;
    assert(threadReady(thread.schedule) === (thread.state === <u32>ThreadState.READY));
  }
}
