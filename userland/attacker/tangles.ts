/**
 * Tangles: things that hold each other, and ends that meet in the middle of something else.
 */
import { Kind, MOVE, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord, MapFlag, ThreadControl } from "../../kernel/abi/records";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { ended, grant, record } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { check, done, expect, note } from "./answers";
import { awaitEnd, begin, child, drop, grantKit, make, thread } from "./children";
import { Place } from "./kit";
import { ROLE_ENDPOINT } from "./roles";
import { is } from "./select";

const MILLISECOND: u64 = 1000000;
const FOREVER: u64 = 0x7fffffffffffffff;
const words: usize = memory.data(16, 16);
const otherWords: usize = memory.data(16, 16);
const space: usize = memory.data(8192);
const page: usize = (space + 4095) & ~4095;
const buffers: usize = memory.data(1536);
const buffer: usize = (buffers + 511) & ~511;
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
let shared: u32 = 0;
let answered: i32 = 1;

export function tangles(): void {
  if (is("revoked-in-a-call")) revokedInCall();
  if (is("bound-and-gone")) boundAndGone();
  if (is("thread-ended-in-a-call")) threadEndedInCall();
  if (is("server-thread-ended")) serverThreadEnded();
  if (is("group-of-its-own")) groupOfItsOwn();
  if (is("exit-while-revoking")) exitWhileRevoking();
  if (is("killed-while-revoking")) killedWhileRevoking();
  if (is("reply-carries-the-endpoint")) replyCarriesEndpoint();
  if (is("endpoint-with-waiters-goes")) waitersGo();
  if (is("object-of-a-dead-group")) deadGroup();
  if (is("reply-held-by-the-client")) replyHeldByClient();
  if (is("takes-from-each-other")) takesFromEachOther();
  if (is("buffer-in-revoked-memory")) bufferRevoked();
  if (is("waits-for-each-other")) waitsForEachOther();
}

function pause(): void {
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
}

/** Calls through the slot, and says what it was answered. */
function caller(slot: u32): void {
  answered = kernel.messageCall(infoOf(slot, 0, 0), otherWords);
  kernel.threadExit();
}

/** The capability of a call is revoked before and after the message was received. */
function revokedInCall(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let received: u32 = 0; received < 2; received++) {
    const copy = takeSlot();
    done(kernel.capabilityMint(endpoint, copy, Right.SEND, 0));
    answered = 1;
    thread(caller.index, copy);
    pause();
    if (received === 1) done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
    done(kernel.capabilityRevoke(endpoint));
    pause();
    if (received === 1) done(kernel.messageReply(0, words));
    pause();
    expect(answered, received === 1 ? KernelError.OK : KernelError.CANCELED);
    expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  }
}

function binder(slot: u32): void {
  answered = kernel.notificationBind(slot);
  if (answered === 0) answered = kernel.messageReceive(infoOf(shared, 0, 0), otherWords);
  kernel.threadExit();
}

/** A bound notification goes, its thread goes, another one binds: in every order. */
function boundAndGone(): void {
  shared = make(Kind.ENDPOINT);
  for (let round: u32 = 0; round < 4; round++) {
    const bell = make(Kind.NOTIFICATION);
    const first = thread(binder.index, bell);
    pause();
    expect(kernel.notificationBind(bell), KernelError.BUSY);
    if ((round & 1) === 0) drop(bell);
    done(kernel.threadControl(first, ThreadControl.END));
    if ((round & 1) !== 0) {
      done(kernel.notificationBind(bell));
      done(kernel.notificationBind(bell));
      drop(bell);
    }
    done(kernel.notificationBind(0));
  }
}

/** The calling thread is ended while its call waits, and while it is served. */
function threadEndedInCall(): void {
  const endpoint = make(Kind.ENDPOINT);
  const waiting = thread(caller.index, endpoint);
  pause();
  done(kernel.threadControl(waiting, ThreadControl.END));
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageReceive(infoOf(endpoint, 0, 0), words), KernelError.TIMED_OUT);
  const served = thread(caller.index, endpoint);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  done(kernel.threadControl(served, ThreadControl.END));
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  const saved = thread(caller.index, endpoint);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  const slot = takeSlot();
  done(kernel.replySave(slot));
  done(kernel.capabilityDelete(saved));
  expect(kernel.messageSend(infoOf(slot, 0, 0), words), KernelError.INVALID_CAPABILITY);
}

/** Takes a call, calls on, and never comes back. */
function middle(endpoint: u32): void {
  kernel.messageReceive(infoOf(endpoint, 0, 0), otherWords);
  kernel.messageCall(infoOf(shared, 0, 0), otherWords);
  kernel.sleepUntil(FOREVER);
}

