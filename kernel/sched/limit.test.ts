/**
 * Limits: an account stops when its bucket is empty, whoever else wants the processor.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { idleNs, idleWhileReadyNs } from "./clock";
import { account, begin, block, NOBODY, row, run, span, spawn, wake, weighted } from "./timetable";

export function test_a_limited_account_idles_the_processor(): void {
  begin();
  const capped = account(AccountIndex.ROOT, 0, 100, 25);
  spawn(0, capped, 0);
  // 5 ms of every 20.
  row(0, 0, 4000);
  row(4000, 0, 5000);
  row(5000, NOBODY, 20000);
  row(20000, 0, 23000);
  row(23000, 0, 24000);
  row(24000, 0, 25000);
  row(25000, NOBODY, 40000);
}

export function test_limited_time_is_not_idle_while_ready(): void {
  begin();
  spawn(0, account(AccountIndex.ROOT, 0, 100, 25), 0);
  run(0, 1000000, 0);
  assert(idleNs === span(750000 + 10000));
  assert(idleWhileReadyNs === 0);
}

export function test_overrun_of_a_limit_is_a_debt(): void {
  begin();
  const capped = account(AccountIndex.ROOT, 0, 100, 25);
  spawn(0, capped, 0);
  run(0, 1000000, 97);
  const difference = <i64>Account.at(capped).chargedNs - <i64>span(250000);
  assert(abs<i64>(difference) <= <i64>span(300));
}

export function test_a_limit_above_holds_for_everybody_below(): void {
  begin();
  const house = account(AccountIndex.ROOT, 0, 10000, 30);
  const one = account(house, 0, 100, 100);
  const two = account(house, 0, 100, 100);
  spawn(0, one, 0);
  spawn(1, two, 0);
  spawn(2, weighted(1), 0);
  run(0, 1000000, 0);
  const difference = <i64>Account.at(house).chargedNs - <i64>span(300000);
  assert(abs<i64>(difference) <= <i64>span(6000));
}

export function test_a_reserve_below_a_spent_limit_is_still_served(): void {
  begin();
  const house = account(AccountIndex.ROOT, 20, 100, 20);
  const owner = account(house, 10, 100, 100);
  const greedy = account(house, 0, 10000, 100);
  spawn(0, owner, 0);
  spawn(1, greedy, 0);
  block(0, 0);
  // The neighbour in the house uses up the limit of the house; then the owner wakes.
  run(0, 10000, 0);
  wake(0, 10000);
  row(10000, 0, 10400);
}
