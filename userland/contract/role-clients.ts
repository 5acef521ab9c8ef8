/**
 * Clients and servers of the tests of messages.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import * as kernel from "../lib/kernel";
import {
  badgeOf,
  bytes,
  bytesOf,
  capabilitiesOf,
  infoOf,
  receiveInto,
  sendCopy,
} from "../lib/message";
import { Place } from "./kit";
import { roleAccount } from "./role-accounts";
import { argument, is } from "./select";

const words: usize = memory.data(16, 16);
const COLLECTED: u32 = 40;

export function roleClient(): void {
  if (is("role-add-badge")) addBadge();
  if (is("role-mirror")) mirror();
  if (is("role-plain")) plain();
  if (is("role-collect")) collect();
  if (is("role-give-back")) giveBack();
  if (is("role-answer")) answerSaved();
  if (is("role-wait-bits")) kernel.exit(kernel.notificationWait(Place.FIRST));
  if (is("role-receive-and-exit")) receiveAndExit();
  if (is("role-receive-and-trap")) receiveAndTrap();
  if (is("role-receive-and-nap")) receiveAndNap();
  if (is("role-save-and-exit")) saveAndExit();
  if (is("role-call-patiently")) callPatiently();
  if (is("role-own-endpoint")) ownEndpoint();
  roleAccount();
}

function finish(answer: i32): void {
  kernel.exit(answer < 0 ? -answer : 0);
}

/** Answers each word with itself and the client's badge. */
function addBadge(): void {
  const info = infoOf(Place.FIRST, 0, 0);
  let got = kernel.messageReceive(info, words);
  while (got >= 0) {
    for (let at = words; at < words + 16; at += 4) store<u32>(at, load<u32>(at) + badgeOf(got));
    got = kernel.messageReplyReceive(info, words);
  }
  finish(got);
}

/** Answers as many words as came, each with its bits turned. */
function mirror(): void {
  const extra = bytes();
  let got = kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  while (got >= 0) {
    const size = bytesOf(got);
    for (let i: u32 = 0; i < size; i += 4) store<u32>(extra + i, ~load<u32>(extra + i));
    got = kernel.messageReplyReceive(infoOf(Place.FIRST, size >> 2, 0), words);
  }
  finish(got);
}

/** Has no buffer, and answers with what it was told. */
function plain(): void {
  const info = infoOf(Place.FIRST, 0, 0);
  let got = kernel.messageReceive(info, words);
  while (got >= 0) {
    store<i32>(words, got);
    got = kernel.messageReplyReceive(info, words);
  }
  finish(got);
}

/** Takes capabilities; answers how many, how many words, the last of them, the first word. */
function collect(): void {
  const extra = bytes();
  for (let i: u32 = 0; i < argument(1); i++) receiveInto(i, COLLECTED + i);
  const info = infoOf(Place.FIRST, 0, 0);
  let got = kernel.messageReceive(info, words);
  while (got >= 0) {
    const size = bytesOf(got);
    store<u32>(words, load<u32>(words), 12);
    store<u32>(words, capabilitiesOf(got));
    store<u32>(words, size >> 2, 4);
    store<u32>(words, size === 0 ? 0 : load<u32>(extra + size - 4), 8);
    got = kernel.messageReplyReceive(info, words);
  }
  finish(got);
}

/** Answers with as many copies of its second capability as word 0 asks for. */
function giveBack(): void {
  for (let i: u32 = 0; i < 4; i++) sendCopy(i, Place.SECOND);
  let got = kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  while (got >= 0) {
    got = kernel.messageReplyReceive(infoOf(Place.FIRST, 0, load<u32>(words)), words);
  }
  finish(got);
}

/** Is handed a saved caller and answers it. */
function answerSaved(): void {
  bytes();
  receiveInto(0, COLLECTED);
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  finish(kernel.messageSend(infoOf(COLLECTED, 0, 0), words));
}

function receiveAndExit(): void {
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  kernel.exit(0);
}

function receiveAndTrap(): void {
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  unreachable();
}

function receiveAndNap(): void {
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  kernel.sleepUntil(0x7fffffffffffffff);
}

function saveAndExit(): void {
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  finish(kernel.replySave(COLLECTED));
}

/** Calls with a patience of so many microseconds; its code is the refusal. */
function callPatiently(): void {
  kernel.messageTimeout(<u64>argument(1) * 1000);
  finish(kernel.messageCall(infoOf(Place.FIRST, 0, 0), words));
}

/** Makes an endpoint, gives a copy to its first one's receiver, and never receives there. */
function ownEndpoint(): void {
  bytes();
  kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, COLLECTED, 0);
  sendCopy(0, COLLECTED);
  kernel.messageSend(infoOf(Place.FIRST, 0, 1), words);
  kernel.sleepUntil(0x7fffffffffffffff);
}
