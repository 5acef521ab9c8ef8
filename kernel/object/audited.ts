/**
 * Audit records of what threads do.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { audit, auditWhat } from "../capability/audit";
import { Capability } from "../capability/capability";
import { objectNumber } from "./number";
import { Process } from "./process";
import { Thread } from "./thread";

/** An event about a capability. */
export function auditCapability(thread: Thread, event: AuditEvent, capability: Capability): void {
  const what = auditWhat(event, capability.kind, capability.rights);
  const subject = Process.at(thread.process).number;
  audit(thread.group, subject, what, objectNumber(capability), 0);
}

export function auditBy(
  thread: Thread,
  event: AuditEvent,
  kind: Kind,
  object: u32,
  result: u32,
): void {
  const subject = Process.at(thread.process).number;
  audit(thread.group, subject, auditWhat(event, kind, 0), object, result);
}
