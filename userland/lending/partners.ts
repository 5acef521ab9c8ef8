/**
 * The two groups of a lending: who owns memory, who borrows it, and how they are told to go on.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { GROUP_RECORD_BYTES, GroupCreateRecord, GroupRecord } from "../../kernel/abi/records";
import { capabilityMint, groupCreate, groupRead, objectCreate } from "../lib/kernel";
import { describe, grant, record, spawn } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { need } from "./report";

/** Slots of a partner beside the usual ones: what it waits for, and what it signals. */
export const enum Place {
  GO = 14,
  READY = 15,
}

/** The root group, by the policy. */
const ROOT: u32 = Slot.DEVICE;
const PPM_ONE: u32 = 1000000;
const PARTNER_SLOTS: u32 = 256;
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const name: usize = memory.data(16);
const program: usize = memory.data(8);
const words: usize = memory.data(64);
let wordsSize: u32 = 0;
const reading: usize = memory.data(512, 8);

/** A group with so many frames and so much of the processor of its own; the slot of its capability. */
export function groupOf(text: string, reservePpm: u32, frames: u32): u32 {
  const slot = takeSlot();
  group.reservePpm = reservePpm;
  group.weight = 100;
  group.limitPpm = PPM_ONE;
  group.name = <u32>name;
  group.nameSize = copyText(name, text);
  group.framesReserve = frames;
  group.framesLimit = 0;
  need("a group", groupCreate(ROOT, group, slot));
  return slot;
}

/** The words that a partner begins with; each call adds one. */
export function word(text: string): void {
  wordsSize += copyText(words + wordsSize, text);
  store<u8>(words + wordsSize++, 0);
}

export function number(value: u32): void {
  let divisor: u32 = 1;
  while (value / divisor >= 10) divisor *= 10;
  for (; divisor !== 0; divisor /= 10) {
    store<u8>(words + wordsSize++, <u8>(48 + ((value / divisor) % 10)));
  }
  store<u8>(words + wordsSize++, 0);
}

/** Starts this program in a group with the words so far; `go` starts it off, it answers through `ready`. */
export function partner(inGroup: u32, go: u32, ready: u32): u32 {
  describe(program, copyText(program, "lending"), words, wordsSize);
  record.group = inGroup;
  record.slots = PARTNER_SLOTS;
  grant(Slot.CONSOLE, Slot.CONSOLE, Right.SEND, 0);
  grant(inGroup, Slot.GROUP, Right.CREATE | Right.OBSERVE, 0);
  grant(go, Place.GO, Right.WAIT, 0);
  grant(ready, Place.READY, Right.SIGNAL, 0);
  wordsSize = 0;
  return need("a partner", spawn());
}

/** Its signals carry a bit, so that one that comes before the wait is not lost. */
export function notification(): u32 {
  const origin = takeSlot();
  const slot = takeSlot();
  need("a notification", objectCreate(Slot.GROUP, Kind.NOTIFICATION, origin, 0));
  need("a badge", capabilityMint(origin, slot, Right.SIGNAL | Right.WAIT, 1));
  return slot;
}

/** A field of a group's books, u32. */
export function booksOf(slot: u32, field: u32): u32 {
  need("the books", groupRead(slot, 0, reading));
  return load<u32>(changetype<GroupRecord>(reading).accountAddress + field);
}
if (GROUP_RECORD_BYTES > 512) ERROR("a group's record has outgrown its place");
