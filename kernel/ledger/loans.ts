/**
 * Loans: soft frames on the parts of accounts that do not use them, and who gives them back first.
 *
 * An account's own *part* of memory is its reserve less what it promised to children; the parts sum to the
 * machine. Held frames fill parts from the leaf up (`framesHold`), soft frames lie on what is left:
 *   part(A) >= min(held(A), part(A)) + placed(A)   for every account, after every operation,
 * so whoever touches memory that it was promised finds its place empty or lent, and what is lent the kernel
 * takes back by itself. A loan is {owner of the part, holder of the frames, class, frames}; one whose owner
 * is its holder is no debt, only a place. Sum of lent = sum of borrowed = loans between different accounts.
 */
import {
  Account as AccountIndex,
  LoanClass,
  MemoryTax,
  SchedulerLimit,
  SchedulerTime,
} from "../abi/scheduler";
import { Account, accountsTop, NO_ACCOUNT } from "./account";
import { epochEndNs } from "./epoch";

@unmanaged
@final
export class Loan {
  owner: u32;
  holder: u32;
  /** LoanClass. */
  kind: u32;
  /** 0: the record is free. */
  frames: u32;
  nextOfOwner: u32;
  previousOfOwner: u32;
  nextOfHolder: u32;
  previousOfHolder: u32;

  @inline
  static at(number: u32): Loan {
    assert(number !== NO_LOAN && number <= LOANS_MAX);
    return changetype<Loan>(loans + <usize>(number - 1) * LOAN_SIZE);
  }
}

export const NO_LOAN: u32 = 0;
const LOANS_MAX: u32 = SchedulerLimit.LOANS_MAX;
const LOAN_SIZE: usize = 32;
if (offsetof<Loan>() !== 32) ERROR("LOAN_SIZE is out of date");
const loans: usize = memory.data(SchedulerLimit.LOANS_MAX * 32, 16);
let freeLoan: u32 = NO_LOAN;
/** Records up to here were used at some time. */
let loansTop: u32 = 0;
/** Loans of one part that are compared: the latest ones, so that interrupts wait for a bounded time. */
const VICTIMS: u32 = 64;
/** Epochs that an owner's part stays its own after something was taken back for it. */
const IDLE_EPOCHS: u32 = 2;

export function loansReset(): void {
  freeLoan = NO_LOAN;
  loansTop = 0;
}

/** Frames of an account's part that nobody uses, soft frames of others counted as use. */
export function partRoom(account: Account): u32 {
  const part = account.framesReserve - account.framesPromised;
  const held = account.framesHeld < part ? account.framesHeld : part;
  const used = held + account.framesPlaced;
  return used < part ? part - used : 0;
}

/** Soft frames that lie where held ones belong: they must go. */
export function partOver(account: Account): u32 {
  const part = account.framesReserve - account.framesPromised;
  const held = account.framesHeld < part ? account.framesHeld : part;
  const used = held + account.framesPlaced;
  return used > part ? used - part : 0;
}

/** A place for one more soft frame; false: the limits forbid it, or nobody has one to lend. */
export function loanTake(holder: u32, kind: LoanClass): bool {
  if (!softFits(holder)) return false;
  const owner = lenderFor(holder);
  if (owner === NO_ACCOUNT) return false;
  if (!loanAdd(owner, holder, kind, 1)) return false;
  countSoft(holder, 1);
  return true;
}

/** Limits count what was asked for and soft frames together; the machine's size is the parts' business. */
export function softFits(holder: u32): bool {
  let at = holder;
  while (at !== AccountIndex.ROOT) {
    const account = Account.at(at);
    if (<u64>account.framesUsed + <u64>account.framesSoft >= <u64>account.framesLimit) return false;
    at = account.parent;
  }
  return true;
}

/** Its own part first, then those above it, then whoever lent to it latest, then the largest one. */
function lenderFor(holder: u32): u32 {
  let at = holder;
  while (at !== NO_ACCOUNT) {
    if (partRoom(Account.at(at)) !== 0 && (at === holder || lends(at))) return at;
    at = Account.at(at).parent;
  }
  const account = Account.at(holder);
  const latest = account.lender;
  if (latest < accountsTop && lends(latest) && partRoom(Account.at(latest)) !== 0) return latest;
  account.lender = largest(holder, holder);
  return account.lender;
}

function lends(index: u32): bool {
  const account = Account.at(index);
  return account.open !== 0 && epochEndNs >= account.lendsAt;
}

/** The account with the most room, but for these two. */
function largest(holder: u32, owner: u32): u32 {
  let best: u32 = NO_ACCOUNT;
  let most: u32 = 0;
  for (let index: u32 = 0; index < accountsTop; index++) {
    if (index === holder || index === owner || !lends(index)) continue;
    const room = partRoom(Account.at(index));
    if (room <= most) continue;
    most = room;
    best = index;
  }
  return best;
}