/** The server in the middle of a chain is ended: its client is told, and so is who it had called. */
function serverThreadEnded(): void {
  shared = make(Kind.ENDPOINT);
  const front = make(Kind.ENDPOINT);
  const server = thread(middle.index, front);
  answered = 1;
  thread(caller.index, front);
  pause();
  done(kernel.messageReceive(infoOf(shared, 0, 0), words));
  done(kernel.threadControl(server, ThreadControl.END));
  pause();
  expect(answered, KernelError.CANCELED);
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
}

function groupMake(): u32 {
  memory.fill(changetype<usize>(group), 0, 40);
  group.weight = 1;
  group.limitPpm = 1000000;
  group.processes = 2;
  group.threads = 4;
  const slot = takeSlot();
  done(kernel.groupCreate(Place.PARENT, group, slot));
  return slot;
}

/** A process that is given the first capability of its own group, and ends the group with it. */
function groupOfItsOwn(): void {
  for (let round: u32 = 0; round < 3; round++) {
    const meeting = make(Kind.ENDPOINT);
    const own = groupMake();
    child("role-own-origin");
    record.group = own;
    grant(meeting, ROLE_ENDPOINT, Right.RECEIVE, 0);
    const process = begin();
    kernel.messageBuffer(buffer);
    store<u32>(buffer, own | MOVE);
    done(kernel.messageSend(infoOf(meeting, 0, 1), words));
    check(kindIn(own) === Kind.EMPTY);
    kernel.sleepUntil(kernel.clock() + 4 * MILLISECOND);
    check(kindIn(process) === Kind.EMPTY);
    giveSlot(own);
    giveSlot(process);
    drop(meeting);
  }
}

function derive(source: u32, count: u32): void {
  for (let slot: u32 = 256; slot < 256 + count; slot++) {
    if (kernel.capabilityMint(source, slot, Right.ALL, 0) !== 0) return;
  }
}

function revokeShared(_: u32): void {
  kernel.capabilityRevoke(shared);
  kernel.threadExit();
}

/** The process ends while a thread of it is in the middle of a long revocation. */
function exitWhileRevoking(): void {
  shared = make(Kind.ENDPOINT);
  derive(shared, 3000);
  thread(revokeShared.index);
  kernel.yieldNow();
  kernel.exit(0);
}

/** role-revoke: derives thousands, and revokes them again and again. */
export function roleRevoke(): void {
  const endpoint: u32 = 40;
  kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, endpoint, 0);
  while (true) {
    derive(endpoint, 2000);
    kernel.capabilityRevoke(endpoint);
  }
}

/** It is killed in the middle of that, at different moments. */
function killedWhileRevoking(): void {
  for (let round: u32 = 1; round < 7; round++) {
    child("role-revoke");
    grantKit();
    record.slots = 4096;
    const process = begin();
    kernel.sleepUntil(kernel.clock() + <u64>round * 700000);
    if ((round & 1) === 0) done(kernel.processKill(process));
    drop(process);
  }
}

function asker(endpoint: u32): void {
  kernel.messageBuffer(page);
  store<u32>(page, shared, 16);
  answered = kernel.messageCall(infoOf(endpoint, 0, 0), otherWords);
  kernel.threadExit();
}

/** A reply carries away the capability through which the server would receive next. */
function replyCarriesEndpoint(): void {
  const endpoint = make(Kind.ENDPOINT);
  const serving = takeSlot();
  done(kernel.capabilityMint(endpoint, serving, Right.RECEIVE, 0));
  shared = takeSlot();
  thread(asker.index, endpoint);
  done(kernel.messageReceive(infoOf(serving, 0, 0), words));
  kernel.messageBuffer(buffer);
  store<u32>(buffer, serving | MOVE);
  const answer = kernel.messageReplyReceive(infoOf(serving, 0, 1), words);
  expect(answer, KernelError.INVALID_CAPABILITY);
  pause();
  check(answered >= 0 && kindIn(shared) === Kind.ENDPOINT && kindIn(serving) === Kind.EMPTY);
}

let canceled: u32 = 0;

function counted(slot: u32): void {
  if (kernel.messageCall(infoOf(slot, 0, 0), otherWords) === -KernelError.CANCELED) canceled++;
  kernel.threadExit();
}

/** An endpoint in whose queue many wait goes by its origin, by its group's copy, by its maker. */
function waitersGo(): void {
  for (let way: u32 = 0; way < 2; way++) {
    const payer = takeSlot();
    done(kernel.capabilityMint(Slot.GROUP, payer, Right.CREATE, 0));
    const endpoint = takeSlot();
    done(kernel.objectCreate(payer, Kind.ENDPOINT, endpoint, 0));
    canceled = 0;
    for (let i: u32 = 0; i < 10; i++) kernel.threadStart(counted.index, <i32>endpoint, 0);
    pause();
    done(kernel.capabilityDelete(way === 0 ? endpoint : payer));
    pause();
    check(canceled === 10);
  }
}

