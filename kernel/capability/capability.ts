/**
 * Capability: object, rights, badge, and its place among all capabilities.
 *
 * All capabilities of the machine form one list in depth-first order of their derivation, behind a
 * sentinel at depth 0. A child stands right behind its parent at depth + 1, so the descendants of a
 * capability are the run behind it with greater depth, and deriving or deleting one costs the same
 * wherever it stands. Only leaves are ever taken out: otherwise what stood below would seem to hang on a
 * neighbour, and objects would end while capabilities still name them.
 */
import { Kind, Right } from "../abi/capability";
import { Limit } from "../abi/limits";

@unmanaged
@final
export class Capability {
  /** Kind in the lowest byte, CapabilityFlag bits in the next, Right bits above: one load tells all. */
  type: u32;
  /** An index, a record's address, or a number: the kind says. */
  object: u32;
  badge: u32;
  next: u32;
  previous: u32;
  depth: u32;
  /** Index of the process in whose space the slot lies. */
  space: u32;
  /** The thread that revokes or deletes here, as its index + 1. */
  worker: u32;

  @inline
  get kind(): Kind {
    return <Kind>(this.type & 0xff);
  }

  @inline
  get rights(): u32 {
    return this.type >>> RIGHTS_SHIFT;
  }

  @inline
  get origin(): bool {
    return (this.type & CapabilityFlag.ORIGIN) !== 0;
  }

  /** Does the capability allow all of these? */
  @inline
  allows(rights: Right): bool {
    return ((this.type >>> RIGHTS_SHIFT) & rights) === <u32>rights;
  }
}

export const enum CapabilityFlag {
  NONE = 0,
  /** The object ends with this capability. */
  ORIGIN = 0x100,
  /** A worker's place in a run that it takes down. */
  CURSOR = 0x200,
}

export const RIGHTS_SHIFT: u32 = 16;
export const CAPABILITY_BYTES: usize = 32;
export const CAPABILITY_BITS: usize = 5;
if (offsetof<Capability>() !== 32) ERROR("CAPABILITY_BYTES is out of date");

/** Not a capability: where the list begins. */
export const sentinel: Capability = changetype<Capability>(memory.data(32, 4));
/** Capabilities that there are, and by space. */
export let capabilityCount: u32 = 0;
const counts: usize = memory.data(Limit.PROCESSES * 4, 4);

/** Capabilities in a space. */
export function capabilitiesIn(space: u32): u32 {
  return load<u32>(counts + ((<usize>space) << 2));
}

function count(space: u32, by: i32): void {
  const at = counts + ((<usize>space) << 2);
  store<u32>(at, load<u32>(at) + by);
}

export function capabilityOf(address: u32): Capability {
  return changetype<Capability>(<usize>address);
}

export function addressOf(capability: Capability): u32 {
  return <u32>changetype<usize>(capability);
}

export function typeOf(kind: Kind, flags: u32, rights: u32): u32 {
  return kind | flags | (rights << RIGHTS_SHIFT);
}

/** Fills an empty slot with a child of `parent`. */
export function capabilityInsert(
  target: Capability,
  parent: Capability,
  type: u32,
  object: u32,
  badge: u32,
): void {
  assert(target.kind === Kind.EMPTY);
  assert((type & 0xff) !== Kind.EMPTY);
  target.type = type;
  target.object = object;
  target.badge = badge;
  target.depth = parent.depth + 1;
  target.worker = 0;
  target.previous = addressOf(parent);
  target.next = parent.next;
  if (parent.next !== 0) capabilityOf(parent.next).previous = addressOf(target);
  parent.next = addressOf(target);
  capabilityCount++;
  count(target.space, 1);
}

/** A copy with fewer rights, maybe with a badge of its own. What may be done was decided before. */
export function capabilityDerive(
  target: Capability,
  source: Capability,
  rights: u32,
  badge: u32,
): void {
  const mask = (rights << RIGHTS_SHIFT) | 0xff;
  capabilityInsert(target, source, source.type & mask, source.object, badge);
}

/** The first descendant, or null. */
export function capabilityDescendant(capability: Capability): Capability | null {
  if (capability.next === 0) return null;
  const next = capabilityOf(capability.next);
  return next.depth > capability.depth ? next : null;
}

/** Empties the slot of a leaf. */
export function capabilityUnlink(capability: Capability): void {
  assert(capabilityDescendant(capability) === null);
  assert(capability.kind !== Kind.EMPTY && capability.worker === 0);
  capabilityOf(capability.previous).next = capability.next;
  if (capability.next !== 0) capabilityOf(capability.next).previous = capability.previous;
  capability.type = Kind.EMPTY;
  capability.next = 0;
  capability.previous = 0;
  capabilityCount--;
  count(capability.space, -1);
}

/** Moves the contents of a slot to an empty one; the place in the derivation stays. */
export function capabilityTransplant(source: Capability, target: Capability): void {
  assert(target.kind === Kind.EMPTY && source.kind !== Kind.EMPTY);
  assert(source.worker === 0);
  target.type = source.type & ~CapabilityFlag.CURSOR;
  target.object = source.object;
  target.badge = source.badge;
  target.depth = source.depth;
  target.worker = 0;
  target.next = source.next;
  target.previous = source.previous;
  capabilityOf(target.previous).next = addressOf(target);
  if (target.next !== 0) capabilityOf(target.next).previous = addressOf(target);
  source.type = Kind.EMPTY;
  source.next = 0;
  source.previous = 0;
  count(source.space, -1);
  count(target.space, 1);
}

/** The one it was derived from, looked for at most `steps` places back; null: too far, or none. */
export function capabilityParent(capability: Capability, steps: u32): Capability | null {
  let at = capability.previous;
  for (let i: u32 = 0; i < steps && at !== 0; i++) {
    const candidate = capabilityOf(at);
    if (candidate.depth < capability.depth) return candidate === sentinel ? null : candidate;
    at = candidate.previous;
  }
  return null;
}
