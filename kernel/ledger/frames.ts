/**
 * Frames: who pays for memory, and the promise that a reserve is always there.
 *
 * An account asks of its own reserve what it and its children (beyond their reserves) use; what exceeds
 * the part of the reserve not promised to children is asked of the parent, up to the root's common pool:
 *   demand(A) = own use + sum of excess(children);  excess(A) = max(0, demand(A) - unpromised(A)).
 * A charge is refused when the root's pool or somebody's limit would be exceeded, and changes nothing
 * then. Unused reserves are never part of the pool, so a charge inside a reserve cannot fail.
 *
 * What was charged may be touched later. From then on it is *held*, and fills the same parts by the same
 * rule; until then its place can be lent (loans.ts). held <= demand everywhere, so it always has one.
 */
import { LedgerRefusal } from "../abi/scheduler";
import { Account, NO_ACCOUNT } from "./account";
import { accountExists } from "./ledger";
import { loansShift, partOver } from "./loans";

const ROOT_KEEPS: u32 = 50;

/** Charges frames to an account, or refuses and changes nothing. */
export function framesCharge(index: u32, frames: u32): LedgerRefusal {
  if (!accountExists(index)) return LedgerRefusal.NO_SUCH_ACCOUNT;
  if (!chargeFits(index, frames)) return LedgerRefusal.FRAMES_EXHAUSTED;
  actCharge(index, frames);
  return LedgerRefusal.OK;
}

/** Limits count all frames on the path; pools only what no reserve on the way covers. */
function chargeFits(index: u32, frames: u32): bool {
  let at = index;
  let asked = frames;
  while (true) {
    const account = Account.at(at);
    const room = account.framesLimit - account.framesUsed;
    if (account.framesUsed > account.framesLimit || frames > room) return false;
    asked = addedExcess(account, asked);
    if (account.root) return asked === 0;
    at = account.parent;
  }
}

function actCharge(index: u32, frames: u32): void {
  let at = index;
  let asked = frames;
  while (at !== NO_ACCOUNT) {
    const account = Account.at(at);
    const excess = addedExcess(account, asked);
    account.framesUsed += frames;
    account.framesDemand += asked;
    asked = excess;
    at = account.parent;
  }
  assert(asked === 0);
}

/** Gives frames back; the caller returns no more than it charged. */
export function framesRelease(index: u32, frames: u32): void {
  let at = index;
  let returned = frames;
  while (at !== NO_ACCOUNT) {
    const account = Account.at(at);
    assert(account.framesUsed >= frames);
    assert(account.framesDemand >= returned);
    const before = excess(account);
    account.framesUsed -= frames;
    account.framesDemand -= returned;
    returned = before - excess(account);
    at = account.parent;
  }
}

/**
 * Charged frames are touched: they take their place. The first account on the path on whose part more lies
 * than fits now, and from whose loans something must be taken back; or NO_ACCOUNT.
 */
export function framesHold(index: u32, frames: u32): u32 {
  let over: u32 = NO_ACCOUNT;
  let at = index;
  let asked = frames;
  while (asked !== 0) {
    const account = Account.at(at);
    const held = account.framesHeld;
    const part = account.framesReserve - account.framesPromised;
    account.framesHeld = held + asked;
    if (held < part) asked = asked > part - held ? asked - (part - held) : 0;
    if (over === NO_ACCOUNT && account.framesPlaced !== 0 && partOver(account) !== 0) over = at;
    at = account.parent;
  }
  return over;
}

/** The same question again, once something was taken back. */
export function framesOver(index: u32): u32 {
  let at = index;
  while (at !== NO_ACCOUNT) {
    if (partOver(Account.at(at)) !== 0) return at;
    at = Account.at(at).parent;
  }
  return NO_ACCOUNT;
}

/** Held frames are free again, still charged. */
export function framesLetGo(index: u32, frames: u32): void {
  let at = index;
  let returned = frames;
  while (returned !== 0) {
    const account = Account.at(at);
    const held = account.framesHeld;
    assert(held >= returned);
    account.framesHeld = held - returned;
    const excess = excessOf(account, held);
    if (returned > excess) returned = excess;
    at = account.parent;
  }
}

