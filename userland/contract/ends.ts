/**
 * Deleting and revoking: descendants go wherever they are, objects with their origin, processes and
 * threads with theirs.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, ThreadControl } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { bytes, capabilitiesOf, infoOf, receiveInto, sendMove, send } from "../lib/message";
import { findProcess } from "../lib/processes";
import { ended, startedNumber } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { framesFree, framesUsed, system } from "./books";
import { Place } from "./kit";
import { empty, holds, look, lookIn } from "./look";
import { awaitEnd, begin, drop, endsWith, FOREVER, give, giveMeans } from "./partners";
import { make, mint, partner, pause, thread } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const space: usize = memory.data(12288);
const page: usize = (space + 4095) & ~4095;
let count: u32 = 0;

export function ends(): void {
  if (is("delete-takes-descendants-elsewhere")) elsewhere();
  if (is("revoke-leaves-the-origin")) leavesOrigin();
  if (is("an-object-ends-with-its-origin")) withOrigin();
  if (is("what-was-moved-away-stays")) movedStays();
  if (is("a-process-ends-with-its-origin")) processOrigin();
  if (is("what-a-partner-made-ends-with-it")) partnerMade();
  if (is("a-killed-process-tells-how")) killedTells();
  if (is("a-thread-ends-with-its-origin")) threadOrigin();
  if (is("the-last-thread-ends-its-process")) lastThread();
  if (is("delete-while-mapped")) whileMapped();
  if (is("delete-own-slots")) ownSlots();
  if (is("a-thousand-objects")) thousand();
}

/** A partner waits through its copy; deleting what that was derived from ends its wait. */
function elsewhere(): void {
  const origin = make(Kind.ENDPOINT);
  const given = mint(origin);
  partner("role-receive");
  give(given, Right.RECEIVE);
  const child = begin();
  partner("role-send");
  give(origin, Right.SEND);
  const other = begin();
  awaitEnd(other);
  same(<i32>ended.code, 0, "the message was received");
  drop(other);
  endsWith(child, 0, "by the partner");
  partner("role-receive");
  give(given, Right.RECEIVE);
  const second = begin();
  pause();
  drop(given);
  endsWith(second, KernelError.CANCELED, "its wait is over");
  holds(origin, Kind.ENDPOINT, Right.SEND | Right.RECEIVE | Right.GRANT, 0, "the origin");
}

function leavesOrigin(): void {
  const origin = make(Kind.ENDPOINT);
  const one = mint(origin);
  const two = mint(one, Right.SEND, 4);
  partner("role-nap");
  give(two, Right.SEND);
  const child = begin();
  check(lookIn(child, Place.FIRST), "the partner's copy");
  done(kernel.capabilityRevoke(one), "a revocation in the middle");
  empty(two, "below");
  check(!lookIn(child, Place.FIRST), "below that");
  check(look(one) && look(origin), "not itself, nor above");
  done(kernel.capabilityRevoke(origin), "a revocation");
  empty(one, "everything derived");
  check(look(origin), "the origin stays");
  done(kernel.capabilityRevoke(origin), "and may be revoked again");
  const again = mint(origin);
  partner("role-call");
  give(again, Right.SEND);
  const client = begin();
  done(kernel.messageReceive(infoOf(origin, 0, 0), words), "it works as before");
  done(kernel.messageReply(0, words), "an answer");
  endsWith(client, 0, "there and back");
  drop(child);
}

function withOrigin(): void {
  const before = framesUsed(Slot.GROUP);
  const origin = make(Kind.ENDPOINT);
  const bell = make(Kind.NOTIFICATION);
  const memory = make(Kind.MEMORY, 20);
  partner("role-call");
  give(origin, Right.SEND);
  const client = begin();
  partner("role-wait");
  give(bell, Right.WAIT);
  const waiter = begin();
  partner("role-map-nap");
  give(memory);
  const mapper = begin();
  pause();
  drop(origin);
  drop(bell);
  endsWith(client, KernelError.CANCELED, "who waited at the endpoint");
  endsWith(waiter, KernelError.CANCELED, "who waited for the notification");
  drop(memory);
  check(!lookIn(mapper, Place.FIRST), "the partner's memory");
  drop(mapper);
  same(framesUsed(Slot.GROUP), before, "the frames are back");
}

