/**
 * Calls around messages: buffers, timeouts, saved callers, notifications.
 */
import { Kind, MessageBuffer, Right } from "../abi/capability";
import { Call } from "../abi/calls";
import { KernelError } from "../abi/errors";
import { WaitKind } from "../abi/records";
import {
  addressOf,
  CapabilityFlag,
  capabilityInsert,
  sentinel,
  typeOf,
} from "../capability/capability";
import { found, foundTarget, lookup, lookupTarget } from "../capability/space";
import { undonate } from "../message/donation";
import { signal } from "../message/signal";
import { waitAt } from "../message/wait";
import { Notification, notificationBind } from "../object/notification";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";

/** More than a century. */
const TIMEOUT_NS_MAX: u64 = (<u64>1) << 62;

export function messageBuffer(process: Process, thread: Thread): i32 {
  const address = thread.ebx;
  if ((address & (MessageBuffer.BYTES - 1)) !== 0) return -KernelError.BAD_ARGUMENT;
  if (address !== 0 && userRange(process, address, MessageBuffer.BYTES) === REFUSED) {
    return -KernelError.BAD_ADDRESS;
  }
  thread.buffer = address;
  thread.bufferAt = 0;
  return 0;
}

export function messageTimeout(thread: Thread): i32 {
  const timeoutNs = ((<u64>thread.esi) << 32) | <u64>thread.ebx;
  // Added to the clock it must not wrap.
  thread.timeoutNs = min<u64>(timeoutNs, TIMEOUT_NS_MAX);
  thread.impatient = thread.timeoutNs !== 0 ? 1 : 0;
  return 0;
}

/** The latest caller becomes a capability; its account goes back to it. */
export function replySave(thread: Thread, now: u64): i32 {
  const refusal = lookupTarget(thread.space, thread.ebx);
  if (refusal !== KernelError.OK) return -refusal;
  const client = thread.caller;
  if (!client) return -KernelError.NO_CALLER;
  undonate(client, now);
  thread.caller = null;
  client.callee = null;
  const type = typeOf(Kind.REPLY, CapabilityFlag.ORIGIN, Right.SEND);
  capabilityInsert(foundTarget, sentinel, type, client.index, 0);
  client.replyCapability = addressOf(foundTarget);
  return 0;
}

export function invokeNotification(thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.NOTIFICATION_SIGNAL:
      return signalAt(thread, now);
    case Call.NOTIFICATION_WAIT:
      return waitFor(thread, thread.ebx, true, now);
    case Call.NOTIFICATION_POLL:
      return waitFor(thread, thread.ebx, false, now);
    case Call.NOTIFICATION_SIGNAL_WAIT:
      return signalWait(thread, now);
    case Call.NOTIFICATION_BIND:
      return bind(thread);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

function signalAt(thread: Thread, now: u64): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.NOTIFICATION, Right.SIGNAL);
  if (refusal !== KernelError.OK) return -refusal;
  signal(Notification.at(found.object), found.badge, now);
  return 0;
}

function waitFor(thread: Thread, slot: u32, blocks: bool, now: u64): i32 {
  const refusal = lookup(thread.space, slot, Kind.NOTIFICATION, Right.WAIT);
  if (refusal !== KernelError.OK) return -refusal;
  const notification = Notification.at(found.object);
  const bits = notification.bits;
  notification.bits = 0;
  if (bits !== 0 || !blocks) return <i32>bits;
  thread.waitCapability = addressOf(found);
  waitAt(found.object, thread, WaitKind.NOTIFICATION, now);
  return 0;
}

/** Both capabilities are looked at before anything is signalled. */
function signalWait(thread: Thread, now: u64): i32 {
  const refusal = lookup(thread.space, thread.esi, Kind.NOTIFICATION, Right.WAIT);
  if (refusal !== KernelError.OK) return -refusal;
  const signalled = signalAt(thread, now);
  return signalled < 0 ? signalled : waitFor(thread, thread.esi, true, now);
}

function bind(thread: Thread): i32 {
  if (thread.ebx === 0) {
    notificationBind(thread, 0);
    return 0;
  }
  const refusal = lookup(thread.space, thread.ebx, Kind.NOTIFICATION, Right.WAIT);
  if (refusal !== KernelError.OK) return -refusal;
  const bound = Notification.at(found.object).bound;
  if (bound && bound !== thread) return -KernelError.BUSY;
  notificationBind(thread, found.object);
  return 0;
}
