/**
 * Messages: floods, calls that are never answered, peers that die, answers given twice.
 */
import { Kind, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { ExitReason } from "../../kernel/abi/traps";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { bytes, capabilitiesOf, infoOf, notified, receiveInto, sendMove } from "../lib/message";
import { ended, grant, record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect } from "./answers";
import { awaitEnd, begin, child, drop, make, thread } from "./children";
import { Place } from "./kit";
import { ROLE_ENDPOINT } from "./roles";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const otherWords: usize = memory.data(16, 16);
const MILLISECOND: u64 = 1000000;

export function messages(): void {
  if (is("message-flood")) flood();
  if (is("call-flood")) callFlood();
  if (is("half-open-call")) halfOpen();
  if (is("server-never-replies")) neverReplies();
  if (is("client-dies-mid-call")) clientDies();
  if (is("server-dies-mid-call")) serverDies();
  if (is("server-saves-and-dies")) serverSaves();
  if (is("reply-twice")) replyTwice();
  if (is("reply-save-and-drop")) saveAndDrop();
  if (is("reply-without-caller")) withoutCaller();
  if (is("reply-is-not-copied")) replyNotCopied();
  if (is("full-receive-slots")) fullSlots();
  if (is("signal-storm")) signalStorm();
  if (is("timeout-wraps")) timeoutWraps();
  if (is("endpoint-carries-itself")) carriesItself();
  if (is("message-counts")) messageCounts();
}

/** Starts a child that plays a role at an endpoint. */
function at(role: string, endpoint: u32, rights: u32, number: u32 = 0): u32 {
  child(role, number);
  grant(endpoint, ROLE_ENDPOINT, rights, 0);
  return begin();
}

let flooded: u32 = 0;

function flooder(endpoint: u32): void {
  kernel.messageTimeout(MILLISECOND);
  for (let i: u32 = 0; i < 20; i++) {
    if (kernel.messageSend(infoOf(endpoint, 0, 0), words) === -KernelError.TIMED_OUT) flooded++;
  }
  kernel.threadExit();
}

/** Nobody receives: every sender gets its time-out, each time. */
function flood(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 12; i++) thread(flooder.index, endpoint);
  kernel.sleepUntil(kernel.clock() + 60 * MILLISECOND);
  check(flooded === 12 * 20);
  count(flooded);
}

/** As many calls as go into a server of its own. */
function callFlood(): void {
  const endpoint = make(Kind.ENDPOINT);
  const server = at("role-serve", endpoint, Right.RECEIVE);
  for (let i: u32 = 0; i < 4000; i++) done(kernel.messageCall(infoOf(endpoint, 0, 0), words));
  drop(server);
}

/** A call is received and forgotten; the caller's time-out bounds it, the late reply finds nobody. */
function halfOpen(): void {
  const endpoint = make(Kind.ENDPOINT);
  const client = at("role-call", endpoint, Right.SEND, 2000);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  awaitEnd(client);
  check(ended.code === KernelError.TIMED_OUT);
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  drop(client);
}

function neverReplies(): void {
  const endpoint = make(Kind.ENDPOINT);
  const server = at("role-receive-nap", endpoint, Right.RECEIVE);
  kernel.messageTimeout(3 * MILLISECOND);
  for (let i: u32 = 0; i < 5; i++) {
    expect(kernel.messageCall(infoOf(endpoint, 0, 0), words), KernelError.TIMED_OUT);
  }
  drop(server);
}

function clientDies(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 6; i++) {
    const client = at("role-call", endpoint, Right.SEND, 50000);
    done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
    if ((i & 1) === 0) done(kernel.processKill(client));
    else drop(client);
    expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
    if ((i & 1) === 0) drop(client);
  }
}

function serverDies(): void {
  for (let i: u32 = 0; i < 4; i++) {
    const endpoint = make(Kind.ENDPOINT);
    const server = at("role-receive-exit", endpoint, Right.RECEIVE);
    expect(kernel.messageCall(infoOf(endpoint, 0, 0), words), KernelError.CANCELED);
    awaitEnd(server);
    check(ended.reason === ExitReason.EXITED);
    drop(server);
    drop(endpoint);
  }
}

/** The server dies with the saved caller in a slot: the caller hears of it once. */
function serverSaves(): void {
  const endpoint = make(Kind.ENDPOINT);
  const server = at("role-save-exit", endpoint, Right.RECEIVE);
  expect(kernel.messageCall(infoOf(endpoint, 0, 0), words), KernelError.CANCELED);
  awaitEnd(server);
  check(ended.code === 0);
  drop(server);
}

function replyTwice(): void {
  const endpoint = make(Kind.ENDPOINT);
  const client = at("role-call", endpoint, Right.SEND, 0);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  done(kernel.messageReply(0, words));
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  expect(kernel.replySave(takeSlot()), KernelError.NO_CALLER);
  awaitEnd(client);
  check(ended.code === 0);
  const saved = takeSlot();
  const second = at("role-call", endpoint, Right.SEND, 0);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  done(kernel.replySave(saved));
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  done(kernel.messageSend(infoOf(saved, 0, 0), words));
  expect(kernel.messageSend(infoOf(saved, 0, 0), words), KernelError.INVALID_CAPABILITY);
  awaitEnd(second);
  check(ended.code === 0);
}

