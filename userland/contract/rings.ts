/**
 * Rings of the audit: equal records are one, a full ring loses its own oldest only, and a group that ends
 * leaves its records to its parent.
 */
import { AuditEvent, Kind, Right, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { AuditRecord } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { startedNumber } from "../lib/start";
import { groupOf, latest, logCount, logRead, logRecord, lostOf } from "./log";
import { awaitEnd, begin, drop, group, groupMake, groupNumber } from "./partners";
import { groupPlain, make, mint, MILLISECOND, paidBy, partner, pause } from "./partners";
import { check, done, note, same } from "./report";
import { is } from "./select";

const MOST: u32 = Limit.AUDIT_RECORDS;
const kept: usize = memory.data(124 * 32, 8);

export function ringTests(): void {
  if (is("equal-records-are-one")) coalesce();
  if (is("a-full-ring-loses-its-oldest")) overflow();
  if (is("a-flood-reaches-no-other-ring")) flood();
  if (is("a-groups-end-hands-its-records-on")) handedOn();
  if (is("records-of-all-groups-have-one-order")) oneOrder();
  if (is("a-full-ring-handed-on")) fullHandedOn();
}

function coalesce(): void {
  const own = groupOf(Slot.GROUP);
  for (let i: u32 = 0; i < 500; i++) kernel.capabilityDelete(99);
  let record = latest(own);
  same(record.repeats, 499, "the same refusal again and again");
  const count = logCount;
  const time = record.timeNs;
  const sequence = record.sequence;
  kernel.capabilityDelete(98);
  kernel.capabilityDelete(99);
  logRead(own);
  same(logCount, count + 2, "another slot is another record");
  same(logRecord(count).object, 98, "it");
  same(logRecord(count + 1).repeats, 0, "and the first one begins anew");
  check(logRecord(count - 1).timeNs === time, "the first one's time is its first");
  same(logRecord(count - 1).sequence, sequence, "and its number");
  kernel.capabilityRevoke(99);
  same(latest(own).repeats, 0, "another call is another record");
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 5; i++) {
    const copy = mint(endpoint, Right.SEND);
    done(kernel.capabilityMove(copy, 60 + i), "a move leaves none");
  }
  record = latest(own);
  same(record.event, AuditEvent.DERIVE, "derived");
  same(record.repeats, 4, "five times the same");
}

function overflow(): void {
  const own = groupOf(Slot.GROUP);
  same(lostOf(own), 0, "nothing was lost yet");
  logRead(own);
  const before = logCount;
  const first = logRecord(before - 1).sequence;
  for (let i: u32 = 0; i < 300; i++) kernel.capabilityDelete(1000 + i);
  logRead(own);
  same(logCount, MOST, "a full ring");
  same(lostOf(own), before + 300 - MOST, "what was overwritten is counted");
  check(logRecord(0).sequence > first, "the oldest went");
  for (let i: u32 = 0; i < MOST; i++) {
    same(logRecord(i).object, 1300 - MOST + i, "the latest are there, in order");
  }
}

/** A partner makes as many different records as it can; the others' rings are as they were. */
function flood(): void {
  const own = groupOf(Slot.GROUP);
  groupPlain();
  const quiet = groupMake();
  const quietNumber = groupNumber;
  partner("role-exit");
  paidBy(quiet);
  drop(begin());
  const loud = groupMake();
  const loudNumber = groupNumber;
  partner("role-flood-log", 20000);
  paidBy(loud);
  const child = begin();
  logRead(quietNumber);
  const quietCount = logCount;
  logRead(own);
  const ownCount = logCount;
  memory.copy(kept, changetype<usize>(logRecord(0)), <usize>ownCount * 32);
  awaitEnd(child);
  note("lost", lostOf(loudNumber));
  check(lostOf(loudNumber) >= 20000 - MOST, "the flood is counted");
  same(lostOf(quietNumber), 0, "the quiet one has lost nothing");
  logRead(quietNumber);
  same(logCount, quietCount, "nor got anything");
  logRead(own);
  same(logCount, ownCount, "nor the test's");
  const compared = memory.compare(kept, changetype<usize>(logRecord(0)), <usize>ownCount * 32);
  same(compared, 0, "records are as they were");
  drop(child);
  drop(loud);
  drop(quiet);
}

