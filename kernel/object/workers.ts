/**
 * Workers: threads that delete, revoke or end, where they are, and what they have to end.
 *
 *   workAt      the capability that the thread deletes or revokes (its `worker` is the thread)
 *   workRoot    the run of descendants that it takes down, and workCursor the place in it (0: at the root)
 *   doomed      objects whose first capability is gone, first come, first served
 */
import { Capability, CapabilityFlag, addressOf } from "../capability/capability";
import { Waiting } from "./queue";
import { Thread } from "./thread";

export const enum WorkKind {
  NONE = 0,
  /** The capability at `workAt` and its descendants; 0: somebody else has deleted it. */
  DELETE = 1,
  REVOKE = 2,
  /** The process with the number `workAt`. */
  KILL = 3,
  /** Only what is doomed. */
  FINISH = 4,
}

export let workers: Thread | null = null;
/** What a worker could not end because it was part of it: the next worker does. */
let leftover: u32 = 0;

export function workBegin(thread: Thread, kind: WorkKind, at: u32): void {
  assert(thread.work === <u32>WorkKind.NONE);
  thread.work = kind;
  thread.workAt = at;
  thread.workRoot = 0;
  thread.workCursor = 0;
  thread.nextWorker = workers;
  workers = thread;
  if (leftover === 0) return;
  const list = leftover;
  leftover = 0;
  append(thread, list, lastOf(list));
}

/** The thread works no more, or is no more. */
export function workEnd(thread: Thread): void {
  thread.work = WorkKind.NONE;
  thread.workAt = 0;
  if (workers === thread) {
    workers = thread.nextWorker;
    return;
  }
  let at = workers;
  while (at) {
    const next = at.nextWorker;
    if (next === thread) {
      at.nextWorker = thread.nextWorker;
      return;
    }
    at = next;
  }
}

/** Has the worker end this object when it comes to it. */
export function doom(address: u32, worker: Thread): void {
  Waiting.at(address).nextDoomed = 0;
  append(worker, address, address);
}

function append(worker: Thread, first: u32, last: u32): void {
  if (worker.doomed === 0) worker.doomed = first;
  else Waiting.at(worker.lastDoomed).nextDoomed = first;
  worker.lastDoomed = last;
}

function lastOf(list: u32): u32 {
  let last = list;
  while (Waiting.at(last).nextDoomed !== 0) last = Waiting.at(last).nextDoomed;
  return last;
}

/** The first doomed object is gone, or comes last. */
export function doomedPop(worker: Thread): void {
  const next = Waiting.at(worker.doomed).nextDoomed;
  worker.doomed = next;
  if (next === 0) worker.lastDoomed = 0;
}

/** A thread that ends hands its list to another one, or (itself) to whoever works next. */
export function doomedHandOn(thread: Thread, heir: Thread): void {
  const list = thread.doomed;
  if (list === 0) return;
  const last = thread.lastDoomed;
  thread.doomed = 0;
  thread.lastDoomed = 0;
  if (thread !== heir) {
    append(heir, list, last);
    return;
  }
  Waiting.at(last).nextDoomed = leftover;
  leftover = list;
}

export function cursorSet(worker: Thread, capability: Capability): void {
  worker.workCursor = addressOf(capability);
  capability.type |= CapabilityFlag.CURSOR;
}

/** The capability goes away from its slot: workers that stand there begin at their roots again. */
export function cursorLost(capability: Capability): void {
  if ((capability.type & CapabilityFlag.CURSOR) === 0) return;
  capability.type &= ~CapabilityFlag.CURSOR;
  const address = addressOf(capability);
  let at = workers;
  while (at) {
    if (at.workCursor === address) at.workCursor = 0;
    at = at.nextWorker;
  }
}
