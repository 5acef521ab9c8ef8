/**
 * Epoch: every 100 ms the books are closed, and what was lent equals what was borrowed.
 *
 * For each account, entitlement it did not pass on to children is its own: E. A leaf used U.
 *   used within entitlement = own, beyond it = borrowed, entitlement left idle by its owner = offered.
 * Since the E sum to the epoch's length and the U to its length less idle and host time:
 *   offered = borrowed + idle + host.
 * Lent is the part of each offer that somebody consumed: all offers are drawn on in proportion, the
 * rounding remainder by the first offers with room, so that sum(lent) = sum(borrowed) to the nanosecond.
 */
import { SchedulerTime } from "../abi/scheduler";
import { Account, accountsTop, NO_ACCOUNT } from "./account";
import { entitlementRenew } from "./entitlement";

/** Closed epochs, and the span of the open one. Ends stay on the grid start + n * EPOCH_NS. */
export let epochs: u64 = 0;
export let epochStartNs: u64 = 0;
export let epochEndNs: u64 = 0;

/** Totals over all closed epochs: equal for ever. */
export let lentTotalNs: u64 = 0;
export let borrowedTotalNs: u64 = 0;

export function epochStart(now: u64): void {
  epochs = 0;
  epochStartNs = now;
  epochEndNs = now + SchedulerTime.EPOCH_NS;
  lentTotalNs = 0;
  borrowedTotalNs = 0;
}

/** Closes the open epoch at `end` (its grid end, or earlier when an account goes away). */
export function epochClose(end: u64): void {
  assert(end >= epochStartNs);
  assert(end <= epochEndNs);
  closeBooks(end - epochStartNs);
  epochStartNs = end;
  if (end === epochEndNs) epochEndNs = end + SchedulerTime.EPOCH_NS;
}

/** Closes a long span in which nothing ran, however many epochs it covers, as one. */
export function epochSkip(now: u64): void {
  if (now < epochEndNs + SchedulerTime.EPOCH_NS) return;
  const beyond = (now - epochEndNs) / <u64>SchedulerTime.EPOCH_NS;
  epochEndNs += beyond * SchedulerTime.EPOCH_NS;
  epochClose(epochEndNs);
}

function closeBooks(length: u64): void {
  entitle(length);
  let offered: u64 = 0;
  let borrowed: u64 = 0;
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open === 0) continue;
    assert(<i64>account.ownNs >= 0);
    const used = account.leaf ? account.chargedNs - account.bookedNs : 0;
    const beyond = used > account.ownNs ? used - account.ownNs : 0;
    account.ownNs = used < account.ownNs ? account.ownNs - used : 0;
    account.lastBorrowedNs = narrow(beyond);
    account.borrowedNs += beyond;
    offered += account.ownNs;
    borrowed += beyond;
  }
  assert(borrowed <= offered);
  draw(offered, borrowed);
  epochs++;
  lentTotalNs += borrowed;
  borrowedTotalNs += borrowed;
  entitlementRenew();
}

/**
 * What each account was entitled to in this epoch, children's parts included; the root to all of it.
 * Its own is that less what its children own (in any order: the sum may wrap on the way, not at its end).
 */
function entitle(length: u64): void {
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open === 0) continue;
    const parent = account.parent;
    const entitled = parent === NO_ACCOUNT ? length : portion(length, account.entitledRate);
    account.ownNs += entitled;
    account.lastEntitledNs = narrow(entitled);
    account.entitledNs += entitled;
    if (parent !== NO_ACCOUNT) Account.at(parent).ownNs -= entitled;
  }
}

/** Books as lent what the borrowers took of the offers (now in `ownNs`), and marks use as booked. */
function draw(offered: u64, borrowed: u64): void {
  const factor: u64 = offered > 0 ? (borrowed << 32) / offered : 0;
  let left = borrowed;
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open === 0) continue;
    const lent: u64 = factor === 0 ? 0 : (account.ownNs * factor) >> 32;
    left -= lent;
    book(account, lent);
  }
  drawRest(left);
}

/** The nanoseconds that rounding left over, from the first offers with room. */
function drawRest(remainder: u64): void {
  let left = remainder;
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open === 0) continue;
    const room = account.ownNs - <u64>account.lastLentNs;
    const more = room < left ? room : left;
    account.lastLentNs += <u32>more;
    account.lentNs += more;
    account.ownNs = 0;
    left -= more;
  }
  assert(left === 0);
}

function book(account: Account, lent: u64): void {
  account.lastLentNs = narrow(lent);
  account.lentNs += lent;
  account.lastUsedNs = narrow(account.chargedNs - account.bookedNs);
  account.bookedNs = account.chargedNs;
  account.lastWakeMaxNs = account.epochWakeMaxNs;
  account.epochWakeMaxNs = 0;
}

/** length * rate / 2^32 without overflow: an idle span may last for days. */
function portion(length: u64, rate: u32): u64 {
  if (length >> 32 === 0) return (length * <u64>rate) >> 32;
  return ((length >> 20) * <u64>rate) >> 12;
}

/** The latest-epoch figures are for plots: a span beyond 4 s is cut there, the sums are not. */
function narrow(span: u64): u32 {
  return span > 0xffffffff ? 0xffffffff : <u32>span;
}
