/**
 * Capability space: the slots of one process, numbered from 1.
 *
 * A directory frame points to frames of 128 slots, which come when a slot in them is first filled. The
 * process's group pays for both. The space's number is its process's index.
 */
import { KernelError } from "../abi/errors";
import { Kind, Right } from "../abi/capability";
import { Limit } from "../abi/limits";
import { FRAME_BYTES, frameReturn, frameTakeZeroed } from "../memory/frames";
import { framesReserve, framesUnreserve } from "../memory/hold";
import {
  CAPABILITY_BITS,
  CAPABILITY_BYTES,
  Capability,
  CapabilityFlag,
  capabilitiesIn,
  capabilityInsert,
  typeOf,
} from "./capability";

@unmanaged
@final
export class Space {
  directory: u32;
  /** Slots are 1..this - 1; 0 for a space that is closed. */
  slots: u32;
  group: u32;
  /** Frames of slots. */
  pages: u32;

  @inline
  static at(index: u32): Space {
    assert(index < <u32>Limit.PROCESSES);
    return changetype<Space>(table + <usize>index * SPACE_SIZE);
  }

  /** The frame that a slot below 65,536 is in; 0: none. Slots beyond the space's end are empty. */
  @inline
  page(slot: u32): u32 {
    return load<u32>(<usize>this.directory + ((<usize>slot >> SLOT_BITS) << 2));
  }

  @inline
  static inPage(page: u32, slot: u32): Capability {
    const offset = (<usize>slot & (SLOTS_PER_PAGE - 1)) << CAPABILITY_BITS;
    return changetype<Capability>(<usize>page + offset);
  }

  /** The slot's record, empty or not; null where no frame of slots is. */
  slot(number: u32): Capability | null {
    if (number >= this.slots) return null;
    const page = this.page(number);
    return page === 0 ? null : Space.inPage(page, number);
  }

  /** The number of a slot of this space. */
  numberOf(capability: Capability): u32 {
    const page = <u32>changetype<usize>(capability) & ~(FRAME_BYTES - 1);
    let number = (<u32>changetype<usize>(capability) - page) >> 5;
    let at = <usize>this.directory;
    while (load<u32>(at) !== page) {
      at += 4;
      number += SLOTS_PER_PAGE;
      assert(number < this.slots);
    }
    return number;
  }
}

const SPACE_SIZE: usize = 16;
if (offsetof<Space>() !== 16) ERROR("SPACE_SIZE is out of date");
const table: usize = memory.data(Limit.PROCESSES * 16, 4);
export const SLOT_BITS: u32 = 7;
export const SLOTS_PER_PAGE: u32 = 128;

/** Opens the space of a process; false: the group cannot pay. */
export function spaceOpenSlots(index: u32, group: u32, slots: u32): bool {
  if (!framesReserve(group, 2)) return false;
  const space = Space.at(index);
  space.directory = <u32>frameTakeZeroed();
  space.slots = slots;
  space.group = group;
  space.pages = 1;
  store<u32>(<usize>space.directory, <u32>slotPage(index));
  return true;
}

/** A frame of empty slots that know whose they are. */
function slotPage(index: u32): usize {
  const page = frameTakeZeroed();
  for (let at = page; at < page + FRAME_BYTES; at += CAPABILITY_BYTES) {
    changetype<Capability>(at).space = index;
  }
  return page;
}

/** Frames looked at in one go. */
const STEP_PAGES: u32 = 64;

/** Gives back some of these frames, from the n-th on; where to go on, or 0: all are back. */
export function spaceEmptySlots(index: u32, from: u32): u32 {
  const space = Space.at(index);
  const count = (space.slots + SLOTS_PER_PAGE - 1) >> SLOT_BITS;
  const end = min<u32>(from + STEP_PAGES, count);
  let given: u32 = 0;
  for (let i = from; i < end; i++) {
    const at = <usize>space.directory + ((<usize>i) << 2);
    const page = load<u32>(at);
    if (page === 0) continue;
    store<u32>(at, 0);
    frameReturn(page);
    given++;
  }
  framesUnreserve(space.group, given);
  space.pages -= given;
  return end < count ? end : 0;
}

/** Gives back the frames of a space whose slots are all empty. */
export function spaceCloseSlots(index: u32): void {
  const space = Space.at(index);
  assert(capabilitiesIn(index) === 0);
  const count = (space.slots + SLOTS_PER_PAGE - 1) >> SLOT_BITS;
  for (let i: u32 = 0; i < count; i++) {
    const page = load<u32>(<usize>space.directory + ((<usize>i) << 2));
    if (page !== 0) frameReturn(page);
  }
  frameReturn(space.directory);
  framesUnreserve(space.group, space.pages + 1);
  space.slots = 0;
  space.directory = 0;
  space.pages = 0;
}

/** The capability of the latest `lookup`, `target` that was not refused. */
export let found: Capability = changetype<Capability>(<usize>0);
export let foundTarget: Capability = changetype<Capability>(<usize>0);

/** Finds a capability of a kind with rights: OK and `found`, or why not. */
export function lookup(space: Space, slot: u32, kind: Kind, rights: Right): KernelError {
  const refusal = lookupAny(space, slot);
  if (refusal !== KernelError.OK) return refusal;
  if (found.kind !== kind) return KernelError.WRONG_KIND;
  return found.allows(rights) ? KernelError.OK : KernelError.MISSING_RIGHT;
}

/** The same for whatever kind. */
export function lookupAny(space: Space, slot: u32): KernelError {
  if (slot >= space.slots) return KernelError.INVALID_CAPABILITY;
  const page = space.page(slot);
  if (page === 0) return KernelError.INVALID_CAPABILITY;
  const capability = Space.inPage(page, slot);
  if (capability.kind === Kind.EMPTY) return KernelError.INVALID_CAPABILITY;
  found = capability;
  return KernelError.OK;
}

/** Finds an empty slot, with a frame behind it: OK and `foundTarget`, or why not. */
export function lookupTarget(space: Space, slot: u32): KernelError {
  if (slot === 0) return KernelError.BAD_ARGUMENT;
  if (slot >= space.slots) return KernelError.BAD_ARGUMENT;
  const page = space.page(slot);
  if (page === 0) return addPage(space, slot);
  const capability = Space.inPage(page, slot);
  if (capability.kind !== Kind.EMPTY) return KernelError.SLOT_IN_USE;
  foundTarget = capability;
  return KernelError.OK;
}

function addPage(space: Space, slot: u32): KernelError {
  if (!framesReserve(space.group, 1)) return KernelError.OUT_OF_MEMORY;
  const index = <u32>((changetype<usize>(space) - table) / SPACE_SIZE);
  const page = slotPage(index);
  store<u32>(<usize>space.directory + ((<usize>slot >> SLOT_BITS) << 2), <u32>page);
  space.pages++;
  foundTarget = space.slot(slot)!;
  return KernelError.OK;
}

/** Fills an empty slot with the first capability of an object, below `parent`. */
export function originInsert(
  target: Capability,
  parent: Capability,
  kind: Kind,
  rights: u32,
  object: u32,
): void {
  capabilityInsert(target, parent, typeOf(kind, CapabilityFlag.ORIGIN, rights), object, 0);
}
