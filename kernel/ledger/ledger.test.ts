/**
 * Ledger: admission, entitlement, epochs and frames, without any scheduler.
 */
import { Account as AccountIndex, LedgerRefusal } from "../abi/scheduler";
import { Account, NO_ACCOUNT } from "./account";
import { bookedNs, booksFinish, booksStep, borrowedTotalNs, epochs, lentTotalNs } from "./books";
import { creditConserved, creditExpiredNs } from "./credit";
import { entitlementConserved, ppmFromRate } from "./entitlement";
import { epochClose, epochEndNs, epochSkip, epochStartNs } from "./epoch";
import { framesCharge, framesConfigure, framesRelease } from "./frames";
import { actClose, actOpen, countThread, decideClose, decideOpen, ledgerStart } from "./ledger";

const MS: u64 = 1000000;
const NO_LIMIT: u32 = 1000000;

function open(parent: u32, reservePpm: u32, weight: u32, limitPpm: u32): u32 {
  assert(decideOpen(parent, reservePpm, weight, limitPpm) === LedgerRefusal.OK);
  return actOpen(parent, reservePpm, weight, limitPpm);
}

/** A leaf with a thread, so that its weight counts. */
function populated(parent: u32, reservePpm: u32, weight: u32, limitPpm: u32): u32 {
  const account = open(parent, reservePpm, weight, limitPpm);
  countThread(account, 1);
  return account;
}

function use(account: u32, time: u64): void {
  for (let at = account; at !== NO_ACCOUNT; at = Account.at(at).parent) {
    Account.at(at).enter();
    Account.at(at).chargedNs += time;
  }
  Account.at(account).usedNs += <u32>time;
}

/** The open epoch ends and its books are closed; with the division that follows, that is the one of the next. */
function close(): void {
  epochClose();
  booksFinish();
}

export function test_reserves_of_children_stay_within_the_parents(): void {
  ledgerStart(0, 100);
  const root = AccountIndex.ROOT;
  const house = open(root, 600000, 1, NO_LIMIT);
  assert(decideOpen(root, 350001, 1, NO_LIMIT) === LedgerRefusal.RESERVE_EXCEEDS_PARENT);
  open(root, 350000, 1, NO_LIMIT);
  open(house, 400000, 1, NO_LIMIT);
  assert(decideOpen(house, 200001, 1, NO_LIMIT) === LedgerRefusal.RESERVE_EXCEEDS_PARENT);
}

export function test_bad_numbers_are_refused_by_name(): void {
  ledgerStart(0, 100);
  assert(decideOpen(0, 0, 0, NO_LIMIT) === LedgerRefusal.WEIGHT_OUT_OF_RANGE);
  assert(decideOpen(0, 0, 10001, NO_LIMIT) === LedgerRefusal.WEIGHT_OUT_OF_RANGE);
  assert(decideOpen(0, 0, 1, 0) === LedgerRefusal.LIMIT_OUT_OF_RANGE);
  assert(decideOpen(0, 2000, 1, 1999) === LedgerRefusal.LIMIT_OUT_OF_RANGE);
  assert(decideOpen(7, 0, 1, NO_LIMIT) === LedgerRefusal.NO_SUCH_ACCOUNT);
  const leaf = populated(0, 0, 1, NO_LIMIT);
  assert(decideOpen(leaf, 0, 1, NO_LIMIT) === LedgerRefusal.NOT_A_LEAF);
  assert(decideClose(leaf) === LedgerRefusal.ACCOUNT_IN_USE);
  assert(decideClose(0) === LedgerRefusal.NO_SUCH_ACCOUNT);
}

export function test_the_tree_has_a_floor_and_the_table_an_end(): void {
  ledgerStart(0, 100);
  let at: u32 = 0;
  for (let depth = 0; depth < 8; depth++) at = open(at, 0, 1, NO_LIMIT);
  assert(decideOpen(at, 0, 1, NO_LIMIT) === LedgerRefusal.TOO_DEEP);
  for (let i = 0; i < 1015; i++) assert(actOpen(0, 0, 1, NO_LIMIT) !== NO_ACCOUNT);
  assert(actOpen(0, 0, 1, NO_LIMIT) === NO_ACCOUNT);
}

export function test_closing_returns_the_promise(): void {
  ledgerStart(0, 100);
  const account = open(0, 950000, 1, NO_LIMIT);
  assert(decideOpen(0, 1, 1, NO_LIMIT) === LedgerRefusal.RESERVE_EXCEEDS_PARENT);
  assert(decideClose(account) === LedgerRefusal.OK);
  actClose(account);
  assert(decideOpen(0, 950000, 1, NO_LIMIT) === LedgerRefusal.OK);
}

