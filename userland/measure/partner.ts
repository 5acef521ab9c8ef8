/**
 * The other process of a measurement: what it is granted, and what it does until it is ended.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import {
  capabilityMint,
  messageReceive,
  messageReplyReceive,
  notificationSignalWait,
  notificationWait,
  threadSuspend,
} from "../lib/kernel";
import { bytes, bytesOf, capabilitiesOf, infoOf, receiveInto, sendMove } from "../lib/message";
import { describe, grant, record, spawn } from "../lib/start";
import { copyText, equals } from "../lib/text";
import { need } from "./report";

export const enum Place {
  /** Of the partner: the endpoint it serves, the notification it waits for, the one it signals. */
  REQUESTS = 32,
  WAIT = 33,
  SIGNAL = 34,
  /** Where a travelling capability rests. */
  TRAVELLER = 35,
  /** What is to be derived from, and the first slot of what is derived. */
  SOURCE = 36,
  DERIVED = 64,
}

if (<u32>Place.REQUESTS !== <u32>Slot.FREE) ERROR("the free slots moved");

const SLOTS: u32 = 64;
const SLOTS_MANY: u32 = 65536;
/** Of a measured revocation: half in the space of the measuring program, half in its partner's. */
export const DESCENDANTS: u32 = 100000;
const name: usize = memory.data(8);
const role: usize = memory.data(8);
const words: usize = memory.data(16, 16);

/** Describes the program itself in that role; grants and the start are the caller's. */
export function describePartner(as: string): void {
  const size = copyText(role, as);
  store<u8>(role + size, 0);
  describe(name, copyText(name, "measure"), role, size + 1);
  record.slots = SLOTS;
}

/** Starts a partner that answers messages at `endpoint`. */
export function startServer(as: string, endpoint: u32): i32 {
  describePartner(as);
  grant(endpoint, Place.REQUESTS, Right.RECEIVE, 0);
  return spawn();
}

/** Starts a partner that signals `signal` whenever `wait` has bits; both carry their badges. */
export function startSignaller(wait: u32, signal: u32): i32 {
  describePartner("signal");
  grant(wait, Place.WAIT, Right.WAIT, 0);
  grant(signal, Place.SIGNAL, Right.SIGNAL, 0);
  return spawn();
}

/** Starts a partner that derives many capabilities from `source` once `wait` has bits, and then signals. */
export function startDeriver(as: string, source: u32, wait: u32, signal: u32): i32 {
  describePartner(as);
  record.slots = SLOTS_MANY;
  grant(source, Place.SOURCE, Right.SEND, 0);
  grant(wait, Place.WAIT, Right.WAIT, 0);
  grant(signal, Place.SIGNAL, Right.SIGNAL, 0);
  return spawn();
}

/** Plays the role that the argument names, for ever; returns when it names none. */
export function play(address: usize, size: u32): void {
  if (equals(address, size, "plain")) servePlain();
  if (equals(address, size, "mirror")) serveMirror();
  if (equals(address, size, "shelf")) serveShelf();
  if (equals(address, size, "signal")) signalBack();
  if (equals(address, size, "wide")) derive(false);
  if (equals(address, size, "deep")) derive(true);
  if (equals(address, size, "idle")) while (true) threadSuspend();
}

/** Answers four words with four words. */
function servePlain(): void {
  const info = infoOf(Place.REQUESTS, 0, 0);
  messageReceive(info, words);
  while (true) messageReplyReceive(info, words);
}

/** Answers with as many words and capabilities as came. */
function serveMirror(): void {
  bytes();
  receiveInto(0, Place.TRAVELLER);
  sendMove(0, Place.TRAVELLER);
  let answer = messageReceive(infoOf(Place.REQUESTS, 0, 0), words);
  while (true) {
    const info = infoOf(Place.REQUESTS, bytesOf(answer) >> 2, capabilitiesOf(answer));
    answer = messageReplyReceive(info, words);
  }
}

/** Keeps a capability that comes, and gives it back with the next answer. */
function serveShelf(): void {
  bytes();
  receiveInto(0, Place.TRAVELLER);
  sendMove(0, Place.TRAVELLER);
  let answer = messageReceive(infoOf(Place.REQUESTS, 0, 0), words);
  while (true) {
    const info = infoOf(Place.REQUESTS, 0, 1 - capabilitiesOf(answer));
    answer = messageReplyReceive(info, words);
  }
}

function signalBack(): void {
  notificationWait(Place.WAIT);
  while (true) notificationSignalWait(Place.SIGNAL, Place.WAIT);
}

function derive(deep: bool): void {
  notificationWait(Place.WAIT);
  need("derivations", deriveMany(Place.SOURCE, Place.DERIVED, deep));
  while (true) notificationSignalWait(Place.SIGNAL, Place.WAIT);
}

/** Derives half of the descendants of a measurement: children of `source`, or each of the one before. */
export function deriveMany(source: u32, first: u32, deep: bool): i32 {
  let from = source;
  for (let slot = first; slot < first + DESCENDANTS / 2; slot++) {
    const refusal = capabilityMint(from, slot, Right.SEND, 0);
    if (refusal < 0) return refusal;
    if (deep) from = slot;
  }
  return 0;
}
