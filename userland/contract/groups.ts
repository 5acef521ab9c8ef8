/**
 * Groups: their end takes everything in them along, from outside and from inside; quotas are refused by
 * number and come back.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { bytes, infoOf, sendMove } from "../lib/message";
import { grant, record, spawn } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { framesFree, framesUsed, groupRecord, system } from "./books";
import { Place } from "./kit";
import { empty, look, lookIn } from "./look";
import { awaitEnd, begin, drop, endsWith, give, giveMeans, group, groupMake } from "./partners";
import { groupNumber, groupPlain, make, mint, paidBy, partner, pause } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const space: usize = memory.data(12288);
const page: usize = (space + 4095) & ~4095;

export function groups(): void {
  if (is("a-group-ends-from-outside")) twice(fromOutside);
  if (is("a-group-ends-from-inside")) twice(fromInside);
  if (is("a-copy-of-a-group-ends")) copyEnds();
  if (is("groups-within-groups-end")) twice(nested);
  if (is("memory-of-a-group-ends-elsewhere")) memoryElsewhere();
  if (is("quota-of-processes")) quotaProcesses();
  if (is("quota-of-threads")) quotaThreads();
  if (is("quota-of-groups")) quotaGroups();
  if (is("frames-of-a-group")) twice(quotaFrames);
  if (is("reserves-of-groups")) reserves();
  if (is("threads-of-a-process")) threadsOfProcess();
  if (is("threads-live-in-leaves")) leaves();
}

let frames: u32 = 0;
let others: u32 = 0;

/** The machine's books before the second round: the first one touches what is touched but once. */
function booksBefore(): void {
  frames = framesFree();
  others = system.processes * 1000 + system.threads * 10 + system.groups;
}

function booksAgree(): void {
  same(framesFree(), frames, "frames");
  const now = system.processes * 1000 + system.threads * 10 + system.groups;
  same(now, others, "processes, threads, groups");
}

/** What leaves nothing behind, once and once more. */
function twice(part: () => void): void {
  part();
  booksBefore();
  part();
  booksAgree();
}

/** Two processes with means of their own, made from outside, and a client that waits in there. */
function fromOutside(): void {
  groupPlain();
  const payer = groupMake();
  const number = groupNumber;
  const talk = make(Kind.ENDPOINT);
  const inner = takeSlot();
  done(kernel.objectCreate(payer, Kind.ENDPOINT, inner, 0), "an endpoint that the group pays");
  partner("role-make");
  paidBy(payer);
  give(talk, Right.SEND);
  giveMeans(payer);
  const one = begin();
  done(kernel.messageReceive(infoOf(talk, 0, 0), words), "it has made its things");
  partner("role-call");
  give(inner, Right.SEND);
  const client = begin();
  pause();
  check(framesUsed(payer) > 20 && groupRecord.processes === 2, "the group pays");
  drop(payer);
  empty(one, "its process");
  empty(inner, "its endpoint");
  endsWith(client, KernelError.CANCELED, "who waited there from outside");
  const gone = kernel.groupRead(Slot.MACHINE, number, changetype<usize>(groupRecord));
  same(gone, -KernelError.NOT_FOUND, "the group itself");
  drop(talk);
}

/** A process that holds its own group's first capability deletes it: that is its own end too. */
function fromInside(): void {
  groupPlain();
  bytes();
  for (let round: u32 = 0; round < 3; round++) {
    const talk = make(Kind.ENDPOINT);
    const payer = groupMake();
    const number = groupNumber;
    partner("role-end-own-group", round);
    paidBy(payer);
    give(talk, Right.SEND | Right.RECEIVE);
    giveMeans(payer);
    const child = begin();
    done(kernel.messageReceive(infoOf(talk, 0, 0), words), "it has made its things");
    sendMove(0, payer);
    done(kernel.messageSend(infoOf(talk, 0, 1), words), "its group's first capability");
    pause(3000000);
    empty(child, "it is gone");
    empty(payer, "the group's capability");
    // What the last thread of the group could not end itself, the next one that works does.
    drop(talk);
    const gone = kernel.groupRead(Slot.MACHINE, number, changetype<usize>(groupRecord));
    same(gone, -KernelError.NOT_FOUND, "the group");
  }
}

