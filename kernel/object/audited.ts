/**
 * Audit records of what threads do.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { audit, auditing } from "../capability/audit";
import { Capability } from "../capability/capability";
import { objectNumber } from "./number";
import { Process } from "./process";
import { Thread } from "./thread";

/** An event about a capability. */
export function auditCapability(thread: Thread, event: AuditEvent, capability: Capability): void {
  const number = objectNumber(capability);
  auditBy(thread, event, capability.kind, capability.rights, number, 0);
}

export function auditBy(
  thread: Thread,
  event: AuditEvent,
  kind: Kind,
  rights: u32,
  object: u32,
  result: u32,
): void {
  auditing.subject = Process.at(thread.process).number;
  audit(thread.group, event, kind, rights, object, result);
}