/** Given away by move, a capability is no descendant of anything that the giver still has. */
function movedStays(): void {
  bytes();
  const origin = make(Kind.ENDPOINT);
  const door = make(Kind.ENDPOINT);
  const first = mint(origin, Right.RECEIVE);
  const second = mint(first);
  partner("role-take-one");
  give(door, Right.RECEIVE);
  const child = begin();
  sendMove(0, second);
  done(send(door, 0, 1), "a move");
  empty(second, "it left");
  check(lookIn(child, 30), "it came");
  done(kernel.capabilityRevoke(first), "a revocation above it");
  check(!lookIn(child, 30), "reaches it: its place is the same");
  drop(child);
  partner("role-take-one");
  give(door, Right.RECEIVE);
  const next = begin();
  sendMove(0, first);
  done(send(door, 0, 1), "a move of the other one");
  check(lookIn(next, 30), "it came");
  // Nothing that the giver can still name stands above it but the origin.
  expect(kernel.capabilityDelete(first), KernelError.INVALID_CAPABILITY, "nothing to delete");
  check(lookIn(next, 30), "it stays");
  drop(origin);
  check(!lookIn(next, 30), "until the object ends");
  drop(next);
}

function processOrigin(): void {
  partner("role-nap");
  const child = begin();
  const number = startedNumber;
  const copy = mint(child);
  check(findProcess(number), "it lives");
  drop(copy);
  check(findProcess(number), "a copy less");
  const other = mint(child);
  drop(child);
  empty(other, "copies go with the origin");
  check(!findProcess(number), "and the process");
}

/** A partner makes a process, a thread, objects: all of it ends with the partner. */
function partnerMade(): void {
  partnerMakes();
  const free = framesFree();
  const processes = system.processes;
  const threads = system.threads;
  partnerMakes();
  same(framesFree(), free, "the frames are back");
  same(system.processes, processes, "the processes are");
  same(system.threads, threads, "the threads are");
}

function partnerMakes(): void {
  const talk = make(Kind.ENDPOINT);
  framesFree();
  const processes = system.processes;
  const threads = system.threads;
  partner("role-make");
  give(talk, Right.SEND);
  giveMeans();
  const child = begin();
  same(kernel.messageReceive(infoOf(talk, 0, 0), words), 0, "it has made everything");
  framesFree();
  same(system.processes, processes + 2, "a process of its own");
  same(system.threads, threads + 3, "a thread of its own");
  drop(child);
  drop(talk);
}

function killedTells(): void {
  partner("role-nap");
  const child = begin();
  const number = startedNumber;
  const watcher = mint(child, Right.OBSERVE);
  expect(kernel.processKill(watcher), KernelError.MISSING_RIGHT, "watching is not killing");
  done(kernel.processKill(child), "a kill");
  awaitEnd(watcher);
  same(ended.process, number, "who");
  same(ended.reason, ExitReason.KILLED, "how");
  expect(kernel.processKill(child), KernelError.NOT_FOUND, "once only");
  awaitEnd(child);
  same(ended.reason, ExitReason.KILLED, "told again");
  drop(child);
  empty(watcher, "the record goes with its origin");
}

function counter(_: u32): void {
  while (true) {
    count++;
    kernel.yieldNow();
  }
}

function threadOrigin(): void {
  framesFree();
  const threads = system.threads;
  const slot = thread(counter.index);
  pause();
  check(count > 0, "it runs");
  const copy = mint(slot, Right.OBSERVE);
  expect(kernel.threadControl(copy, ThreadControl.END), KernelError.MISSING_RIGHT, "no CONTROL");
  drop(slot);
  empty(copy, "the copy goes");
  const stopped = count;
  pause();
  same(count, stopped, "it has stopped");
  framesFree();
  same(system.threads, threads, "and is gone");
  const second = thread(counter.index);
  done(kernel.threadControl(second, ThreadControl.END), "an end by its capability");
  const refused = KernelError.NOT_FOUND;
  expect(kernel.threadControl(second, ThreadControl.END), refused, "which is all that is left");
  drop(second);
}