/** A copy of a group's capability: what was paid through it ends, the group does not. */
function copyEnds(): void {
  groupPlain();
  const payer = groupMake();
  const copy = mint(payer, Right.CREATE);
  const through = takeSlot();
  done(kernel.objectCreate(copy, Kind.ENDPOINT, through, 0), "paid through the copy");
  const beside = takeSlot();
  done(kernel.objectCreate(payer, Kind.ENDPOINT, beside, 0), "paid beside it");
  expect(kernel.groupRead(copy, 0, page), KernelError.MISSING_RIGHT, "no OBSERVE");
  const looks = mint(payer, Right.OBSERVE);
  const refused = KernelError.MISSING_RIGHT;
  expect(kernel.objectCreate(looks, Kind.ENDPOINT, takeSlot(), 0), refused, "no CREATE");
  drop(copy);
  empty(through, "what was paid through it");
  check(look(beside), "not what was paid beside it");
  same(framesUsed(payer), 2, "its ring and its records");
  drop(beside);
  same(framesUsed(payer), 1, "its ring");
  drop(payer);
}

/** Three deep, with processes in the leaves. */
function nested(): void {
  groupPlain();
  group.groups = 3;
  group.processes = 6;
  group.threads = 12;
  const top = groupMake();
  group.groups = 1;
  group.processes = 3;
  group.threads = 6;
  const middle = groupMake(top);
  group.groups = 0;
  const bottom = groupMake(middle);
  const beside = groupMake(top);
  const talk = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 2; i++) {
    partner("role-make");
    const payer = i === 0 ? bottom : beside;
    paidBy(payer);
    give(talk, Right.SEND);
    giveMeans(payer);
    begin();
    done(kernel.messageReceive(infoOf(talk, 0, 0), words), "it has made its things");
  }
  drop(talk);
  drop(top);
  empty(middle, "the group within");
  empty(bottom, "and within that");
  empty(beside, "and beside");
}

/** Memory that a group paid for disappears from where it was mapped outside. */
function memoryElsewhere(): void {
  groupPlain();
  const payer = groupMake();
  const memory = takeSlot();
  done(kernel.objectCreate(payer, Kind.MEMORY, memory, 2), "memory that the group pays");
  done(kernel.memoryMap(memory, 0, page | 1, 2), "mapped here");
  store<u32>(page, 9);
  same(load<u32>(page), 9, "it is memory");
  drop(payer);
  empty(memory, "its capability");
  same(load<u32>(page), 0, "the own page is back");
  store<u32>(page, 1);
}

function quotaProcesses(): void {
  groupPlain();
  group.processes = 3;
  const payer = groupMake();
  const children: StaticArray<u32> = [0, 0, 0];
  for (let round: u32 = 0; round < 2; round++) {
    for (let i = 0; i < 3; i++) {
      partner("role-nap");
      paidBy(payer);
      children[i] = begin();
    }
    partner("role-nap");
    paidBy(payer);
    same(spawn(), -KernelError.QUOTA_EXHAUSTED, "the fourth process");
    // Dead is enough: the record may stay.
    done(kernel.processKill(children[1]), "a kill");
    awaitEnd(children[1]);
    partner("role-nap");
    paidBy(payer);
    const again = begin();
    drop(children[1]);
    drop(again);
    drop(children[0]);
    drop(children[2]);
  }
  drop(payer);
}

function quotaThreads(): void {
  groupPlain();
  group.processes = 3;
  group.threads = 5;
  const payer = groupMake();
  const talk = make(Kind.ENDPOINT);
  partner("role-threads");
  paidBy(payer);
  give(talk, Right.SEND);
  const child = begin();
  done(kernel.messageReceive(infoOf(talk, 0, 0), words), "it has tried");
  same(load<i32>(words), 4, "so many beside its first");
  same(load<i32>(words + 4), -KernelError.QUOTA_EXHAUSTED, "the next one");
  partner("role-nap");
  paidBy(payer);
  same(spawn(), -KernelError.QUOTA_EXHAUSTED, "a process needs a thread");
  drop(child);
  partner("role-nap");
  paidBy(payer);
  drop(begin());
  drop(payer);
}

function quotaGroups(): void {
  groupPlain();
  group.groups = 2;
  group.processes = 6;
  group.threads = 12;
  const top = groupMake();
  group.groups = 0;
  group.processes = 3;
  group.threads = 6;
  const slot = takeSlot();
  const refused = -KernelError.QUOTA_EXHAUSTED;
  group.groups = 2;
  same(kernel.groupCreate(top, group, slot), refused, "more groups than there are");
  group.groups = 0;
  group.processes = 7;
  same(kernel.groupCreate(top, group, slot), refused, "more processes");
  group.processes = 3;
  group.threads = 13;
  same(kernel.groupCreate(top, group, slot), refused, "more threads");
  group.threads = 6;
  const one = groupMake(top);
  const two = groupMake(top);
  same(kernel.groupCreate(top, group, slot), refused, "the third group");
  drop(one);
  const again = groupMake(top);
  empty(slot, "refusals leave nothing");
  drop(two);
  drop(again);
  group.processes = 6;
  group.threads = 12;
  drop(groupMake(top));
  drop(top);
}

