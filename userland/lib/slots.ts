/**
 * Which slots of the program's own capability space are free: a bit each.
 *
 * Slots below Slot.FREE have fixed meanings and are never handed out. A program that was started
 * with a larger space than usual says so once with `slotsLimit`.
 */
import { Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";

const SLOTS_MAX: u32 = 4096;
const taken: usize = memory.data(512, 4);
let limit: u32 = Limit.SLOTS_DEFAULT;
/** No slot below this one is free. */
let first: u32 = Slot.FREE;

/** The space has this many slots. */
export function slotsLimit(slots: u32): void {
  limit = min<u32>(slots, SLOTS_MAX);
}

/** The lowest free slot, now taken; Slot.NONE when there is none. */
export function takeSlot(): u32 {
  for (let slot = first; slot < limit; slot++) {
    if (isTaken(slot)) continue;
    mark(slot, 1);
    first = slot + 1;
    return slot;
  }
  return Slot.NONE;
}

/** Gives back a slot that is empty again; Slot.NONE is ignored. */
export function giveSlot(slot: u32): void {
  if (slot < <u32>Slot.FREE || slot >= limit) return;
  mark(slot, 0);
  if (slot < first) first = slot;
}

function isTaken(slot: u32): bool {
  return ((load<u32>(taken + ((<usize>slot >> 5) << 2)) >> (slot & 31)) & 1) !== 0;
}

function mark(slot: u32, value: u32): void {
  const word = taken + ((<usize>slot >> 5) << 2);
  const bit: u32 = 1 << (slot & 31);
  store<u32>(word, value === 0 ? load<u32>(word) & ~bit : load<u32>(word) | bit);
}
