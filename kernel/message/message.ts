/**
 * Messages: send, call, receive, reply, in the general case. What two threads that are ready for each other do
 * with four words is `fast.ts`.
 *
 * Each returns what the caller is answered if it goes on now.
 */
import { Kind, MessageLimit, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { addressOf, Capability, capabilityUnlink } from "../capability/capability";
import { found, lookup, lookupAny } from "../capability/space";
import { Endpoint } from "../object/endpoint";
import { Waiting } from "../object/queue";
import { sleepRemove } from "../object/sleep";
import { Thread, wakeAt } from "../object/thread";
import { donate, part } from "./donation";
import { answerBits, boundBits } from "./signal";
import { capabilitiesOf, decodeInfo, deliver } from "./transfer";
import { resume, waitAt, waitCancel } from "./wait";

/** messageCall. */
export function call(thread: Thread, info: u32, now: u64): i32 {
  const refusal = decodeSend(thread, info, Kind.ENDPOINT);
  if (refusal !== KernelError.OK) return -refusal;
  if (thread.nesting >= <u32>MessageLimit.NESTING) return -KernelError.TOO_DEEP;
  return actSend(thread, info, found, WaitKind.CALLING, now);
}

/** messageSend, to an endpoint or as the reply to a saved caller. */
export function send(thread: Thread, info: u32, now: u64): i32 {
  const refusal = decodeSend(thread, info, Kind.EMPTY);
  if (refusal !== KernelError.OK) return -refusal;
  if (found.kind === Kind.REPLY) return actReplySaved(thread, info, found, now);
  return actSend(thread, info, found, WaitKind.SENDING, now);
}

/** Finds the capability to send through: an endpoint's, or with EMPTY a reply's as well. */
function decodeSend(thread: Thread, info: u32, kind: Kind): KernelError {
  const refusal = lookupAny(thread.space, info >>> 16);
  if (refusal !== KernelError.OK) return refusal;
  const capability = found;
  const reply = kind === Kind.EMPTY && capability.kind === Kind.REPLY;
  if (!reply && capability.kind !== Kind.ENDPOINT) return KernelError.WRONG_KIND;
  if (!capability.allows(Right.SEND)) return KernelError.MISSING_RIGHT;
  if (!reply && capabilitiesOf(info) !== 0 && !capability.allows(Right.GRANT)) {
    return KernelError.MISSING_RIGHT;
  }
  return decodeInfo(thread, info);
}

function actSend(thread: Thread, info: u32, capability: Capability, wait: WaitKind, now: u64): i32 {
  const endpoint = Endpoint.at(capability.object);
  const receiver = endpoint.receivers !== 0 ? endpoint.first : null;
  if (!receiver) {
    endpoint.receivers = 0;
    thread.waitInfo = info;
    thread.waitBadge = capability.badge;
    thread.waitCapability = addressOf(capability);
    waitAt(capability.object, thread, wait, now);
    return 0;
  }
  Waiting.remove(receiver);
  deliver(thread, receiver, info, capability.badge);
  if (wait === WaitKind.SENDING) {
    resume(receiver, now);
    return 0;
  }
  awaitReply(thread, now);
  hand(thread, receiver, now);
  return 0;
}

/** The running thread waits for a reply, without telling the scheduler yet. */
function awaitReply(thread: Thread, now: u64): void {
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.REPLY;
  if (thread.timeoutNs !== 0) wakeAt(thread.index, now + thread.timeoutNs);
}

/** A receiver that has been waiting takes over a call. */
function hand(client: Thread, server: Thread, now: u64): void {
  if (server.sleeping !== 0) sleepRemove(server.index);
  server.state = ThreadState.READY;
  server.wait = WaitKind.NONE;
  donate(client, server, now);
}

/** messageReceive. A caller that was not replied to is given up. */
export function receive(thread: Thread, info: u32, now: u64): i32 {
  const refusal = lookup(thread.space, info >>> 16, Kind.ENDPOINT, Right.RECEIVE);
  if (refusal !== KernelError.OK) return -refusal;
  const capability = found;
  const owed = thread.caller;
  if (owed) waitCancel(owed, KernelError.CANCELED, now);
  return actReceive(thread, capability, now);
}

function actReceive(thread: Thread, capability: Capability, now: u64): i32 {
  const bits = boundBits(thread);
  if (bits !== 0) {
    answerBits(thread, bits);
    return <i32>thread.eax;
  }
  const endpoint = Endpoint.at(capability.object);
  const sender = endpoint.receivers === 0 ? endpoint.first : null;
  if (!sender) {
    endpoint.receivers = 1;
    thread.waitCapability = addressOf(capability);
    waitAt(capability.object, thread, WaitKind.RECEIVING, now);
    return 0;
  }
  Waiting.remove(sender);
  deliver(sender, thread, sender.waitInfo, sender.waitBadge);
  const answer = <i32>thread.eax;
  if (sender.wait === <u32>WaitKind.CALLING) {
    // Its patience, if it has any, goes on: it bounds the whole call.
    sender.wait = WaitKind.REPLY;
    donate(sender, thread, now);
  } else {
    sender.eax = 0;
    resume(sender, now);
  }
  return answer;
}

/** messageReply: to the latest caller. */
export function reply(thread: Thread, info: u32, now: u64): i32 {
  const refusal = decodeInfo(thread, info);
  if (refusal !== KernelError.OK) return -refusal;
  const client = thread.caller;
  if (!client) return -KernelError.NO_CALLER;
  actReply(thread, client, info, now);
  return 0;
}

function actReply(thread: Thread, client: Thread, info: u32, now: u64): void {
  deliver(thread, client, info, 0);
  client.state = ThreadState.READY;
  part(client, now);
  resume(client, now);
}

/** messageReplyReceive: replies if there is a caller, then receives. */
export function replyReceive(thread: Thread, info: u32, now: u64): i32 {
  let refusal = lookup(thread.space, info >>> 16, Kind.ENDPOINT, Right.RECEIVE);
  if (refusal !== KernelError.OK) return -refusal;
  const wrong = decodeInfo(thread, info);
  if (wrong !== KernelError.OK) return -wrong;
  const client = thread.caller;
  if (client) actReply(thread, client, info, now);
  // The reply may have carried the very capability away, and even brought another one there.
  refusal = lookup(thread.space, info >>> 16, Kind.ENDPOINT, Right.RECEIVE);
  return refusal !== KernelError.OK ? -refusal : actReceive(thread, found, now);
}

/** A saved caller is replied to once: the capability goes with it. */
function actReplySaved(thread: Thread, info: u32, capability: Capability, now: u64): i32 {
  const client = Thread.at(capability.object);
  assert(client.replyCapability === addressOf(capability));
  client.replyCapability = 0;
  capabilityUnlink(capability);
  deliver(thread, client, info, 0);
  resume(client, now);
  return 0;
}
