/**
 * The machine's books before and after an attack, and a group's audit summed up.
 */
import { Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord, SystemRecord } from "../../kernel/abi/records";
import { auditLost, auditRead as kernelAuditRead, systemRead } from "../lib/kernel";
import { processAt, processRecord } from "../lib/processes";

/** Free frames, capabilities, processes, threads, groups: before, and after. */
export const BOOKS: u32 = 5;
const books: usize = memory.data(10 * 4, 4);
const system = changetype<SystemRecord>(memory.data(88, 8));
const ring: usize = memory.data(124 * 32, 8);
if (Limit.AUDIT_RECORDS !== 124 || AUDIT_RECORD_BYTES !== 32) ERROR("the ring changed size");
/** Sums of equal events: what | call << 8 | result << 16, how often. */
const sums: usize = memory.data(124 * 8, 4);
export let auditCount: u32 = 0;
/** Records that were overwritten. */
export let auditLast: u32 = 0;
export let callsBefore: u64 = 0;
export let callsAfter: u64 = 0;

export function booksRead(when: u32): void {
  let capabilities: u32 = 0;
  for (let i: u32 = 0; i < <u32>Limit.PROCESSES; i++) {
    if (processAt(i)) capabilities += processRecord.capabilities;
  }
  systemRead(Slot.MACHINE, system);
  const at = books + ((<usize>(when * BOOKS)) << 2);
  store<u32>(at, system.framesFree);
  store<u32>(at, capabilities, 4);
  store<u32>(at, system.processes, 8);
  store<u32>(at, system.threads, 12);
  store<u32>(at, system.groups, 16);
  if (when === 0) callsBefore = system.calls;
  else callsAfter = system.calls;
}

export function book(when: u32, index: u32): u32 {
  return load<u32>(books + ((<usize>(when * BOOKS + index)) << 2));
}

/** Reads the audit of a group: `auditCount` sums. */
export function auditRead(group: u32): void {
  const count = kernelAuditRead(Slot.AUDIT, group, ring, Limit.AUDIT_RECORDS);
  auditLast = auditLost(Slot.AUDIT, group);
  auditCount = 0;
  for (let i = 0; i < count; i++) {
    const record = changetype<AuditRecord>(ring + <usize>i * AUDIT_RECORD_BYTES);
    const what = <u32>record.event | ((<u32>record.call) << 8) | ((<u32>record.result) << 16);
    add(what, record.repeats + 1);
  }
}

function add(what: u32, times: u32): void {
  for (let i: u32 = 0; i < auditCount; i++) {
    if (auditWhat(i) !== what) continue;
    store<u32>(place(i), auditTimes(i) + times, 4);
    return;
  }
  store<u32>(place(auditCount), what);
  store<u32>(place(auditCount), times, 4);
  auditCount++;
}

/** Events that were read. */
export function auditSum(): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < auditCount; i++) sum += auditTimes(i);
  return sum;
}

function place(index: u32): usize {
  return sums + ((<usize>index) << 3);
}

export function auditWhat(index: u32): u32 {
  return load<u32>(place(index));
}

export function auditTimes(index: u32): u32 {
  return load<u32>(place(index), 4);
}
