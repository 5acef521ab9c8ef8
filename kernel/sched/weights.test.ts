/**
 * Weights: who runs when nobody has a reserve.
 */
import { Account } from "../ledger/account";
import {
  accountClose,
  accountOpen,
  charge,
  choose,
  sliceEnd,
  threadAdmit,
  threadDismiss,
  threadWake,
  threadYield,
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
  spawn,
  wake,
  weighted,
} from "./timetable";

export function test_nobody_ready_means_idle_without_a_timer(): void {
  begin();
  row(0, NOBODY, OPEN);
  row(5000, NOBODY, OPEN);
}

export function test_equal_threads_take_turns_of_one_quantum(): void {
  begin();
  const home = weighted(100);
  spawn(0, home, 0);
  spawn(1, home, 0);
  spawn(2, home, 0);
  row(0, 0, 4000);
  row(4000, 1, 8000);
  row(8000, 2, 12000);
  row(12000, 0, 16000);
}

export function test_weights_one_and_three(): void {
  begin();
  spawn(0, weighted(100), 0);
  spawn(1, weighted(300), 0);
  // Virtual deadlines: 40 ms / weight 100 against 13.3: the heavy one three times out of four.
  row(0, 1, 4000);
  row(4000, 0, 8000);
  row(8000, 1, 12000);
  row(12000, 1, 16000);
  row(16000, 1, 20000);
  row(20000, 0, 24000);
}

export function test_a_crowd_gets_no_more_than_its_group(): void {
  begin();
  const crowd = weighted(100);
  const single = weighted(100);
  for (let thread: u32 = 0; thread < 500; thread++) spawn(thread, crowd, 0);
  spawn(500, single, 0);
  run(0, 4000000, 0);
  const difference = <i64>Account.at(crowd).chargedNs - <i64>Account.at(single).chargedNs;
  assert(abs<i64>(difference) <= 4000000);
}

export function test_a_sleeper_keeps_nothing_and_loses_nothing(): void {
  begin();
  const sleeper = weighted(100);
  const steady = weighted(100);
  spawn(0, sleeper, 0);
  spawn(1, steady, 0);
  row(0, 0, 4000);
  block(0, 4000);
  // It slept ahead of its share, as a ghost; an hour later it is no better off than a newcomer.
  run(4000, 1000000, 0);
  wake(0, 1000000);
  row(1000000, 1, 1004000);
  row(1004000, 0, 1008000);
  row(1008000, 1, 1012000);
}

export function test_a_nap_does_not_wash_off_debt(): void {
  begin();
  spawn(0, weighted(100), 0);
  spawn(1, weighted(100), 0);
  row(0, 0, 4000);
  block(0, 4000);
  row(4000, 1, 8000);
  // Awake again after 1 ms: still 4 ms ahead, so the other keeps running until it has caught up.
  wake(0, 5000);
  row(5000, 1, 8000);
  row(8000, 0, 12000);
}

export function test_a_new_name_does_not_wash_off_debt(): void {
  begin();
  const honest = weighted(100);
  spawn(0, honest, 0);
  let now = ns(0);
  for (let i = 0; i < 200; i++) {
    // A group that comes, runs when it may, goes at its first slice's end, and comes again; a little
    // heavier, so that each new one would go first.
    const other = <u32>accountOpen(0, 0, 101, 1000000, now);
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
  assert(Account.at(honest).chargedNs >= (now - ns(0)) / 2 - 8000000);
}

export function test_overrun_is_charged_in_full(): void {
  begin();
  const late = weighted(100);
  const steady = weighted(100);
  spawn(0, late, 0);
  spawn(1, steady, 0);
  row(0, 0, 4000);
  // The timer came 2 ms late: the next request starts 2 ms later, and the other gets them back.
  row(6000, 1, 10000);
  row(10000, 1, 14000);
  row(14000, 0, 18000);
}

export function test_yield_lets_the_sibling_run_and_ends_the_request(): void {
  begin();
  const home = weighted(100);
  spawn(0, home, 0);
  spawn(1, home, 0);
  row(0, 0, 4000);
  charge(ns(1000));
  threadYield(ns(1000));
  assert(choose(ns(1000)) === 1);
  // The account is 1 ms into its request, so the slice ends with that.
  assert(sliceEnd(ns(1000)) === ns(4000));
}

export function test_shares_hold_although_every_slice_ends_late(): void {
  begin();
  const one = weighted(100);
  const two = weighted(200);
  const four = weighted(400);
  spawn(0, one, 0);
  for (let thread: u32 = 1; thread < 5; thread++) spawn(thread, two, 0);
  for (let thread: u32 = 5; thread < 13; thread++) spawn(thread, four, 0);
  run(0, 7000000, 97);
  near(one, 1000);
  near(two, 2000);
  near(four, 4000);
}

export function test_nested_shares_multiply(): void {
  begin();
  const left = weighted(300);
  const right = weighted(100);
  const leftOne = account(left, 0, 100, 100);
  const leftTwo = account(left, 0, 200, 100);
  spawn(0, leftOne, 0);
  spawn(1, leftTwo, 0);
  spawn(2, leftTwo, 0);
  spawn(3, right, 0);
  run(0, 4000000, 0);
  near(leftOne, 1000);
  near(leftTwo, 2000);
  near(right, 1000);
}

/** Within two quanta of so many milliseconds. */
function near(home: u32, ms: u64): void {
  const difference = <i64>Account.at(home).chargedNs - <i64>(ms * 1000000);
  assert(abs<i64>(difference) <= 8000000);
}

export function test_a_ghost_that_was_passed_owes_nothing_when_it_is_dismissed(): void {
  begin();
  const home = weighted(100);
  spawn(0, home, 0);
  spawn(1, home, 0);
  row(0, 0, 4000);
  block(0, 4000);
  row(4000, 1, 8000);
  // Served late: V is now past the ghost, and nobody has looked at it since.
  charge(ns(9000));
  threadDismiss(0, ns(9000));
  row(9000, 1, 13000);
}
