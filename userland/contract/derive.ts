/**
 * Deriving: rights shrink, a badge is set once, the derivation is what capabilityRead says.
 */
import { Kind, MessageLimit, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GrantRecord } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { grant, record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { Place } from "./kit";
import { empty, holds, look, lookIn, rightsOf, seen } from "./look";
import { awaitEnd, begin, drop, endsWith, give, make, mint, partner } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const entry = changetype<GrantRecord>(memory.data(16, 4));
const OWN = Right.SEND | Right.RECEIVE | Right.GRANT;
const MOST: u32 = 0xffffffff;

export function derive(): void {
  if (is("mint-shrinks-rights")) shrinks();
  if (is("a-badge-is-set-once")) badgeOnce();
  if (is("copies-hang-below-their-source")) copies();
  if (is("a-move-keeps-the-derivation")) moves();
  if (is("slots-that-are-none")) noSlots();
  if (is("targets-in-use")) targetsInUse();
  if (is("order-of-refusals")) refusalOrder();
  if (is("grant-and-take")) grantAndTake();
  if (is("grant-without-write")) withoutWrite();
  if (is("grant-to-the-dead")) toTheDead();
  if (is("a-space-fills-up")) spaceFull();
  if (is("sizes-of-spaces")) spaceSizes();
  if (is("a-reply-is-not-minted")) replyNotMinted();
  if (is("what-a-partner-is-given")) partnerGiven();
}

function shrinks(): void {
  const origin = make(Kind.ENDPOINT);
  holds(origin, Kind.ENDPOINT, OWN, 0, "a new endpoint");
  const sender = mint(origin, Right.SEND | Right.GRANT);
  holds(sender, Kind.ENDPOINT, Right.SEND | Right.GRANT, 0, "a copy to send");
  const more = mint(sender, Right.ALL);
  holds(more, Kind.ENDPOINT, Right.SEND | Right.GRANT, 0, "a copy never has more");
  const most = mint(sender, MOST);
  holds(most, Kind.ENDPOINT, Right.SEND | Right.GRANT, 0, "bits that are no rights give none");
  const refused = KernelError.MISSING_RIGHT;
  expect(kernel.messageReceive(infoOf(more, 0, 0), words), refused, "receive without RECEIVE");
  const nothing = mint(origin, Right.NONE);
  holds(nothing, Kind.ENDPOINT, Right.NONE, 0, "a copy without rights");
  expect(kernel.messageCall(infoOf(nothing, 0, 0), words), refused, "call without SEND");
  expect(kernel.messageSend(infoOf(nothing, 0, 0), words), refused, "send without SEND");
  const again = mint(nothing, Right.ALL);
  same(rightsOf(again), 0, "a copy of nothing is nothing");
  const bell = make(Kind.NOTIFICATION);
  const waits = mint(bell, Right.WAIT);
  expect(kernel.notificationSignal(waits), refused, "signal without SIGNAL");
  const signals = mint(bell, Right.SIGNAL, 1);
  expect(kernel.notificationPoll(signals), refused, "poll without WAIT");
  expect(kernel.notificationBind(signals), refused, "bind without WAIT");
}

function badgeOnce(): void {
  const endpoint = make(Kind.ENDPOINT);
  const badged = mint(endpoint, Right.ALL, 7);
  holds(badged, Kind.ENDPOINT, OWN, 7, "a badge");
  const target = takeSlot();
  const refused = KernelError.BAD_ARGUMENT;
  expect(kernel.capabilityMint(badged, target, Right.ALL, 8), refused, "another badge");
  expect(kernel.capabilityMint(badged, target, Right.ALL, 7), refused, "the same badge again");
  holds(mint(badged), Kind.ENDPOINT, OWN, 7, "badge 0 keeps it");
  const beyond = <u32>MessageLimit.BADGE_MAX + 1;
  expect(kernel.capabilityMint(endpoint, target, Right.ALL, beyond), refused, "too large");
  expect(kernel.capabilityMint(endpoint, target, Right.ALL, MOST), refused, "much too large");
  holds(mint(endpoint, Right.ALL, beyond - 1), Kind.ENDPOINT, OWN, beyond - 1, "the largest");
  const bell = make(Kind.NOTIFICATION);
  holds(mint(bell, Right.SIGNAL, 0x7fffffff), Kind.NOTIFICATION, Right.SIGNAL, 0x7fffffff, "31");
  expect(kernel.capabilityMint(bell, target, Right.ALL, 0x80000000), refused, "32 bits");
  const memory = make(Kind.MEMORY, 1);
  expect(kernel.capabilityMint(memory, target, Right.ALL, 1), refused, "memory has no badge");
  expect(kernel.capabilityMint(Slot.SELF, target, Right.ALL, 1), refused, "nor have processes");
  expect(kernel.capabilityMint(Slot.GROUP, target, Right.ALL, 1), refused, "nor have groups");
  empty(target, "refused mints leave nothing");
}

/** `seen` says that the slot was derived from `parent` of this program. */
function below(slot: u32, parent: u32, depth: u32, what: string): void {
  check(look(slot), what);
  same(seen.depth, depth, what);
  same(seen.parentSlot, parent, what);
  same(seen.parentProcess, kernel.processSelf(), what);
}

function copies(): void {
  const origin = make(Kind.ENDPOINT);
  check(look(origin) && seen.origin === 1, "the first one is the origin");
  const depth = seen.depth;
  const object = seen.object;
  same(seen.parentSlot, Slot.GROUP, "it hangs below the group that paid");
  const one = mint(origin);
  const two = mint(one, Right.SEND, 3);
  const three = mint(two);
  const other = mint(origin);
  below(one, origin, depth + 1, "a copy");
  same(seen.object, object, "the same object");
  same(seen.origin, 0, "a copy is no origin");
  below(two, one, depth + 2, "a copy of a copy");
  below(three, two, depth + 3, "one deeper");
  below(other, origin, depth + 1, "a sibling");
}

function moves(): void {
  const origin = make(Kind.ENDPOINT);
  check(look(origin), "an origin");
  const depth = seen.depth;
  const one = mint(origin);
  const two = mint(one);
  const place = takeSlot();
  done(kernel.capabilityMove(one, place), "a move");
  empty(one, "the slot it left");
  below(place, origin, depth + 1, "what was moved");
  below(two, place, depth + 2, "what was derived from it before");
  expect(kernel.capabilityMove(place, place), KernelError.SLOT_IN_USE, "a move to itself");
  const home = takeSlot();
  done(kernel.capabilityMove(origin, home), "an origin moves");
  check(look(home) && seen.origin === 1, "and stays the origin");
  below(place, home, depth + 1, "its descendants know");
  done(kernel.capabilityRevoke(home), "a revocation");
  empty(place, "what was moved is taken");
  empty(two, "and what hung on it");
  check(look(home), "not the origin");
}

function noSlots(): void {
  const origin = make(Kind.ENDPOINT);
  const refused = KernelError.INVALID_CAPABILITY;
  const target = takeSlot();
  const sources: StaticArray<u32> = [0, target, 255, 256, 65535, 65536, MOST];
  for (let i = 0; i < sources.length; i++) {
    const source = sources[i];
    expect(kernel.capabilityMint(source, target, Right.ALL, 0), refused, "mint from nothing");
    expect(kernel.capabilityMove(source, target), refused, "move nothing");
    expect(kernel.capabilityDelete(source), refused, "delete nothing");
    expect(kernel.capabilityRevoke(source), refused, "revoke nothing");
    expect(kernel.notificationSignal(source), refused, "signal nothing");
    expect(kernel.objectCreate(source, Kind.ENDPOINT, target, 0), refused, "paid by nobody");
    if (source > 65535) continue;
    expect(kernel.messageCall(source << 16, words), refused, "call nobody");
    expect(kernel.messageReceive(source << 16, words), refused, "receive nowhere");
  }
  const wrong = KernelError.BAD_ARGUMENT;
  const targets: StaticArray<u32> = [0, 256, 65536, MOST];
  for (let i = 0; i < targets.length; i++) {
    const place = targets[i];
    expect(kernel.capabilityMint(origin, place, Right.ALL, 0), wrong, "mint to no slot");
    expect(kernel.capabilityMove(origin, place), wrong, "move to no slot");
    expect(kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, place, 0), wrong, "make in no slot");
    expect(kernel.portsNarrow(Place.PORTS, place, 0x70, 1), wrong, "ports to no slot");
  }
  empty(target, "nothing came of it");
}

