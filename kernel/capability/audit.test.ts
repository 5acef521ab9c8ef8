/**
 * Audit rings: equal records are one, a full ring loses its own oldest, and what a closed group did is its
 * parent's to keep.
 */
import { AuditEvent, Kind, Right } from "../abi/capability";
import { Limit } from "../abi/limits";
import { AUDIT_RECORD_BYTES, AuditRecord } from "../abi/records";
import { framesFree } from "../memory/frames";
import { practiceAccount, practiceBegin, practiceLimited } from "../memory/practice";
import { framesOf } from "../sched/schedule";
import { audit, auditCall, auditClose, auditCopy, auditLost, auditOpen, auditTime } from "./audit";

const MOST: u32 = Limit.AUDIT_RECORDS;
const copy: usize = memory.data(124 * 32, 8);
const CREATE: u32 = AuditEvent.CREATE | (Kind.ENDPOINT << 8) | (Right.SEND << 16);
let one: u32 = 0;
let other: u32 = 0;

function begin(): void {
  practiceBegin();
  one = practiceAccount();
  other = practiceAccount();
  auditTime(1000);
  auditCall(40);
  assert(auditOpen(one) && auditOpen(other));
}

function record(index: u32): AuditRecord {
  return changetype<AuditRecord>(copy + <usize>index * AUDIT_RECORD_BYTES);
}

function read(group: u32): u32 {
  return auditCopy(group, copy, MOST);
}

/** As many records, each for another object. */
function fill(group: u32, from: u32, count: u32): void {
  for (let i: u32 = 0; i < count; i++) audit(group, 9, CREATE, from + i, 0);
}

export function test_a_record_says_who_what_and_how(): void {
  begin();
  audit(one, 17, CREATE, 5, 3);
  assert(read(one) === 1 && read(other) === 0);
  read(one);
  assert(record(0).subject === 17 && record(0).object === 5 && record(0).timeNs === 1000);
  assert(record(0).event === AuditEvent.CREATE && record(0).kind === Kind.ENDPOINT);
  assert(record(0).rights === Right.SEND && record(0).result === 3 && record(0).call === 40);
  assert(record(0).repeats === 0);
}

export function test_equal_records_in_a_row_are_one(): void {
  begin();
  for (let i: u32 = 0; i < 1000; i++) audit(one, 17, CREATE, 5, 0);
  assert(read(one) === 1 && record(0).repeats === 999);
  audit(one, 17, CREATE, 6, 0);
  audit(one, 17, CREATE, 5, 0);
  audit(one, 18, CREATE, 5, 0);
  audit(one, 18, CREATE, 5, 1);
  auditCall(41);
  audit(one, 18, CREATE, 5, 1);
  audit(one, 18, CREATE | (Right.RECEIVE << 16), 5, 1);
  assert(read(one) === 7);
  for (let i: u32 = 1; i < 7; i++) assert(record(i).repeats === 0);
  // What others record between them does not part them.
  audit(other, 1, CREATE, 1, 0);
  audit(one, 18, CREATE | (Right.RECEIVE << 16), 5, 1);
  assert(read(one) === 7 && record(6).repeats === 1);
}

export function test_numbers_rise_over_all_rings(): void {
  begin();
  for (let i: u32 = 0; i < 50; i++) audit((i & 1) === 0 ? one : other, 1, CREATE, i, 0);
  assert(read(one) === 25);
  const first = record(0).sequence;
  for (let i: u32 = 0; i < 25; i++) assert(record(i).sequence === first + 2 * i);
  assert(read(other) === 25);
  for (let i: u32 = 0; i < 25; i++) assert(record(i).sequence === first + 2 * i + 1);
}

export function test_a_full_ring_loses_its_oldest(): void {
  begin();
  for (let count: u32 = 1; count <= 3 * MOST; count++) {
    fill(one, count, 1);
    const kept = min<u32>(count, MOST);
    assert(read(one) === kept && auditLost(one) === count - kept);
    assert(record(0).object === count - kept + 1 && record(kept - 1).object === count);
  }
  assert(read(other) === 0 && auditLost(other) === 0);
}

export function test_a_repeat_pushes_nothing_out(): void {
  begin();
  fill(one, 0, MOST);
  for (let i: u32 = 0; i < 500; i++) audit(one, 9, CREATE, MOST - 1, 0);
  assert(auditLost(one) === 0 && read(one) === MOST);
  assert(record(MOST - 1).repeats === 500);
}

export function test_less_may_be_copied_than_there_is(): void {
  begin();
  fill(one, 0, 200);
  assert(auditCopy(one, copy, 3) === 3);
  assert(record(0).object === 76 && record(2).object === 78);
  assert(auditCopy(one, copy, 0) === 0);
}

export function test_a_closed_ring_goes_to_the_parent(): void {
  begin();
  const free = framesFree;
  const held = framesOf(other);
  fill(one, 0, 10);
  fill(other, 100, 20);
  auditClose(other, one);
  assert(framesFree === free + 1 && framesOf(other) === held - 1);
  assert(read(one) === 30);
  for (let i: u32 = 0; i < 30; i++) assert(record(i).object === (i < 10 ? i : 90 + i));
  // The parent goes on behind it, and merges with nothing that is not its latest.
  audit(one, 9, CREATE, 119, 0);
  assert(read(one) === 30 && record(29).repeats === 1);
  fill(one, 500, 1);
  assert(read(one) === 31 && record(30).object === 500);
}

export function test_a_full_ring_closed_keeps_the_latest(): void {
  begin();
  fill(one, 0, 60);
  fill(other, 1000, 500);
  auditClose(other, one);
  assert(read(one) === MOST && auditLost(one) === 60);
  for (let i: u32 = 0; i < MOST; i++) assert(record(i).object === 1500 - MOST + i);
}

export function test_an_empty_ring_closed_changes_nothing(): void {
  begin();
  fill(one, 0, 5);
  auditClose(other, one);
  assert(read(one) === 5 && record(4).object === 4);
  fill(one, 5, 1);
  assert(read(one) === 6);
}

export function test_who_cannot_pay_has_no_ring(): void {
  begin();
  const poor = practiceLimited(0);
  const free = framesFree;
  assert(!auditOpen(poor) && framesFree === free);
}
