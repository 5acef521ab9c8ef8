/**
 * Audit: who made, gave, took or asked for what; one ring of records for each group.
 *
 * A record goes to the ring of the subject's group, so a group overwrites nobody's records but its own
 * oldest, and those are counted. Equal records in a row are one with a count: repeating a refused call
 * does not push anything out. The ring of a group that ends is appended to its parent's.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { Limit } from "../abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord } from "../abi/records";
import { SchedulerLimit } from "../abi/scheduler";
import { frameReturn, framesReserve, framesUnreserve, frameTakeZeroed } from "../memory/frames";

/** The head of a ring's frame; the records fill the rest. */
@unmanaged
@final
class Ring {
  /** Records ever written here, repeats not counted; the latest is at (written - 1) modulo the ring. */
  written: u32;

  record(number: u32): AuditRecord {
    const place = <usize>(number % Limit.AUDIT_RECORDS) * AUDIT_RECORD_BYTES;
    return changetype<AuditRecord>(changetype<usize>(this) + RECORDS + place);
  }

  get oldest(): u32 {
    return this.written > <u32>Limit.AUDIT_RECORDS ? this.written - Limit.AUDIT_RECORDS : 0;
  }
}

const RECORDS: usize = 128;
if (Limit.AUDIT_RECORDS * 32 + 128 !== 4096) ERROR("a ring is one frame");
const rings: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 4, 4);
let sequence: u32 = 0;

function ringOf(group: u32): Ring {
  return changetype<Ring>(<usize>load<u32>(rings + ((<usize>group) << 2)));
}

/** The ring of a new group; false: it cannot pay for it. */
export function auditOpen(group: u32): bool {
  if (!framesReserve(group, 1)) return false;
  store<u32>(rings + ((<usize>group) << 2), <u32>frameTakeZeroed());
  return true;
}

/** The group ends: its parent keeps what it did. */
export function auditClose(group: u32, parent: u32): void {
  const ring = ringOf(group);
  const target = ringOf(parent);
  for (let number = ring.oldest; number < ring.written; number++) {
    copyRecord(ring.record(number), target.record(target.written));
    target.written++;
  }
  frameReturn(changetype<usize>(ring));
  framesUnreserve(group, 1);
}

/** What an audited event is about; filled in before `audit`. */
export const auditing: AuditRecord = changetype<AuditRecord>(memory.data(32, 8));

/** By which call the next events come. */
export function auditCall(call: u32): void {
  auditing.call = <u16>call;
}

/** Records an event of the subject, in its group's ring. */
export function audit(
  group: u32,
  event: AuditEvent,
  kind: Kind,
  rights: u32,
  object: u32,
  result: u32,
): void {
  auditing.event = <u8>event;
  auditing.kind = <u8>kind;
  auditing.rights = <u16>rights;
  auditing.object = object;
  auditing.result = <u16>result;
  const ring = ringOf(group);
  if (ring.written !== 0 && repeats(ring.record(ring.written - 1))) return;
  auditing.sequence = sequence++;
  auditing.repeats = 0;
  copyRecord(auditing, ring.record(ring.written));
  ring.written++;
}

/** The time of what is audited from now on. */
export function auditTime(now: u64): void {
  auditing.timeNs = now;
}

/** Counts an event that equals the latest one, times apart. */
function repeats(latest: AuditRecord): bool {
  const one = changetype<usize>(latest);
  const other = changetype<usize>(auditing);
  if (load<u32>(one, 16) !== load<u32>(other, 16)) return false;
  if (load<u32>(one, 20) !== load<u32>(other, 20)) return false;
  if (load<u32>(one, 24) !== load<u32>(other, 24)) return false;
  if (load<u32>(one, 28) !== load<u32>(other, 28)) return false;
  latest.repeats++;
  return true;
}

if (offsetof<AuditRecord>("subject") !== 16) ERROR("who and what are the words from 16 on");

/** Word by word: this is on the way of every derivation. */
function copyRecord(source: AuditRecord, target: AuditRecord): void {
  const from = changetype<usize>(source);
  const to = changetype<usize>(target);
  store<u32>(to, load<u32>(from));
  store<u32>(to, load<u32>(from, 4), 4);
  store<u32>(to, load<u32>(from, 8), 8);
  store<u32>(to, load<u32>(from, 12), 12);
  store<u32>(to, load<u32>(from, 16), 16);
  store<u32>(to, load<u32>(from, 20), 20);
  store<u32>(to, load<u32>(from, 24), 24);
  store<u32>(to, load<u32>(from, 28), 28);
}

/** Copies a group's records, oldest first; how many. */
export function auditCopy(group: u32, target: usize, most: u32): u32 {
  const ring = ringOf(group);
  const oldest = ring.oldest;
  const count = min<u32>(most, ring.written - oldest);
  for (let i: u32 = 0; i < count; i++) {
    const place = changetype<AuditRecord>(target + <usize>i * AUDIT_RECORD_BYTES);
    copyRecord(ring.record(oldest + i), place);
  }
  return count;
}

/** Records that were overwritten. */
export function auditLost(group: u32): u32 {
  return ringOf(group).oldest;
}