function targetsInUse(): void {
  const origin = make(Kind.ENDPOINT);
  const copy = mint(origin);
  const refused = KernelError.SLOT_IN_USE;
  expect(kernel.capabilityMint(origin, copy, Right.ALL, 0), refused, "mint");
  expect(kernel.capabilityMint(origin, origin, Right.ALL, 0), refused, "mint onto itself");
  expect(kernel.capabilityMove(origin, copy), refused, "move");
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, copy, 1), refused, "make");
  expect(kernel.portsNarrow(Place.PORTS, copy, 0x70, 1), refused, "ports");
  expect(kernel.threadStart(0, 0, copy), refused, "a thread");
  partner("role-exit");
  record.target = copy;
  expect(kernel.processSpawn(record), refused, "a process");
  expect(kernel.processOpen(Slot.MACHINE, kernel.processSelf(), copy), refused, "a look at one");
  check(look(copy) && seen.origin === 0, "what was there is there");
}

/** Lookup, then the arguments, then the target: each is refused before the next is looked at. */
function refusalOrder(): void {
  const endpoint = make(Kind.ENDPOINT);
  const none = mint(endpoint, Right.NONE);
  const bad: u32 = MOST;
  const wrongKind = KernelError.WRONG_KIND;
  expect(kernel.objectCreate(bad, 99, 0, 0), KernelError.INVALID_CAPABILITY, "no slot first");
  expect(kernel.objectCreate(none, 99, 0, 0), wrongKind, "then the kind");
  const weak = mint(Slot.GROUP, Right.OBSERVE);
  expect(kernel.objectCreate(weak, 99, 0, 0), KernelError.MISSING_RIGHT, "then the right");
  const wrong = KernelError.BAD_ARGUMENT;
  expect(kernel.objectCreate(Slot.GROUP, 99, none, 0), wrong, "then the argument");
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, none, 0), wrong, "no pages");
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, none, 513), wrong, "too many pages");
  expect(kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, none, 1), wrong, "an argument for none");
  const inUse = KernelError.SLOT_IN_USE;
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, none, 512), inUse, "then the target");
  expect(kernel.capabilityMint(endpoint, none, 0, bad), wrong, "a badge before the target");
  expect(kernel.portRead(none, 0x70, 1), wrongKind, "ports of an endpoint");
  expect(kernel.threadControl(Slot.SELF, 0), wrongKind, "a process is no thread");
  expect(kernel.processKill(Slot.GROUP), wrongKind, "a group is no process");
  const self = mint(Slot.SELF, Right.READ);
  expect(kernel.processKill(self), KernelError.MISSING_RIGHT, "kill without CONTROL");
  expect(kernel.processWait(self, null), KernelError.MISSING_RIGHT, "wait without OBSERVE");
}

