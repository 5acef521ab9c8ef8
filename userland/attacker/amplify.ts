/**
 * Amplification: a capability never grows, whichever way it goes.
 */
import { Kind, MessageLimit, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import {
  CapabilityRecord,
  GroupCreateRecord,
  GrantRecord,
  MapFlag,
} from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { bytes, infoOf, sendCopy } from "../lib/message";
import { grant, ended, record as start } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, done, expect } from "./answers";
import { awaitEnd, begin, child, make, thread } from "./children";
import { Place } from "./kit";
import { argument, is } from "./select";

const seen = changetype<CapabilityRecord>(memory.data(32, 4));
const given = changetype<GrantRecord>(memory.data(16, 4));
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const words: usize = memory.data(16, 16);
const otherWords: usize = memory.data(16, 16);
const space: usize = memory.data(8192);
const page: usize = (space + 4095) & ~4095;
const PPM: u32 = 1000000;

export function amplify(): void {
  if (is("mint-more-rights")) mintMoreRights();
  if (is("mint-hidden-bits")) mintHiddenBits();
  if (is("badge-overwrite")) badgeOverwrite();
  if (is("badge-on-others")) badgeOnOthers();
  if (is("transfer-weak")) transferWeak();
  if (is("transfer-without-grant")) transferWithoutGrant();
  if (is("foreign-process")) foreignProcess();
  if (is("group-beyond-parent")) groupBeyondParent();
  if (is("machine-observer")) machineObserver();
  if (is("birth-rights")) birthRights();
  if (is("wait-only")) waitOnly();
  if (is("grant-by-child")) grantByChild();
}

function rightsIn(slot: u32): u32 {
  done(kernel.capabilityRead(Slot.SELF, slot, seen));
  return seen.rights;
}

function mintMoreRights(): void {
  const copy = takeSlot();
  done(kernel.capabilityMint(Place.WEAK, copy, Right.ALL, 0));
  check(rightsIn(copy) === <u32>Right.READ);
  expect(kernel.memoryMap(copy, 0, page | MapFlag.WRITE, 1), KernelError.MISSING_RIGHT);
  const none = takeSlot();
  done(kernel.capabilityMint(copy, none, 0, 0));
  const again = takeSlot();
  done(kernel.capabilityMint(none, again, Right.ALL, 0));
  check(rightsIn(again) === 0);
  expect(kernel.memoryMap(again, 0, page, 1), KernelError.MISSING_RIGHT);
}

/** Bits beyond the rights are no way to become an origin, or another kind. */
function mintHiddenBits(): void {
  for (let bit: u32 = 0; bit < 32; bit++) {
    const copy = takeSlot();
    done(kernel.capabilityMint(Place.WEAK, copy, 1 << bit, 0));
    check(rightsIn(copy) === (bit === 0 ? 1 : 0) && seen.origin === 0);
    check(seen.kind === <u32>Kind.MEMORY);
  }
  const all = takeSlot();
  done(kernel.capabilityMint(Place.WEAK, all, 0xffffffff, 0));
  check(rightsIn(all) === <u32>Right.READ && seen.origin === 0);
  done(kernel.capabilityDelete(all));
  done(kernel.memoryMap(Place.WEAK, 0, page, 1));
}

function badgeOverwrite(): void {
  const copy = takeSlot();
  expect(kernel.capabilityMint(Place.ENDPOINT, copy, Right.ALL, 1), KernelError.BAD_ARGUMENT);
  done(kernel.capabilityMint(Place.ENDPOINT, copy, Right.ALL, 0));
  expect(kernel.capabilityMint(copy, takeSlot(), Right.ALL, 2), KernelError.BAD_ARGUMENT);
  const own = make(Kind.ENDPOINT);
  const most: u32 = MessageLimit.BADGE_MAX;
  expect(kernel.capabilityMint(own, takeSlot(), Right.ALL, most + 1), KernelError.BAD_ARGUMENT);
  expect(kernel.capabilityMint(own, takeSlot(), Right.ALL, 0x80000001), KernelError.BAD_ARGUMENT);
  done(kernel.capabilityMint(own, takeSlot(), Right.ALL, most));
  const bell = make(Kind.NOTIFICATION);
  expect(kernel.capabilityMint(bell, takeSlot(), Right.ALL, 0x80000000), KernelError.BAD_ARGUMENT);
}

function badgeOnOthers(): void {
  for (let slot: u32 = 1; slot < 16; slot++) {
    if (kernel.capabilityRead(Slot.SELF, slot, seen) !== 0) continue;
    if (seen.kind === <u32>Kind.ENDPOINT || seen.kind === <u32>Kind.NOTIFICATION) continue;
    expect(kernel.capabilityMint(slot, 100, Right.ALL, 5), KernelError.BAD_ARGUMENT);
  }
}

