/**
 * The stand-alone module of scheduler and ledger: the same sources that are in the kernel, for Node.
 *
 * The stress tool's model, the property tests and the checker drive it under virtual time. It adds only a
 * buffer for the records, a check of every structure, and canonical.ts.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { Account, accountsTop } from "../ledger/account";
import { entitlementConserved } from "../ledger/entitlement";
import { booksPending, borrowedTotalNs, lentTotalNs } from "../ledger/books";
import { creditConserved } from "../ledger/credit";
import { accountExists } from "../ledger/ledger";
import { hostNs, idleNs, lastNs, startNs } from "./clock";
import { queueSound } from "./queue-check";
import {
  charge,
  choose,
  NEVER,
  preemptionDue,
  sliceEnd,
  threadBlock,
  threadWake,
  threadYield,
} from "./schedule";

export { booksFinish, booksPending } from "../ledger/books";
export * from "./canonical";
export { lagRun } from "./lag";
export * from "./schedule";

/**
 * What is called most, with times as f64 (exact up to 104 days): a Wasm call with an i64 costs Node a BigInt, which is
 * more than a decision costs.
 */
export function chargeAt(now: f64): void {
  charge(<u64>now);
}

export function wakeAt(thread: u32, now: f64, due: f64): void {
  threadWake(thread, <u64>now, <u64>due);
}

export function blockAt(thread: u32, now: f64): void {
  threadBlock(thread, <u64>now);
}

export function yieldAt(now: f64): void {
  threadYield(<u64>now);
}

export function chooseAt(now: f64): u32 {
  return choose(<u64>now);
}

export function preemptionDueAt(now: f64): bool {
  return preemptionDue(<u64>now);
}

export function sliceEndAt(now: f64): f64 {
  const end = sliceEnd(<u64>now);
  return end === NEVER ? Infinity : <f64>end;
}

/** What a run without events of its own is made of: books up to `now`, decides if that is due -> the slice's end. */
export function proceedTo(now: f64): f64 {
  charge(<u64>now);
  if (preemptionDue(<u64>now)) choose(<u64>now);
  return sliceEndAt(now);
}

const buffer: usize = memory.data(256, 16);

/** Where `accountRead` and `scheduleRead` may write. */
export function recordBuffer(): usize {
  return buffer;
}

/** Checks all that must hold between two calls: 0, or the number of the rule that is broken. */
export function verify(): u32 {
  for (let account: u32 = 0; account < accountsTop; account++) {
    if (accountExists(account) && !queueSound(account)) return 1;
  }
  if (!booksPending() && !entitlementConserved()) return 2;
  if (lentTotalNs !== borrowedTotalNs) return 3;
  if (Account.at(AccountIndex.ROOT).chargedNs + idleNs + hostNs !== lastNs - startNs) return 4;
  if (!booksPending() && !creditConserved()) return 5;
  return 0;
}
