/**
 * Capabilities in messages: copied and moved, as many as there are slots for.
 */
import { Kind, MessageLimit, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { bytes, bytesOf, capabilitiesOf, infoOf } from "../lib/message";
import { receiveInto, sendCopy, sendMove } from "../lib/message";
import { takeSlot } from "../lib/slots";
import { empty, holds, isEmpty, look, lookIn, seen } from "./look";
import { begin, drop, endsWith, give, make, mint, partner, pause } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
/** Where role-collect has capabilities put. */
const COLLECTED: u32 = 40;
const ALL = Right.SEND | Right.RECEIVE | Right.GRANT;

export function travelTests(): void {
  if (is("copies-travel")) copies();
  if (is("moves-travel")) moves();
  if (is("copies-and-moves-in-order")) mixed();
  if (is("a-target-in-use-stops-the-rest")) targetInUse();
  if (is("no-slot-takes-nothing")) noSlot();
  if (is("an-empty-slot-stops-the-rest")) emptySource();
  if (is("without-grant-nothing-travels")) withoutGrant();
  if (is("replies-may-carry")) repliesCarry();
  if (is("a-saved-caller-travels")) savedTravels();
  if (is("words-and-capabilities-at-once")) both();
}

/** A partner that takes up to `count` capabilities a message, `offset` slots beside the first. */
function collector(endpoint: u32, count: u32): u32 {
  partner("role-collect", count);
  give(endpoint, Right.RECEIVE);
  return begin();
}

/** Sends; how many the collector says that came. */
function carry(endpoint: u32, count: u32): u32 {
  done(kernel.messageCall(infoOf(endpoint, 0, count), words), "a call");
  return load<u32>(words);
}

function copies(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const travellers: StaticArray<u32> = [0, 0, 0, 0];
  for (let i: u32 = 0; i < 4; i++) travellers[i] = mint(endpoint, Right.SEND, i + 1);
  const child = collector(endpoint, 4);
  for (let count: u32 = 0; count <= 4; count++) {
    for (let i: u32 = 0; i < 4; i++) sendCopy(i, travellers[i]);
    same(carry(endpoint, count), count, "so many came");
    for (let i: u32 = 0; i < 4; i++) {
      check(lookIn(child, COLLECTED + i) === i < count, "a slot of the partner");
      if (i >= count) continue;
      same(seen.badge, i + 1, "with its badge");
      same(seen.rights, Right.SEND, "and rights");
      same(seen.parentSlot, travellers[i], "below the sender's");
      check(look(travellers[i]), "which the sender keeps");
      done(kernel.capabilityRevoke(travellers[i]), "and may take back");
    }
  }
  drop(child);
}

function moves(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  const source = make(Kind.NOTIFICATION);
  for (let count: u32 = 0; count <= 4; count++) {
    const travellers: StaticArray<u32> = [0, 0, 0, 0];
    for (let i: u32 = 0; i < 4; i++) {
      travellers[i] = mint(source, Right.ALL, i + 1);
      sendMove(i, travellers[i]);
    }
    same(carry(endpoint, count), count, "so many came");
    for (let i: u32 = 0; i < 4; i++) {
      check(isEmpty(travellers[i]) === i < count, "the sender's slot");
      check(lookIn(child, COLLECTED + i) === i < count, "the partner's");
      if (i < count) same(seen.parentSlot, source, "its place is the same");
    }
    done(kernel.capabilityRevoke(source), "all of them");
    check(!lookIn(child, COLLECTED), "wherever they are");
  }
  drop(child);
}

function mixed(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  const moved = mint(endpoint, Right.SEND, 7);
  const origin = make(Kind.NOTIFICATION);
  sendMove(0, moved);
  sendCopy(1, endpoint);
  sendMove(2, origin);
  sendCopy(3, Slot.SELF);
  same(carry(endpoint, 4), 4, "all of them");
  check(lookIn(child, COLLECTED) && seen.badge === 7, "the first");
  check(lookIn(child, COLLECTED + 1) && seen.rights === <u32>ALL, "the second");
  check(lookIn(child, COLLECTED + 2) && seen.origin === 1, "an object changes hands");
  check(lookIn(child, COLLECTED + 3) && seen.kind === <u32>Kind.PROCESS, "even itself");
  empty(moved, "what was moved");
  empty(origin, "what was moved");
  drop(child);
}

function targetInUse(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  sendCopy(0, endpoint);
  same(carry(endpoint, 1), 1, "one");
  const moved = mint(endpoint, Right.SEND, 3);
  sendMove(0, moved);
  same(carry(endpoint, 1), 0, "its slot is in use");
  check(look(moved), "what was not taken stays");
  done(kernel.capabilityTake(child, COLLECTED), "the first slot is empty again");
  partner("role-send");
  give(endpoint, Right.SEND);
  const other = begin();
  pause();
  endsWith(other, 0, "messages without capabilities come as ever");
  sendCopy(0, endpoint);
  sendCopy(1, endpoint);
  same(carry(endpoint, 2), 2, "two");
  done(kernel.capabilityTake(child, COLLECTED), "the first of them");
  sendMove(0, moved);
  sendMove(1, endpoint);
  same(carry(endpoint, 2), 1, "until a slot is in use");
  empty(moved, "the first went");
  check(look(endpoint), "the second did not");
  drop(child);
}

function noSlot(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 2);
  const one = mint(endpoint);
  const two = mint(endpoint);
  const three = mint(endpoint);
  sendMove(0, one);
  sendMove(1, two);
  sendMove(2, three);
  same(carry(endpoint, 3), 2, "as many as it has slots for");
  check(isEmpty(one) && isEmpty(two) && look(three), "the rest stays");
  drop(child);
  const none = collector(endpoint, 0);
  sendCopy(0, endpoint);
  same(carry(endpoint, 1), 0, "none at all");
  drop(none);
  partner("role-plain");
  give(endpoint, Right.RECEIVE);
  const bare = begin();
  same(kernel.messageCall(infoOf(endpoint, 0, 1), words), 0, "a call");
  same(load<u32>(words), 0, "a receiver without a buffer");
  drop(bare);
}

