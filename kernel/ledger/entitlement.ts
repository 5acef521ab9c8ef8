/**
 * Entitlement: how much of the processor each account owns while everybody who is there wants it all.
 *
 * Among siblings it is max(reserve, weight share) and at most the limit, and it sums to the parent's
 * entitlement: the level L of "water" with sum of clamp(weight * L, reserve, limit) = parent's rate.
 * Weight counts only for accounts with threads: an empty group owns its reserve and no more.
 * What limits leave over stays with the parent as the common pool.
 * Divisions are fine here: this runs when accounts or their first threads come and go.
 */
import { Account as AccountIndex, Ppm } from "../abi/scheduler";
import { Account, accountsTop, NO_ACCOUNT } from "./account";

/** All of the processor, in units of 2^-32 (short by one unit to stay 32 bits wide). */
export const RATE_ONE: u32 = 0xffffffff;

let stale: bool = false;

/** What is owned has changed; the next epoch begins with a new division. */
export function entitlementStale(): void {
  stale = true;
}

/** Parts per million as a fraction of 2^32, rounded down. */
export function rateFromPpm(ppm: u32): u32 {
  if (ppm >= <u32>Ppm.ONE) return RATE_ONE;
  return <u32>(((<u64>ppm) << 32) / <u64>Ppm.ONE);
}

export function ppmFromRate(rate: u32): u32 {
  return <u32>((<u64>rate * <u64>Ppm.ONE + 0x80000000) >> 32);
}

/** Divides the machine anew, if anything changed: top down, parents before children. */
export function entitlementRenew(): void {
  if (!stale) return;
  stale = false;
  Account.at(AccountIndex.ROOT).entitledRate = RATE_ONE;
  divideBelow(AccountIndex.ROOT);
}

/** Depth is bounded by DEPTH_MAX, and so is this recursion. */
function divideBelow(parentIndex: u32): void {
  divide(parentIndex);
  let index = Account.at(parentIndex).firstChild;
  while (index !== NO_ACCOUNT) {
    if (!Account.at(index).leaf) divideBelow(index);
    index = Account.at(index).nextSibling;
  }
}

/**
 * One family. Each pass gives the unfrozen children their weight share of what is left; when the
 * shares violate more minima than maxima the violators of minima freeze there, and vice versa.
 * Every pass freezes somebody, so there are at most as many passes as children (2 or 3 in practice).
 */
function divide(parentIndex: u32): void {
  const parent = Account.at(parentIndex);
  let index = parent.firstChild;
  while (index !== NO_ACCOUNT) {
    Account.at(index).ownNs = UNFROZEN;
    index = Account.at(index).nextSibling;
  }
  while (dividePass(parentIndex)) {}
}

const UNFROZEN: u64 = 1;
const FROZEN: u64 = 0;

/** One pass -> is anybody still unfrozen? (`ownNs` is scratch space outside an epoch's close.) */
function dividePass(parentIndex: u32): bool {
  const parent = Account.at(parentIndex);
  let left: i64 = parent.entitledRate;
  let weights: u64 = 0;
  let index = parent.firstChild;
  while (index !== NO_ACCOUNT) {
    const child = Account.at(index);
    if (child.ownNs === FROZEN) left -= <i64>child.entitledRate;
    else weights += <u64>demandWeight(child);
    index = child.nextSibling;
  }
  if (left < 0) left = 0;

  let violation: i64 = 0;
  index = parent.firstChild;
  while (index !== NO_ACCOUNT) {
    const child = Account.at(index);
    if (child.ownNs === UNFROZEN) {
      const share = weightShare(child, <u64>left, weights);
      child.entitledRate = clampShare(child, share);
      violation += <i64>child.entitledRate - <i64>share;
    }
    index = child.nextSibling;
  }
  return freeze(parent, <u64>left, weights, violation);
}

/** Freezes the children whose share was clamped in the direction of the total violation. */
function freeze(parent: Account, left: u64, weights: u64, violation: i64): bool {
  let unfrozen = false;
  let index = parent.firstChild;
  while (index !== NO_ACCOUNT) {
    const child = Account.at(index);
    if (child.ownNs === UNFROZEN) {
      const share = weightShare(child, left, weights);
      const raised = child.entitledRate > share;
      const lowered = child.entitledRate < share;
      if (violation === 0 || (violation > 0 && raised) || (violation < 0 && lowered)) {
        child.ownNs = FROZEN;
      } else {
        unfrozen = true;
      }
    }
    index = child.nextSibling;
  }
  return unfrozen;
}

function demandWeight(child: Account): u32 {
  return child.threads > 0 ? child.weight : 0;
}

function weightShare(child: Account, left: u64, weights: u64): u32 {
  if (weights === 0) return 0;
  const share = (left * <u64>demandWeight(child)) / weights;
  return share > <u64>RATE_ONE ? RATE_ONE : <u32>share;
}

function clampShare(child: Account, share: u32): u32 {
  const least = rateFromPpm(child.reservePpm);
  const most = rateFromPpm(child.limitPpm);
  if (share < least) return least;
  return share > most ? most : share;
}

/** Do the children of every account together own no more than it does? For tests. */
export function entitlementConserved(): bool {
  for (let parentIndex: u32 = 0; parentIndex < accountsTop; parentIndex++) {
    const parent = Account.at(parentIndex);
    if (parent.open === 0) continue;
    let sum: u64 = 0;
    let index = parent.firstChild;
    while (index !== NO_ACCOUNT) {
      sum += <u64>Account.at(index).entitledRate;
      index = Account.at(index).nextSibling;
    }
    if (sum > <u64>parent.entitledRate) return false;
  }
  return true;
}
