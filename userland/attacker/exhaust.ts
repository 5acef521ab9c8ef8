/**
 * Exhausting: slots, frames, threads, processes, groups, records, the audit; each ends in a refusal.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord } from "../../kernel/abi/records";
import { ExitReason, TrapKind } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { ended, record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect, note } from "./answers";
import { awaitEnd, begin, child, drop, grantKit, make } from "./children";
import { Place } from "./kit";
import { is } from "./select";

const FIRST: u32 = 64;
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const FOREVER: u64 = 0x7fffffffffffffff;

export function exhaust(): void {
  if (is("exhaust-slots")) slots(256, KernelError.BAD_ARGUMENT);
  if (is("exhaust-slots-of-a-large-space")) slots(65536, KernelError.OUT_OF_MEMORY);
  if (is("exhaust-memory")) memoryAll();
  if (is("exhaust-threads")) threads(KernelError.QUOTA_EXHAUSTED);
  if (is("exhaust-stacks")) threads(KernelError.OUT_OF_MEMORY);
  if (is("exhaust-processes")) processes();
  if (is("exhaust-groups")) groups();
  if (is("exhaust-endpoints")) objects(Kind.ENDPOINT, 0);
  if (is("exhaust-notifications")) objects(Kind.NOTIFICATION, 0);
  if (is("exhaust-memory-objects")) objects(Kind.MEMORY, 8);
  if (is("exhaust-page-tables")) pageTables();
  if (is("exhaust-mappings")) mappings();
  if (is("exhaust-the-audit")) auditFlood();
  if (is("exhaust-spaces")) spaces();
  if (is("exhaust-the-stack")) stack();
  if (is("stack-without-frames")) stackWithoutFrames();
  if (is("oversized-objects")) oversized();
}

/** Copies until there is no slot, or no frame for more slots. */
function slots(end: u32, last: KernelError): void {
  let answer: i32 = 0;
  for (let slot = FIRST; answer === 0; slot++) {
    answer = kernel.capabilityMint(Place.REPORT, slot, Right.READ, 0);
    note(answer);
    if (answer === 0) count(1);
    check(slot <= end);
  }
  expect(answer, last);
}

/** All that may be had, and every page of it touched. */
function memoryAll(): void {
  let pages: u32 = 0;
  while (true) {
    const old = kernel.memoryGrow(1);
    if (old < 0) break;
    for (let at = (<usize>old) << 16; at < (<usize>old + 1) << 16; at += 4096) store<u32>(at, 1);
    pages++;
  }
  count(pages);
  check(pages > 4 && kernel.memoryGrow(1) === -1 && kernel.memoryGrow(0xffff) === -1);
  check(kernel.memoryGrow(0x80000000) === -1);
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, takeSlot(), 32), KernelError.OUT_OF_MEMORY);
}

function sleeper(_: u32): void {
  kernel.sleepUntil(FOREVER);
}

function threads(last: KernelError): void {
  let answer: i32 = 1;
  while (answer > 0) {
    answer = kernel.threadStart(sleeper.index, 0, 0);
    note(answer);
    if (answer > 0) count(1);
  }
  expect(answer, last);
}

function processes(): void {
  let answer: i32 = 1;
  while (answer > 0) {
    child("role-nap");
    record.target = takeSlot();
    answer = kernel.processSpawn(record);
    note(answer);
    if (answer > 0) count(1);
  }
  expect(answer, KernelError.QUOTA_EXHAUSTED);
}

function groups(): void {
  group.weight = 1;
  group.limitPpm = 1000000;
  group.processes = 1;
  group.threads = 1;
  let answer: i32 = 1;
  while (answer > 0) {
    answer = kernel.groupCreate(Place.PARENT, group, takeSlot());
    note(answer);
    if (answer > 0) count(1);
  }
  expect(answer, KernelError.QUOTA_EXHAUSTED);
}

