/**
 * Calls and their ends: replies once, timeouts, and what is heard when the other side dies or the
 * endpoint goes.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { badgeOf, bytes, infoOf, receiveInto } from "../lib/message";
import { grant } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { empty, look } from "./look";
import { begin, drop, endsWith, give, make, MILLISECOND, mint, partner } from "./partners";
import { pause, thread } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const places: usize = memory.data(512, 16);
const answers: usize = memory.data(128, 4);
const heard: usize = memory.data(128, 4);
let saved: u32 = 0;

export function callTests(): void {
  if (is("a-reply-from-another-thread")) replyLater();
  if (is("a-reply-is-given-once")) replyOnce();
  if (is("a-new-receive-gives-the-caller-up")) givenUp();
  if (is("a-saved-caller-is-dropped")) savedDropped();
  if (is("a-timeout-in-the-queue")) timeoutQueue();
  if (is("a-timeout-in-the-call")) timeoutCall();
  if (is("a-timeout-of-a-saved-caller")) timeoutSaved();
  if (is("a-timeout-of-a-receive")) timeoutReceive();
  if (is("the-server-dies-before-it-receives")) serverBefore();
  if (is("the-server-dies-after-it-received")) serverAfter();
  if (is("the-client-dies-in-the-queue")) clientQueue();
  if (is("the-client-dies-in-the-call")) clientCall();
  if (is("the-endpoint-ends-while-senders-wait")) sendersWait(false);
  if (is("the-endpoint-is-revoked-while-senders-wait")) sendersWait(true);
  if (is("the-endpoint-ends-while-receivers-wait")) receiversWait(false);
  if (is("the-endpoint-is-revoked-while-receivers-wait")) receiversWait(true);
  if (is("first-come-first-served")) inOrder();
}

function infoAt(slot: u32): u32 {
  return infoOf(slot, 0, 0);
}

function place(number: u32): usize {
  return places + ((<usize>number) << 4);
}

function noted(number: u32): i32 {
  return load<i32>(answers + ((<usize>number) << 2));
}

function times(number: u32): u32 {
  return load<u32>(heard + ((<usize>number) << 2));
}

function note(number: u32, answer: i32): void {
  store<i32>(answers + ((<usize>number) << 2), answer);
  store<u32>(heard + ((<usize>number) << 2), times(number) + 1);
}

/** Starts a partner in a role at an endpoint. */
function at(role: string, endpoint: u32, rights: u32, number: u32 = 0): u32 {
  partner(role, number);
  give(endpoint, rights);
  return begin();
}

function answerer(_: u32): void {
  pause();
  store<u32>(place(1), 4711);
  note(0, kernel.messageSend(infoAt(saved), place(1)));
  kernel.threadExit();
}

function replyLater(): void {
  const door = make(Kind.ENDPOINT);
  saved = takeSlot();
  const client = at("role-call", door, Right.SEND);
  const second = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  done(kernel.replySave(saved), "saved");
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "it is no caller any more");
  done(kernel.messageReceive(infoAt(door), words), "another call meanwhile");
  expect(kernel.replySave(saved), KernelError.SLOT_IN_USE, "that slot is in use");
  expect(kernel.replySave(0), KernelError.BAD_ARGUMENT, "slot 0");
  done(kernel.messageReply(0, words), "the second one is answered first");
  endsWith(second, 0, "it is");
  thread(answerer.index);
  endsWith(client, 0, "the first one by another thread");
  pause();
  same(noted(0), 0, "a reply");
  empty(saved, "it is used up");
}

function replyOnce(): void {
  const door = make(Kind.ENDPOINT);
  const none = KernelError.NO_CALLER;
  expect(kernel.messageReply(0, words), none, "before anything was received");
  expect(kernel.replySave(takeSlot()), none, "nobody to save");
  const client = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  done(kernel.messageReply(0, words), "the reply");
  expect(kernel.messageReply(0, words), none, "twice");
  endsWith(client, 0, "the client");
  const next = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  saved = takeSlot();
  done(kernel.replySave(saved), "saved");
  done(kernel.messageSend(infoAt(saved), words), "answered");
  const gone = KernelError.INVALID_CAPABILITY;
  expect(kernel.messageSend(infoAt(saved), words), gone, "answered twice");
  endsWith(next, 0, "the client");
  kernel.messageTimeout(MILLISECOND);
  const late = KernelError.TIMED_OUT;
  expect(kernel.messageReplyReceive(infoAt(door), words), late, "no caller is no mistake here");
  kernel.messageTimeout(0);
}

function givenUp(): void {
  const door = make(Kind.ENDPOINT);
  const first = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  const second = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "another one");
  endsWith(first, KernelError.CANCELED, "the first is given up");
  done(kernel.messageReply(0, words), "a reply");
  endsWith(second, 0, "goes to the second");
}