let receivedIn: u32 = 0;
let got: i32 = 0;
const otherSpace: usize = memory.data(1024);
const otherBuffer: usize = (otherSpace + 511) & ~511;

/** Another thread of the attacker: it takes what is sent into a slot of its own. */
function taker(endpoint: u32): void {
  kernel.messageBuffer(otherBuffer);
  store<u32>(otherBuffer, receivedIn, 16);
  got = kernel.messageReceive(infoOf(endpoint, 0, 0), otherWords);
  kernel.threadExit();
}

function transferWeak(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  receivedIn = takeSlot();
  thread(taker.index, endpoint);
  sendCopy(0, Place.WEAK);
  done(kernel.messageSend(infoOf(endpoint, 0, 1), words));
  kernel.sleepUntil(kernel.clock() + 100000);
  check(got > 0 && rightsIn(receivedIn) === <u32>Right.READ && seen.origin === 0);
  expect(kernel.memoryMap(receivedIn, 0, page | MapFlag.WRITE, 1), KernelError.MISSING_RIGHT);
}

/** Capabilities travel only through an endpoint that lets them. */
function transferWithoutGrant(): void {
  bytes();
  const endpoint = make(Kind.ENDPOINT);
  const plain = takeSlot();
  done(kernel.capabilityMint(endpoint, plain, Right.SEND, 0));
  sendCopy(0, Place.WEAK);
  expect(kernel.messageSend(infoOf(plain, 0, 1), words), KernelError.MISSING_RIGHT);
  expect(kernel.messageCall(infoOf(plain, 0, 4), words), KernelError.MISSING_RIGHT);
  expect(kernel.messageReceive(infoOf(plain, 0, 0), words), KernelError.MISSING_RIGHT);
}

/** The victim's process, of which only the list of slots may be read. */
function foreignProcess(): void {
  given.source = Slot.SELF;
  given.target = 50;
  given.rights = Right.ALL;
  given.badge = 0;
  expect(kernel.capabilityGrant(Place.VICTIM, given), KernelError.MISSING_RIGHT);
  for (let slot: u32 = 0; slot < 64; slot++) {
    expect(kernel.capabilityTake(Place.VICTIM, slot), KernelError.MISSING_RIGHT);
  }
  expect(kernel.processKill(Place.VICTIM), KernelError.MISSING_RIGHT);
  expect(kernel.processMemory(Place.VICTIM, 0, page, 64), KernelError.MISSING_RIGHT);
  expect(kernel.processWait(Place.VICTIM, ended), KernelError.MISSING_RIGHT);
  expect(kernel.processInvoke(Place.VICTIM, 0, 0, 0), KernelError.MISSING_RIGHT);
  expect(kernel.memoryUnmap(Place.VICTIM, page, 1), KernelError.MISSING_RIGHT);
  const memory = make(Kind.MEMORY, 1);
  expect(kernel.memoryMap(memory, Place.VICTIM, page, 1), KernelError.MISSING_RIGHT);
  const copy = takeSlot();
  done(kernel.capabilityMint(Place.VICTIM, copy, Right.ALL, 0));
  expect(kernel.processKill(copy), KernelError.MISSING_RIGHT);
}

function describeGroup(reserve: u32, weight: u32, limit: u32): void {
  memory.fill(changetype<usize>(group), 0, 40);
  group.reservePpm = reserve;
  group.weight = weight;
  group.limitPpm = limit;
  group.processes = 1;
  group.threads = 1;
}

function refuseGroup(error: KernelError): void {
  expect(kernel.groupCreate(Place.PARENT, group, takeSlot()), error);
}

/** A child group has nothing that its parent has not. */
function groupBeyondParent(): void {
  // The own group was given none below it; and it has threads, so it stays a leaf.
  describeGroup(0, 1, PPM);
  expect(kernel.groupCreate(Slot.GROUP, group, takeSlot()), KernelError.QUOTA_EXHAUSTED);
  describeGroup(900000, 1, PPM);
  refuseGroup(KernelError.RESERVE_EXCEEDED);
  describeGroup(1, 1, PPM);
  refuseGroup(KernelError.RESERVE_EXCEEDED);
  describeGroup(0xffffffff, 1, PPM);
  refuseGroup(KernelError.BAD_ARGUMENT);
  describeGroup(0, 0, PPM);
  refuseGroup(KernelError.BAD_ARGUMENT);
  describeGroup(0, 10001, PPM);
  refuseGroup(KernelError.BAD_ARGUMENT);
  describeGroup(0, 1, 0);
  refuseGroup(KernelError.BAD_ARGUMENT);
  describeGroup(0, 1, PPM + 1);
  refuseGroup(KernelError.BAD_ARGUMENT);
  describeGroup(0, 1, PPM);
  group.processes = 10000;
  refuseGroup(KernelError.QUOTA_EXHAUSTED);
  group.processes = 1;
  group.threads = 0xffffffff;
  refuseGroup(KernelError.QUOTA_EXHAUSTED);
  group.threads = 1;
  group.groups = 0xffffffff;
  refuseGroup(KernelError.QUOTA_EXHAUSTED);
  group.groups = 0;
  group.framesReserve = 0x7fffffff;
  refuseGroup(KernelError.RESERVE_EXCEEDED);
}

