/**
 * The audit: each kind of event leaves its record, with who, what and how it went.
 */
import { AuditEvent, Kind, Right, Slot } from "../../kernel/abi/capability";
import { Call } from "../../kernel/abi/calls";
import { KernelError } from "../../kernel/abi/errors";
import { GrantRecord, SystemRecord } from "../../kernel/abi/records";
import { TrapKind } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { bytes, infoOf, sendCopy, sendMove } from "../lib/message";
import { startedNumber } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { Place } from "./kit";
import { find, groupOf, latest, logCount, logRead, logRecord, says } from "./log";
import { look, seen } from "./look";
import { awaitEnd, begin, drop, endsWith, give, group, groupMake, groupNumber } from "./partners";
import { groupPlain, make, mint, paidBy, partner, pause } from "./partners";
import { check, done, expect, same } from "./report";
import { is, known } from "./select";

const words: usize = memory.data(16, 16);
const entry = changetype<GrantRecord>(memory.data(16, 4));
const ENDPOINT = Right.SEND | Right.RECEIVE | Right.GRANT;
const CREATED = Right.CREATE | Right.OBSERVE | Right.CONTROL;
const SYSTEM = changetype<SystemRecord>(memory.data(88, 8));
let own: u32 = 0;
let self: u32 = 0;

export function auditTests(): void {
  if (known()) return;
  own = groupOf(Slot.GROUP);
  self = <u32>kernel.processSelf();
  if (is("making-is-recorded")) making();
  if (is("deriving-is-recorded")) deriving();
  if (is("granting-is-recorded")) granting();
  if (is("transfers-are-recorded")) transfers();
  if (is("revoking-and-deleting-are-recorded")) removing();
  if (is("ends-of-objects-are-recorded")) destroying();
  if (is("faults-are-recorded")) faults();
  if (is("refusals-of-each-class-are-recorded")) refusals();
  if (is("other-refusals-are-not")) unrecorded();
  if (is("a-refused-partner-is-its-own-subject")) partnerRefused();
  if (is("the-log-takes-a-capability")) withoutAudit();
  if (is("times-and-numbers-rise")) rising();
}

/** The object's number as capabilityRead tells it. */
function numberOf(slot: u32): u32 {
  check(look(slot), "a capability");
  return seen.object;
}

function making(): void {
  const event = AuditEvent.CREATE;
  const call = Call.OBJECT_CREATE;
  const endpoint = make(Kind.ENDPOINT);
  let record = says(own, event, call, Kind.ENDPOINT, ENDPOINT, 0, "an endpoint");
  same(record.object, numberOf(endpoint), "its number");
  same(record.subject, self, "who made it");
  same(record.repeats, 0, "once");
  const bell = make(Kind.NOTIFICATION);
  const both = Right.SIGNAL | Right.WAIT;
  record = says(own, event, call, Kind.NOTIFICATION, both, 0, "a notification");
  same(record.object, numberOf(bell), "its number");
  const memory = make(Kind.MEMORY, 3);
  record = says(own, event, call, Kind.MEMORY, Right.READ | Right.WRITE, 0, "memory");
  same(record.object, numberOf(memory), "its number");
  groupPlain();
  const payer = groupMake();
  record = says(own, event, Call.GROUP_CREATE, Kind.GROUP, CREATED, 0, "a group");
  same(record.object, groupNumber, "its number");
  partner("role-nap");
  paidBy(payer);
  const child = begin();
  const rights = Right.READ | Right.WRITE | Right.CONTROL | Right.OBSERVE;
  record = says(own, event, Call.PROCESS_SPAWN, Kind.PROCESS, rights, 0, "a process");
  same(record.object, startedNumber, "its number");
  same(record.subject, self, "its maker, not itself");
  const slot = takeSlot();
  const number = kernel.threadStart(napper.index, 0, slot);
  const thread = Right.CONTROL | Right.OBSERVE;
  record = says(own, event, Call.THREAD_START, Kind.THREAD, thread, 0, "a thread");
  same(record.object, number, "its number");
  drop(child);
  drop(payer);
}

