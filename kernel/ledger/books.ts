/**
 * Books: after every epoch it is settled what was lent, and it equals what was borrowed.
 *
 * For each account, entitlement it did not pass on to children is its own: E. It was itself served U.
 *   U within E = its own use, beyond it = borrowed, the rest of E = offered.
 * Since the E sum to the epoch's length and the U to its length less idle and host time:
 *   offered = borrowed + idle + host.
 * Lent is the part of each offer that somebody consumed. All offers are drawn on in proportion: along the table the
 * n-th offer gives floor(f * offers up to n) - floor(f * offers up to n - 1), so that the rounding adds up to nothing
 * and sum(lent) = sum(borrowed) to the nanosecond.
 *
 * A thousand accounts take longer than interrupts may be off. So this is work in steps while the next epoch runs
 * already (`Account.enter` keeps the two apart): ENTITLE all, COUNT offers and use, DRAW, then, if anything changed,
 * DIVIDE the machine anew for the epoch that is open and COMMIT the rates. An account that is closed on the way is
 * brought to where the step is, and leaves what it has to its parent.
 */
import { Account, accountsTop, NO_ACCOUNT } from "./account";
import { creditBook } from "./credit";
import { entitlementBegin, entitlementStep, entitlementWaits } from "./entitlement";

const enum Stage {
  REST = 0,
  ENTITLE = 1,
  COUNT = 2,
  DRAW = 3,
  DIVIDE = 4,
  COMMIT = 5,
}

/** What one step may cost, in units of about 45 instructions: 16,000 with the dearest that may come last. */
const STEP_COST: i32 = 320;
const VISIT_COST: i32 = 4;
const DRAW_COST: i32 = 8;
const STAGES: u32 = 8;

/** Epochs whose books are closed, and until when they are. */
export let epochs: u64 = 0;
export let bookedNs: u64 = 0;
/** Totals over these epochs: equal for ever. */
export let lentTotalNs: u64 = 0;
export let borrowedTotalNs: u64 = 0;

let stage: Stage = Stage.REST;
let at: u32 = 0;
let closing: u32 = 0;
/** Which stage of which closing this is: visited accounts have it. */
let mark: u32 = 0;
let lengthNs: u64 = 0;
let endNs: u64 = 0;
let offeredNs: u64 = 0;
let borrowedNs: u64 = 0;
/** While drawing: borrowed / offered in units of 2^-32, rounded up; the offers so far, and what they gave. */
let factor: u64 = 0;
let passedNs: u64 = 0;
let givenNs: u64 = 0;

export function booksStart(now: u64): void {
  epochs = 0;
  bookedNs = now;
  lentTotalNs = 0;
  borrowedTotalNs = 0;
  stage = Stage.REST;
}

/** Is anything of the latest epoch, or of the division for the open one, still to be done? */
export function booksPending(): bool {
  return stage !== Stage.REST;
}

/** The epoch of this length, which ends now, is to be closed. */
export function booksBegin(length: u64, end: u64): void {
  assert(stage === Stage.REST);
  lengthNs = length;
  endNs = end;
  offeredNs = 0;
  borrowedNs = 0;
  closing++;
  begin(Stage.ENTITLE);
}

/** Does a bounded part of what is pending. */
export function booksStep(): void {
  let left = STEP_COST;
  while (left > 0 && stage !== Stage.REST) left -= stride();
}

/** Does all that is pending: after a pause, and for tests. */
export function booksFinish(): void {
  while (stage !== Stage.REST) stride();
}

/** Another account looked at, or the next stage; what that costs. */
function stride(): i32 {
  if (stage === Stage.DIVIDE) {
    const cost = entitlementStep();
    if (cost === 0) begin(Stage.COMMIT);
    return max(cost, 1);
  }
  if (at === accountsTop) {
    end();
    return 1;
  }
  const index = at++;
  if (stage === Stage.COMMIT) {
    const account = Account.at(index);
    account.entitledRate = account.nextRate;
    return 1;
  }
  visit(index);
  return stage === Stage.DRAW ? DRAW_COST : VISIT_COST;
}

function begin(next: Stage): void {
  stage = next;
  at = 0;
  mark = closing * STAGES + <u32>next;
}

