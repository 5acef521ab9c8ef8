/**
 * The ledger: which accounts exist and what each was promised.
 *
 * `decide...` may refuse and has changed nothing when it does; `act...` cannot refuse.
 * Invariant: the reserves of an account's children together are <= its own reserve (root: 95 %).
 */
import { Account as AccountIndex, LedgerRefusal, Ppm, SchedulerLimit } from "../abi/scheduler";
import {
  Account,
  accountClaim,
  accountLink,
  accountsReset,
  accountsTop,
  accountUnlink,
  NO_ACCOUNT,
} from "./account";
import { booksLeave } from "./books";
import { creditClose, creditOpen, creditStart } from "./credit";
import { entitlementLeave, entitlementStale, entitlementStart } from "./entitlement";
import { epochStart } from "./epoch";
import { framesClose } from "./frames";
import { loansReset } from "./loans";

/** Empties the ledger: the root owns all time from `now` on and `frames` frames. */
export function ledgerStart(now: u64, frames: u32): void {
  accountsReset();
  const root = Account.at(AccountIndex.ROOT);
  root.reservePpm = Ppm.ROOT_RESERVE;
  root.limitPpm = Ppm.ONE;
  root.weight = 1;
  root.framesReserve = frames;
  root.framesLimit = frames;
  creditStart();
  epochStart(now);
  loansReset();
  entitlementStart();
}

/** May `parent` get a child with these numbers? */
export function decideOpen(
  parentIndex: u32,
  reservePpm: u32,
  weight: u32,
  limitPpm: u32,
): LedgerRefusal {
  if (!accountExists(parentIndex)) return LedgerRefusal.NO_SUCH_ACCOUNT;
  const parent = Account.at(parentIndex);
  if (parent.depth >= <u32>SchedulerLimit.DEPTH_MAX) return LedgerRefusal.TOO_DEEP;
  if (parent.leaf && parent.threads > 0) return LedgerRefusal.NOT_A_LEAF;
  if (weight === 0 || weight > <u32>SchedulerLimit.WEIGHT_MAX)
    return LedgerRefusal.WEIGHT_OUT_OF_RANGE;
  if (limitPpm === 0 || limitPpm > <u32>Ppm.ONE || limitPpm < reservePpm) {
    return LedgerRefusal.LIMIT_OUT_OF_RANGE;
  }
  if (reservePpm > parent.reservePpm - parent.promisedPpm) {
    return LedgerRefusal.RESERVE_EXCEEDS_PARENT;
  }
  return LedgerRefusal.OK;
}

/** Opens the account that `decideOpen` allowed -> its index, or NO_ACCOUNT when the table is full. */
export function actOpen(parentIndex: u32, reservePpm: u32, weight: u32, limitPpm: u32): u32 {
  const index = accountClaim();
  if (index === NO_ACCOUNT) return NO_ACCOUNT;

  const account = Account.at(index);
  const parent = Account.at(parentIndex);
  account.reservePpm = reservePpm;
  account.weight = weight;
  account.limitPpm = limitPpm;
  account.framesLimit = 0xffffffff;
  accountLink(index, parentIndex);
  parent.promisedPpm += reservePpm;
  assert(parent.promisedPpm <= parent.reservePpm);
  creditOpen(account);
  entitlementStale();
  return index;
}

/** May this account be closed? Only when nothing is left that it would have to pay for. */
export function decideClose(index: u32): LedgerRefusal {
  if (!accountExists(index) || index === AccountIndex.ROOT) return LedgerRefusal.NO_SUCH_ACCOUNT;
  const account = Account.at(index);
  if (!account.leaf || account.threads > 0 || account.framesUsed > 0 || account.framesSoft > 0) {
    return LedgerRefusal.ACCOUNT_IN_USE;
  }
  return LedgerRefusal.OK;
}

/** Returns to the parent what the account has in the epochs under way, its credit, and its promises. */
export function actClose(index: u32): void {
  booksLeave(index);
  entitlementLeave(index);
  const account = Account.at(index);
  const parent = Account.at(account.parent);
  parent.promisedPpm -= account.reservePpm;
  framesClose(index);
  creditClose(account);
  accountUnlink(index);
  entitlementStale();
}

/** Counts an admitted (+1) or dismissed (-1) thread on the whole path. */
export function countThread(index: u32, change: i32): void {
  let at = index;
  while (at !== NO_ACCOUNT) {
    const account = Account.at(at);
    const before = account.threads;
    account.threads = before + change;
    if (before === 0 || account.threads === 0) entitlementStale();
    at = account.parent;
  }
}

export function accountExists(index: u32): bool {
  return index < accountsTop && Account.at(index).open !== 0;
}
