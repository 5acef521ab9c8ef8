/**
 * Soft pages: lent whenever they are idle, back whenever they are needed, and the books always right.
 */
import { MemoryFlag } from "../abi/records";
import { SchedulerTime } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { accountClose, charge } from "../sched/schedule";
import { framesFree, framesPromise, framesUnpromise } from "./frames";
import { framesReserve, framesUnreserve } from "./hold";
import { practiceBegin } from "./practice";
import { framesTaken, softResident } from "./soft";
import { fill, NONE, object, owner, sound, touch, untouch, walk } from "./soft-practice";

/** Frames of the machine: practice.ts. */
const MACHINE: u32 = 160;

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

export function test_an_owners_soft_pages_take_its_own_part_back(): void {
  practiceBegin();
  const owned = owner(0, 60, NONE);
  const borrower = owner(0, 0, NONE);
  for (let i: u32 = 0; i < 3; i++) fill(object(i, borrower, 64, 0), 0, 64);
  sound();
  assert(Account.at(owned).framesLent === 60 && framesTaken === 0);
  // It has a cache of its own, smaller than its reserve: nobody else's pages may be in its way.
  const cache = object(3, owned, 50, MemoryFlag.CLEAN);
  fill(cache, 0, 50);
  sound();
  assert(cache.resident === 50 && cache.taken === 0);
  assert(framesTaken >= 46 && Account.at(borrower).framesTaken === framesTaken);
  // Beyond its reserve it asks like anybody else, and a page of its own goes.
  const more = object(4, owned, 64, 0);
  fill(more, 0, 64);
  sound();
  assert(more.taken > 0 && Account.at(owned).framesSoft <= 60);
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

/** `npx lendos bench memory` takes a million steps. */
export function test_random_steps(): void {
  walk(77, 20000);
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
