/**
 * Audit records of what threads do.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { audit } from "../capability/audit";
import { Capability, RIGHTS_SHIFT } from "../capability/capability";
import { objectNumber } from "./number";
import { Thread } from "./thread";

/** Kinds whose objects have a record of their own, as bits: see number.ts. A shift looks at the kind's bits only. */
const NUMBERED_BY_ADDRESS: u32 =
  (1 << Kind.MEMORY) | (1 << Kind.ENDPOINT) | (1 << Kind.NOTIFICATION);
/** In a capability's type and in a record the rights have the same place. */
const RIGHTS_MASK: u32 = 0xffff0000;
if (RIGHTS_SHIFT !== 16) ERROR("the audit's records have the rights elsewhere");

/** An event about a capability. */
export function auditCapability(thread: Thread, event: AuditEvent, capability: Capability): void {
  const type = capability.type;
  const what = <u32>event | ((type & 0xff) << 8) | (type & RIGHTS_MASK);
  const plain = ((NUMBERED_BY_ADDRESS >>> type) & 1) !== 0;
  const object = plain ? capability.object >>> 6 : objectNumber(capability);
  audit(thread.group, thread.processNumber, what, object, 0);
}

export function auditBy(
  thread: Thread,
  event: AuditEvent,
  kind: Kind,
  object: u32,
  result: u32,
): void {
  const what = <u32>event | ((<u32>kind) << 8);
  audit(thread.group, thread.processNumber, what, object, result);
}
