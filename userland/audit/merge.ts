/**
 * The audit records of all groups in one order: each group's ring is read whole, then the oldest
 * comes first.
 *
 * A ring is out of order where records were handed on by a group that has ended; it is put in order here.
 * The records lie in pages that the memory grows by, since their number is known only when they are
 * there.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord } from "../../kernel/abi/records";
import { SchedulerLimit } from "../../kernel/abi/scheduler";
import { auditLost, auditRead } from "../lib/kernel";

const GROUPS: u32 = SchedulerLimit.ACCOUNTS_MAX;
const RING_BYTES: u32 = Limit.AUDIT_RECORDS * AUDIT_RECORD_BYTES;
const PAGE_SHIFT: u32 = 16;
/** For each ring: address of its next record, and of the end. */
const rings: usize = memory.data(1024 * 8, 4);
if (GROUPS !== 1024) ERROR("the table of rings has another size");
const one: usize = memory.data(32, 8);
let ringCount: u32 = 0;
let free: usize = 0;
/** Records that were overwritten before they could be read. */
export let lost: u32 = 0;

/** Reads every group's ring; 0, or the refusal that says that this program may not. */
export function ringsRead(): i32 {
  free = (<usize>memory.size()) << PAGE_SHIFT;
  for (let group: u32 = 0; group < GROUPS; group++) {
    if (!reserve()) return -KernelError.OUT_OF_MEMORY;
    const count = auditRead(Slot.AUDIT, group, free, Limit.AUDIT_RECORDS);
    if (count === -KernelError.NOT_FOUND || count === -KernelError.END) continue;
    if (count < 0) return count;
    lost += <u32>max(auditLost(Slot.AUDIT, group), 0);
    if (count === 0) continue;
    putInOrder(free, <u32>count);
    const ring = rings + ((<usize>ringCount) << 3);
    store<u32>(ring, <u32>free);
    free += <usize>count * AUDIT_RECORD_BYTES;
    store<u32>(ring, <u32>free, 4);
    ringCount++;
  }
  return 0;
}

function recordAt(ring: usize, index: u32): AuditRecord {
  return changetype<AuditRecord>(ring + <usize>index * AUDIT_RECORD_BYTES);
}

/** By sequence numbers: most records stand where they belong already. */
function putInOrder(ring: usize, count: u32): void {
  for (let i: u32 = 1; i < count; i++) {
    const moved = recordAt(ring, i);
    let place = i;
    while (place > 0 && recordAt(ring, place - 1).sequence > moved.sequence) place--;
    if (place === i) continue;
    memory.copy(one, changetype<usize>(moved), AUDIT_RECORD_BYTES);
    const target = changetype<usize>(recordAt(ring, place));
    memory.copy(target + AUDIT_RECORD_BYTES, target, <usize>(i - place) * AUDIT_RECORD_BYTES);
    memory.copy(target, one, AUDIT_RECORD_BYTES);
  }
}

/** Makes sure that a whole ring fits at `free`. */
function reserve(): bool {
  const end = free + RING_BYTES;
  const have = (<usize>memory.size()) << PAGE_SHIFT;
  return end <= have || memory.grow(1) >= 0;
}

/** The oldest record not yet taken; null after the last one. */
export function recordNext(): AuditRecord | null {
  let oldest: AuditRecord | null = null;
  let from: usize = 0;
  for (let i: u32 = 0; i < ringCount; i++) {
    const ring = rings + ((<usize>i) << 3);
    const at = load<u32>(ring);
    if (at === load<u32>(ring, 4)) continue;
    const record = changetype<AuditRecord>(at);
    if (oldest !== null && record.sequence >= oldest.sequence) continue;
    oldest = record;
    from = ring;
  }
  if (oldest !== null) store<u32>(from, load<u32>(from) + AUDIT_RECORD_BYTES);
  return oldest;
}