/** One soft frame fewer: the holder's choice, borrowed ones first. */
export function loanReturn(holder: u32, kind: LoanClass): void {
  let chosen: u32 = NO_LOAN;
  let number = Account.at(holder).loansIn;
  while (number !== NO_LOAN) {
    const loan = Loan.at(number);
    if (loan.kind === <u32>kind) chosen = number;
    if (loan.kind === <u32>kind && loan.owner !== holder) break;
    number = loan.nextOfHolder;
  }
  loanShrink(chosen, 1);
}

/** Takes frames off a loan, for the holder has given them back. */
export function loanShrink(number: u32, frames: u32): void {
  const loan = Loan.at(number);
  const holder = loan.holder;
  change(loan, -(<i32>frames));
  if (loan.frames === 0) release(number);
  countSoft(holder, -(<i32>frames));
}

/** Room for `frames` more soft frames on a part; false: no record is left. */
function loanAdd(owner: u32, holder: u32, kind: LoanClass, frames: u32): bool {
  let number = Account.at(holder).loansIn;
  while (number !== NO_LOAN) {
    const loan = Loan.at(number);
    if (loan.owner === owner && loan.kind === <u32>kind) break;
    number = loan.nextOfHolder;
  }
  if (number === NO_LOAN) number = claim(owner, holder, kind);
  if (number === NO_LOAN) return false;
  change(Loan.at(number), <i32>frames);
  return true;
}

function change(loan: Loan, frames: i32): void {
  assert(<i32>loan.frames + frames >= 0);
  loan.frames += frames;
  const owner = Account.at(loan.owner);
  owner.framesPlaced += frames;
  if (loan.owner === loan.holder) return;
  owner.framesLent += frames;
  Account.at(loan.holder).framesBorrowed += frames;
}

function countSoft(holder: u32, frames: i32): void {
  let at = holder;
  while (at !== NO_ACCOUNT) {
    Account.at(at).framesSoft += frames;
    at = Account.at(at).parent;
  }
}

/**
 * Moves up to `most` of the loans on a part to another one with room: nobody loses anything. How many; what
 * is left over must be taken from holders.
 */
export function loansMove(owner: u32, most: u32): u32 {
  const target = largest(owner, owner);
  let moved: u32 = 0;
  while (target !== NO_ACCOUNT && moved < most) {
    const number = Account.at(owner).loansOut;
    if (number === NO_LOAN) break;
    const room = partRoom(Account.at(target));
    const frames = min<u32>(min<u32>(Loan.at(number).frames, most - moved), room);
    if (frames === 0 || !loanTransfer(number, target, frames)) break;
    moved += frames;
  }
  return moved;
}

/** Puts frames of a loan on another part; false: no record is left. */
function loanTransfer(number: u32, target: u32, frames: u32): bool {
  const loan = Loan.at(number);
  if (!loanAdd(target, loan.holder, loan.kind, frames)) return false;
  change(loan, -(<i32>frames));
  if (loan.frames === 0) release(number);
  return true;
}

/** Parts have changed hands: at most so much of what lies too much on one of them goes to the other. */
export function loansShift(from: u32, to: u32, most: u32): void {
  let left = min<u32>(partOver(Account.at(from)), most);
  while (left !== 0) {
    const number = Account.at(from).loansOut;
    const frames = min<u32>(Loan.at(number).frames, left);
    if (!loanTransfer(number, to, frames)) return;
    left -= frames;
  }
}

/** A closed account's part is its parent's again, with all that lies on it. */
export function loansToParent(child: u32, parent: u32): void {
  while (true) {
    const number = Account.at(child).loansOut;
    if (number === NO_LOAN) return;
    const loan = Loan.at(number);
    const holder = loan.holder;
    const kind = loan.kind;
    const frames = loan.frames;
    change(loan, -(<i32>frames));
    release(number);
    // The record that has just come free is there for it.
    const added = loanAdd(parent, holder, kind, frames);
    assert(added);
  }
}

/**
 * The loan on a part that is called first. Class A before class B, then min-funding revocation: who pays least
 * per frame, rho = weight / (frames * (f + k (1 - f))), f = active part, k = 1 / (1 - tax). The owner's own
 * soft frames come last. NO_LOAN: nothing lies there.
 */
export function loanVictim(owner: u32): u32 {
  let best: u32 = NO_LOAN;
  let number = Account.at(owner).loansOut;
  for (let i: u32 = 0; i < VICTIMS && number !== NO_LOAN; i++) {
    const loan = Loan.at(number);
    if (best === NO_LOAN || before(loan, Loan.at(best))) best = number;
    number = loan.nextOfOwner;
  }
  return best;
}

function before(one: Loan, other: Loan): bool {
  const oneOwn = one.owner === one.holder;
  if (oneOwn !== (other.owner === other.holder)) return !oneOwn;
  if (one.kind !== other.kind) return one.kind < other.kind;
  const left = Account.at(one.holder);
  const right = Account.at(other.holder);
  return <u64>left.weight * burden(right) < <u64>right.weight * burden(left);
}