function saveAndDrop(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) {
    const client = at("role-call", endpoint, Right.SEND, 0);
    done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
    const saved = takeSlot();
    done(kernel.replySave(saved));
    done(kernel.capabilityDelete(saved));
    awaitEnd(client);
    check(ended.code === KernelError.CANCELED);
    drop(client);
  }
}

function withoutCaller(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 1000; i++) {
    expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
    expect(kernel.replySave(40), KernelError.NO_CALLER);
  }
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageReplyReceive(infoOf(endpoint, 0, 0), words), KernelError.TIMED_OUT);
}

/** A saved caller is one answer: not to be minted, not to be copied by a message. */
function replyNotCopied(): void {
  const endpoint = make(Kind.ENDPOINT);
  const client = at("role-call", endpoint, Right.SEND, 0);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  const saved = takeSlot();
  done(kernel.replySave(saved));
  expect(kernel.capabilityMint(saved, takeSlot(), Right.ALL, 0), KernelError.NOT_PERMITTED);
  expect(kernel.messageCall(infoOf(saved, 0, 0), words), KernelError.WRONG_KIND);
  expect(kernel.messageReceive(infoOf(saved, 0, 0), words), KernelError.WRONG_KIND);
  child("role-exit");
  grant(saved, 20, Right.ALL, 0);
  record.target = takeSlot();
  expect(kernel.processSpawn(record), KernelError.NOT_PERMITTED);
  const moved = takeSlot();
  done(kernel.capabilityMove(saved, moved));
  done(kernel.messageSend(infoOf(moved, 0, 0), words));
  awaitEnd(client);
  check(ended.code === 0);
}

let takenAnswer: i32 = 0;
const buffers: usize = memory.data(1024);
const buffer: usize = (buffers + 511) & ~511;

/** A receiver without room: its slots are in use, beyond its space, or 0. */
function fullTaker(endpoint: u32): void {
  kernel.messageBuffer(buffer);
  store<u32>(buffer, Place.REPORT, 16);
  takenAnswer = kernel.messageReceive(infoOf(endpoint, 0, 0), otherWords);
  store<u32>(buffer, 70000, 16);
  takenAnswer |= kernel.messageReceive(infoOf(endpoint, 0, 0), otherWords);
  store<u32>(buffer, 0, 16);
  takenAnswer |= kernel.messageReceive(infoOf(endpoint, 0, 0), otherWords);
  kernel.threadExit();
}

function fullSlots(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const traveller = make(Kind.NOTIFICATION);
  thread(fullTaker.index, endpoint);
  for (let i: u32 = 0; i < 3; i++) {
    sendMove(0, traveller);
    done(kernel.messageSend(infoOf(endpoint, 0, 1), words));
    kernel.sleepUntil(kernel.clock() + 100000);
    check(kindIn(traveller) === Kind.NOTIFICATION);
  }
  check(takenAnswer >= 0 && capabilitiesOf(takenAnswer) === 0);
}

function signalStorm(): void {
  const bell = make(Kind.NOTIFICATION);
  const badged = takeSlot();
  done(kernel.capabilityMint(bell, badged, Right.SIGNAL, 0x7fffffff));
  const endpoint = make(Kind.ENDPOINT);
  done(kernel.notificationBind(bell));
  for (let i: u32 = 0; i < 20000; i++) kernel.notificationSignal(badged);
  const answer = kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  check(answer >= 0 && notified(answer) && load<u32>(words) === 0x7fffffff);
  check(kernel.notificationPoll(bell) === 0);
}

/** The longest patience there is: the clock's value plus it wraps, the wait must not. */
function timeoutWraps(): void {
  const endpoint = make(Kind.ENDPOINT);
  const server = at("role-serve", endpoint, Right.RECEIVE);
  kernel.messageTimeout(0xffffffffffffffff);
  for (let i: u32 = 0; i < 50; i++) done(kernel.messageCall(infoOf(endpoint, 0, 0), words));
  kernel.messageTimeout(0);
  drop(server);
}

/** An endpoint's capability is moved away through itself, by the one who sends with it. */
function carriesItself(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const copy = takeSlot();
  done(kernel.capabilityMint(endpoint, copy, Right.SEND | Right.GRANT, 5));
  receiveInto(0, takeSlot());
  thread(selfCarrier.index, copy);
  kernel.sleepUntil(kernel.clock() + 100000);
  const answer = kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  check(answer >= 0 && capabilitiesOf(answer) === 1 && kindIn(copy) === Kind.EMPTY);
}

function selfCarrier(slot: u32): void {
  kernel.messageBuffer(buffer);
  store<u32>(buffer, slot | 0x80000000);
  kernel.messageSend(infoOf(slot, 0, 1), otherWords);
  kernel.threadExit();
}

/** More words and capabilities than a message has, and none without a buffer. */
function messageCounts(): void {
  const endpoint = make(Kind.ENDPOINT);
  const info = endpoint << 16;
  expect(kernel.messageSend(info | (1 << 10), words), KernelError.BAD_ARGUMENT);
  expect(kernel.messageSend(info | (1 << 7), words), KernelError.BAD_ARGUMENT);
  bytes();
  for (let extra: u32 = 61; extra < 64; extra++) {
    expect(kernel.messageSend(info | (extra << 10), words), KernelError.BAD_ARGUMENT);
    expect(kernel.messageReply(extra << 10, words), KernelError.BAD_ARGUMENT);
  }
  for (let capabilities: u32 = 5; capabilities < 8; capabilities++) {
    expect(kernel.messageCall(info | (capabilities << 7), words), KernelError.BAD_ARGUMENT);
  }
}
