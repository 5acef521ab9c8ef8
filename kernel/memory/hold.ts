/**
 * Holding: promised frames that are touched find their place empty, or it is emptied now.
 *
 * `framesReserve` promises and holds at once: for what is used immediately. What a program may touch later is
 * promised first (frames.ts) and held at its page fault.
 */
import { NO_ACCOUNT } from "../ledger/account";
import { framesHold, framesLetGo, framesOver } from "../sched/schedule";
import { framesPromise, framesUnpromise } from "./frames";
import { takeBack } from "./soft";

/** Promises frames to an account and makes their places free; false changes nothing. */
export function framesReserve(account: u32, count: u32): bool {
  if (!framesPromise(account, count)) return false;
  hold(account, count);
  return true;
}

export function framesUnreserve(account: u32, count: u32): void {
  if (count === 0) return;
  letGo(account, count);
  framesUnpromise(account, count);
}

/** Promised frames are about to be taken: so many are free afterwards, whoever had them. */
export function hold(account: u32, count: u32): void {
  if (count !== 0 && framesHold(account, count) !== NO_ACCOUNT) recall(account);
}

/** What lies where the account or those above it have their own must go: parts may have changed hands, too. */
export function recall(account: u32): void {
  let over = framesOver(account);
  while (over !== NO_ACCOUNT) {
    takeBack(over);
    over = framesOver(account);
  }
}

/** They were given back, still promised. */
export function letGo(account: u32, count: u32): void {
  if (count !== 0) framesLetGo(account, count);
}