/** A partner whose first thread has gone ends when its second one's capability does. */
function lastThread(): void {
  const talk = make(Kind.ENDPOINT);
  partner("role-last-thread");
  give(talk, Right.SEND | Right.GRANT);
  const child = begin();
  bytes();
  const slot = takeSlot();
  receiveInto(0, slot);
  const answer = kernel.messageReceive(infoOf(talk, 0, 0), words);
  same(capabilitiesOf(answer), 1, "its thread's capability came");
  holds(slot, Kind.THREAD, Right.CONTROL | Right.OBSERVE, 0, "a thread");
  pause();
  drop(slot);
  awaitEnd(child);
  same(ended.reason, ExitReason.KILLED, "the process ended");
  drop(child);
}

function whileMapped(): void {
  const memory = make(Kind.MEMORY, 2);
  const copy = mint(memory);
  store<u32>(page, 77);
  done(kernel.memoryMap(copy, 0, page | MapFlag.WRITE, 2), "a mapping");
  same(load<u32>(page), 0, "new memory is empty");
  store<u32>(page, 5);
  partner("role-map-nap");
  give(copy);
  const child = begin();
  pause();
  same(load<u32>(page), 6, "the partner has it as well");
  drop(copy);
  same(load<u32>(page), 0, "the own page is back, and empty");
  expect(kernel.memoryUnmap(0, page, 2), KernelError.NOT_MAPPABLE, "nothing is mapped");
  check(!lookIn(child, Place.FIRST), "nor in the partner");
  done(kernel.memoryMap(memory, 0, page, 2), "the object is there");
  same(load<u32>(page), 6, "with what was written");
  drop(memory);
  same(load<u32>(page), 0, "until it ends");
  drop(child);
}

/** What a process holds is nothing that it needs to live: SELF, its files, even its group's copy. */
function ownSlots(): void {
  const endpoint = make(Kind.ENDPOINT);
  done(kernel.capabilityDelete(Slot.SELF), "itself");
  done(kernel.capabilityDelete(Slot.FILES), "the archives");
  expect(kernel.capabilityDelete(Slot.SELF), KernelError.INVALID_CAPABILITY, "it is gone");
  same(kernel.nothing(), 0, "it lives");
  expect(kernel.memoryUnmap(0, 0, 1), KernelError.NOT_MAPPABLE, "slot 0 means itself");
  done(kernel.capabilityDelete(Slot.GROUP), "its copy of the group");
  expect(kernel.capabilityDelete(endpoint), KernelError.INVALID_CAPABILITY, "what it paid for");
  const refused = KernelError.INVALID_CAPABILITY;
  expect(kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, 40, 0), refused, "nobody pays");
  kernel.messageTimeout(1);
  kernel.messageTimeout(0);
  check(FOREVER > 0, "and lives");
}

/** Records come and go in any order; their frames come back. */
function thousand(): void {
  const before = framesUsed(Slot.GROUP);
  for (let round: u32 = 0; round < 10; round++) {
    for (let slot: u32 = 100; slot < 250; slot++) {
      const kind = (slot + round) & 1 ? Kind.ENDPOINT : Kind.NOTIFICATION;
      done(kernel.objectCreate(Slot.GROUP, kind, slot, 0), "an object");
    }
    for (let i: u32 = 0; i < 150; i++) {
      done(kernel.capabilityDelete(100 + ((i * 77 + round * 13) % 150)), "its end");
    }
  }
  giveSlot(100);
  // The second frame of slots has come meanwhile.
  same(framesUsed(Slot.GROUP), before + 1, "frames");
}
