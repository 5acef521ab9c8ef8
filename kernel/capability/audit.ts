/**
 * Audit: who made, gave, took or asked for what; one ring of records for each group.
 *
 * A record goes to the ring of the subject's group, so a group overwrites nobody's records but its own
 * oldest, and those are counted. Equal records in a row are one with a count: repeating a refused call
 * does not push anything out. The ring of a group that ends is appended to its parent's.
 */
import { Limit } from "../abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord } from "../abi/records";
import { SchedulerLimit } from "../abi/scheduler";
import { clockNow } from "../machine/clock";
import { FRAME_BYTES, frameReturn, frameTakeZeroed } from "../memory/frames";
import { framesReserve, framesUnreserve } from "../memory/hold";

/** The head of a ring's frame; the records fill the rest. */
@unmanaged
@final
class Ring {
  /** Records ever written here, repeats not counted. */
  written: u32;
  /** Address of the latest one; before the first it is the place before it. */
  latest: u32;

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
  const ring = changetype<Ring>(frameTakeZeroed());
  ring.latest = <u32>(changetype<usize>(ring) + RECORDS - AUDIT_RECORD_BYTES);
  store<u32>(rings + ((<usize>group) << 2), <u32>changetype<usize>(ring));
  return true;
}

/** The group ends: its parent keeps what it did. */
export function auditClose(group: u32, parent: u32): void {
  const ring = ringOf(group);
  const target = ringOf(parent);
  for (let number = ring.oldest; number < ring.written; number++) {
    copyRecord(ring.record(number), target.record(target.written));
    target.latest = <u32>changetype<usize>(target.record(target.written));
    target.written++;
  }
  frameReturn(changetype<usize>(ring));
  framesUnreserve(group, 1);
}

/** When the entry into the kernel was that is being served; 0: nobody has looked at the clock yet. */
export let eventNs: u64 = 0;
let eventCall: u32 = 0;

/** The time of what is audited from now on. */
export function auditTime(now: u64): void {
  eventNs = now;
}

/** By which call the next events come. */
export function auditCall(call: u32): void {
  eventCall = call;
}

/**
 * Records an event of the subject in its group's ring; one that equals the latest only counts it. `what` is event,
 * kind << 8 and rights << 16.
 */
export function audit(group: u32, subject: u32, what: u32, object: u32, result: u32): void {
  const how = result | (eventCall << 16);
  const ring = ringOf(group);
  let at = <usize>ring.latest;
  if (load<u32>(at, WHAT) === what && load<u32>(at, OBJECT) === object) {
    if (load<u32>(at, HOW) === how && load<u32>(at, SUBJECT) === subject) {
      changetype<AuditRecord>(at).repeats++;
      return;
    }
  }
  at += AUDIT_RECORD_BYTES;
  if ((at & (FRAME_BYTES - 1)) === 0) at -= <usize>Limit.AUDIT_RECORDS * AUDIT_RECORD_BYTES;
  ring.latest = <u32>at;
  ring.written++;
  const record = changetype<AuditRecord>(at);
  record.timeNs = eventNs === 0 ? clockNow() : eventNs;
  record.sequence = sequence++;
  record.repeats = 0;
  record.subject = subject;
  record.object = object;
  store<u32>(at, what, WHAT);
  store<u32>(at, how, HOW);
}

const SUBJECT: usize = 16;
const OBJECT: usize = 20;
const WHAT: usize = 24;
const HOW: usize = 28;
if (offsetof<AuditRecord>("subject") !== 16) ERROR("SUBJECT is out of date");
if (offsetof<AuditRecord>("object") !== 20) ERROR("OBJECT is out of date");
if (offsetof<AuditRecord>("event") !== 24) ERROR("WHAT begins with the event");
if (offsetof<AuditRecord>("result") !== 28) ERROR("HOW begins with the result");

function copyRecord(source: AuditRecord, target: AuditRecord): void {
  memory.copy(changetype<usize>(target), changetype<usize>(source), AUDIT_RECORD_BYTES);
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
