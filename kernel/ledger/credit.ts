/**
 * Credit: who let others have its idle time, and who had it.
 *
 * Closing an epoch's books, what was lent of an account's entitlement is its earning and what it borrowed its price;
 * both sums are equal. So credit is conserved: at every moment
 *   sum of credit = minted - expired - pool,
 * where the pool has what newcomers brought and those who left took. Beyond the cap (10 s of own entitlement, either
 * way) credit expires, and debt is forgiven: minted.
 *
 * A child of the root starts at the mean of all accounts, out of the pool. Below others, splitting divides: a
 * newcomer gets half of what its parent has left, and what it has when it closes goes back there. So neither opening,
 * splitting nor closing accounts makes any.
 */
import { Account as AccountIndex, SchedulerTime } from "../abi/scheduler";
import { Account, accountsOpen, accountsTop } from "./account";

/** The cap: the time of so many epochs at the rate of the account's entitlement. */
const CAP_EPOCHS: u64 = 100;

export let creditMintedNs: u64 = 0;
export let creditExpiredNs: u64 = 0;
/** What is nobody's: the sum of credits is minus this, plus what was minted, minus what expired. */
export let creditPoolNs: i64 = 0;
/** Sum over all open accounts. */
let totalNs: i64 = 0;

export function creditStart(): void {
  creditMintedNs = 0;
  creditExpiredNs = 0;
  creditPoolNs = 0;
  totalNs = 0;
}

/** Books what an account earned (or, below 0, paid) in an epoch, and cuts what is beyond its cap. */
export function creditBook(account: Account, earned: i64): void {
  const perEpoch = (<u64>SchedulerTime.EPOCH_NS * <u64>account.entitledRate) >> 32;
  const cap = <i64>(CAP_EPOCHS * perEpoch);
  let credit = account.creditNs + earned;
  if (credit > cap) {
    creditExpiredNs += <u64>(credit - cap);
    credit = cap;
  } else if (credit < -cap) {
    creditMintedNs += <u64>(-cap - credit);
    credit = -cap;
  }
  totalNs += credit - account.creditNs;
  account.creditNs = credit;
}

/** A newcomer: at the mean, or with its part of its parent's. It is counted as open and linked already. */
export function creditOpen(account: Account): void {
  if (account.parent === AccountIndex.ROOT) {
    account.creditNs = totalNs / <i64>max<u32>(accountsOpen - 1, 1);
    creditPoolNs -= account.creditNs;
    totalNs += account.creditNs;
    return;
  }
  const parent = Account.at(account.parent);
  account.creditNs = parent.creditNs >> 1;
  parent.creditNs -= account.creditNs;
}

/** An account goes away. */
export function creditClose(account: Account): void {
  if (account.parent === AccountIndex.ROOT) {
    creditPoolNs += account.creditNs;
    totalNs -= account.creditNs;
  } else {
    Account.at(account.parent).creditNs += account.creditNs;
  }
  account.creditNs = 0;
}

/** Does the sum over all accounts equal what the books of credit say? Between two closings; for tests. */
export function creditConserved(): bool {
  let sum: i64 = 0;
  for (let index: u32 = 0; index < accountsTop; index++) {
    if (Account.at(index).open !== 0) sum += Account.at(index).creditNs;
  }
  return sum === totalNs && sum + creditPoolNs === <i64>(creditMintedNs - creditExpiredNs);
}
