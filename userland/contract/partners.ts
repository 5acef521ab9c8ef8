/**
 * Partners and threads of a test: the same program in a role, with what it is granted; objects and
 * groups in slots of their own.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { GroupCreateRecord, SpawnFlag } from "../../kernel/abi/records";
import {
  capabilityDelete,
  capabilityMint,
  clock,
  groupCreate,
  messageTimeout,
  objectCreate,
  processWait,
  sleepUntil,
  threadStart,
} from "../lib/kernel";
import { describe, ended, grant, record, spawn } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { Place } from "./kit";
import { check, done, same } from "./report";

export const MILLISECOND: u64 = 1000000;
export const FOREVER: u64 = 0x7fffffffffffffff;
export const PPM: u32 = 1000000;
const name: usize = memory.data(16);
const words: usize = memory.data(64);
const title: usize = memory.data(32);
/** Long enough for everything that is to happen at all. */
const PATIENCE_NS: u64 = 3000 * MILLISECOND;
let granted: u32 = 0;

/** Describes a partner in a role with up to three numbers; grants follow, then `begin`. */
export function partner(role: string, first: u32 = 0, second: u32 = 0, third: u32 = 0): void {
  let size = copyText(words, role);
  store<u8>(words + size, 0);
  size = number(size + 1, first);
  size = number(size, second);
  size = number(size, third);
  describe(name, copyText(name, "contract"), words, size);
  record.flags = SpawnFlag.QUIET;
  record.slots = 256;
  granted = 0;
}

/** The next capability of a partner: in Place.FIRST, SECOND, ... */
export function give(source: u32, rights: u32 = Right.ALL, badge: u32 = 0): void {
  grant(source, Place.FIRST + granted, rights, badge);
  granted++;
}

/** The partner may make things and start programs itself. */
export function giveMeans(group: u32 = Slot.GROUP): void {
  grant(group, Slot.GROUP, Right.ALL, 0);
  grant(Slot.FILES, Slot.FILES, Right.ALL, 0);
}

/** Another group pays. */
export function paidBy(group: u32): void {
  record.group = group;
}

/** Starts what was described; the slot of its capability. */
export function begin(): u32 {
  return done(spawn(), "a partner starts");
}

/** Waits for a partner's end, with patience; the record is in `ended`. */
export function awaitEnd(slot: u32): void {
  messageTimeout(PATIENCE_NS);
  done(processWait(slot, ended), "a partner ends");
  messageTimeout(0);
}

/** The partner ends by itself with this code, and is forgotten. */
export function endsWith(slot: u32, code: u32, what: string): void {
  awaitEnd(slot);
  same(<i32>ended.reason, 0, what);
  same(<i32>ended.code, <i32>code, what);
  drop(slot);
}

export function drop(slot: u32): void {
  done(capabilityDelete(slot), "a capability is deleted");
  giveSlot(slot);
}

/** A new object in a slot of its own. */
export function make(kind: u32, argument: u32 = 0): u32 {
  const slot = takeSlot();
  done(objectCreate(Slot.GROUP, kind, slot, argument), "an object is made");
  return slot;
}

/** A derived capability in a slot of its own. */
export function mint(source: u32, rights: u32 = Right.ALL, badge: u32 = 0): u32 {
  const slot = takeSlot();
  done(capabilityMint(source, slot, rights, badge), "a capability is minted");
  return slot;
}

/** A thread with its capability in a slot of its own. */
export function thread(index: u32, argument: u32 = 0): u32 {
  const slot = takeSlot();
  done(threadStart(index, <i32>argument, slot), "a thread starts");
  return slot;
}

/** What the next groups are made with; `groupPlain` sets it to usual things. */
export const group = changetype<GroupCreateRecord>(memory.data(44, 4));
/** Number of the latest group. */
export let groupNumber: u32 = 0;

/** Weight 100, no reserve, no limit, room for a few partners. */
export function groupPlain(): void {
  group.reservePpm = 0;
  group.weight = 100;
  group.limitPpm = PPM;
  group.framesReserve = 0;
  group.framesLimit = 0;
  group.processes = 4;
  group.threads = 8;
  group.groups = 0;
  group.name = <u32>title;
  group.nameSize = copyText(title, "partners");
}

/** Makes a group as `group` says below one of the test's; the slot of its capability. */
export function groupMake(parent: u32 = Place.HOME): u32 {
  const slot = takeSlot();
  groupNumber = done(groupCreate(parent, group, slot), "a group is made");
  return slot;
}

/** Lets others run for a while. */
export function pause(ns: u64 = MILLISECOND): void {
  sleepUntil(clock() + ns);
}

/** Waits until a word of the own memory is at least this. */
export function awaitWord(address: usize, least: u32, what: string): void {
  const until = clock() + PATIENCE_NS;
  while (load<u32>(address) < least && clock() < until) pause(MILLISECOND / 10);
  check(load<u32>(address) >= least, what);
}

function number(at: u32, value: u32): u32 {
  let scale: u32 = 1;
  while (value / scale >= 10) scale *= 10;
  let size = at;
  for (; scale !== 0; scale /= 10) {
    store<u8>(words + size, <u8>(48 + ((value / scale) % 10)));
    size++;
  }
  store<u8>(words + size, 0);
  return size + 1;
}
