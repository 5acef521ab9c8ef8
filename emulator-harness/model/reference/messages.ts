// Messages in the reference: call, send, receive, reply; queues in the order of coming.
import {
  AuditEvent,
  Kind,
  MessageBuffer,
  MessageInfo,
  MessageLimit,
  MOVE,
  Right,
} from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { derive, move, unlink } from "./derivation.ts";
import { cancel, part } from "./ends.ts";
import { writable } from "./memory.ts";
import type { Capability, Endpoint, Message, Reply, Thread } from "./things.ts";
import { answer, block, type World } from "./world.ts";

/** A message call as it stands in registers. */
export interface Request {
  slot: number;
  extra: number;
  capabilities: number;
  words: number[];
}

/** Size of the linear memory of every program here. */
const NO_WORDS = [0, 0, 0, 0];

export function messageCall(world: World, request: Request): void {
  const { caller } = world;
  const capability = world.lookup(request.slot, Kind.ENDPOINT, Right.SEND);
  decodeCapabilities(world, request, capability);
  decodeRequest(world, request);
  world.require(caller.nesting < MessageLimit.NESTING, KernelError.TOO_DEEP);
  const message = messageOf(request, capability.badge);
  const server = receiverAt(capability.object as Endpoint);
  if (!server) {
    queueAsSender(caller, "calling", capability, message);
    return;
  }
  deliver(world, caller, server, message);
  awaitReply(caller, server);
}

export function messageSend(world: World, request: Request): void {
  const { caller } = world;
  const capability = world.lookup(request.slot, null);
  if (capability.kind !== Kind.REPLY && capability.kind !== Kind.ENDPOINT) {
    world.refuse(KernelError.WRONG_KIND);
  }
  world.lookup(request.slot, null, Right.SEND);
  if (capability.kind === Kind.REPLY) {
    decodeRequest(world, request);
    replySaved(world, capability, request);
    return;
  }
  decodeCapabilities(world, request, capability);
  decodeRequest(world, request);
  const message = messageOf(request, capability.badge);
  const receiver = receiverAt(capability.object as Endpoint);
  if (!receiver) {
    queueAsSender(caller, "sending", capability, message);
    return;
  }
  deliver(world, caller, receiver, message);
  answer(caller, 0);
}

/** The one to whom a saved call is answered; the capability is used up. */
function replySaved(world: World, capability: Capability, request: Request): void {
  const client = (capability.object as Reply).caller!;
  client.owedBy = null;
  unlink(capability);
  deliver(world, world.caller, client, messageOf(request, 0));
  answer(world.caller, 0);
}

export function messageReceive(world: World, request: Request): void {
  const capability = world.lookup(request.slot, Kind.ENDPOINT, Right.RECEIVE);
  if (world.caller.caller) cancel(world.caller.caller, KernelError.CANCELED);
  receive(world, capability);
}

export function messageReply(world: World, request: Request): void {
  decodeRequest(world, request);
  world.require(world.caller.caller !== null, KernelError.NO_CALLER);
  reply(world, request);
  answer(world.caller, 0);
}

export function messageReplyReceive(world: World, request: Request): void {
  const capability = world.lookup(request.slot, Kind.ENDPOINT, Right.RECEIVE);
  decodeRequest(world, request);
  if (world.caller.caller) reply(world, request);
  // The reply may have moved the capability away.
  const still = world.caller.process.space.slots.get(request.slot) === capability;
  world.require(still, KernelError.INVALID_CAPABILITY);
  receive(world, capability);
}

function reply(world: World, request: Request): void {
  const client = world.caller.caller!;
  part(client);
  deliver(world, world.caller, client, messageOf(request, 0));
}

function receive(world: World, capability: Capability): void {
  const { caller } = world;
  const { bound } = caller;
  if (bound && bound.bits !== 0) {
    answerBits(caller, bound.bits);
    bound.bits = 0;
    return;
  }
  const endpoint = capability.object as Endpoint;
  const sender = endpoint.senders.shift();
  if (!sender) {
    block(caller, "receiving", endpoint);
    caller.through = capability;
    endpoint.receivers.push(caller);
    return;
  }
  const calls = sender.wait === "calling";
  deliver(world, sender, caller, sender.outgoing!);
  answer(sender, 0);
  if (calls) awaitReply(sender, caller);
}

