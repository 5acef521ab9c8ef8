/**
 * Soft pages: lent whenever they are idle, back whenever they are needed, and the books always right.
 */
import { MemoryFlag } from "../abi/records";
import { LoanClass, SchedulerTime } from "../abi/scheduler";
import { Account, accountsTop } from "../ledger/account";
import { loansHeld, loansSound } from "../ledger/loans";
import { accountClose, accountOpen, charge, framesConfigure } from "../sched/schedule";
import { FRAME_BYTES, framesFree, framesPromise, framesTotal, framesUnpromise } from "./frames";
import { frameReturn, frameTakeZeroed } from "./frames";
import { framesReserve, framesUnreserve, hold, letGo } from "./hold";
import { Memory } from "./memory-records";
import { practiceBegin } from "./practice";
import { framesTaken, softFill, softFree, softResident, softSound } from "./soft";

/** Frames of the machine: practice.ts. */
const MACHINE: u32 = 160;
const RECORD_BYTES: usize = 64;
const OBJECTS: u32 = 12;
const objects: usize = memory.data(12 * 64, 4);
const lists: usize = memory.data(12 * 256, 4);
const NONE: u32 = 0xffffffff;

let seed: u32 = 1;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

/** An account with so many frames of its own. */
function owner(parent: u32, reserve: u32, limit: u32): u32 {
  const account = <u32>accountOpen(parent, 0, 100, 1000000, 10000000);
  const refusal = framesConfigure(account, reserve, limit);
  assert(refusal === 0);
  return account;
}

/** A soft object without a frame for its list: that is the test's own. */
function object(index: u32, group: u32, pages: u32, flags: u32): Memory {
  assert(index < OBJECTS && pages <= 64);
  const memory = changetype<Memory>(objects + <usize>index * RECORD_BYTES);
  memory.group = group;
  memory.pages = pages;
  memory.flags = MemoryFlag.SOFT | flags;
  memory.frames = <u32>(lists + <usize>index * 256);
  const paid = framesReserve(group, memory.floor);
  assert(paid);
  return memory;
}

function fill(memory: Memory, from: u32, to: u32): void {
  for (let page = from; page < to; page++) if (memory.frame(page) === 0) softFill(memory, page);
}

function sound(): void {
  assert(loansSound());
  for (let index: u32 = 0; index < accountsTop; index++) {
    if (Account.at(index).open === 0) continue;
    assert(softSound(index, LoanClass.A, loansHeld(index, LoanClass.A)));
    assert(softSound(index, LoanClass.B, loansHeld(index, LoanClass.B)));
  }
}

/** Takes promised frames as a program touches them: chained, so that they can be given back. */
let chain: u32 = 0;

function touch(account: u32, frames: u32): void {
  for (let i: u32 = 0; i < frames; i++) {
    hold(account, 1);
    const frame = frameTakeZeroed();
    store<u32>(frame, chain);
    chain = <u32>frame;
  }
}

function untouch(account: u32, frames: u32): void {
  for (let i: u32 = 0; i < frames; i++) {
    const frame = <usize>chain;
    chain = load<u32>(frame);
    frameReturn(frame);
    letGo(account, 1);
  }
}

export function test_idle_reserves_are_lent_and_taken_back_by_touching(): void {
  practiceBegin();
  const lender = owner(0, 100, NONE);
  const borrower = owner(0, 20, NONE);
  fill(object(0, borrower, 64, 0), 0, 64);
  fill(object(1, borrower, 64, 0), 0, 64);
  sound();
  assert(softResident === 128 && framesTaken === 0);
  assert(Account.at(lender).framesLent > 0);
  assert(Account.at(borrower).framesBorrowed === 128 - 20);
  const promised = framesPromise(lender, 100);
  assert(promised && framesTaken === 0);
  touch(lender, 100);
  sound();
  assert(Account.at(lender).framesLent === 0);
  assert(framesFree === MACHINE - 100 - softResident);
  // The borrower keeps what is its own and what nobody else wants.
  assert(softResident >= 20 + 8);
}

export function test_nothing_is_taken_while_there_is_room_elsewhere(): void {
  practiceBegin();
  const lender = owner(0, 60, NONE);
  const borrower = owner(0, 0, NONE);
  fill(object(0, borrower, 64, 0), 0, 64);
  const before = framesTaken;
  const promised = framesPromise(lender, 60);
  assert(promised);
  touch(lender, 60);
  sound();
  assert(framesTaken === before && softResident === 64);
}

export function test_without_room_a_touch_costs_another_page_of_the_same_object(): void {
  practiceBegin();
  const borrower = owner(0, 10, 10);
  const memory = object(0, borrower, 32, 0);
  fill(memory, 0, 32);
  sound();
  assert(memory.resident === 10 && memory.taken === 22);
  fill(memory, 0, 32);
  sound();
  assert(memory.resident === 10);
}

