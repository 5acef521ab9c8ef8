/**
 * Messages and signals between two processes of one group: there and back.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import {
  capabilityMint,
  clock,
  messageCall,
  notificationSignalWait,
  objectCreate,
} from "../lib/kernel";
import { bytes, infoOf, receiveInto, sendMove } from "../lib/message";
import { forget } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { startServer, startSignaller } from "./partner";
import { need, report, ROUNDS } from "./report";

const words: usize = memory.data(16, 16);
/** Words in the buffer: 4 + these. */
const MIDDLE: u32 = 4;
const MOST: u32 = 60;
const BIT: u32 = 1;

/** Prints every measurement of this file. */
export function measureMessages(): void {
  const endpoint = made(Kind.ENDPOINT);
  const plain = need("a partner", startServer("plain", endpoint));
  const trip = calls(infoOf(endpoint, 0, 0));
  report("call and reply, 0 to 4 words", trip);
  // There and back are two switches of address spaces, with the message.
  report("switch to another process", trip / 2);
  forget(plain);
  const mirror = need("a partner", startServer("mirror", endpoint));
  bytes();
  report("call and reply, 8 words", calls(infoOf(endpoint, MIDDLE, 0)));
  report("call and reply, 64 words", calls(infoOf(endpoint, MOST, 0)));
  forget(mirror);
  const shelf = need("a partner", startServer("shelf", endpoint));
  const traveller = takeSlot();
  const notification = made(Kind.NOTIFICATION);
  need("a copy", capabilityMint(notification, traveller, Right.SIGNAL, BIT));
  receiveInto(0, traveller);
  sendMove(0, traveller);
  report("call and reply, a capability moved", moves(endpoint));
  receiveInto(0, Slot.NONE);
  forget(shelf);
  forget(notification);
  forget(endpoint);
}

/** The same for signals. */
export function measureSignals(): void {
  const here = made(Kind.NOTIFICATION);
  const there = made(Kind.NOTIFICATION);
  const back = takeSlot();
  const forth = takeSlot();
  need("a signal", capabilityMint(here, back, Right.SIGNAL, BIT));
  need("a signal", capabilityMint(there, forth, Right.SIGNAL, BIT));
  const partner = need("a partner", startSignaller(there, back));
  signals(forth, here);
  report("signal and wait, there and back", signals(forth, here));
  forget(partner);
  forget(here);
  forget(there);
}

export function made(kind: Kind): u32 {
  const slot = takeSlot();
  need("an object", objectCreate(Slot.GROUP, kind, slot, 0));
  return slot;
}

/** Hundredths of a nanosecond per round trip, the loop included. */
function calls(info: u32): u64 {
  need("a call", messageCall(info, words));
  for (let i: u32 = 0; i < ROUNDS; i++) messageCall(info, words);
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) messageCall(info, words);
  return ((clock() - start) * 100) / ROUNDS;
}

/** The same with one capability: it goes with one call, and comes with the reply to the next. */
function moves(endpoint: u32): u64 {
  const plain = infoOf(endpoint, 0, 0);
  const moving = infoOf(endpoint, 0, 1);
  need("a call", messageCall(moving, words));
  need("a call", messageCall(plain, words));
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i += 2) {
    messageCall(moving, words);
    messageCall(plain, words);
  }
  return ((clock() - start) * 100) / ROUNDS;
}

function signals(signal: u32, wait: u32): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) notificationSignalWait(signal, wait);
  return ((clock() - start) * 100) / ROUNDS;
}
