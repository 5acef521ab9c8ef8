/**
 * The audit log of a group, read whole, and records looked for in it.
 */
import { AuditEvent, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord } from "../../kernel/abi/records";
import { auditLost, auditRead, groupRead } from "../lib/kernel";
import { groupRecord } from "./books";
import { check, done, same } from "./report";

const ring: usize = memory.data(124 * 32, 8);
if (Limit.AUDIT_RECORDS !== 124 || AUDIT_RECORD_BYTES !== 32) ERROR("the ring changed size");
export let logCount: u32 = 0;

/** The number of the group in a slot. */
export function groupOf(slot: u32): u32 {
  done(groupRead(slot, 0, changetype<usize>(groupRecord)), "a group's number");
  return groupRecord.group;
}

/** Reads the records of a group, oldest first. */
export function logRead(group: u32): void {
  logCount = done(auditRead(Slot.AUDIT, group, ring, Limit.AUDIT_RECORDS), "the log is read");
}

export function lostOf(group: u32): u32 {
  return done(auditLost(Slot.AUDIT, group), "what was overwritten");
}

export function logRecord(index: u32): AuditRecord {
  return changetype<AuditRecord>(ring + <usize>index * AUDIT_RECORD_BYTES);
}

/** The latest record. */
export function latest(group: u32): AuditRecord {
  logRead(group);
  check(logCount > 0, "there is a record");
  return logRecord(logCount - 1);
}

/** The latest record of the group says exactly this. */
export function says(
  group: u32,
  event: AuditEvent,
  call: u32,
  kind: u32,
  rights: u32,
  result: u32,
  what: string,
): AuditRecord {
  const record = latest(group);
  same(record.event, event, what);
  same(record.call, call, what);
  same(record.kind, kind, what);
  same(record.rights, rights, what);
  same(record.result, result, what);
  return record;
}

/** The latest record of this event by this process; null for none. */
export function find(event: AuditEvent, subject: u32): AuditRecord | null {
  for (let i = logCount; i > 0; i--) {
    const record = logRecord(i - 1);
    if (record.event === <u8>event && record.subject === subject) return record;
  }
  return null;
}
