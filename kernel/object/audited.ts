/**
 * Audit records of what threads do.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { audit } from "../capability/audit";
import { Capability, RIGHTS_SHIFT } from "../capability/capability";
import { objectNumber } from "./number";
import { Thread } from "./thread";

/** In a capability's type and in a record the rights have the same place. */
const RIGHTS_MASK: u32 = 0xffff0000;
if (RIGHTS_SHIFT !== 16) ERROR("the audit's records have the rights elsewhere");

/** An event about a capability. */
export function auditCapability(thread: Thread, event: AuditEvent, capability: Capability): void {
  const type = capability.type;
  const what = <u32>event | ((type & 0xff) << 8) | (type & RIGHTS_MASK);
  audit(thread.group, thread.processNumber, what, objectNumber(capability), 0);
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