/** Who may look at the machine may not end what it sees. */
function machineObserver(): void {
  expect(kernel.halt(Slot.MACHINE, 0), KernelError.MISSING_RIGHT);
  const copy = takeSlot();
  done(kernel.capabilityMint(Slot.MACHINE, copy, Right.ALL, 0));
  expect(kernel.halt(copy, 0), KernelError.MISSING_RIGHT);
  for (let number: u32 = 1; number < 6; number++) {
    const process = takeSlot();
    done(kernel.processOpen(Slot.MACHINE, number, process));
    check(rightsIn(process) === <u32>(Right.READ | Right.OBSERVE));
    expect(kernel.processKill(process), KernelError.MISSING_RIGHT);
    expect(kernel.capabilityTake(process, Slot.SELF), KernelError.MISSING_RIGHT);
    expect(kernel.capabilityGrant(process, given), KernelError.MISSING_RIGHT);
  }
  expect(kernel.auditRead(Slot.MACHINE, 0, page, 1), KernelError.WRONG_KIND);
}

/** A child begins with what its parent has, at most. */
function birthRights(): void {
  child("role-rights", Place.WEAK, Right.READ);
  grant(Place.WEAK, Place.WEAK, 0xffffffff, 0);
  const slot = begin();
  awaitEnd(slot);
  check(ended.code === 0);
  child("role-exit");
  grant(Place.WEAK, Slot.SELF, Right.ALL, 0);
  expect(kernel.processSpawn(start), KernelError.BAD_ARGUMENT);
  child("role-exit");
  grant(Place.WEAK, 128, Right.ALL, 0);
  start.target = takeSlot();
  expect(kernel.processSpawn(start), KernelError.BAD_ARGUMENT);
  child("role-exit");
  grant(Place.WEAK, 20, Right.ALL, 0);
  grant(Place.WEAK, 20, Right.ALL, 0);
  start.target = takeSlot();
  expect(kernel.processSpawn(start), KernelError.SLOT_IN_USE);
  child("role-exit");
  grant(200, 20, Right.ALL, 0);
  start.target = takeSlot();
  expect(kernel.processSpawn(start), KernelError.INVALID_CAPABILITY);
}

/** A child that holds its parent's weak capabilities and its own process grows nothing either. */
function grantByChild(): void {
  given.source = Place.WEAK;
  given.target = takeSlot();
  given.rights = 0xffffffff;
  given.badge = 0;
  done(kernel.capabilityGrant(Slot.SELF, given));
  check(rightsIn(given.target) === <u32>Right.READ && seen.origin === 0);
  given.badge = 3;
  given.target = takeSlot();
  expect(kernel.capabilityGrant(Slot.SELF, given), KernelError.BAD_ARGUMENT);
  given.badge = 0;
  given.target = Slot.SELF;
  expect(kernel.capabilityGrant(Slot.SELF, given), KernelError.SLOT_IN_USE);
  given.target = 0;
  expect(kernel.capabilityGrant(Slot.SELF, given), KernelError.BAD_ARGUMENT);
}

function waitOnly(): void {
  expect(kernel.notificationSignal(Place.NOTIFICATION), KernelError.MISSING_RIGHT);
  expect(
    kernel.notificationSignalWait(Place.NOTIFICATION, Place.NOTIFICATION),
    KernelError.MISSING_RIGHT,
  );
  const copy = takeSlot();
  done(kernel.capabilityMint(Place.NOTIFICATION, copy, Right.SIGNAL | Right.WAIT, 1));
  expect(kernel.notificationSignal(copy), KernelError.MISSING_RIGHT);
  check(kernel.notificationPoll(Place.NOTIFICATION) === 0);
}

/** role-rights: exits with 0 if the slot's rights are the ones said. */
export function roleRights(): void {
  kernel.exit(rightsIn(argument(1)) === argument(2) && seen.origin === 0 ? 0 : 1);
}
