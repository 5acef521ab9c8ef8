/**
 * Reserves: who runs before the weights decide, and what happens to time that its owner leaves.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Account } from "../ledger/account";
import {
  accountClose,
  accountOpen,
  charge,
  choose,
  preemptionDue,
  sliceEnd,
  threadAdmit,
  threadDismiss,
  threadWake,
} from "./schedule";
import {
  account,
  begin,
  block,
  NOBODY,
  ns,
  OPEN,
  row,
  run,
  span,
  spawn,
  wake,
  weighted,
} from "./timetable";

/** 50 % of the machine, and one busy neighbour without a reserve. */
function lenderAndBorrower(): u32 {
  begin();
  const lender = account(AccountIndex.ROOT, 50, 100, 100);
  const borrower = weighted(100);
  spawn(0, lender, 0);
  spawn(1, borrower, 0);
  return lender;
}

export function test_a_reserve_runs_first_and_then_weights(): void {
  lenderAndBorrower();
  // The budget of 2 ms; by weight its request of 4 ms goes on; then the next budget, ahead of its share.
  row(0, 0, 2000);
  row(2000, 0, 4000);
  row(4000, 0, 6000);
  row(6000, 1, 8000);
  row(8000, 0, 10000);
  row(10000, 1, 12000);
}

export function test_a_pause_of_the_host_brings_no_budget(): void {
  lenderAndBorrower();
  row(0, 0, 2000);
  // The host stops the machine for 100 ms at the end of the slice; everything goes on as it would have.
  row(102000, 0, 104000);
  row(104000, 0, 106000);
  row(106000, 1, 108000);
  row(108000, 0, 110000);
  row(110000, 1, 112000);
}

export function test_a_sleeping_lender_is_used_to_the_end(): void {
  const lender = lenderAndBorrower();
  row(0, 0, 2000);
  block(0, 1000);
  row(1000, 1, 4000);
  run(1000, 100000, 0);
  assert(Account.at(lender).chargedNs === span(1000));
  assert(Account.at(AccountIndex.ROOT).chargedNs === span(100000));
}

export function test_a_waking_lender_runs_at_once(): void {
  lenderAndBorrower();
  block(0, 0);
  row(0, 1, 4000);
  row(4000, 1, 8000);
  wake(0, 5500);
  assert(preemptionDue(ns(5500)));
  row(5500, 0, 7500);
  row(7500, 1, 9500);
}

export function test_a_nap_does_not_renew_the_budget(): void {
  lenderAndBorrower();
  row(0, 0, 2000);
  block(0, 1500);
  row(1500, 1, 4000);
  // 0.5 ms of budget until 4 ms: less than the 1 ms its bandwidth would give, so the old budget counts.
  wake(0, 2000);
  row(2000, 0, 2500);
  row(2500, 1, 4000);
  row(4000, 0, 6000);
}

export function test_two_reserves_share_by_deadline(): void {
  begin();
  const one = account(AccountIndex.ROOT, 25, 100, 100);
  const two = account(AccountIndex.ROOT, 50, 100, 100);
  spawn(0, one, 0);
  row(0, 0, 1000);
  spawn(1, two, 500);
  // Equal periods: the earlier deadline goes on, then the other one.
  row(500, 0, 1000);
  row(1000, 1, 3000);
  row(3000, 0, 4000);
}

export function test_reserve_and_weight_do_not_add_up(): void {
  begin();
  const both = account(AccountIndex.ROOT, 30, 100, 100);
  const other = weighted(100);
  spawn(0, both, 0);
  spawn(1, other, 0);
  run(0, 2000000, 0);
  // max(30 %, 50 %), not 30 % + 35 %.
  const difference = <i64>Account.at(both).chargedNs - <i64>span(1000000);
  assert(abs<i64>(difference) <= <i64>span(8000));
}

export function test_a_reserve_beyond_the_weight_share_counts_in_full(): void {
  begin();
  const rich = account(AccountIndex.ROOT, 60, 1, 100);
  const other = weighted(10000);
  spawn(0, rich, 0);
  spawn(1, other, 0);
  run(0, 2000000, 0);
  const difference = <i64>Account.at(rich).chargedNs - <i64>span(1200000);
  assert(abs<i64>(difference) <= <i64>span(8000));
}

export function test_what_a_child_leaves_is_its_parents_first(): void {
  begin();
  const house = account(AccountIndex.ROOT, 50, 1, 100);
  const child = account(house, 30, 100, 100);
  const sibling = account(house, 0, 100, 100);
  const hog = weighted(10000);
  spawn(0, child, 0);
  spawn(1, sibling, 0);
  spawn(2, hog, 0);
  block(0, 0);
  run(0, 1000000, 0);
  // The child sleeps: the sibling uses the whole house's 50 %.
  const difference = <i64>Account.at(sibling).chargedNs - <i64>span(500000);
  assert(abs<i64>(difference) <= <i64>span(8000));
}

export function test_a_child_takes_its_share_back_from_the_parent(): void {
  begin();
  const house = account(AccountIndex.ROOT, 50, 1, 100);
  const child = account(house, 30, 1, 100);
  const sibling = account(house, 0, 10000, 100);
  spawn(0, child, 0);
  spawn(1, sibling, 0);
  spawn(2, weighted(10000), 0);
  run(0, 1000000, 0);
  const difference = <i64>Account.at(child).chargedNs - <i64>span(300000);
  assert(abs<i64>(difference) <= <i64>span(8000));
}

export function test_a_new_name_brings_no_second_budget(): void {
  begin();
  const honest = weighted(10000);
  spawn(0, honest, 0);
  let now = ns(0);
  for (let i = 0; i < 200; i++) {
    // A group with half of the machine reserved comes, runs when it may, goes, and comes again.
    const other = <u32>accountOpen(0, 500000, 1, 1000000, now);
    threadAdmit(1, other, now);
    threadWake(1, now, now);
    do {
      choose(now);
      now = sliceEnd(now);
      charge(now);
    } while (Account.at(other).chargedNs === 0);
    threadDismiss(1, now);
    accountClose(other, now);
  }
  assert(Account.at(honest).chargedNs >= (now - ns(0)) / 2 - span(4000));
}

export function test_alone_with_a_reserve_the_processor_is_never_idle(): void {
  begin();
  spawn(0, account(AccountIndex.ROOT, 10, 100, 100), 0);
  row(0, 0, 400);
  row(400, 0, 4000);
  row(4000, 0, 4400);
  block(0, 4200);
  // The timer that is left releases the bandwidth at the period's end.
  row(4200, NOBODY, 8000);
  row(8000, NOBODY, OPEN);
}