export function test_entitlement_is_the_larger_of_reserve_and_weight_share(): void {
  ledgerStart(0, 100);
  const reserved = populated(0, 500000, 100, NO_LIMIT);
  const one = populated(0, 0, 100, NO_LIMIT);
  const three = populated(0, 0, 300, NO_LIMIT);
  close();
  assert(ppmFromRate(Account.at(reserved).entitledRate) === 500000);
  assert(ppmFromRate(Account.at(one).entitledRate) === 125000);
  assert(ppmFromRate(Account.at(three).entitledRate) === 375000);
  assert(entitlementConserved());
}

export function test_entitlement_respects_limits_and_leaves_the_rest_to_others(): void {
  ledgerStart(0, 100);
  const capped = populated(0, 0, 900, 100000);
  const free = populated(0, 0, 100, NO_LIMIT);
  const empty = open(0, 0, 1000, NO_LIMIT);
  close();
  assert(ppmFromRate(Account.at(capped).entitledRate) === 100000);
  assert(ppmFromRate(Account.at(free).entitledRate) === 900000);
  assert(Account.at(empty).entitledRate === 0);
}

export function test_lent_equals_borrowed_to_the_nanosecond(): void {
  ledgerStart(0, 100);
  const lender = populated(0, 333333, 100, NO_LIMIT);
  const other = populated(0, 100001, 77, NO_LIMIT);
  const borrower = populated(0, 0, 100, NO_LIMIT);
  close();
  use(lender, 7 * MS + 1);
  use(other, 3 * MS + 12345);
  use(borrower, 80 * MS + 1);
  close();
  const lent = Account.at(lender).lentNs + Account.at(other).lentNs + Account.at(0).lentNs;
  assert(lent === Account.at(borrower).borrowedNs);
  assert(lentTotalNs === borrowedTotalNs);
  assert(Account.at(borrower).borrowedNs > 0);
  assert(Account.at(borrower).lentNs === 0);
  // 9.6 ms of the epoch were idle: that part of the offers was lent to nobody.
  const offered = Account.at(lender).entitledNs - (7 * MS + 1);
  assert(Account.at(lender).lentNs < offered);
}

export function test_who_closes_leaves_its_use_to_its_parent(): void {
  ledgerStart(0, 100);
  const house = open(0, 0, 100, NO_LIMIT);
  const child = populated(house, 0, 100, NO_LIMIT);
  const other = populated(0, 0, 100, NO_LIMIT);
  close();
  use(child, 30 * MS);
  use(other, 70 * MS);
  countThread(child, -1);
  actClose(child);
  close();
  assert(Account.at(house).lastUsedNs === <u32>(30 * MS));
  // Half of the machine was the house's.
  assert(abs<i64>(<i64>Account.at(house).lentNs - <i64>(20 * MS)) <= 1);
  assert(abs<i64>(<i64>Account.at(other).borrowedNs - <i64>(20 * MS)) <= 1);
}

export function test_a_long_idle_span_is_one_epoch(): void {
  ledgerStart(0, 100);
  const sleeper = populated(0, 500000, 1, NO_LIMIT);
  close();
  epochSkip(86400000 * MS + 50 * MS);
  booksFinish();
  assert(epochs === 3);
  assert(epochEndNs === 86400100 * MS);
  assert(bookedNs === epochStartNs);
  assert(Account.at(sleeper).lentNs === 0);
}

/** 1,000 groups, some of which come, go and use time while the books are being closed step by step. */
export function test_books_are_closed_in_steps_while_everything_changes(): void {
  ledgerStart(0, 100);
  let house: u32 = 0;
  for (let i: u32 = 0; i < 1000; i++) {
    if (i % 40 === 0) house = open(0, 20000, 1 + i, NO_LIMIT);
    else populated(house, i % 3 === 0 ? 300 : 0, 1 + (i % 7), i % 5 === 0 ? 20000 : NO_LIMIT);
  }
  let now: u64 = 0;
  let newest: u32 = 0;
  for (let epoch: u32 = 0; epoch < 12; epoch++) {
    for (let i: u32 = 2; i < 40; i++) use(i, 1000000 + 37 * i);
    epochClose();
    now = epochStartNs;
    let step: u32 = 0;
    while (bookedNs !== now) {
      booksStep();
      step++;
      use(2 + (step % 30), 100000 + step);
      if (step % 3 === 0) newest = populated(house, 0, 3, NO_LIMIT);
      if (step % 3 === 1 && newest !== 0) {
        use(newest, 12345);
        countThread(newest, -1);
        actClose(newest);
        newest = 0;
      }
      assert(step < 80);
    }
    assert(step > 10);
    assert(lentTotalNs === borrowedTotalNs);
    booksFinish();
    assert(entitlementConserved());
    assert(creditConserved());
  }
  assert(borrowedTotalNs > 0);
}

