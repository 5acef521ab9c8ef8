// Choosing arguments: mostly such as mean something to the caller, sometimes any.
import { type Kind, Right } from "../../kernel/abi/capability.ts";
import type { Capability, Process, Thread } from "./reference/things.ts";

/** One number in this many is chosen blindly. */
const BLIND = 8;
const BLIND_SLOTS = 48;
/** Beyond every space. */
const WILD_SLOTS = [0, 300, 65535];
const RIGHTS = [
  Right.ALL,
  Right.SEND,
  Right.RECEIVE,
  Right.SEND | Right.GRANT,
  Right.SIGNAL,
  Right.WAIT,
  Right.READ | Right.WRITE,
  Right.READ,
  Right.CREATE,
  Right.NONE,
  Right.ALL & ~Right.GRANT,
  0xffffffff,
];

/** One of a list. */
export function oneOf<T>(list: readonly T[], choice: number): T {
  return list[choice % list.length];
}

/** The caller's own capabilities, the ones that its program began with last. */
export function held(process: Process): Capability[] {
  return [...process.space.slots.values()].sort((one, other) => other.slot - one.slot);
}

/** The slot of some capability of a kind (or any), or now and then of something else. */
export function slotOf(thread: Thread, kinds: Kind[], rights: Right, choice: number): number {
  const rest = Math.floor(choice / BLIND);
  if (choice % BLIND === BLIND - 1) return blindSlot(rest);
  const all = held(thread.process);
  const wanted = kinds.length === 0 ? all : all.filter(({ kind }) => kinds.includes(kind));
  const able = wanted.filter((capability) => (capability.rights & rights) === rights);
  const list = able.length > 0 && rest % BLIND !== 1 ? able : wanted;
  return list.length > 0 ? oneOf(list, rest).slot : blindSlot(rest);
}

function blindSlot(choice: number): number {
  return choice % BLIND === 0 ? oneOf(WILD_SLOTS, choice >> 3) : choice % BLIND_SLOTS;
}

/** A slot that something could be put into, mostly. */
export function emptySlot(process: Process, choice: number, taken: number[] = []): number {
  const rest = Math.floor(choice / BLIND);
  if (choice % BLIND === BLIND - 1) return blindSlot(rest);
  return freeSlot(process, rest % 4, taken);
}

/** The n-th empty slot behind those that are kept for the start; 0 when the space is full. */
export function freeSlot(process: Process, nth: number, taken: number[] = []): number {
  const { size, slots } = process.space;
  let left = nth;
  for (let slot = 12; slot < size; slot++) {
    if (slots.has(slot) || taken.includes(slot)) continue;
    if (left === 0) return slot;
    left -= 1;
  }
  for (let slot = 1; slot < Math.min(size, 12); slot++) {
    if (!slots.has(slot) && !taken.includes(slot)) return slot;
  }
  return 0;
}

export function rightsOf(choice: number): number {
  return oneOf(RIGHTS, choice);
}

/** 0 mostly: the badge of the source. */
export function badgeOf(choice: number): number {
  if (choice % 3 !== 2) return 0;
  const rest = Math.floor(choice / 3);
  return rest % 16 === 15 ? oneOf([0x100000, 0xffffffff, 0x80000000], rest >> 4) : (rest % 255) + 1;
}