function handedOn(): void {
  groupPlain();
  group.groups = 1;
  const top = groupMake();
  const topNumber = groupNumber;
  group.groups = 0;
  const payer = groupMake(top);
  const number = groupNumber;
  partner("role-flood-log", 20);
  paidBy(payer);
  const child = begin();
  const subject = startedNumber;
  awaitEnd(child);
  drop(child);
  logRead(number);
  const count = logCount;
  check(count >= 20, "its records");
  memory.copy(kept, changetype<usize>(logRecord(0)), <usize>count * 32);
  logRead(topNumber);
  same(logCount, 0, "the parent has none");
  drop(payer);
  logRead(topNumber);
  same(logCount, count, "the parent has them all");
  const compared = memory.compare(kept, changetype<usize>(logRecord(0)), <usize>count * 32);
  same(compared, 0, "as they were");
  same(logRecord(0).subject, subject, "with who it was");
  drop(top);
}

/** Every number is given once over all rings, and in each ring they rise. */
function oneOrder(): void {
  groupPlain();
  const payer = groupMake();
  const number = groupNumber;
  const own = groupOf(Slot.GROUP);
  partner("role-flood-log-slowly", 40);
  paidBy(payer);
  const child = begin();
  for (let i: u32 = 0; i < 40; i++) {
    kernel.capabilityDelete(1000 + i);
    pause(MILLISECOND / 10);
  }
  awaitEnd(child);
  logRead(own);
  const ownCount = logCount;
  memory.copy(kept, changetype<usize>(logRecord(0)), <usize>ownCount * 32);
  logRead(number);
  let mixed: u32 = 0;
  let at: u32 = 0;
  for (let i: u32 = 0; i < logCount; i++) {
    const record = logRecord(i);
    let passed = false;
    while (at < ownCount && ownAt(at).sequence < record.sequence) {
      check(ownAt(at).timeNs <= record.timeNs, "numbers and times agree");
      at++;
      passed = true;
    }
    if (at < ownCount) check(ownAt(at).sequence !== record.sequence, "a number is given once");
    if (passed) mixed++;
  }
  check(mixed > 10, "they alternate");
  drop(child);
  drop(payer);
}

function ownAt(index: u32): AuditRecord {
  return changetype<AuditRecord>(kept + <usize>index * 32);
}

/** More records come from below than there is room: the parent keeps the last that were handed on. */
function fullHandedOn(): void {
  groupPlain();
  group.groups = 2;
  group.processes = 9;
  group.threads = 20;
  const top = groupMake();
  const topNumber = groupNumber;
  group.groups = 0;
  group.processes = 4;
  group.threads = 8;
  const groups: StaticArray<u32> = [groupMake(top), groupMake(top)];
  const subjects: StaticArray<u32> = [0, 0];
  for (let i = 0; i < 2; i++) {
    partner("role-flood-log", 100);
    paidBy(groups[i]);
    const child = begin();
    subjects[i] = startedNumber;
    awaitEnd(child);
    drop(child);
  }
  for (let i = 0; i < 2; i++) drop(groups[i]);
  logRead(topNumber);
  same(logCount, MOST, "a full ring");
  const second = bySubject(subjects[1]);
  check(second >= 100, "all of the second one");
  same(bySubject(subjects[0]), MOST - second, "the rest is the first one's latest");
  check(lostOf(topNumber) > 0, "what was overwritten is counted");
  for (let i: u32 = 1; i < logCount; i++) {
    check(logRecord(i).sequence > logRecord(i - 1).sequence, "numbers rise");
  }
  drop(top);
}

function bySubject(subject: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < logCount; i++) if (logRecord(i).subject === subject) count++;
  return count;
}
