/**
 * The fast ways: a call to a server that waits, a reply to a client that waits while nobody else does, and a signal
 * to a thread of the same group that waits, each with a change of address space and nothing decided.
 *
 * Each has a door of its own in the stubs. Whatever is not the simple case goes the way of all calls, which
 * finds everything as it was: nothing is written before the last check. The scheduler sees one schedule
 * number run on; the clock is not read, because time belongs to that number.
 */
import { Kind, MessageLimit, Right } from "../abi/capability";
import { ThreadState, WaitKind } from "../abi/records";
import { clockNow } from "../machine/clock";
import { spaceSwitch, trapFrameUse } from "../machine/processor";
import { RIGHTS_SHIFT } from "../capability/capability";
import { Endpoint } from "../object/endpoint";
import { floatingPointAllow } from "../object/floating-point";
import { Notification } from "../object/notification";
import { Waiting } from "../object/queue";
import { currentSet, exchangeForGood, Thread } from "../object/thread";

/** Not an answer of a fast way: the call goes the way of all calls. */
export const NOT_FAST: usize = 0;
const KIND_AND_FLAGS: u32 = 0xff;
const SEND: u32 = Kind.ENDPOINT | (Right.SEND << RIGHTS_SHIFT);
const RECEIVE: u32 = Kind.ENDPOINT | (Right.RECEIVE << RIGHTS_SHIFT);
const SIGNAL: u32 = Kind.NOTIFICATION | (Right.SIGNAL << RIGHTS_SHIFT);
const WAIT: u32 = Kind.NOTIFICATION | (Right.WAIT << RIGHTS_SHIFT);

/** eax is slot << 16 and the call: the server's frame, or NOT_FAST. */
export function fastCall(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const capability = thread.space.slot(thread.eax >>> 16);
  if (!capability) return NOT_FAST;
  if ((capability.type & (KIND_AND_FLAGS | (Right.SEND << RIGHTS_SHIFT))) !== SEND) return NOT_FAST;
  const endpoint = Endpoint.at(capability.object);
  if (endpoint.receivers === 0) return NOT_FAST;
  const server = endpoint.first;
  if (!server) return NOT_FAST;
  if (server.sleeping !== 0 || thread.timeoutNs !== 0) return NOT_FAST;
  const nesting = thread.nesting;
  if (nesting >= <u32>MessageLimit.NESTING) return NOT_FAST;

  Waiting.remove(server);
  server.caller = thread;
  server.donated = 1;
  server.nesting = nesting + 1;
  thread.callee = server;
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.REPLY;
  server.eax = capability.badge;
  return Way.handOver(thread, server);
}

/** eax is slot << 16 and the call: the client's frame, or NOT_FAST. */
export function fastReplyReceive(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const client = thread.caller;
  if (!client || thread.donated === 0) return NOT_FAST;
  if (client.sleeping !== 0 || thread.timeoutNs !== 0) return NOT_FAST;
  const capability = thread.space.slot(thread.eax >>> 16);
  if (!capability) return NOT_FAST;
  if ((capability.type & (KIND_AND_FLAGS | (Right.RECEIVE << RIGHTS_SHIFT))) !== RECEIVE)
    return NOT_FAST;
  const endpoint = Waiting.at(capability.object);
  if (endpoint.first && Endpoint.at(capability.object).receivers === 0) return NOT_FAST;
  if (thread.bound !== 0 && Notification.at(thread.bound).bits !== 0) return NOT_FAST;

  Endpoint.at(capability.object).receivers = 1;
  endpoint.push(thread);
  thread.waitCapability = <u32>changetype<usize>(capability);
  thread.caller = null;
  thread.donated = 0;
  thread.nesting = 0;
  client.callee = null;
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.RECEIVING;
  client.eax = 0;
  return Way.handOver(thread, client);
}

/** How a fast way ends. */
class Way {
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
    floatingPointAllow(index);
    return changetype<usize>(next);
  }
}

/** ebx is the slot to signal, esi the one to wait at: the other thread's frame, or NOT_FAST. */
export function fastSignalWait(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const signals = thread.space.slot(thread.ebx);
  const waits = thread.space.slot(thread.esi);
  if (!signals || !waits) return NOT_FAST;
  if ((signals.type & (KIND_AND_FLAGS | (Right.SIGNAL << RIGHTS_SHIFT))) !== SIGNAL)
    return NOT_FAST;
  if ((waits.type & (KIND_AND_FLAGS | (Right.WAIT << RIGHTS_SHIFT))) !== WAIT) return NOT_FAST;
  const target = Notification.at(signals.object);
  const own = Notification.at(waits.object);
  const next = target.first;
  if (!next || own.bits !== 0 || target === own) return NOT_FAST;
  // They keep each other's place with the scheduler: within a group that is fair.
  if (next.group !== thread.group || next.sleeping !== 0 || thread.timeoutNs !== 0) return NOT_FAST;
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
