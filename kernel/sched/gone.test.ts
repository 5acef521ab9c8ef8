/**
 * What a member that goes for good leaves behind: rows worked out by hand. Virtual times in ms / weight.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Entity, EntityState } from "./entity";
import { begin, block, NOBODY, ns, OPEN, row, spawn, weighted } from "./timetable";
import { accountClose, accountOpen, threadAdmit, threadDismiss, threadWake } from "./schedule";

/** A thread of weight 50 and one of the account that goes: it runs first, for its requests are shorter. */
function meet(weight: u32): u32 {
  begin();
  spawn(0, weighted(50), 0);
  const other = weighted(weight);
  spawn(1, other, 0);
  row(0, 1, 4000);
  return other;
}

/** Thread 1 and its account go at 4 ms. */
function go(account: u32): void {
  threadDismiss(1, ns(4000));
  accountClose(account, ns(4000));
}

/** Thread 1 comes again in an account of this weight. */
function come(weight: u32, us: u64): u32 {
  const account = <u32>accountOpen(AccountIndex.ROOT, 0, weight, 1000000, ns(us));
  threadAdmit(1, account, ns(us));
  threadWake(1, ns(us), ns(us));
  return account;
}

export function test_a_light_newcomer_begins_where_the_heavy_one_went(): void {
  // It stands at 4 / 300, V is at 4 / 350: V is there when 0.667 ms more have been served.
  go(meet(300));
  come(200, 4000);
  row(4000, 0, 8000);
  row(4600, 0, 8000);
  row(4700, 1, 8700);
}

export function test_what_a_light_newcomer_leaves_is_there_for_the_next(): void {
  go(meet(300));
  const first = come(200, 4000);
  row(4000, 0, 8000);
  threadDismiss(1, ns(4000));
  accountClose(first, ns(4000));
  // 200 and the 100 that were left are 300 again.
  come(300, 4000);
  assert(Entity.gone(AccountIndex.ROOT).state === EntityState.OUT);
  row(4000, 0, 8000);
  row(4600, 0, 8000);
  row(4700, 1, 8700);
}

export function test_a_heavy_newcomer_takes_the_same_lead(): void {
  // 100 * (4 / 100 - 4 / 150) = 1.333 ms ahead; at weight 200 and 250 together that is 1.667 ms of service.
  go(meet(100));
  come(200, 4000);
  row(4000, 0, 8000);
  row(5600, 0, 8000);
  row(5700, 1, 9700);
}

export function test_a_newcomer_after_that_begins_at_v(): void {
  go(meet(300));
  row(4000, 0, 8000);
  // V has passed what went.
  come(200, 4700);
  row(4700, 1, 8700);
}

export function test_nothing_is_left_behind_in_a_queue_where_nobody_runs(): void {
  go(meet(300));
  block(0, 4000);
  row(4000, NOBODY, OPEN);
  spawn(2, weighted(50), 4000);
  come(200, 4000);
  row(4000, 1, 8000);
}

export function test_a_thread_that_goes_ahead_leaves_its_place_to_the_next_one_of_its_account(): void {
  begin();
  const home = weighted(100);
  spawn(0, home, 0);
  spawn(1, home, 0);
  row(0, 0, 4000);
  threadDismiss(0, ns(4000));
  threadAdmit(2, home, ns(4000));
  const place = Entity.ofThread(2);
  assert(place.state === EntityState.GHOST);
  threadWake(2, ns(4000), ns(4000));
  assert(place.state === EntityState.PENDING);
  row(4000, 1, 8000);
}