function napper(_: u32): void {
  kernel.sleepUntil(0x7fffffffffffffff);
}

function deriving(): void {
  const endpoint = make(Kind.ENDPOINT);
  const event = AuditEvent.DERIVE;
  mint(endpoint, Right.SEND, 5);
  const call = Call.CAPABILITY_MINT;
  let record = says(own, event, call, Kind.ENDPOINT, Right.SEND, 0, "a copy's rights");
  same(record.object, numberOf(endpoint), "the object");
  const part = takeSlot();
  done(kernel.portsNarrow(Place.PORTS, part, 0x71, 1), "a port");
  const ports = Right.READ | Right.WRITE;
  record = says(own, event, Call.PORTS_NARROW, Kind.PORTS, ports, 0, "a part of the ports");
  same(record.object, 0x71, "first, and count less one");
  const opened = takeSlot();
  done(kernel.processOpen(Slot.MACHINE, self, opened), "a look at a process");
  const looks = Right.READ | Right.OBSERVE;
  record = says(own, event, Call.PROCESS_OPEN, Kind.PROCESS, looks, 0, "a look");
  same(record.object, self, "at whom");
  const before = record.sequence;
  done(kernel.capabilityMove(part, takeSlot()), "a move");
  same(latest(own).sequence, before, "gives nobody anything");
}

function granting(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-nap");
  give(endpoint, Right.SEND, 3);
  const child = begin();
  const event = AuditEvent.GRANT;
  logRead(own);
  // The process is made behind what it is born with.
  const born = logRecord(logCount - 2);
  same(born.event, event, "at its birth");
  same(born.call, Call.PROCESS_SPAWN, "by its start");
  same(born.rights, Right.SEND, "with its rights");
  same(born.object, numberOf(endpoint), "for which object");
  entry.source = endpoint;
  entry.target = 60;
  entry.rights = Right.RECEIVE;
  done(kernel.capabilityGrant(child, entry), "a grant");
  const call = Call.CAPABILITY_GRANT;
  const record = says(own, event, call, Kind.ENDPOINT, Right.RECEIVE, 0, "later");
  same(record.subject, self, "by whom");
  drop(child);
}

function transfers(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  groupPlain();
  const payer = groupMake();
  const other = groupNumber;
  partner("role-collect", 4);
  paidBy(payer);
  give(endpoint, Right.RECEIVE);
  const child = begin();
  pause();
  logRead(other);
  const before = logCount;
  const copy = mint(endpoint, Right.SEND, 9);
  sendCopy(0, copy);
  sendMove(1, make(Kind.NOTIFICATION));
  done(kernel.messageCall(infoOf(endpoint, 0, 2), words), "a call with two");
  const event = AuditEvent.TRANSFER;
  const call = Call.MESSAGE_CALL;
  const both = Right.SIGNAL | Right.WAIT;
  says(own, event, call, Kind.NOTIFICATION, both, 0, "the one that moved");
  const first = logRecord(logCount - 2);
  same(first.event, event, "the one that was copied");
  same(first.rights, Right.SEND, "its rights");
  same(first.subject, self, "the sender");
  logRead(other);
  same(logCount, before, "nothing with the receiver");
  drop(child);
  drop(payer);
}

function removing(): void {
  const endpoint = make(Kind.ENDPOINT);
  const number = numberOf(endpoint);
  const copy = mint(endpoint, Right.SEND);
  done(kernel.capabilityRevoke(endpoint), "a revocation");
  const revoke = Call.CAPABILITY_REVOKE;
  let record = says(own, AuditEvent.REVOKE, revoke, Kind.ENDPOINT, ENDPOINT, 0, "revoked");
  same(record.object, number, "what");
  check(!look(copy), "a copy went without a record of its own");
  const second = mint(endpoint, Right.SEND);
  drop(second);
  const call = Call.CAPABILITY_DELETE;
  record = says(own, AuditEvent.DELETE, call, Kind.ENDPOINT, Right.SEND, 0, "a copy deleted");
  same(record.object, number, "what");
  partner("role-nap");
  const child = begin();
  done(kernel.capabilityTake(child, Slot.SELF), "a take");
  const rights = Right.READ | Right.WRITE | Right.CONTROL | Right.OBSERVE;
  const take = Call.CAPABILITY_TAKE;
  record = says(own, AuditEvent.DELETE, take, Kind.PROCESS, rights, 0, "taken from a partner");
  same(record.subject, self, "by whom");
  drop(child);
}