function objects(kind: Kind, argument: u32): void {
  let answer: i32 = 0;
  let slot = FIRST;
  while (answer === 0) {
    answer = kernel.objectCreate(Slot.GROUP, kind, slot, argument);
    note(answer);
    if (answer === 0) count(1);
    slot++;
  }
  expect(answer, KernelError.OUT_OF_MEMORY);
  done(kernel.capabilityDelete(FIRST));
  done(kernel.objectCreate(Slot.GROUP, kind, FIRST, argument));
}

/** Threads' stacks lie 1 MiB apart: each fourth one takes a page table, touched pages more. */
function toucher(_: u32): void {
  check(depth(400) > 0);
  kernel.sleepUntil(FOREVER);
}

function depth(left: u32): u32 {
  return left === 0 ? 1 : depth(left - 1) + left;
}

function pageTables(): void {
  let answer: i32 = 1;
  while (answer > 0) {
    answer = kernel.threadStart(toucher.index, 0, 0);
    note(answer);
    kernel.yieldNow();
    if (answer > 0) count(1);
  }
  check(answer === -KernelError.QUOTA_EXHAUSTED || answer === -KernelError.OUT_OF_MEMORY);
  while (kernel.memoryGrow(64) >= 0) count(64);
}

/** One page mapped wherever there is room for it: each place costs a record. */
function mappings(): void {
  const object = make(Kind.MEMORY, 1);
  const start = (<usize>done(kernel.memoryGrow(20))) << 16;
  let at = start;
  let answer: i32 = 0;
  while (answer === 0 && at < start + (20 << 16)) {
    answer = kernel.memoryMap(object, 0, at, 1);
    note(answer);
    if (answer === 0) count(1);
    at += 4096;
  }
  check(answer === 0 || answer === -KernelError.OUT_OF_MEMORY);
  done(kernel.capabilityRevoke(object));
  done(kernel.capabilityDelete(object));
}

/** Thousands of different refusals: only the attacker's own ring turns over. */
function auditFlood(): void {
  for (let i: u32 = 0; i < 3000; i++) {
    expect(kernel.notificationSignal(1000 + i), KernelError.INVALID_CAPABILITY);
    expect(kernel.processKill(2000 + i), KernelError.INVALID_CAPABILITY);
  }
}

/** Children with the largest spaces. */
function spaces(): void {
  for (let i: u32 = 0; i < 8; i++) {
    child("role-nap");
    record.slots = i < 4 ? 65536 : 2;
    done(<i32>begin());
  }
  child("role-nap");
  record.slots = 65537;
  record.target = takeSlot();
  expect(kernel.processSpawn(record), KernelError.BAD_ARGUMENT);
  record.slots = 1;
  expect(kernel.processSpawn(record), KernelError.BAD_ARGUMENT);
}

function trapped(kind: TrapKind, first: u32): void {
  child("role-trap", first);
  grantKit();
  const slot = begin();
  awaitEnd(slot);
  check(ended.reason === ExitReason.TRAPPED && ended.code === <u32>kind);
  drop(slot);
}

function stack(): void {
  trapped(TrapKind.STACK_EXHAUSTED, 100);
}

/** No frame is left when the stack grows: that thread's process ends, nobody else's. */
function stackWithoutFrames(): void {
  trapped(TrapKind.STACK_WITHOUT_MEMORY, 101);
}

function oversized(): void {
  const slot = takeSlot();
  const refused = KernelError.BAD_ARGUMENT;
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, 0), refused);
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, 513), refused);
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, 0xffff), refused);
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, 0x20001), refused);
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, 0x80000001), refused);
  for (let kind: u32 = 0; kind < 40; kind++) {
    if (kind >= <u32>Kind.MEMORY && kind <= <u32>Kind.NOTIFICATION && kind !== <u32>Kind.REPLY) {
      continue;
    }
    expect(kernel.objectCreate(Slot.GROUP, kind, slot, 0), refused);
  }
  expect(kernel.objectCreate(Slot.GROUP, 0xffffff05, slot, 0), refused);
  expect(kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, slot, 1), refused);
}
