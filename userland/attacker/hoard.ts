/**
 * All idle memory of the machine as soft pages of the attacker, and what its books say about that.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { GROUP_RECORD_BYTES, GroupCreateRecord, GroupRecord } from "../../kernel/abi/records";
import { MemoryFlag, MemoryRecord } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { giveSlot, takeSlot } from "../lib/slots";
import { SOFT_PAGE_BYTES, softOpen, softSlot, softWindow } from "../lib/soft";
import { copyText } from "../lib/text";
import { check, done } from "./answers";
import { Place } from "./kit";

const OBJECTS_MAX: u32 = 40;
const slots: usize = memory.data(40 * 4, 4);
const object = changetype<MemoryRecord>(memory.data(16, 4));
const reading: usize = memory.data(512, 8);
/** One for each thread that makes groups. */
const groups: usize = memory.data(88, 4);
const name: usize = memory.data(8);
const PPM: u32 = 1000000;
export const PAGES: u32 = Limit.MEMORY_PAGES;
/** Where the hoard begins, and how many objects it has of PAGES pages each, one behind the other. */
export let hoardAt: u32 = 0;
export let hoardObjects: u32 = 0;

/** Of what class its objects are: soft, clean, or the one and the other in turn. */
export const enum Mix {
  SOFT = 0,
  CLEAN = 1,
  BOTH = 2,
}

/** Takes every frame that anybody can lend. Afterwards whoever wants one must take it back. */
export function hoard(mix: Mix): void {
  while (true) {
    check(hoardObjects < OBJECTS_MAX);
    const at = done(softWindow(PAGES));
    if (hoardObjects === 0) hoardAt = at;
    done(softOpen(at, PAGES, mix === Mix.BOTH ? (hoardObjects & 1) !== 0 : mix === Mix.CLEAN));
    store<u32>(slots + (hoardObjects << 2), softSlot);
    hoardObjects++;
    for (let page: u32 = 0; page < PAGES; page++) store<u32>(at + page * SOFT_PAGE_BYTES, page + 1);
    if (look(softSlot).taken !== 0) return;
  }
}

/** The hoard is given back; its addresses stay. */
export function unhoard(): void {
  for (let i: u32 = 0; i < hoardObjects; i++) {
    done(kernel.capabilityDelete(hoardSlot(i)));
    giveSlot(hoardSlot(i));
  }
  hoardObjects = 0;
}

export function hoardSlot(index: u32): u32 {
  return load<u32>(slots + (index << 2));
}

export function hoardPages(): u32 {
  return hoardObjects * PAGES;
}

/** Touches all of it once. */
export function hoardTouch(): void {
  const end = hoardAt + hoardPages() * SOFT_PAGE_BYTES;
  for (let at = hoardAt; at < end; at += SOFT_PAGE_BYTES) store<u32>(at, load<u32>(at) + 1);
}

/** Pages that were taken from it so far. */
export function hoardTaken(): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < hoardObjects; i++) sum += look(hoardSlot(i)).taken;
  return sum;
}

export function look(slot: u32): MemoryRecord {
  done(kernel.memoryRead(slot, object));
  return object;
}

/** Frames for good, which must come from somewhere: so pages are taken. The group has asked for no more than it may. */
export function squeeze(payer: u32 = Slot.GROUP, pages: u32 = PAGES): u32 {
  const slot = takeSlot();
  done(kernel.objectCreate(payer, Kind.MEMORY, slot, pages));
  return slot;
}

/** Slots of what `press` makes, for the main thread and for another one. */
const PRESS_SLOTS: u32 = 240;
const PRESS_FRAMES: u32 = 600;

/**
 * Memory that was lent is taken back: a group comes with a reserve, which the hoard borrows at once, uses it and goes.
 * (What is taken back for the attacker's own group nobody would lend again for two epochs.)
 */
export function press(thread: u32): void {
  const slot = PRESS_SLOTS + 2 * thread;
  done(groupBelow(slot, PRESS_FRAMES, thread));
  hoardTouch();
  done(kernel.objectCreate(slot, Kind.MEMORY, slot + 1, PAGES));
  done(kernel.capabilityDelete(slot));
}

/** Until a page of this object of the hoard was taken; all of them are of its class. */
export function takeFrom(slot: u32): void {
  const before = look(slot).taken;
  while (look(slot).taken === before) press(0);
}

/** A soft object of a group, mapped nowhere. */
export function softOf(payer: u32, pages: u32, flags: u32 = MemoryFlag.SOFT): u32 {
  const slot = takeSlot();
  done(kernel.objectCreate(payer, Kind.MEMORY, slot, pages | flags));
  return slot;
}

/** A field of a group's books, u32. */
export function booksOf(slot: u32, field: u32): u32 {
  done(kernel.groupRead(slot, 0, reading));
  return load<u32>(changetype<GroupRecord>(reading).accountAddress + field);
}
if (GROUP_RECORD_BYTES > 512) ERROR("a group's record has outgrown its place");

/** The answer to making a group below the one that nobody is in. */
export function groupBelow(slot: u32, frames: u32, thread: u32 = 0): i32 {
  const group = changetype<GroupCreateRecord>(groups + 44 * <usize>thread);
  group.reservePpm = 0;
  group.weight = 100;
  group.limitPpm = PPM;
  group.name = <u32>name;
  group.nameSize = copyText(name, "lender");
  group.framesReserve = frames;
  group.framesLimit = 0;
  group.processes = 1;
  group.threads = 1;
  group.groups = 0;
  group.memoryTax = 0;
  return kernel.groupCreate(Place.PARENT, group, slot);
}

export function groupMake(frames: u32): u32 {
  const slot = takeSlot();
  done(groupBelow(slot, frames));
  return slot;
}
