/**
 * Lag: how far siblings that always want to run get from their shares, over as many decisions as one has time for.
 *
 * The children of the root, with one thread each that is busy since time 0, are run from slice to slice. In units of
 * 1 / sum of weights, lag(i) = time * weight - service * weights; it is greatest just before its account is served and
 * least just after, so only the one that runs is looked at. Products may wrap: lag itself is small.
 */
import { Account, accountsTop } from "../ledger/account";
import { lastNs } from "./clock";
import { Entity } from "./entity";
import { charge, choose, sliceEnd } from "./schedule";

/** Runs so many decisions more -> the largest lag in either direction, in ns. */
export function lagRun(count: u32): f64 {
  let weights: i64 = 0;
  for (let account: u32 = 1; account < accountsTop; account++) {
    weights += <i64>Account.at(account).weight;
  }
  let now = lastNs;
  let worst: i64 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const account = Account.at(Entity.ofThread(choose(now)).parent);
    worst = max<i64>(worst, abs<i64>(lagOf(account, now, weights)));
    now = sliceEnd(now);
    charge(now);
    worst = max<i64>(worst, abs<i64>(lagOf(account, now, weights)));
  }
  return <f64>worst / <f64>weights;
}

function lagOf(account: Account, time: u64, weights: i64): i64 {
  return <i64>time * <i64>account.weight - <i64>account.chargedNs * weights;
}