function giveTo(process: u32, source: u32, target: u32, rights: u32, badge: u32): i32 {
  entry.source = source;
  entry.target = target;
  entry.rights = rights;
  entry.badge = badge;
  return kernel.capabilityGrant(process, entry);
}

function grantAndTake(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-call-at", 40);
  give(endpoint, Right.SEND);
  const child = begin();
  done(giveTo(child, endpoint, 40, Right.SEND, 9), "a grant");
  check(lookIn(child, 40), "it is there");
  same(seen.badge, 9, "its badge");
  same(seen.rights, Right.SEND, "its rights");
  same(seen.parentSlot, endpoint, "its parent");
  const wrong = KernelError.BAD_ARGUMENT;
  expect(giveTo(child, endpoint, 40, Right.SEND, 0), KernelError.SLOT_IN_USE, "in use");
  expect(giveTo(child, endpoint, 0, Right.SEND, 0), wrong, "slot 0");
  expect(giveTo(child, endpoint, 256, Right.SEND, 0), wrong, "beyond");
  expect(giveTo(child, 0, 41, Right.SEND, 0), KernelError.INVALID_CAPABILITY, "nothing to give");
  const answer = kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  same(answer, 9, "the partner calls through it");
  done(kernel.capabilityTake(child, 40), "a take");
  expect(kernel.capabilityTake(child, 40), KernelError.NOT_FOUND, "taken already");
  expect(kernel.capabilityTake(child, MOST), KernelError.NOT_FOUND, "beyond");
  check(!lookIn(child, 40), "it is gone");
  done(kernel.messageReply(infoOf(0, 0, 0), words), "the call that was under way is answered");
  // Its second call finds nothing.
  endsWith(child, KernelError.INVALID_CAPABILITY, "the partner has lost it");
  check(look(endpoint), "the giver has not");
}

