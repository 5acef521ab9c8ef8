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
import { Account as AccountIndex, LedgerRefusal } from "../abi/scheduler";
import { Account, accountsTop, NO_ACCOUNT } from "./account";
import { accountExists } from "./ledger";
import { loansShift, loansToParent, partOver, partRoom } from "./loans";

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

/**
 * Sets what an account owns of memory. Refused when the parent (or its pool) cannot promise it. Loans that find no
 * other place are still where they were: whoever calls takes them back (`framesOver`).
 */
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

/** Refused when the machine would have promised more than it has. Limits are what was asked for. */
function reconfigure(index: u32, reserve: u32, limit: u32): LedgerRefusal {
  if (!reserveSet(index, reserve)) return LedgerRefusal.RESERVE_EXCEEDS_PARENT;
  loansFollow(index);
  Account.at(index).framesLimit = limit;
  return LedgerRefusal.OK;
}

/** An account that holds nothing ends: its part is its parent's again, with all that lies on it. */
export function framesClose(index: u32): void {
  const parent = Account.at(index).parent;
  const fits = reserveSet(index, 0);
  assert(fits);
  loansToParent(index, parent);
  loansFollow(parent);
}

/**
 * Changes what an account owns, and with it what the account and its parent ask of those above: what the parent
 * has promised away it cannot use itself. False: too much would be promised, and nothing is changed.
 */
function reserveSet(index: u32, reserve: u32): bool {
  const account = Account.at(index);
  const parent = Account.at(account.parent);
  const before = account.framesReserve;
  moveHeld(account, false);
  moveHeld(parent, false);
  promise(account, parent, reserve);
  const fits = excess(Account.at(AccountIndex.ROOT)) === 0;
  if (!fits) promise(account, parent, before);
  moveHeld(parent, true);
  moveHeld(account, true);
  return fits;
}

/** The last that was taken out of the books above is put in first. */
function promise(account: Account, parent: Account, reserve: u32): void {
  moveDemand(account, false);
  moveDemand(parent, false);
  parent.framesPromised += reserve - account.framesReserve;
  account.framesReserve = reserve;
  moveDemand(parent, true);
  moveDemand(account, true);
}

/**
 * What lies too much on parts of the path goes to the account, as far as it has room now, and the rest upwards, where
 * room has come free. Without records for it some stays: `framesOver` names where, and it must be taken back.
 */
function loansFollow(index: u32): void {
  let at = index;
  while (!Account.at(at).root) {
    at = Account.at(at).parent;
    loansShift(at, index, partRoom(Account.at(index)));
  }
  at = index;
  while (!Account.at(at).root) {
    const parent = Account.at(at).parent;
    loansShift(at, parent, partOver(Account.at(at)));
    at = parent;
  }
}

/** Takes what the account has in use of its parent's part out of the books above it, or puts it in. */
function moveHeld(account: Account, add: bool): void {
  const held = account.root ? 0 : excessHeld(account);
  if (held === 0) return;
  if (add) framesHold(account.parent, held);
  else framesLetGo(account.parent, held);
}

/** The same for what it asks of its parent. */
function moveDemand(account: Account, add: bool): void {
  let moved = account.root ? 0 : excess(account);
  let at = account.parent;
  while (moved !== 0 && at !== NO_ACCOUNT) {
    const above = Account.at(at);
    const before = excess(above);
    above.framesDemand += add ? moved : 0 - moved;
    moved = add ? excess(above) - before : before - excess(above);
    at = above.parent;
  }
}

/** Is what each account asks and holds the sum of its own and of what its children ask of it? For tests. */
export function framesSound(): bool {
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open !== 0 && !sumsAgree(account)) return false;
  }
  return excess(Account.at(AccountIndex.ROOT)) === 0;
}

function sumsAgree(account: Account): bool {
  let own = account.framesUsed;
  let asked: u32 = 0;
  let held: u32 = 0;
  let at = account.firstChild;
  while (at !== NO_ACCOUNT) {
    const child = Account.at(at);
    own -= child.framesUsed;
    asked += excess(child);
    held += excessHeld(child);
    at = child.nextSibling;
  }
  // What is held may be less than what is asked for, but no account's own can be less than nothing.
  return account.framesDemand === own + asked && account.framesHeld >= held;
}

/** Frames that the account asks of its parent. */
function excess(account: Account): u32 {
  const unpromised = account.framesReserve - account.framesPromised;
  return account.framesDemand > unpromised ? account.framesDemand - unpromised : 0;
}

/** Frames in use that are not on the account's own part. */
function excessHeld(account: Account): u32 {
  return excessOf(account, account.framesHeld);
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
