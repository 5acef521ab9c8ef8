/**
 * Stale capabilities: what was deleted, revoked or ended stays gone, whoever gets its slot or record.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, ThreadControl } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { ended, grant, record } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { check, done, expect } from "./answers";
import { awaitEnd, begin, child, drop, make, thread } from "./children";
import { Place } from "./kit";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const otherWords: usize = memory.data(16, 16);
const space: usize = memory.data(12288);
const page: usize = (space + 4095) & ~4095;
const MILLISECOND: u64 = 1000000;

export function stale(): void {
  if (is("stale-after-delete")) afterDelete();
  if (is("stale-after-revoke")) afterRevoke();
  if (is("stale-record-reused")) recordReused();
  if (is("stale-slot-reused")) slotReused();
  if (is("stale-process")) processStale();
  if (is("stale-process-reused")) processReused();
  if (is("stale-mapping")) mappingStale();
  if (is("stale-thread")) threadStale();
  if (is("stale-revoked-by-owner")) revokedByOwner();
  if (is("stale-group")) groupStale();
}

function derived(source: u32, rights: u32, badge: u32 = 0): u32 {
  const slot = takeSlot();
  done(kernel.capabilityMint(source, slot, rights, badge));
  return slot;
}

function afterDelete(): void {
  const origin = make(Kind.ENDPOINT);
  const copy = derived(origin, Right.SEND, 3);
  const second = derived(copy, Right.SEND);
  done(kernel.capabilityDelete(origin));
  for (let slot = origin; slot <= second; slot++) {
    expect(kernel.messageSend(infoOf(slot, 0, 0), words), KernelError.INVALID_CAPABILITY);
    expect(kernel.capabilityMint(slot, 200, Right.ALL, 0), KernelError.INVALID_CAPABILITY);
    expect(kernel.capabilityDelete(slot), KernelError.INVALID_CAPABILITY);
    expect(kernel.capabilityRevoke(slot), KernelError.INVALID_CAPABILITY);
    expect(kernel.capabilityMove(slot, 200), KernelError.INVALID_CAPABILITY);
  }
}

function afterRevoke(): void {
  const origin = make(Kind.NOTIFICATION);
  const copy = derived(origin, Right.SIGNAL, 1);
  const moved = takeSlot();
  done(kernel.capabilityMove(derived(copy, Right.SIGNAL), moved));
  done(kernel.capabilityRevoke(origin));
  expect(kernel.notificationSignal(copy), KernelError.INVALID_CAPABILITY);
  expect(kernel.notificationSignal(moved), KernelError.INVALID_CAPABILITY);
  check(kernel.notificationPoll(origin) === 0);
}

/** The record of a dead endpoint is another's soon: the old copies do not name it. */
function recordReused(): void {
  for (let round: u32 = 0; round < 20; round++) {
    const origin = make(Kind.ENDPOINT);
    const copy = derived(origin, Right.SEND | Right.RECEIVE, 9);
    drop(origin);
    const one = make(Kind.NOTIFICATION);
    const two = make(Kind.ENDPOINT);
    const three = make(Kind.MEMORY, 1);
    if (copy !== one && copy !== two && copy !== three) {
      expect(kernel.messageReceive(infoOf(copy, 0, 0), words), KernelError.INVALID_CAPABILITY);
      expect(kernel.notificationPoll(copy), KernelError.INVALID_CAPABILITY);
      expect(kernel.memoryMap(copy, 0, page, 1), KernelError.INVALID_CAPABILITY);
    }
    check(kernel.notificationPoll(one) === 0);
    drop(one);
    drop(two);
    drop(three);
    giveSlot(copy);
  }
}

let waited: i32 = 1;

function waiter(slot: u32): void {
  waited = kernel.messageReceive(infoOf(slot, 0, 0), otherWords);
  kernel.threadExit();
}

/** Who waits through a slot is not waiting at what is put there afterwards. */
function slotReused(): void {
  const slot = make(Kind.ENDPOINT);
  thread(waiter.index, slot);
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
  done(kernel.capabilityDelete(slot));
  done(kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, slot, 0));
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageSend(infoOf(slot, 0, 0), words), KernelError.TIMED_OUT);
  expect(waited, KernelError.CANCELED);
}