function end(): void {
  if (stage === Stage.ENTITLE) {
    begin(Stage.COUNT);
  } else if (stage === Stage.COUNT) {
    assert(borrowedNs <= offeredNs);
    assert(borrowedNs === 0 || offeredNs >> 32 === 0);
    factor = offeredNs > 0 ? ((borrowedNs << 32) + offeredNs - 1) / offeredNs : 0;
    passedNs = 0;
    givenNs = 0;
    begin(Stage.DRAW);
  } else if (stage === Stage.DRAW) {
    assert(givenNs === borrowedNs);
    lentTotalNs += givenNs;
    borrowedTotalNs += borrowedNs;
    epochs++;
    bookedNs = endNs;
    if (entitlementWaits()) {
      entitlementBegin();
      begin(Stage.DIVIDE);
    } else {
      stage = Stage.REST;
    }
  } else {
    stage = Stage.REST;
  }
}

/** What the stage does for one account, once. */
function visit(index: u32): void {
  const account = Account.at(index);
  if (account.open === 0 || account.visited === mark) return;
  account.visited = mark;
  if (stage === Stage.ENTITLE) entitle(account);
  else if (stage === Stage.COUNT) count(account);
  else draw(account);
}

/** Its own is what it is entitled to less what its children are; in any order: on the way the sum may wrap. */
function entitle(account: Account): void {
  account.enter();
  const entitled = entitlement(account);
  account.ownNs += entitled;
  if (account.parent !== NO_ACCOUNT) Account.at(account.parent).ownNs -= entitled;
}

function count(account: Account): void {
  assert(<i64>account.ownNs >= 0);
  account.enter();
  const used = <u64>account.endedUsedNs;
  const own = account.ownNs;
  const beyond = used > own ? used - own : 0;
  account.ownNs = used < own ? own - used : 0;
  account.beyondNs = <u32>beyond;
  offeredNs += account.ownNs;
  borrowedNs += beyond;
}

/** Books what the borrowers took of the account's offer, and the rest of its epoch. */
function draw(account: Account): void {
  account.enter();
  passedNs += account.ownNs;
  const upTo = factor === 0 ? 0 : (passedNs * factor) >> 32;
  const lent = upTo - givenNs;
  assert(lent <= account.ownNs);
  givenNs = upTo;
  const beyond = account.beyondNs;
  const entitled = entitlement(account);
  account.lentNs += lent;
  account.borrowedNs += <u64>beyond;
  account.entitledNs += entitled;
  account.lastLentNs = narrow(lent);
  account.lastBorrowedNs = beyond;
  account.lastEntitledNs = narrow(entitled);
  account.lastUsedNs = narrow(account.endedNs - account.bookedNs);
  account.bookedNs = account.endedNs;
  account.lastWakeMaxNs = account.endedWakeMaxNs;
  account.ownNs = 0;
  account.beyondNs = 0;
  creditBook(account, <i64>lent - <i64>beyond);
}

/** The account goes away: what it has in the two epochs under way is its parent's from now on. */
export function booksLeave(index: u32): void {
  const account = Account.at(index);
  const parentIndex = account.parent;
  const parent = Account.at(parentIndex);
  account.enter();
  parent.enter();
  if (stage >= Stage.ENTITLE && stage <= Stage.DRAW) {
    visit(index);
    visit(parentIndex);
  }
  parent.ownNs += account.ownNs;
  parent.beyondNs += account.beyondNs;
  parent.endedUsedNs += account.endedUsedNs;
  parent.usedNs += account.usedNs;
}

/** What the account is entitled to in the epoch being closed, children's parts included; the root to all of it. */
function entitlement(account: Account): u64 {
  if (account.parent === NO_ACCOUNT) return lengthNs;
  // length * rate / 2^32 without overflow: an idle span may last for days.
  const rate = <u64>account.entitledRate;
  return lengthNs >> 32 === 0 ? (lengthNs * rate) >> 32 : ((lengthNs >> 20) * rate) >> 12;
}

/** The latest-epoch figures are for plots: a span beyond 4 s is cut there, the sums are not. */
function narrow(span: u64): u32 {
  return span > 0xffffffff ? 0xffffffff : <u32>span;
}