function quotaFrames(): void {
  groupPlain();
  group.framesLimit = 40;
  const payer = groupMake();
  const slot = takeSlot();
  const refused = -KernelError.OUT_OF_MEMORY;
  same(kernel.objectCreate(payer, Kind.MEMORY, slot, 40), refused, "memory beyond its frames");
  done(kernel.objectCreate(payer, Kind.MEMORY, slot, 30), "memory within");
  same(framesUsed(payer), 33, "ring, records, list, pages");
  const other = takeSlot();
  same(kernel.objectCreate(payer, Kind.MEMORY, other, 7), refused, "the rest is less");
  partner("role-nap");
  paidBy(payer);
  same(spawn(), refused, "a process");
  drop(slot);
  done(kernel.objectCreate(payer, Kind.MEMORY, slot, 37), "everything there is");
  same(framesUsed(payer), 40, "to the last frame");
  same(kernel.objectCreate(payer, Kind.MEMORY, other, 1), refused, "nothing is left");
  done(kernel.objectCreate(payer, Kind.ENDPOINT, other, 0), "records have their frame");
  drop(payer);
  group.framesLimit = 0;
  group.framesReserve = 0x7fffffff;
  const exceeded = -KernelError.RESERVE_EXCEEDED;
  same(kernel.groupCreate(Place.HOME, group, slot), exceeded, "a reserve that nobody has");
}

function reserves(): void {
  groupPlain();
  const slot = takeSlot();
  const exceeded = -KernelError.RESERVE_EXCEEDED;
  group.reservePpm = 600000;
  same(kernel.groupCreate(Place.HOME, group, slot), exceeded, "more than the parent has");
  group.reservePpm = 300000;
  const one = groupMake();
  same(kernel.groupCreate(Place.HOME, group, slot), exceeded, "more than is left of it");
  group.reservePpm = 200000;
  const two = groupMake();
  drop(one);
  group.reservePpm = 300000;
  drop(groupMake());
  drop(two);
  const wrong = -KernelError.BAD_ARGUMENT;
  group.reservePpm = 0;
  group.weight = 0;
  same(kernel.groupCreate(Place.HOME, group, slot), wrong, "weight 0");
  group.weight = 10001;
  same(kernel.groupCreate(Place.HOME, group, slot), wrong, "weight beyond");
  group.weight = 100;
  group.limitPpm = 0;
  same(kernel.groupCreate(Place.HOME, group, slot), wrong, "limit 0");
  group.limitPpm = 1000001;
  same(kernel.groupCreate(Place.HOME, group, slot), wrong, "limit beyond");
  group.limitPpm = 1000000;
  group.nameSize = 33;
  same(kernel.groupCreate(Place.HOME, group, slot), wrong, "a long name");
  group.nameSize = 4;
  group.name = 0xfffffff0;
  same(kernel.groupCreate(Place.HOME, group, slot), -KernelError.BAD_ADDRESS, "a name nowhere");
  empty(slot, "refusals leave nothing");
}

/** A process has at most 64 threads, whatever its group's quota. */
function threadsOfProcess(): void {
  groupPlain();
  group.threads = 70;
  const payer = groupMake();
  const talk = make(Kind.ENDPOINT);
  partner("role-threads");
  paidBy(payer);
  give(talk, Right.SEND);
  const child = begin();
  done(kernel.messageReceive(infoOf(talk, 0, 0), words), "it has tried");
  same(load<i32>(words), 63, "so many beside its first");
  same(load<i32>(words + 4), -KernelError.TABLE_FULL, "the next one");
  drop(child);
  drop(payer);
}

/** A group that has groups in it has no processes, and the other way round. */
function leaves(): void {
  groupPlain();
  group.groups = 1;
  const top = groupMake();
  group.groups = 0;
  group.processes = 2;
  group.threads = 2;
  const leaf = groupMake(top);
  partner("role-nap");
  paidBy(top);
  same(spawn(), -KernelError.BAD_ARGUMENT, "a process beside groups");
  drop(leaf);
  partner("role-nap");
  paidBy(top);
  grant(Slot.FILES, Slot.FILES, Right.READ, 0);
  const child = begin();
  check(lookIn(child, Slot.FILES), "a process in a leaf");
  const refused = kernel.groupCreate(top, group, takeSlot());
  same(refused, -KernelError.BAD_ARGUMENT, "a group beside a process");
  check(record.grantCount === 1, "one grant");
  drop(child);
  drop(top);
}