function emptySource(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  sendCopy(0, endpoint);
  sendCopy(1, 0);
  sendCopy(2, endpoint);
  same(carry(endpoint, 3), 1, "until there is nothing");
  check(!lookIn(child, COLLECTED + 1), "nothing in between");
  done(kernel.capabilityTake(child, COLLECTED), "away");
  sendCopy(0, 0xffff);
  same(carry(endpoint, 3), 0, "beyond the space");
  sendCopy(0, 0x7fffffff);
  same(carry(endpoint, 1), 0, "far beyond it");
  drop(child);
}

function withoutGrant(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  const plain = mint(endpoint, Right.SEND);
  sendCopy(0, endpoint);
  const refused = KernelError.MISSING_RIGHT;
  expect(kernel.messageCall(infoOf(plain, 0, 1), words), refused, "a call");
  expect(kernel.messageSend(infoOf(plain, 0, 1), words), refused, "a send");
  same(kernel.messageCall(infoOf(plain, 0, 0), words), 0, "words alone");
  check(!lookIn(child, COLLECTED), "nothing went");
  drop(child);
}

/** Through an endpoint without GRANT a client is answered with capabilities nevertheless. */
function repliesCarry(): void {
  bytes();
  const door = make(Kind.ENDPOINT);
  partner("role-give-back");
  give(door, Right.RECEIVE);
  give(door, ALL, 9);
  const child = begin();
  const plain = mint(door, Right.SEND);
  for (let count: u32 = 0; count <= <u32>MessageLimit.CAPABILITIES; count++) {
    const slots: StaticArray<u32> = [takeSlot(), takeSlot(), takeSlot(), takeSlot()];
    for (let i: u32 = 0; i < 4; i++) receiveInto(i, slots[i]);
    store<u32>(words, count);
    const got = done(kernel.messageCall(infoOf(plain, 0, 0), words), "a call");
    same(capabilitiesOf(<i32>got), count, "so many came");
    for (let i: u32 = 0; i < count; i++) holds(slots[i], Kind.ENDPOINT, ALL, 9, "one of them");
    for (let i = count; i < 4; i++) empty(slots[i], "no more");
  }
  drop(child);
}

/** Whoever has the saved caller answers it: it moves, also with a message, and is never copied. */
function savedTravels(): void {
  bytes();
  const door = make(Kind.ENDPOINT);
  const hall = make(Kind.ENDPOINT);
  partner("role-call");
  give(door, Right.SEND);
  const client = begin();
  done(kernel.messageReceive(infoOf(door, 0, 0), words), "a call");
  const saved = takeSlot();
  done(kernel.replySave(saved), "saved");
  const helper = collector(hall, 1);
  sendCopy(0, saved);
  same(carry(hall, 1), 0, "it is not copied");
  check(look(saved), "it stays");
  sendMove(0, saved);
  same(carry(hall, 1), 1, "it moves");
  empty(saved, "and is gone here");
  check(lookIn(helper, COLLECTED) && seen.kind === <u32>Kind.REPLY, "it is there");
  drop(helper);
  endsWith(client, KernelError.CANCELED, "it ends with its holder: the client is told");
  partner("role-call");
  give(door, Right.SEND);
  const second = begin();
  done(kernel.messageReceive(infoOf(door, 0, 0), words), "another call");
  done(kernel.replySave(saved), "saved");
  partner("role-answer");
  give(hall, Right.RECEIVE);
  const answerer = begin();
  sendMove(0, saved);
  done(kernel.messageSend(infoOf(hall, 0, 1), words), "handed over");
  endsWith(second, 0, "answered by somebody else");
  endsWith(answerer, 0, "once");
}

function both(): void {
  const extra = bytes();
  const endpoint = make(Kind.ENDPOINT);
  const child = collector(endpoint, 4);
  for (let i: u32 = 0; i < 60; i++) store<u32>(extra + ((<usize>i) << 2), i * i);
  sendCopy(0, endpoint);
  sendMove(1, mint(endpoint, Right.SEND, 5));
  store<u32>(words, 123);
  const got = done(kernel.messageCall(infoOf(endpoint, 60, 2), words), "everything at once");
  same(load<u32>(words), 2, "capabilities");
  same(load<u32>(words + 4), 60, "words beyond four");
  same(load<u32>(words + 8), 59 * 59, "the last of them");
  same(load<u32>(words + 12), 123, "the first of the four");
  same(bytesOf(<i32>got), 0, "the answer is short");
  drop(child);
}
