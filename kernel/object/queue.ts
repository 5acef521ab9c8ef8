/**
 * Waiting: threads in the order of their coming at one object, doubly linked so that any may leave.
 *
 * The records of endpoints, notifications and processes begin alike, see `Waiting`.
 */
import { Thread } from "./thread";

/** How every object begins that can be ended, or waited at. */
@unmanaged
@final
export class Waiting {
  /** Kind. */
  kind: u32;
  /** The group that pays. */
  group: u32;
  /** The next one in a list of objects that are to be ended. */
  nextDoomed: u32;
  first: Thread | null;
  last: Thread | null;

  @inline
  static at(address: u32): Waiting {
    assert(address !== 0);
    return changetype<Waiting>(<usize>address);
  }

  /** Puts a thread at the end of the queue. */
  @inline
  push(thread: Thread): void {
    const last = this.last;
    thread.queueNext = null;
    thread.queuePrevious = last;
    thread.waitObject = <u32>changetype<usize>(this);
    if (last) last.queueNext = thread;
    else this.first = thread;
    this.last = thread;
  }

  /** Takes a thread out of the queue that it is in. */
  @inline
  static remove(thread: Thread): void {
    const object = changetype<Waiting>(<usize>thread.waitObject);
    const next = thread.queueNext;
    const previous = thread.queuePrevious;
    if (previous) previous.queueNext = next;
    else object.first = next;
    if (next) next.queuePrevious = previous;
    else object.last = previous;
    thread.waitObject = 0;
  }
}

export const WAITING_BYTES: usize = 20;
if (offsetof<Waiting>() !== 20) ERROR("WAITING_BYTES is out of date");
