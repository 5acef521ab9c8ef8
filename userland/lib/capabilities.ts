/**
 * What the program itself holds: looked at without using it, so nothing is refused and nothing
 * audited.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { CapabilityRecord } from "../../kernel/abi/records";
import { capabilityRead } from "./kernel";

const own: CapabilityRecord = changetype<CapabilityRecord>(memory.data(32, 4));

/** The kind of what is in that slot; Kind.EMPTY for nothing. */
export function kindIn(slot: u32): Kind {
  if (capabilityRead(Slot.SELF, slot, own) !== KernelError.OK) return Kind.EMPTY;
  return <Kind>own.kind;
}

export function holds(slot: u32): bool {
  return kindIn(slot) !== Kind.EMPTY;
}