/** Frames, those that lie idle counted k times; in parts of 2^16. */
function burden(account: Account): u64 {
  const idle = 256 - account.active;
  const factor = (account.active << 8) + idle * idleFactor(account.tax);
  return <u64>account.framesSoft * <u64>factor;
}

/** k = 1 / (1 - tax) in parts of 256. */
function idleFactor(tax: u32): u32 {
  const percent = tax === 0 ? <u32>MemoryTax.DEFAULT_PERCENT : tax;
  return 25600 / (100 - percent);
}

/** The account had to take something back: it does not lend for a while. */
export function lendLater(account: Account): void {
  account.lendsAt = epochEndNs + (IDLE_EPOCHS + 1) * SchedulerTime.EPOCH_NS;
}

/** A record for a new pair; the lists' heads are the latest ones. */
function claim(owner: u32, holder: u32, kind: LoanClass): u32 {
  let number = freeLoan;
  if (number !== NO_LOAN) {
    freeLoan = Loan.at(number).nextOfOwner;
  } else {
    if (loansTop === LOANS_MAX) return NO_LOAN;
    number = ++loansTop;
  }
  const loan = Loan.at(number);
  loan.owner = owner;
  loan.holder = holder;
  loan.kind = kind;
  loan.frames = 0;
  const lender = Account.at(owner);
  const borrower = Account.at(holder);
  loan.previousOfOwner = NO_LOAN;
  loan.nextOfOwner = lender.loansOut;
  if (lender.loansOut !== NO_LOAN) Loan.at(lender.loansOut).previousOfOwner = number;
  lender.loansOut = number;
  loan.previousOfHolder = NO_LOAN;
  loan.nextOfHolder = borrower.loansIn;
  if (borrower.loansIn !== NO_LOAN) Loan.at(borrower.loansIn).previousOfHolder = number;
  borrower.loansIn = number;
  return number;
}

function release(number: u32): void {
  const loan = Loan.at(number);
  const next = loan.nextOfOwner;
  const previous = loan.previousOfOwner;
  if (previous === NO_LOAN) Account.at(loan.owner).loansOut = next;
  else Loan.at(previous).nextOfOwner = next;
  if (next !== NO_LOAN) Loan.at(next).previousOfOwner = previous;
  const following = loan.nextOfHolder;
  const preceding = loan.previousOfHolder;
  if (preceding === NO_LOAN) Account.at(loan.holder).loansIn = following;
  else Loan.at(preceding).nextOfHolder = following;
  if (following !== NO_LOAN) Loan.at(following).previousOfHolder = preceding;
  loan.nextOfOwner = freeLoan;
  freeLoan = number;
}

/** Do the lists, the sums and the parts agree? For tests and the verification of whole structures. */
export function loansSound(): bool {
  let lent: u32 = 0;
  let borrowed: u32 = 0;
  for (let index: u32 = 0; index < accountsTop; index++) {
    const account = Account.at(index);
    if (account.open === 0) continue;
    if (partOver(account) !== 0) return false;
    if (account.framesHeld > account.framesDemand) return false;
    if (!sumsAgree(account, index)) return false;
    lent += account.framesLent;
    borrowed += account.framesBorrowed;
  }
  return lent === borrowed;
}

function sumsAgree(account: Account, index: u32): bool {
  let placed: u32 = 0;
  let lent: u32 = 0;
  for (let number = account.loansOut; number !== NO_LOAN; number = Loan.at(number).nextOfOwner) {
    const loan = Loan.at(number);
    if (loan.owner !== index || loan.frames === 0 || Account.at(loan.holder).open === 0)
      return false;
    placed += loan.frames;
    if (loan.holder !== index) lent += loan.frames;
  }
  return (
    placed === account.framesPlaced && lent === account.framesLent && softAgrees(account, index)
  );
}

/** What an account and those below it hold, by its own loans and its children's sums. */
function softAgrees(account: Account, index: u32): bool {
  let soft: u32 = 0;
  let borrowed: u32 = 0;
  for (let number = account.loansIn; number !== NO_LOAN; number = Loan.at(number).nextOfHolder) {
    const loan = Loan.at(number);
    if (loan.holder !== index) return false;
    soft += loan.frames;
    if (loan.owner !== index) borrowed += loan.frames;
  }
  for (
    let child = account.firstChild;
    child !== NO_ACCOUNT;
    child = Account.at(child).nextSibling
  ) {
    soft += Account.at(child).framesSoft;
  }
  return soft === account.framesSoft && borrowed === account.framesBorrowed;
}

/** Soft frames that an account itself holds of a class. For tests. */
export function loansHeld(holder: u32, kind: LoanClass): u32 {
  let frames: u32 = 0;
  for (
    let number = Account.at(holder).loansIn;
    number !== NO_LOAN;
    number = Loan.at(number).nextOfHolder
  ) {
    if (Loan.at(number).kind === <u32>kind) frames += Loan.at(number).frames;
  }
  return frames;
}