export function test_class_a_goes_before_class_b(): void {
  practiceBegin();
  const lender = owner(0, 150, NONE);
  const clean = owner(0, 0, NONE);
  const soft = owner(0, 0, NONE);
  const first = object(0, clean, 64, MemoryFlag.CLEAN);
  const second = object(1, soft, 64, 0);
  fill(first, 0, 64);
  fill(second, 0, 64);
  const promised = framesPromise(lender, 60);
  assert(promised);
  touch(lender, 60);
  sound();
  assert(second.taken === 0 && first.taken >= 26);
}

export function test_whoever_pays_least_per_frame_loses_first(): void {
  practiceBegin();
  const lender = owner(0, 150, NONE);
  const rich = owner(0, 0, NONE);
  const poor = owner(0, 0, NONE);
  Account.at(rich).weight = 400;
  const first = object(0, rich, 64, 0);
  const second = object(1, poor, 64, 0);
  fill(first, 0, 64);
  fill(second, 0, 64);
  const promised = framesPromise(lender, 50);
  assert(promised);
  touch(lender, 50);
  sound();
  assert(first.taken === 0 && second.taken >= 18);
}

export function test_an_owner_that_took_back_lends_again_after_idle_epochs(): void {
  practiceBegin();
  const lender = owner(0, 140, NONE);
  const borrower = owner(0, 0, NONE);
  const memory = object(0, borrower, 64, 0);
  const other = object(1, borrower, 64, 0);
  fill(memory, 0, 64);
  fill(other, 0, 64);
  const promised = framesPromise(lender, 140);
  assert(promised);
  touch(lender, 60);
  const left = softResident;
  fill(memory, 0, 64);
  fill(other, 0, 64);
  assert(softResident === left);
  untouch(lender, 60);
  fill(memory, 0, 64);
  fill(other, 0, 64);
  assert(softResident === left);
  charge(10000000 + 4 * <u64>SchedulerTime.EPOCH_NS);
  fill(memory, 0, 64);
  fill(other, 0, 64);
  sound();
  assert(softResident > left);
}

export function test_a_new_group_finds_its_reserve_although_it_was_lent(): void {
  practiceBegin();
  const borrower = owner(0, 0, NONE);
  fill(object(0, borrower, 64, 0), 0, 64);
  fill(object(1, borrower, 64, 0), 0, 64);
  const late = owner(0, 120, NONE);
  sound();
  assert(Account.at(late).framesLent > 80);
  const promised = framesPromise(late, 120);
  assert(promised);
  touch(late, 120);
  sound();
  untouch(late, 120);
  framesUnpromise(late, 120);
  const refusal = accountClose(late, 10000000);
  assert(refusal === 0);
  sound();
}

/** Everything at random; what is inside a reserve never fails, and every frame is in one place. */
export function test_random_steps(): void {
  practiceBegin();
  seed = 77;
  const parent = owner(0, 70, NONE);
  const accounts: StaticArray<u32> = [
    owner(0, 60, NONE),
    owner(0, 0, 40),
    owner(parent, 40, 60),
    owner(parent, 10, NONE),
  ];
  const promised: StaticArray<u32> = [0, 0, 0, 0];
  const touched: StaticArray<u32> = [0, 0, 0, 0];
  for (let i: u32 = 0; i < OBJECTS; i++) {
    // The second account may have few: its objects' own pages must fit, too.
    const home = i % 4 === 1 ? 0 : i % 4;
    object(i, accounts[home], 16 + random(48), (i & 4) !== 0 ? MemoryFlag.CLEAN : 0);
  }
  let now: u64 = 10000000;
  for (let step = 0; step < 30000; step++) {
    const which = random(4);
    const account = accounts[which];
    const record = Account.at(account);
    const memory = changetype<Memory>(objects + <usize>random(OBJECTS) * RECORD_BYTES);
    const page = random(memory.pages);
    const kind = random(9);
    if (kind < 4) {
      if (memory.frame(page) === 0) softFill(memory, page);
    } else if (kind === 4) {
      softFree(memory, page);
    } else if (kind === 5) {
      const inside = record.framesUsed < record.framesReserve && promised[which] < 20;
      const paid = framesPromise(account, 1);
      assert(paid || !inside);
      if (paid) promised[which]++;
    } else if (kind === 6 && touched[which] < promised[which]) {
      touch(account, 1);
      touched[which]++;
    } else if (kind === 7 && touched[which] > 0) {
      untouch(account, 1);
      touched[which]--;
    } else if (kind === 8 && touched[which] < promised[which]) {
      framesUnpromise(account, 1);
      promised[which]--;
    }
    now += random(30) * 1000000;
    charge(now);
    sound();
    const held = touched[0] + touched[1] + touched[2] + touched[3];
    assert(framesFree === framesTotal - held - softResident);
  }
}

export function test_reserving_at_once_takes_back_as_much_as_it_needs(): void {
  practiceBegin();
  const lender = owner(0, 150, NONE);
  const borrower = owner(0, 0, NONE);
  fill(object(0, borrower, 64, 0), 0, 64);
  fill(object(1, borrower, 64, 0), 0, 64);
  const paid = framesReserve(lender, 150);
  assert(paid && framesFree >= 150);
  sound();
  framesUnreserve(lender, 150);
  sound();
}

if (FRAME_BYTES !== 4096) ERROR("a page's list is 4 bytes per 4,096");