function savedDropped(): void {
  const door = make(Kind.ENDPOINT);
  const client = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  const slot = takeSlot();
  done(kernel.replySave(slot), "saved");
  const elsewhere = takeSlot();
  done(kernel.capabilityMove(slot, elsewhere), "moved");
  expect(kernel.messageCall(infoAt(elsewhere), words), KernelError.WRONG_KIND, "it takes no call");
  expect(kernel.messageReceive(infoAt(elsewhere), words), KernelError.WRONG_KIND, "nor receive");
  drop(elsewhere);
  endsWith(client, KernelError.CANCELED, "the client is told");
}

function timeoutQueue(): void {
  const door = make(Kind.ENDPOINT);
  kernel.messageTimeout(2 * MILLISECOND);
  for (let i = 0; i < 3; i++) {
    const from = kernel.clock();
    expect(kernel.messageCall(infoAt(door), words), KernelError.TIMED_OUT, "nobody receives");
    const ns = kernel.clock() - from;
    check(ns >= 2 * MILLISECOND && ns < 3 * MILLISECOND, "after its patience");
    expect(kernel.messageSend(infoAt(door), words), KernelError.TIMED_OUT, "a send");
  }
  kernel.messageTimeout(0);
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageReceive(infoAt(door), words), KernelError.TIMED_OUT, "the queue is empty");
  kernel.messageTimeout(0);
}

function timeoutCall(): void {
  const door = make(Kind.ENDPOINT);
  for (let i = 0; i < 3; i++) {
    const client = at("role-call-patiently", door, Right.SEND, 2000);
    done(kernel.messageReceive(infoAt(door), words), "a call");
    endsWith(client, KernelError.TIMED_OUT, "no answer in time");
    expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "too late");
  }
  // The patience bounds the whole call: the time in the queue counts.
  const client = at("role-call-patiently", door, Right.SEND, 4000);
  pause(3 * MILLISECOND);
  done(kernel.messageReceive(infoAt(door), words), "received after a while");
  pause(2 * MILLISECOND);
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "too late altogether");
  endsWith(client, KernelError.TIMED_OUT, "the client");
}

function timeoutSaved(): void {
  const door = make(Kind.ENDPOINT);
  const client = at("role-call-patiently", door, Right.SEND, 2000);
  done(kernel.messageReceive(infoAt(door), words), "a call");
  const slot = takeSlot();
  done(kernel.replySave(slot), "saved");
  endsWith(client, KernelError.TIMED_OUT, "no answer in time");
  empty(slot, "the capability went with the call");
  expect(kernel.messageSend(infoAt(slot), words), KernelError.INVALID_CAPABILITY, "too late");
}

function timeoutReceive(): void {
  const door = make(Kind.ENDPOINT);
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageReceive(infoAt(door), words), KernelError.TIMED_OUT, "nobody sends");
  const client = at("role-call", door, Right.SEND);
  done(kernel.messageReceive(infoAt(door), words), "somebody does");
  const late = KernelError.TIMED_OUT;
  expect(kernel.messageReplyReceive(infoAt(door), words), late, "nobody else");
  endsWith(client, 0, "but the reply was given");
  const waits = mint(Slot.SELF, Right.OBSERVE);
  partner("role-nap");
  const child = begin();
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.processWait(child, null), KernelError.TIMED_OUT, "a wait for an end");
  kernel.messageTimeout(0);
  drop(child);
  drop(waits);
}

function caller(number: u32): void {
  note(number, kernel.messageCall(infoAt(saved), place(number)));
  kernel.threadExit();
}

/** An endpoint that is the server's own ends with it; one that is not waits for the next server. */
function serverBefore(): void {
  bytes();
  const talk = make(Kind.ENDPOINT);
  saved = takeSlot();
  receiveInto(0, saved);
  partner("role-own-endpoint");
  give(talk, Right.SEND | Right.GRANT);
  grant(Slot.GROUP, Slot.GROUP, Right.CREATE, 0);
  const owner = begin();
  done(kernel.messageReceive(infoAt(talk), words), "its endpoint");
  check(look(saved), "a copy of it");
  for (let i: u32 = 0; i < 3; i++) thread(caller.index, i);
  pause();
  drop(owner);
  pause();
  for (let i: u32 = 0; i < 3; i++) {
    same(noted(i), -KernelError.CANCELED, "who waited is told");
    same(times(i), 1, "once");
  }
  empty(saved, "the copy went too");
  const door = make(Kind.ENDPOINT);
  const first = at("role-nap", door, Right.RECEIVE);
  saved = door;
  thread(caller.index, 4);
  pause();
  drop(first);
  pause();
  same(times(4), 0, "another's endpoint goes on");
  const next = at("role-serve", door, Right.RECEIVE);
  pause();
  same(noted(4), 0, "the next server answers");
  same(times(4), 1, "once");
  drop(next);
}

/** It exits, traps, is killed, or forgotten, with the caller saved or not. */
function serverAfter(): void {
  const door = make(Kind.ENDPOINT);
  saved = door;
  const ends: StaticArray<string> = [
    "role-receive-and-exit",
    "role-receive-and-trap",
    "role-receive-and-nap",
    "role-receive-and-nap",
    "role-save-and-exit",
  ];
  for (let i: u32 = 0; i < 5; i++) {
    const server = at(ends[i], door, Right.RECEIVE);
    thread(caller.index, i);
    pause();
    if (i === 2) done(kernel.processKill(server), "a kill");
    drop(server);
    pause();
    same(noted(i), -KernelError.CANCELED, "the client is told");
    same(times(i), 1, "once");
  }
}

