/**
 * Debts: time that was spent for an account without a thread of it having been chosen.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { idleNs, lastNs } from "./clock";
import { chargeAccount, choose, preemptionDue, running, sliceEnd, threadWake } from "./schedule";
import { account, begin, block, ns, row, span, spawn, wake, weighted } from "./timetable";

function owe(home: u32, us: u64, untilUs: u64): void {
  chargeAccount(home, span(us), ns(untilUs));
}

export function test_the_owner_pays_and_not_who_ran(): void {
  begin();
  const driver = weighted(100);
  const busy = weighted(100);
  spawn(0, driver, 0);
  block(0, 0);
  spawn(1, busy, 0);
  row(0, 1, 4000);
  owe(driver, 300, 1300);
  assert(Account.at(busy).chargedNs === span(1000));
  assert(Account.at(driver).chargedNs === span(300));
  assert(Account.at(AccountIndex.ROOT).chargedNs === span(1300));
  assert(lastNs === ns(1300));
  assert(preemptionDue(ns(1300)));
  assert(running() === 1);
}

export function test_idle_time_that_an_interrupt_takes_is_not_idle(): void {
  begin();
  const driver = weighted(100);
  spawn(0, driver, 0);
  block(0, 0);
  choose(ns(0));
  owe(driver, 200, 1000);
  assert(idleNs === span(800) + ns(0));
  assert(Account.at(driver).chargedNs === span(200));
}

export function test_a_sleeper_comes_back_to_its_debt(): void {
  begin();
  const driver = weighted(100);
  const busy = weighted(100);
  spawn(0, driver, 0);
  block(0, 0);
  spawn(1, busy, 0);
  row(0, 1, 4000);
  // 3 ms are spent for the driver: the other one is served as much before its thread is.
  owe(driver, 3000, 3000);
  wake(0, 3000);
  row(3000, 1, 7000);
  row(7000, 0, 8000);
}

export function test_without_a_competitor_there_is_no_debt(): void {
  begin();
  const driver = weighted(100);
  const busy = weighted(100);
  spawn(0, driver, 0);
  block(0, 0);
  owe(driver, 3000, 3000);
  spawn(1, busy, 3000);
  wake(0, 3000);
  row(3000, 1, 7000);
  row(7000, 0, 11000);
}

export function test_a_reserve_pays_and_goes_into_debt(): void {
  begin();
  const driver = account(AccountIndex.ROOT, 25, 1, 100);
  const busy = weighted(10000);
  spawn(0, driver, 0);
  block(0, 0);
  spawn(1, busy, 0);
  row(0, 1, 4000);
  // 25 % of a quantum is 1 ms; 2.5 ms were spent: 1.5 ms of debt, so two periods bring nothing.
  owe(driver, 2500, 2500);
  assert(Account.at(driver).reservedNs === span(2500));
  wake(0, 2500);
  let now = ns(2500);
  let first: u64 = 0;
  while (first === 0) {
    if (choose(now) === 0) first = now;
    now = sliceEnd(now);
  }
  assert(first >= ns(2500) + span(8000));
  assert(first <= ns(2500) + span(12000));
}

export function test_a_limit_counts_it(): void {
  begin();
  const driver = account(AccountIndex.ROOT, 0, 100, 10);
  spawn(0, driver, 0);
  block(0, 0);
  choose(ns(0));
  // 2 ms of every 20.
  owe(driver, 5000, 5000);
  threadWake(0, ns(5000), ns(5000));
  assert(choose(ns(5000)) === 0xffffffff);
  assert(choose(ns(20000)) === 0xffffffff);
  assert(choose(ns(41000)) === 0);
}
