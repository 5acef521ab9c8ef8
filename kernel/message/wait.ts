/**
 * Waits of messages: how they begin, and how they end without what was waited for.
 */
import { KernelError } from "../abi/errors";
import { ThreadState, TraceKind, WaitKind } from "../abi/records";
import { capabilityOf, capabilityUnlink } from "../capability/capability";
import { Waiting } from "../object/queue";
import { sleepRemove } from "../object/sleep";
import { block, Thread, threadAnswer, wakeAt } from "../object/thread";
import { trace } from "../trace";
import { part, settle } from "./donation";

/** Blocks the running thread in an object's queue, for as long as its timeout allows. */
export function waitAt(object: u32, thread: Thread, wait: WaitKind, now: u64): void {
  Waiting.at(object).push(thread);
  block(thread.index, wait, now);
  if (thread.timeoutNs !== 0) wakeAt(thread.index, now + thread.timeoutNs);
}

/** The thread goes on: whatever it waited for is there, or will not come. */
export function resume(thread: Thread, now: u64): void {
  if (thread.sleeping !== 0) sleepRemove(thread.index);
  thread.state = ThreadState.READY;
  thread.wait = WaitKind.NONE;
  settle(thread, now);
  trace(now, TraceKind.WAKE, thread.index, 0);
}

/** Takes the thread out of the wait it is in, at an object or for a reply; it does not go on yet. */
export function waitLeave(thread: Thread, now: u64): void {
  if (thread.waitObject !== 0) Waiting.remove(thread);
  if (thread.wait !== <u32>WaitKind.REPLY) return;
  part(thread, now);
  if (thread.replyCapability === 0) return;
  capabilityUnlink(capabilityOf(thread.replyCapability));
  thread.replyCapability = 0;
}

/** Answers a waiting thread that it waited in vain. */
export function waitCancel(thread: Thread, error: KernelError, now: u64): void {
  // Ready before it gets its account back, or it would lose its place with the scheduler.
  thread.state = ThreadState.READY;
  waitLeave(thread, now);
  threadAnswer(thread, -error);
  resume(thread, now);
}
