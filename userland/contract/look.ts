/**
 * What a slot holds: looked at without using it.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { CapabilityRecord } from "../../kernel/abi/records";
import { capabilityRead } from "../lib/kernel";
import { check, same } from "./report";

export const seen = changetype<CapabilityRecord>(memory.data(32, 4));

/** Reads a slot of the process in another one into `seen`; false for an empty one. */
export function lookIn(process: u32, slot: u32): bool {
  return capabilityRead(process, slot, seen) === KernelError.OK;
}

export function look(slot: u32): bool {
  return lookIn(Slot.SELF, slot);
}

export function isEmpty(slot: u32): bool {
  return !look(slot);
}

export function rightsOf(slot: u32): u32 {
  return look(slot) ? seen.rights : 0;
}

/** The slot holds a capability of this kind, with these rights and this badge. */
export function holds(slot: u32, kind: Kind, rights: u32, badge: u32, what: string): void {
  check(look(slot), what);
  same(<i32>seen.kind, <i32>kind, what);
  same(<i32>seen.rights, <i32>rights, what);
  same(<i32>seen.badge, <i32>badge, what);
}

export function empty(slot: u32, what: string): void {
  same(look(slot) ? <i32>seen.kind : 0, 0, what);
}