/** A receive that ends with bits of the bound notification. */
export function answerBits(thread: Thread, bits: number): void {
  answer(thread, MessageInfo.NOTIFIED, [bits, 0, 0, 0]);
}

/** The client waits for this server, which runs on the client's account. */
function awaitReply(client: Thread, server: Thread): void {
  client.answer = null;
  client.wait = "nothing";
  block(client, "reply", null);
  client.owedBy = server;
  server.caller = client;
  server.lent = true;
  server.nesting = client.nesting + 1;
}

function receiverAt(endpoint: Endpoint): Thread | undefined {
  return endpoint.receivers.shift();
}

function queueAsSender(
  sender: Thread,
  wait: "calling" | "sending",
  capability: Capability,
  message: Message,
): void {
  const endpoint = capability.object as Endpoint;
  block(sender, wait, endpoint);
  sender.through = capability;
  sender.outgoing = message;
  endpoint.senders.push(sender);
}

function messageOf({ words, extra, capabilities }: Request, badge: number): Message {
  return { words, extra, capabilities, badge };
}

function decodeCapabilities(world: World, request: Request, through: Capability): void {
  const allowed = (through.rights & Right.GRANT) !== 0;
  if (request.capabilities > 0 && !allowed) world.refuse(KernelError.MISSING_RIGHT);
}

function decodeRequest(world: World, { extra, capabilities }: Request): void {
  const buffered = world.caller.buffer !== 0;
  world.require(capabilities <= MessageLimit.CAPABILITIES, KernelError.BAD_ARGUMENT);
  world.require(extra <= MessageLimit.EXTRA, KernelError.BAD_ARGUMENT);
  world.require(buffered || capabilities + extra === 0, KernelError.BAD_ARGUMENT);
}

/** The receiver's receive or call is over with this message. */
function deliver(world: World, sender: Thread, receiver: Thread, message: Message): void {
  if (receiver.buffer === 0 || message.extra + message.capabilities === 0) {
    answer(receiver, message.badge, message.words ?? NO_WORDS);
    return;
  }
  const came = transfer(world, sender, receiver, message.capabilities);
  const result =
    message.badge |
    (came << MessageInfo.RECEIVED_CAPABILITIES_SHIFT) |
    (message.extra << MessageInfo.RECEIVED_EXTRA_SHIFT);
  answer(receiver, result, message.words, sender.extra.slice(0, message.extra));
}

/** Capabilities from the sender's slots to the receiver's, until one cannot go; how many went. */
function transfer(world: World, sender: Thread, receiver: Thread, count: number): number {
  for (let i = 0; i < count; i++) {
    const moves = (sender.sends[i] & MOVE) !== 0;
    const slot = (sender.sends[i] & ~MOVE) >>> 0;
    const source = sender.process.space.slots.get(slot);
    const target = receiver.receives[i];
    const { space } = receiver.process;
    if (!source || (!moves && source.kind === Kind.REPLY)) return i;
    if (target === 0 || target >= space.size || space.slots.has(target)) return i;
    if (moves) move(source, space, target);
    else derive(source, space, target, Right.ALL, 0);
    const { kind, rights } = space.slots.get(target)!;
    world.auditBy(sender.process, AuditEvent.TRANSFER, kind, rights, source.object);
  }
  return count;
}

/** Where longer messages are; refused unless the whole buffer is memory of the caller's. */
export function messageBuffer(world: World, address: number): void {
  const { caller } = world;
  world.require(address % MessageBuffer.BYTES === 0, KernelError.BAD_ARGUMENT);
  const { process } = caller;
  const there = address === 0 || writable(process, address, MessageBuffer.BYTES);
  world.require(there, KernelError.BAD_ADDRESS);
  caller.buffer = address;
  caller.sends = [0, 0, 0, 0];
  caller.receives = [0, 0, 0, 0];
  answer(caller, 0);
}