function destroying(): void {
  const endpoint = make(Kind.ENDPOINT);
  const number = numberOf(endpoint);
  drop(endpoint);
  const call = Call.CAPABILITY_DELETE;
  const event = AuditEvent.DESTROY;
  let record = says(own, event, call, Kind.ENDPOINT, ENDPOINT, 0, "an endpoint ended");
  same(record.object, number, "which");
  same(logRecord(logCount - 2).event, AuditEvent.DELETE, "after its capability was deleted");
  groupPlain();
  const payer = groupMake();
  const inner = takeSlot();
  done(kernel.objectCreate(payer, Kind.MEMORY, inner, 1), "something in a group");
  const other = groupNumber;
  drop(payer);
  record = says(own, event, call, Kind.GROUP, CREATED, 0, "a group ended");
  same(record.object, other, "which");
  const before = logRecord(logCount - 2);
  same(before.event, event, "after what it had");
  same(before.kind, Kind.MEMORY, "its memory");
}

function faults(): void {
  groupPlain();
  const payer = groupMake();
  const other = groupNumber;
  partner("role-trap");
  paidBy(payer);
  const child = begin();
  const number = startedNumber;
  awaitEnd(child);
  logRead(other);
  const record = find(AuditEvent.FAULT, number);
  check(record !== null, "it left a record with its group");
  if (record) same(record.result, TrapKind.UNREACHABLE, "the trap");
  logRead(own);
  check(find(AuditEvent.FAULT, number) === null, "and none with its starter");
  drop(child);
  drop(payer);
}

/** Refuses, and the record says the slot, the call and why. */
function refused(answer: i32, call: u32, slot: u32, error: KernelError, what: string): void {
  expect(answer, error, what);
  const record = says(own, AuditEvent.REFUSE, call, Kind.EMPTY, 0, error, what);
  same(record.object, slot, what);
  same(record.subject, self, what);
}

function refusals(): void {
  const endpoint = make(Kind.ENDPOINT);
  const weak = mint(endpoint, Right.SEND);
  const none = KernelError.INVALID_CAPABILITY;
  const kind = KernelError.WRONG_KIND;
  const right = KernelError.MISSING_RIGHT;
  const ban = KernelError.NOT_PERMITTED;
  refused(kernel.capabilityDelete(99), Call.CAPABILITY_DELETE, 99, none, "nothing to delete");
  refused(kernel.messageCall(98 << 16, words), Call.MESSAGE_CALL, 98, none, "nobody to call");
  refused(kernel.messageSend(97 << 16, words), Call.MESSAGE_SEND, 97, none, "nor to send to");
  refused(kernel.portRead(96, 1, 1), Call.PORT_READ, 96, none, "no ports");
  refused(kernel.threadControl(endpoint, 0), Call.THREAD_CONTROL, endpoint, kind, "no thread");
  refused(kernel.systemRead(weak, SYSTEM), Call.SYSTEM_READ, weak, kind, "no machine");
  const info = infoOf(weak, 0, 0);
  refused(kernel.messageReceive(info, words), Call.MESSAGE_RECEIVE, weak, right, "no RECEIVE");
  const answer = kernel.halt(Slot.MACHINE, 0);
  refused(answer, Call.HALT, Slot.MACHINE, right, "no CONTROL of the machine");
  const port = kernel.portRead(Place.PORTS, 0x60, 1);
  refused(port, Call.PORT_READ, Place.PORTS, ban, "another port");
  const thread = kernel.threadResume(1281);
  check(thread < 0, "another's thread");
}

