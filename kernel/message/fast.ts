/**
 * The fast ways: a call to a server that waits, a reply to a client that waits while nobody else does, and a signal
 * to a thread of the same group that waits, each with a change of address space and nothing decided.
 *
 * Each has a door of its own in the stubs. Whatever is not the simple case goes the way of all calls, which
 * finds everything as it was: nothing is written before the last check. The scheduler sees one schedule
 * number run on; the clock is not read, because time belongs to that number.
 */
import { Call } from "../abi/calls";
import { Kind, MessageLimit, Right } from "../abi/capability";
import { CALL_MASK } from "../abi/calls";
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { clockNow } from "../machine/clock";
import { spaceSwitch, trapFrameUse } from "../machine/processor";
import { auditCall } from "../capability/audit";
import { addressOf, RIGHTS_SHIFT } from "../capability/capability";
import { Space } from "../capability/space";
import { Endpoint } from "../object/endpoint";
import { FloatingPoint } from "../object/floating-point";
import { Notification } from "../object/notification";
import { Waiting } from "../object/queue";
import { currentSet, exchangeForGood, Thread } from "../object/thread";
import {
  capabilitiesOf,
  decodeLong,
  deliverLong,
  deliverWords,
  extraOf,
  Message,
  movesAway,
} from "./transfer";

/** Not an answer of a fast way: the call goes the way of all calls. */
export const NOT_FAST: usize = 0;
const KIND: u32 = 0xff;
const SEND_MASK: u32 = KIND | (Right.SEND << RIGHTS_SHIFT);
const RECEIVE_MASK: u32 = KIND | (Right.RECEIVE << RIGHTS_SHIFT);
const SIGNAL_MASK: u32 = KIND | (Right.SIGNAL << RIGHTS_SHIFT);
const WAIT_MASK: u32 = KIND | (Right.WAIT << RIGHTS_SHIFT);
const SEND: u32 = Kind.ENDPOINT | (Right.SEND << RIGHTS_SHIFT);
const RECEIVE: u32 = Kind.ENDPOINT | (Right.RECEIVE << RIGHTS_SHIFT);
const SIGNAL: u32 = Kind.NOTIFICATION | (Right.SIGNAL << RIGHTS_SHIFT);
const WAIT: u32 = Kind.NOTIFICATION | (Right.WAIT << RIGHTS_SHIFT);

/** How the fast ways begin and end. */
class Way {
  /** What is beyond four words; without capabilities that is a copy. */
  @inline
  static long(thread: Thread, next: Thread, info: u32): void {
    if (capabilitiesOf(info) === 0) {
      deliverWords(thread, next, extraOf(info));
      return;
    }
    auditCall(info & CALL_MASK);
    deliverLong(thread, next, info);
  }

  /** The message and the processor go to the other one. */
  @inline
  static handOver(thread: Thread, next: Thread): usize {
    next.ebx = thread.ebx;
    next.esi = thread.esi;
    next.edi = thread.edi;
    next.ebp = thread.ebp;
    Thread.exchange(thread, next);
    return Way.goOn(next);
  }

  @inline
  static goOn(next: Thread): usize {
    next.state = ThreadState.READY;
    next.wait = WaitKind.NONE;
    const index = next.index;
    currentSet(index);
    spaceSwitch(next.directory);
    trapFrameUse(changetype<usize>(next));
    FloatingPoint.allow(index);
    return changetype<usize>(next);
  }
}