function clientQueue(): void {
  const door = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) {
    partner(i % 2 === 0 ? "role-call" : "role-send");
    give(door, Right.SEND, 1);
    const dies = begin();
    pause();
    partner("role-call");
    give(door, Right.SEND, 2);
    const lives = begin();
    pause();
    if (i < 2) done(kernel.processKill(dies), "a kill");
    drop(dies);
    const got = done(kernel.messageReceive(infoAt(door), words), "a call");
    same(badgeOf(<i32>got), 2, "the living one's");
    done(kernel.messageReply(0, words), "a reply");
    endsWith(lives, 0, "there and back");
  }
}

function clientCall(): void {
  const door = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) {
    const dies = at("role-call", door, Right.SEND);
    done(kernel.messageReceive(infoAt(door), words), "a call");
    if (i >= 2) done(kernel.replySave(takeSlot()), "saved");
    if (i % 2 === 0) done(kernel.processKill(dies), "a kill");
    drop(dies);
    expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "nobody is there");
    const next = at("role-call", door, Right.SEND);
    done(kernel.messageReceive(infoAt(door), words), "the server goes on");
    done(kernel.messageReply(0, words), "a reply");
    endsWith(next, 0, "there and back");
  }
  for (let slot: u32 = 200; slot < 250; slot++) empty(slot, "no reply is left");
}

function sender(number: u32): void {
  const from = number & 1 ? saved : saved - 1;
  const info = infoAt(from);
  if (number & 2) note(number, kernel.messageSend(info, place(number)));
  else note(number, kernel.messageCall(info, place(number)));
  kernel.threadExit();
}

/** Odd ones wait through a copy: a revocation ends their waits and no others. */
function sendersWait(revokes: bool): void {
  const door = make(Kind.ENDPOINT);
  saved = mint(door, Right.SEND);
  same(saved, door + 1, "the copy's slot is the next");
  for (let i: u32 = 0; i < 6; i++) thread(sender.index, i);
  pause();
  if (revokes) done(kernel.capabilityRevoke(door), "a revocation");
  else done(kernel.capabilityDelete(door), "the end");
  pause();
  for (let i: u32 = 0; i < 6; i++) {
    if (revokes && (i & 1) === 0) {
      same(times(i), 0, "it waits on");
      continue;
    }
    same(noted(i), -KernelError.CANCELED, "it is told");
    same(times(i), 1, "once");
  }
  if (!revokes) return;
  const server = at("role-serve", door, Right.RECEIVE);
  pause();
  for (let i: u32 = 0; i < 6; i++) {
    same(times(i), 1, "everybody has heard once");
    if ((i & 1) === 0) same(noted(i), 0, "and who waited on was served");
  }
  drop(server);
}

function receiver(number: u32): void {
  const from = number & 1 ? saved : saved - 1;
  note(number, kernel.messageReceive(infoAt(from), place(number)));
  kernel.threadExit();
}

function receiversWait(revokes: bool): void {
  const door = make(Kind.ENDPOINT);
  saved = mint(door, Right.RECEIVE);
  same(saved, door + 1, "the copy's slot is the next");
  for (let i: u32 = 0; i < 6; i++) thread(receiver.index, i);
  pause();
  if (revokes) done(kernel.capabilityRevoke(door), "a revocation");
  else done(kernel.capabilityDelete(door), "the end");
  pause();
  for (let i: u32 = 0; i < 6; i++) {
    const waitsOn = revokes && (i & 1) === 0;
    same(times(i), waitsOn ? 0 : 1, "who hears");
    if (!waitsOn) same(noted(i), -KernelError.CANCELED, "and what");
  }
  if (!revokes) return;
  for (let i: u32 = 0; i < 3; i++) {
    done(kernel.messageSend(infoAt(door), words), "a message for each that waits");
  }
  pause();
  for (let i: u32 = 0; i < 6; i += 2) same(noted(i), 0, "it came");
}

/** Eight clients whose order of coming is not that of their making. */
function inOrder(): void {
  const door = make(Kind.ENDPOINT);
  const clients: StaticArray<u32> = [0, 0, 0, 0, 0, 0, 0, 0];
  for (let round: u32 = 0; round < 3; round++) {
    for (let i: u32 = 0; i < 8; i++) {
      partner("role-call-later", (i * 5 + round) % 8);
      give(door, Right.SEND, 1 + ((i * 5 + round) % 8));
      clients[i] = begin();
    }
    pause(6 * MILLISECOND);
    let got = kernel.messageReceive(infoAt(door), words);
    for (let i: u32 = 1; i <= 8; i++) {
      same(badgeOf(got), i, "whose turn it is");
      if (i < 8) got = kernel.messageReplyReceive(infoAt(door), words);
    }
    done(kernel.messageReply(0, words), "the last reply");
    for (let i: u32 = 0; i < 8; i++) endsWith(clients[i], 0, "a client");
  }
}