/** Sets what an account owns of memory. Refused when the parent (or its pool) cannot promise it. */
export function framesConfigure(index: u32, reserve: u32, limit: u32): LedgerRefusal {
  if (!accountExists(index)) return LedgerRefusal.NO_SUCH_ACCOUNT;
  const account = Account.at(index);
  if (account.root) return LedgerRefusal.NO_SUCH_ACCOUNT;
  if (limit < reserve) return LedgerRefusal.LIMIT_OUT_OF_RANGE;
  if (reserve < account.framesPromised) return LedgerRefusal.RESERVE_EXCEEDS_PARENT;

  const parent = Account.at(account.parent);
  const others = parent.framesPromised - account.framesReserve;
  const promisable = parent.root ? rootPromisable(parent) : parent.framesReserve;
  if (reserve > promisable || others > promisable - reserve) {
    return LedgerRefusal.RESERVE_EXCEEDS_PARENT;
  }
  return reconfigure(index, reserve, limit);
}

/** The machine keeps 2 % of its memory for the system. */
function rootPromisable(root: Account): u32 {
  return root.framesReserve - root.framesReserve / ROOT_KEEPS;
}

/** Moves the account's use out of the books above it, changes the numbers, and moves it back in. */
function reconfigure(index: u32, reserve: u32, limit: u32): LedgerRefusal {
  const account = Account.at(index);
  const parent = Account.at(account.parent);
  const reserveBefore = account.framesReserve;
  moveExcess(account, false);
  parent.framesPromised += reserve - reserveBefore;
  account.framesReserve = reserve;
  if (!poolsHold(account.parent, excess(account))) {
    parent.framesPromised -= reserve - reserveBefore;
    account.framesReserve = reserveBefore;
    moveExcess(account, true);
    return LedgerRefusal.RESERVE_EXCEEDS_PARENT;
  }
  moveExcess(account, true);
  if (!loansFollow(index, account.parent)) {
    const undone = reconfigure(index, reserveBefore, account.framesLimit);
    assert(undone === LedgerRefusal.OK);
    return LedgerRefusal.LOANS_EXHAUSTED;
  }
  account.framesLimit = limit;
  return LedgerRefusal.OK;
}

/** What lay on one of the two parts goes along with it. */
function loansFollow(child: u32, parent: u32): bool {
  return loansShift(parent, child) && loansShift(child, parent);
}

/** Takes what the account asks of its parent out of the books above it, or puts it in. */
function moveExcess(account: Account, add: bool): void {
  const asked = excess(account);
  const held = excessOf(account, account.framesHeld);
  if (asked > 0) moveDemand(account.parent, asked, add);
  if (held > 0) moveHeld(account.parent, held, add);
}

function moveHeld(index: u32, frames: u32, add: bool): void {
  if (add) framesHold(index, frames);
  else framesLetGo(index, frames);
}

function moveDemand(index: u32, frames: u32, add: bool): void {
  let at = index;
  let moved = frames;
  while (at !== NO_ACCOUNT) {
    const account = Account.at(at);
    const before = excess(account);
    account.framesDemand += add ? moved : 0 - moved;
    moved = add ? excess(account) - before : before - excess(account);
    at = account.parent;
  }
}

/** Would the promises on the path still be kept with `frames` more asked of `index`? */
function poolsHold(index: u32, frames: u32): bool {
  let at = index;
  let asked = frames;
  while (true) {
    const account = Account.at(at);
    asked = addedExcess(account, asked);
    if (account.root) return excess(account) === 0 && asked === 0;
    at = account.parent;
  }
}

/** Frames that the account asks of its parent. */
function excess(account: Account): u32 {
  const unpromised = account.framesReserve - account.framesPromised;
  return account.framesDemand > unpromised ? account.framesDemand - unpromised : 0;
}

/** Of so many held frames, those that are not on the account's own part. */
function excessOf(account: Account, held: u32): u32 {
  const part = account.framesReserve - account.framesPromised;
  return held > part ? held - part : 0;
}

/** How much of `asked` more frames would go on to the parent. */
function addedExcess(account: Account, asked: u32): u32 {
  const unpromised = account.framesReserve - account.framesPromised;
  if (account.framesDemand >= unpromised) return asked;
  const room = unpromised - account.framesDemand;
  return asked > room ? asked - room : 0;
}

/** Frames in use in an account and below it. */
export function framesOf(index: u32): u32 {
  return Account.at(index).framesUsed;
}
