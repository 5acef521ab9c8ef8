/**
 * Signals: bits for whoever waits, or for later.
 */
import { MessageInfo } from "../abi/capability";
import { WaitKind } from "../abi/records";
import { Waiting } from "../object/queue";
import { Notification } from "../object/notification";
import { Thread } from "../object/thread";
import { resume } from "./wait";

/** Adds bits; a waiting thread, or a bound one that receives, takes them at once. */
export function signal(notification: Notification, bits: u32, now: u64): void {
  const all = notification.bits | bits;
  const waiting = notification.first;
  if (waiting) {
    notification.bits = 0;
    Waiting.remove(waiting);
    waiting.eax = all;
    resume(waiting, now);
    return;
  }
  const bound = notification.bound;
  if (bound && bound.wait === <u32>WaitKind.RECEIVING) {
    notification.bits = 0;
    Waiting.remove(bound);
    answerBits(bound, all);
    resume(bound, now);
    return;
  }
  notification.bits = all;
}

/** A receive ends with bits instead of a message. */
export function answerBits(thread: Thread, bits: u32): void {
  thread.eax = MessageInfo.NOTIFIED;
  thread.ebx = bits;
  thread.esi = 0;
  thread.edi = 0;
  thread.ebp = 0;
}

/** The bits of the bound notification, taken; 0: none. */
export function boundBits(thread: Thread): u32 {
  if (thread.bound === 0) return 0;
  const notification = Notification.at(thread.bound);
  const bits = notification.bits;
  notification.bits = 0;
  return bits;
}
