/**
 * Entitlement: how much of the processor each account owns while everybody who is there wants it all.
 *
 * Among siblings it is max(reserve, weight share) and at most the limit, and it sums to the parent's
 * entitlement: the level L of "water" with sum of clamp(weight * L, reserve, limit) = parent's rate.
 * Weight counts only for accounts with threads: an empty group owns its reserve and no more.
 * What limits leave over stays with the parent as the common pool.
 *
 * A division is made in steps, one account at a time (books.ts), family by family from the root down. Meanwhile
 * accounts and threads come and go: an account counts with what it had when its family was MARKed, one that came
 * later with nothing, and one that is closed (`entitlementLeave`) is stepped over. So at every moment children have
 * at most what their parent has, and what changed meanwhile is in the next division.
 */
import { Account as AccountIndex, Ppm } from "../abi/scheduler";
import { Account, accountsTop, NO_ACCOUNT } from "./account";

/** All of the processor, in units of 2^-32 (short by one unit to stay 32 bits wide). */
export const RATE_ONE: u32 = 0xffffffff;

const enum Stage {
  MARK = 0,
  SUM = 1,
  SHARE = 2,
  FREEZE = 3,
}

/** What a child of the family is, `Account.frozen`: to be shared for, settled, or cut to its reserve or limit. */
const enum Cut {
  NONE = 0,
  SETTLED = 1,
  RAISED = 2,
  LOWERED = 3,
}

/** Every pass settles somebody; 2 or 3 are usual. Who is not settled after so many gets its reserve. */
const PASSES_MAX: u32 = 24;
/** Sharing divides three times: in the units of books.ts. */
const SHARE_COST: i32 = 18;
const STEP_COST: i32 = 2;

let stale: bool = false;
/** The number of this division: whoever has it was there when its family was marked. */
let division: u32 = 0;
let family: u32 = NO_ACCOUNT;
let child: u32 = NO_ACCOUNT;
let stage: Stage = Stage.MARK;
let passes: u32 = 0;
/** Of the pass: what the settled ones left, the weights of the others, and what cutting these added. */
let left: i64 = 0;
let weights: u64 = 0;
let violation: i64 = 0;
let unsettled: bool = false;

export function entitlementStart(): void {
  stale = true;
  family = NO_ACCOUNT;
  child = NO_ACCOUNT;
}

/** What is owned has changed; the next epoch begins with a new division. */
export function entitlementStale(): void {
  stale = true;
}

export function entitlementWaits(): bool {
  return stale;
}

/** Parts per million as a fraction of 2^32, rounded down. */
export function rateFromPpm(ppm: u32): u32 {
  if (ppm >= <u32>Ppm.ONE) return RATE_ONE;
  return <u32>(((<u64>ppm) << 32) / <u64>Ppm.ONE);
}

export function ppmFromRate(rate: u32): u32 {
  return <u32>((<u64>rate * <u64>Ppm.ONE + 0x80000000) >> 32);
}

/** Begins to divide the machine anew. */
export function entitlementBegin(): void {
  stale = false;
  division++;
  const root = Account.at(AccountIndex.ROOT);
  root.division = division;
  root.nextRate = RATE_ONE;
  enterFamily(AccountIndex.ROOT);
}

/** One account further -> what that costs; 0: every `nextRate` is there. */
export function entitlementStep(): i32 {
  if (family === NO_ACCOUNT) return 0;
  const index = child;
  if (index === NO_ACCOUNT) {
    stageEnds();
    return STEP_COST;
  }
  const account = Account.at(index);
  child = account.nextSibling;
  if (stage === Stage.MARK) {
    markChild(account);
    return STEP_COST;
  }
  // It came after the family was marked.
  if (account.division !== division) return STEP_COST;
  switch (stage) {
    case Stage.SUM:
      if (account.frozen === Cut.SETTLED) left -= <i64>account.nextRate;
      else weights += <u64>account.shareWeight;
      return STEP_COST;
    case Stage.SHARE:
      if (account.frozen === Cut.SETTLED) return STEP_COST;
      shareWith(account);
      return SHARE_COST;
    default:
      settle(account);
      return STEP_COST;
  }
}

/** The account is being closed: wherever the division stands at it, it goes on behind it. */
export function entitlementLeave(index: u32): void {
  if (child === index) child = Account.at(index).nextSibling;
  if (family === index) enterFamily(after(index));
}

function enterFamily(index: u32): void {
  family = index;
  passes = 0;
  stage = Stage.MARK;
  child = index === NO_ACCOUNT ? NO_ACCOUNT : Account.at(index).firstChild;
}

function stageEnds(): void {
  const parent = Account.at(family);
  child = parent.firstChild;
  if (stage === Stage.SHARE) {
    stage = Stage.FREEZE;
    unsettled = false;
    return;
  }
  if (stage === Stage.SUM) {
    if (left < 0) left = 0;
    violation = 0;
    stage = Stage.SHARE;
    return;
  }
  // No children, or all are settled; or they came late, as their parent did.
  const settled = stage === Stage.FREEZE && !unsettled;
  if (settled || parent.leaf || parent.division !== division) {
    enterFamily(after(family));
    return;
  }
  stage = Stage.SUM;
  passes++;
  left = <i64>parent.nextRate;
  weights = 0;
}

function markChild(account: Account): void {
  if (Account.at(family).division !== division) return;
  account.division = division;
  account.frozen = Cut.NONE;
  account.shareWeight = account.threads > 0 ? account.weight : 0;
}

/** Its weight's share of what is left, cut to reserve and limit. */
function shareWith(account: Account): void {
  const share = weightShare(account);
  const least = rateFromPpm(account.reservePpm);
  const most = rateFromPpm(account.limitPpm);
  account.nextRate = share < least ? least : share > most ? most : share;
  account.frozen = share < least ? Cut.RAISED : share > most ? Cut.LOWERED : Cut.NONE;
  violation += <i64>account.nextRate - <i64>share;
}

/** Settles the children who were cut in the direction of the total violation: the others get shares of what is left. */
function settle(account: Account): void {
  if (account.frozen === Cut.SETTLED) return;
  const fits =
    violation === 0 ||
    (violation > 0 && account.frozen === Cut.RAISED) ||
    (violation < 0 && account.frozen === Cut.LOWERED);
  if (!fits && passes < PASSES_MAX) {
    unsettled = true;
    return;
  }
  if (!fits) account.nextRate = rateFromPpm(account.reservePpm);
  account.frozen = Cut.SETTLED;
}

function weightShare(account: Account): u32 {
  if (weights === 0) return 0;
  const share = (<u64>left * <u64>account.shareWeight) / weights;
  return share > <u64>RATE_ONE ? RATE_ONE : <u32>share;
}

/** The next account, parents before children; accounts without any are families of nobody. */
function after(index: u32): u32 {
  const account = Account.at(index);
  if (!account.leaf) return account.firstChild;
  let at = index;
  while (at !== NO_ACCOUNT && Account.at(at).nextSibling === NO_ACCOUNT) at = Account.at(at).parent;
  return at === NO_ACCOUNT ? NO_ACCOUNT : Account.at(at).nextSibling;
}

/** Do the children of every account together own no more than it does? Between two divisions; for tests. */
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