/** Memory and an endpoint of a group that ends, in use by processes of another one. */
function deadGroup(): void {
  for (let round: u32 = 0; round < 3; round++) {
    const own = groupMake();
    const object = takeSlot();
    done(kernel.objectCreate(own, Kind.MEMORY, object, 1));
    const endpoint = takeSlot();
    done(kernel.objectCreate(own, Kind.ENDPOINT, endpoint, 0));
    done(kernel.memoryMap(object, 0, page | MapFlag.WRITE, 1));
    store<u32>(page, 77);
    answered = 1;
    thread(caller.index, endpoint);
    child("role-receive-nap");
    grant(endpoint, ROLE_ENDPOINT, Right.RECEIVE, 0);
    const server = begin();
    pause();
    done(kernel.capabilityDelete(own));
    check(load<u32>(page) === 0 && kindIn(object) === Kind.EMPTY);
    drop(server);
    pause();
    expect(answered, KernelError.CANCELED);
  }
}

/** The client's process holds the capability that answers its own call, and ends. */
function replyHeldByClient(): void {
  const endpoint = make(Kind.ENDPOINT);
  answered = 1;
  thread(caller.index, endpoint);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  const slot = takeSlot();
  done(kernel.replySave(slot));
  expect(kernel.capabilityRevoke(slot), KernelError.OK);
  expect(kernel.capabilityTake(Slot.SELF, slot), KernelError.OK);
  pause();
  expect(answered, KernelError.CANCELED);
  thread(caller.index, endpoint);
  done(kernel.messageReceive(infoOf(endpoint, 0, 0), words));
  done(kernel.replySave(slot));
  kernel.exit(0);
}

function taker(_: u32): void {
  for (let i: u32 = 0; i < 200; i++) note(kernel.capabilityTake(Slot.SELF, 100 + (i & 31)));
  kernel.threadExit();
}

/** Threads delete from the same slots that others fill, move and delete. */
function takesFromEachOther(): void {
  const endpoint = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) thread(taker.index);
  for (let i: u32 = 0; i < 400; i++) {
    const slot = 100 + (i & 31);
    note(kernel.capabilityMint(endpoint, slot, Right.ALL, 0));
    note(kernel.capabilityMint(slot, 100 + ((i * 7) & 31), Right.ALL, 0));
    note(kernel.capabilityMove(slot, 100 + ((i * 5) & 31)));
    if ((i & 15) === 0) kernel.yieldNow();
  }
  done(kernel.capabilityDelete(endpoint));
  for (let slot: u32 = 100; slot < 132; slot++) check(kindIn(slot) === Kind.EMPTY);
}

/** The message buffer lies in mapped memory that is revoked while a long message is on its way. */
function bufferRevoked(): void {
  const endpoint = make(Kind.ENDPOINT);
  const object = make(Kind.MEMORY, 1);
  done(kernel.memoryMap(object, 0, page | MapFlag.WRITE, 1));
  shared = endpoint;
  thread(bufferReceiver.index);
  pause();
  done(kernel.capabilityRevoke(object));
  drop(object);
  kernel.messageBuffer(buffer);
  memory.fill(buffer, 0x77, 512);
  done(kernel.messageSend(infoOf(endpoint, 60, 0), words));
  pause();
  check(answered >= 0 && load<u32>(page, 32) === 0x77777777);
}

function bufferReceiver(_: u32): void {
  kernel.messageBuffer(page);
  answered = kernel.messageReceive(infoOf(shared, 0, 0), otherWords);
  kernel.threadExit();
}

/** role-wait: waits for the end of the process in slot 20. */
export function roleWait(): void {
  kernel.messageTimeout(30 * MILLISECOND);
  kernel.exit(-kernel.processWait(ROLE_ENDPOINT, ended));
}

/** Two processes wait for each other's end; time-outs end it, and kills. */
function waitsForEachOther(): void {
  child("role-wait");
  grant(Slot.SELF, ROLE_ENDPOINT, Right.OBSERVE, 0);
  const one = begin();
  expect(kernel.processWait(Slot.SELF, ended), KernelError.BAD_ARGUMENT);
  child("role-wait");
  grant(one, ROLE_ENDPOINT, Right.OBSERVE, 0);
  const two = begin();
  pause();
  done(kernel.processKill(one));
  awaitEnd(two);
  drop(one);
  drop(two);
}
