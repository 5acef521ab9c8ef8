// Capabilities as a real tree: each knows its parent and its children, and each slot what it holds.
import { Kind } from "../../../kernel/abi/capability.ts";
import type { Capability, Space, Thing } from "./things.ts";

/** What a new capability is made of. */
export interface Contents {
  kind: Kind;
  object: Thing;
  rights: number;
  badge: number;
  origin: boolean;
}

/** Fills an empty slot with a child of `parent` (null: the machine's own first ones). */
export function insert(
  space: Space,
  slot: number,
  parent: Capability | null,
  contents: Contents,
): Capability {
  if (space.slots.has(slot)) throw new Error("model: the slot is in use");
  const capability: Capability = { ...contents, parent, children: new Set(), space, slot };
  parent?.children.add(capability);
  space.slots.set(slot, capability);
  return capability;
}

/** A child for the same object: fewer rights, maybe a badge, never an origin. */
export function derive(
  source: Capability,
  space: Space,
  slot: number,
  rights: number,
  badge: number,
): Capability {
  const { kind, object } = source;
  const contents = { kind, object, rights: source.rights & rights, badge, origin: false };
  return insert(space, slot, source, { ...contents, badge: badge === 0 ? source.badge : badge });
}

/** Moves to an empty slot; parent and children stay. */
export function move(capability: Capability, space: Space, slot: number): void {
  if (space.slots.has(slot)) throw new Error("model: the slot is in use");
  capability.space.slots.delete(capability.slot);
  space.slots.set(slot, capability);
  capability.space = space;
  capability.slot = slot;
}

/** All capabilities below this one, children before their parents, the youngest first. */
export function descendants(capability: Capability): Capability[] {
  const children = [...capability.children].reverse();
  return children.flatMap((child) => [...descendants(child), child]);
}

/** Takes a capability without children out of its slot and off its parent. */
export function unlink(capability: Capability): void {
  if (capability.children.size > 0) throw new Error("model: not a leaf");
  capability.space.slots.delete(capability.slot);
  capability.parent?.children.delete(capability);
}

export function depthOf(capability: Capability): number {
  return capability.parent === null ? 1 : depthOf(capability.parent) + 1;
}

/** Is it still where it says? False for one that was deleted. */
export function present(capability: Capability): boolean {
  return capability.space.slots.get(capability.slot) === capability;
}

/** Kinds whose capabilities may carry a badge. */
export function badgeable(kind: Kind): boolean {
  return kind === Kind.ENDPOINT || kind === Kind.NOTIFICATION;
}