/** What is wrong with the arguments, or used up, is nobody's authority. */
function unrecorded(): void {
  const endpoint = make(Kind.ENDPOINT);
  const before = latest(own).sequence;
  const wrong = KernelError.BAD_ARGUMENT;
  expect(kernel.capabilityMint(endpoint, 0, 0, 0), wrong, "slot 0");
  expect(kernel.capabilityMint(endpoint, endpoint, 0, 0), KernelError.SLOT_IN_USE, "in use");
  expect(kernel.objectCreate(Slot.GROUP, 99, takeSlot(), 0), wrong, "no such kind");
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "nobody asked");
  expect(kernel.memoryUnmap(0, 0, 1), KernelError.NOT_MAPPABLE, "nothing mapped");
  groupPlain();
  group.processes = 1000;
  const slot = takeSlot();
  const used = KernelError.QUOTA_EXHAUSTED;
  expect(kernel.groupCreate(Place.HOME, group, slot), used, "more than there are");
  kernel.messageTimeout(1000);
  expect(kernel.messageCall(infoOf(endpoint, 0, 0), words), KernelError.TIMED_OUT, "nobody");
  kernel.messageTimeout(0);
  same(latest(own).sequence, before, "none of it is recorded");
}

function partnerRefused(): void {
  groupPlain();
  const payer = groupMake();
  const other = groupNumber;
  partner("role-call");
  paidBy(payer);
  const child = begin();
  const number = startedNumber;
  endsWith(child, KernelError.INVALID_CAPABILITY, "a partner without anything");
  logRead(other);
  const record = find(AuditEvent.REFUSE, number);
  check(record !== null, "it left a record with its group");
  if (record) {
    same(record.object, Place.FIRST, "the slot");
    same(record.call, Call.MESSAGE_CALL, "the call");
    same(record.result, KernelError.INVALID_CAPABILITY, "why");
  }
  logRead(own);
  check(find(AuditEvent.REFUSE, number) === null, "and none with its starter");
  drop(payer);
}

function withoutAudit(): void {
  const none = KernelError.INVALID_CAPABILITY;
  expect(kernel.auditRead(90, own, words, 0), none, "without a capability");
  expect(kernel.auditLost(90, own), none, "nor what was lost");
  expect(kernel.auditRead(Slot.GROUP, own, words, 0), KernelError.WRONG_KIND, "with a group's");
  const weak = mint(Slot.AUDIT, Right.NONE);
  expect(kernel.auditRead(weak, own, words, 0), KernelError.MISSING_RIGHT, "without READ");
  expect(kernel.auditLost(weak, own), KernelError.MISSING_RIGHT, "nor what was lost");
  expect(kernel.auditRead(Slot.AUDIT, 255, words, 0), KernelError.NOT_FOUND, "no such group");
  expect(kernel.auditRead(Slot.AUDIT, 256, words, 0), KernelError.NOT_FOUND, "beyond");
  const nowhere = KernelError.BAD_ADDRESS;
  expect(kernel.auditRead(Slot.AUDIT, own, 0xfffffff0, 1), nowhere, "to nowhere");
  same(kernel.auditRead(Slot.AUDIT, own, words, 0), 0, "as many as asked for");
  partner("role-read-log", own);
  endsWith(begin(), none, "a partner that was not given it");
}

function rising(): void {
  for (let i: u32 = 0; i < 20; i++) {
    drop(make(Kind.ENDPOINT));
    if (i % 5 === 0) pause(100000);
  }
  logRead(own);
  check(logCount > 40, "there are records");
  for (let i: u32 = 1; i < logCount; i++) {
    check(logRecord(i).sequence > logRecord(i - 1).sequence, "numbers rise");
    check(logRecord(i).timeNs >= logRecord(i - 1).timeNs, "times do not fall");
  }
  const now = kernel.clock();
  check(logRecord(logCount - 1).timeNs <= now, "nothing is in the future");
  check(now - logRecord(logCount - 1).timeNs < 1000000, "nor long ago");
}