/** eax is the message's info and the call: the server's frame, or NOT_FAST. */
export function fastCall(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const info = thread.eax;
  const page = thread.space.page(info >>> 16);
  if (page === 0) return NOT_FAST;
  const capability = Space.inPage(page, info >>> 16);
  if ((capability.type & SEND_MASK) !== SEND) return NOT_FAST;
  const endpoint = Endpoint.at(capability.object);
  if (endpoint.receivers === 0) return NOT_FAST;
  const server = endpoint.first;
  if (!server) return NOT_FAST;
  if ((server.sleeping | thread.impatient) !== 0) return NOT_FAST;
  if (thread.nesting >= <u32>MessageLimit.NESTING) return NOT_FAST;
  if (Message.long(info)) {
    if (capabilitiesOf(info) !== 0 && !capability.allows(Right.GRANT)) return NOT_FAST;
    if (decodeLong(thread, info) !== KernelError.OK) return NOT_FAST;
  }

  const next = server.queueNext;
  endpoint.first = next;
  if (next) next.queuePrevious = null;
  else endpoint.last = null;
  server.waitObject = 0;
  server.caller = thread;
  server.nesting = thread.nesting + 1;
  thread.callee = server;
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.REPLY;
  server.eax = capability.badge;
  if (Message.long(info)) Way.long(thread, server, info);
  return Way.handOver(thread, server);
}

/** eax is the message's info and the call: the client's frame, or NOT_FAST. */
export function fastReplyReceive(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const client = thread.caller;
  if (!client) return NOT_FAST;
  if (thread.nesting === 0) return NOT_FAST;
  if ((client.sleeping | thread.impatient) !== 0) return NOT_FAST;
  const info = thread.eax;
  const page = thread.space.page(info >>> 16);
  if (page === 0) return NOT_FAST;
  const capability = Space.inPage(page, info >>> 16);
  if ((capability.type & RECEIVE_MASK) !== RECEIVE) return NOT_FAST;
  const endpoint = Endpoint.at(capability.object);
  const last = endpoint.last;
  if (endpoint.receivers === 0) return NOT_FAST;
  const bound = thread.bound;
  if (bound !== 0) {
    if (Notification.at(bound).bits !== 0) return NOT_FAST;
  }
  if (Message.long(info)) {
    if (decodeLong(thread, info) !== KernelError.OK) return NOT_FAST;
    if (capabilitiesOf(info) !== 0 && movesAway(thread, info)) return NOT_FAST;
  }

  thread.queueNext = null;
  thread.queuePrevious = last;
  if (last) last.queueNext = thread;
  else endpoint.first = thread;
  endpoint.last = thread;
  thread.waitObject = <u32>changetype<usize>(endpoint);
  thread.waitCapability = addressOf(capability);
  thread.caller = null;
  thread.nesting = 0;
  client.callee = null;
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.RECEIVING;
  client.eax = 0;
  if (Message.long(info)) Way.long(thread, client, info);
  return Way.handOver(thread, client);
}

/** ebx is the slot to signal, esi the one to wait at: the other thread's frame, or NOT_FAST. */
export function fastSignalWait(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  if (thread.eax !== <u32>Call.NOTIFICATION_SIGNAL_WAIT) return NOT_FAST;
  if ((thread.ebx | thread.esi) >> 16 !== 0) return NOT_FAST;
  const from = thread.space.page(thread.ebx);
  const to = thread.space.page(thread.esi);
  if (from === 0 || to === 0) return NOT_FAST;
  const signals = Space.inPage(from, thread.ebx);
  const waits = Space.inPage(to, thread.esi);
  if ((signals.type & SIGNAL_MASK) !== SIGNAL) return NOT_FAST;
  if ((waits.type & WAIT_MASK) !== WAIT) return NOT_FAST;
  const target = Notification.at(signals.object);
  const own = Notification.at(waits.object);
  const next = target.first;
  if (!next || own.bits !== 0 || target === own) return NOT_FAST;
  // They keep each other's place with the scheduler: within a group that is fair.
  if (next.group !== thread.group || (next.sleeping | thread.impatient) !== 0) return NOT_FAST;
  if (next.schedule !== next.own || thread.schedule !== thread.own) return NOT_FAST;

  const now = clockNow();
  Waiting.remove(next);
  changetype<Waiting>(changetype<usize>(own)).push(thread);
  thread.waitCapability = <u32>changetype<usize>(waits);
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.NOTIFICATION;
  next.eax = target.bits | signals.badge;
  target.bits = 0;
  exchangeForGood(thread, next, now);
  return Way.goOn(next);
}