/** A process that has ended: its capability tells how, and does nothing else. */
function processStale(): void {
  child("role-exit", 77);
  const slot = begin();
  const copy = derived(slot, Right.ALL);
  awaitEnd(slot);
  check(ended.reason === ExitReason.EXITED && ended.code === 77);
  expect(kernel.processKill(slot), KernelError.NOT_FOUND);
  expect(kernel.processMemory(copy, 0, page, 16), KernelError.NOT_FOUND);
  expect(kernel.capabilityTake(copy, Slot.SELF), KernelError.NOT_FOUND);
  expect(kernel.memoryUnmap(copy, 0, 1), KernelError.NOT_FOUND);
  awaitEnd(copy);
  check(ended.code === 77);
  drop(slot);
  expect(kernel.processWait(copy, ended), KernelError.INVALID_CAPABILITY);
  expect(kernel.processKill(copy), KernelError.INVALID_CAPABILITY);
}

/** Process records come round again; copies from before do not. */
function processReused(): void {
  child("role-exit", 1);
  const first = begin();
  const copy = derived(first, Right.ALL);
  awaitEnd(first);
  drop(first);
  for (let round: u32 = 0; round < 12; round++) {
    child("role-nap");
    record.target = 0;
    const next = begin();
    expect(kernel.processKill(copy), KernelError.INVALID_CAPABILITY);
    expect(kernel.processMemory(copy, 0, page, 16), KernelError.INVALID_CAPABILITY);
    drop(next);
  }
}

/** A mapping goes with its capability; the page is the program's own again, and empty. */
function mappingStale(): void {
  const memory = make(Kind.MEMORY, 1);
  const copy = derived(memory, Right.READ | Right.WRITE);
  store<u32>(page, 0x11111111);
  done(kernel.memoryMap(copy, 0, page | MapFlag.WRITE, 1));
  check(load<u32>(page) === 0);
  store<u32>(page, 0x22222222);
  done(kernel.capabilityRevoke(memory));
  check(load<u32>(page) === 0);
  store<u32>(page, 0x33333333);
  done(kernel.memoryMap(memory, 0, (page + 4096) | MapFlag.WRITE, 1));
  check(load<u32>(page + 4096) === 0x22222222);
  check(load<u32>(page) === 0x33333333);
}

function comeAndGo(_: u32): void {
  kernel.threadExit();
}

function threadStale(): void {
  const slot = thread(comeAndGo.index);
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
  expect(kernel.threadControl(slot, ThreadControl.RESUME), KernelError.NOT_FOUND);
  expect(kernel.threadControl(slot, ThreadControl.END), KernelError.NOT_FOUND);
  const next = thread(comeAndGo.index);
  expect(kernel.threadControl(slot, ThreadControl.END), KernelError.NOT_FOUND);
  drop(slot);
  drop(next);
}

/** The arena revokes the endpoint in the middle of a call. */
function revokedByOwner(): void {
  const info = infoOf(Place.ENDPOINT, 0, 0);
  expect(kernel.messageCall(info, words), KernelError.CANCELED);
  check(kindIn(Place.ENDPOINT) === Kind.EMPTY);
  expect(kernel.messageCall(info, words), KernelError.INVALID_CAPABILITY);
}

/** What a group has paid for goes with the copy of its capability that paid. */
function groupStale(): void {
  const payer = derived(Slot.GROUP, Right.CREATE);
  const endpoint = takeSlot();
  done(kernel.objectCreate(payer, Kind.ENDPOINT, endpoint, 0));
  child("role-nap");
  record.group = payer;
  grant(endpoint, 40, Right.ALL, 0);
  const process = begin();
  done(kernel.capabilityRevoke(payer));
  expect(kernel.messageSend(infoOf(endpoint, 0, 0), words), KernelError.INVALID_CAPABILITY);
  expect(kernel.processKill(process), KernelError.INVALID_CAPABILITY);
  check(kindIn(payer) === Kind.GROUP);
}