function withoutWrite(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-nap");
  const child = begin();
  const refused = KernelError.MISSING_RIGHT;
  const reads = mint(child, Right.READ | Right.OBSERVE | Right.CONTROL);
  expect(giveTo(reads, endpoint, 40, Right.ALL, 0), refused, "grant without WRITE");
  expect(kernel.capabilityTake(reads, Slot.SELF), refused, "take without WRITE");
  check(lookIn(reads, Slot.SELF), "looking takes READ only");
  const writes = mint(child, Right.WRITE);
  expect(kernel.capabilityRead(writes, Slot.SELF, seen), refused, "look without READ");
  done(giveTo(writes, endpoint, 40, Right.ALL, 0), "grant with WRITE");
  done(kernel.capabilityTake(writes, 40), "take with WRITE");
  expect(kernel.capabilityRead(reads, 40, seen), KernelError.NOT_FOUND, "an empty slot");
  expect(kernel.capabilityRead(reads, 256, seen), KernelError.END, "past the last slot");
  expect(giveTo(endpoint, endpoint, 40, Right.ALL, 0), KernelError.WRONG_KIND, "to an endpoint");
  drop(child);
}

function toTheDead(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-exit");
  const child = begin();
  awaitEnd(child);
  const refused = KernelError.NOT_FOUND;
  expect(giveTo(child, endpoint, 40, Right.ALL, 0), refused, "grant");
  expect(kernel.capabilityTake(child, Slot.SELF), refused, "take");
  expect(kernel.capabilityRead(child, Slot.SELF, seen), refused, "look");
  expect(kernel.processKill(child), refused, "kill");
  drop(child);
}

/** The partner fills its own space of 64 slots; its code tells how many it had. */
function spaceFull(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-fill", 64);
  record.slots = 64;
  give(endpoint);
  // Slots 1..63 less itself and what it was given.
  endsWith(begin(), 61, "all its slots and no more");
}

function spaceSizes(): void {
  partner("role-exit");
  record.target = takeSlot();
  record.slots = 1;
  expect(kernel.processSpawn(record), KernelError.BAD_ARGUMENT, "one slot");
  record.slots = 65537;
  expect(kernel.processSpawn(record), KernelError.BAD_ARGUMENT, "too many");
  record.slots = 2;
  done(kernel.processSpawn(record), "two slots");
  drop(record.target);
  record.slots = 65536;
  done(kernel.processSpawn(record), "as many as there may be");
  drop(record.target);
  partner("role-exit");
  record.target = takeSlot();
  record.slots = 32;
  grant(Slot.FILES, 31, Right.ALL, 0);
  done(kernel.processSpawn(record), "a grant into the last slot");
  drop(record.target);
  partner("role-exit");
  record.slots = 32;
  record.target = takeSlot();
  grant(Slot.FILES, 32, Right.ALL, 0);
  expect(kernel.processSpawn(record), KernelError.BAD_ARGUMENT, "and beyond it");
}

function replyNotMinted(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-call");
  give(endpoint, Right.SEND);
  const client = begin();
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words), "a call");
  const saved = takeSlot();
  done(kernel.replySave(saved), "the caller is saved");
  holds(saved, Kind.REPLY, Right.SEND, 0, "a reply");
  const refused = KernelError.NOT_PERMITTED;
  expect(kernel.capabilityMint(saved, takeSlot(), Right.ALL, 0), refused, "mint");
  expect(giveTo(client, saved, 40, Right.ALL, 0), refused, "grant");
  done(kernel.messageSend(infoOf(saved, 0, 0), words), "the answer");
  empty(saved, "it goes with the answer");
  endsWith(client, 0, "the client is answered");
}

/** Exactly what is granted, in the slots that are named, and itself. */
function partnerGiven(): void {
  const endpoint = make(Kind.ENDPOINT);
  const talk = make(Kind.ENDPOINT);
  partner("role-call");
  give(talk, Right.SEND | Right.GRANT, 5);
  give(endpoint, Right.RECEIVE);
  const child = begin();
  for (let slot: u32 = 1; slot < 256; slot++) {
    const given =
      slot === <u32>Slot.SELF || slot === <u32>Place.FIRST || slot === <u32>Place.SECOND;
    check(lookIn(child, slot) === given, "what it has");
    if (slot === <u32>Place.FIRST) same(seen.badge, 5, "its badge");
    if (slot === <u32>Place.SECOND) same(seen.rights, Right.RECEIVE, "its rights");
  }
  same(kernel.messageReceive(infoOf(talk, 0, 0), words), 5, "who calls");
  done(kernel.messageReply(0, words), "the answer");
  endsWith(child, 0, "it was answered");
}