export function test_an_epoch_waits_for_the_books_of_the_one_before(): void {
  ledgerStart(0, 100);
  for (let i: u32 = 0; i < 1000; i++) populated(0, 0, 1, NO_LIMIT);
  epochClose();
  booksStep();
  assert(bookedNs === 0);
  epochClose();
  assert(epochStartNs === 100 * MS);
  assert(epochEndNs === 300 * MS);
  booksFinish();
  epochClose();
  assert(epochStartNs === 300 * MS);
}

export function test_credit_is_what_others_took_less_what_one_took_of_them(): void {
  ledgerStart(0, 100);
  const lender = populated(0, 0, 100, NO_LIMIT);
  const borrower = populated(0, 0, 100, NO_LIMIT);
  close();
  for (let epoch: u32 = 0; epoch < 10; epoch++) {
    use(borrower, 100 * MS);
    close();
  }
  const earned = Account.at(lender).creditNs;
  assert(abs<i64>(earned - <i64>(500 * MS)) <= 100);
  // The part of an offer that rounding leaves is the root's.
  assert(abs<i64>(earned + Account.at(borrower).creditNs) <= 100);
  assert(creditConserved());
  // A newcomer starts at the mean, which is nothing; one who splits has what it had.
  const late = populated(0, 0, 100, NO_LIMIT);
  assert(abs<i64>(Account.at(late).creditNs) <= 100);
  countThread(lender, -1);
  const part = populated(lender, 0, 100, NO_LIMIT);
  assert(Account.at(part).creditNs + Account.at(lender).creditNs === earned);
  countThread(part, -1);
  actClose(part);
  assert(Account.at(lender).creditNs === earned);
  assert(creditConserved());
}

export function test_credit_ends_at_ten_seconds_of_ones_own(): void {
  ledgerStart(0, 100);
  const lender = populated(0, 0, 100, NO_LIMIT);
  const borrower = populated(0, 0, 100, NO_LIMIT);
  close();
  for (let epoch: u32 = 0; epoch < 150; epoch++) {
    use(borrower, 100 * MS);
    close();
  }
  assert(abs<i64>(Account.at(lender).creditNs - <i64>(5000 * MS)) <= 200);
  assert(creditExpiredNs > 2000 * MS);
  assert(creditConserved());
}

export function test_frames_inside_a_reserve_never_fail(): void {
  ledgerStart(0, 100);
  const owner = open(0, 0, 1, NO_LIMIT);
  const greedy = open(0, 0, 1, NO_LIMIT);
  assert(framesConfigure(owner, 60, 0xffffffff) === LedgerRefusal.OK);
  assert(framesCharge(greedy, 40) === LedgerRefusal.OK);
  assert(framesCharge(greedy, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
  assert(framesCharge(owner, 60) === LedgerRefusal.OK);
  assert(framesCharge(owner, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
  framesRelease(greedy, 5);
  assert(framesCharge(owner, 5) === LedgerRefusal.OK);
  assert(Account.at(0).framesUsed === 100);
}

export function test_a_childs_overflow_is_its_parents_reserve_first(): void {
  ledgerStart(0, 100);
  const house = open(0, 0, 1, NO_LIMIT);
  const child = open(house, 0, 1, NO_LIMIT);
  const stranger = open(0, 0, 1, NO_LIMIT);
  framesConfigure(house, 50, 70);
  framesConfigure(child, 20, 0xffffffff);
  assert(framesCharge(child, 40) === LedgerRefusal.OK);
  assert(framesCharge(stranger, 50) === LedgerRefusal.OK);
  assert(framesCharge(child, 10) === LedgerRefusal.OK);
  assert(framesCharge(child, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
  framesRelease(stranger, 50);
  // Now the pool is free, but the house has a limit.
  assert(framesCharge(child, 20) === LedgerRefusal.OK);
  assert(framesCharge(child, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
  framesRelease(child, 70);
  assert(Account.at(0).framesDemand === 0);
}

export function test_a_reserve_that_the_pool_cannot_promise_is_refused(): void {
  ledgerStart(0, 100);
  const greedy = open(0, 0, 1, NO_LIMIT);
  const late = open(0, 0, 1, NO_LIMIT);
  framesCharge(greedy, 90);
  assert(framesConfigure(late, 11, 0xffffffff) === LedgerRefusal.RESERVE_EXCEEDS_PARENT);
  assert(framesConfigure(late, 10, 0xffffffff) === LedgerRefusal.OK);
  // The machine keeps 2 % for itself.
  assert(framesConfigure(greedy, 89, 0xffffffff) === LedgerRefusal.RESERVE_EXCEEDS_PARENT);
  assert(framesConfigure(greedy, 88, 0xffffffff) === LedgerRefusal.OK);
  assert(framesCharge(greedy, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
  framesRelease(greedy, 90);
  assert(framesCharge(greedy, 90) === LedgerRefusal.OK);
  assert(framesCharge(greedy, 1) === LedgerRefusal.FRAMES_EXHAUSTED);
}
