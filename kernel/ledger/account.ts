/**
 * Account: the books of one process group; a node of the tree of who owns the machine.
 *
 * The root (index 0) owns everything. Inner accounts only divide what they own; threads and their use
 * belong to leaves. Rates are fractions of the processor in units of 2^-32.
 */
import { Account as AccountIndex, SchedulerLimit } from "../abi/scheduler";
import { histogramForget, histogramsReset } from "./histograms";

export const NO_ACCOUNT: u32 = 0xffffffff;
/** The whole, as a part of 256. */
export const ACTIVE_ALL: u32 = 256;
export const ACCOUNTS_MAX: u32 = SchedulerLimit.ACCOUNTS_MAX;
export const THREADS_MAX: u32 = SchedulerLimit.THREADS_MAX;

@unmanaged
@final
export class Account {
  /** Time served since it was opened, in this account and below it. */
  chargedNs: u64;
  /** The same at the end of the latest epoch whose books are closed, and of the latest that has ended. */
  bookedNs: u64;
  endedNs: u64;
  /** Part of chargedNs that the reservation phase served on this account's own budget. */
  reservedNs: u64;
  entitledNs: u64;
  lentNs: u64;
  borrowedNs: u64;
  /** Of the epoch whose books are being closed: entitlement not passed on to children, then what of it is idle. */
  ownNs: u64;
  /** End of the epoch from which on its unused part of memory is lent again. */
  lendsAt: u64;
  wakeSumNs: u64;
  /** What others consumed of its idle time less what it consumed of theirs: ledger/credit.ts. */
  creditNs: i64;

  /** The latest closed epoch. */
  lastEntitledNs: u32;
  lastUsedNs: u32;
  lastLentNs: u32;
  lastBorrowedNs: u32;

  /** The epoch that `usedNs` and `epochWakeMaxNs` are of: see `enter`. */
  epoch: u32;
  /** Time served to this account itself, not below it: in that epoch, and in the one before. */
  usedNs: u32;
  endedUsedNs: u32;
  /** Use beyond its own, while books are being closed. */
  beyondNs: u32;
  /** By which step of which closing it was visited last: ledger/books.ts. */
  visited: u32;

  reservePpm: u32;
  limitPpm: u32;
  weight: u32;
  /** Sum of the children's reserves: admission keeps it <= reservePpm. */
  promisedPpm: u32;
  entitledRate: u32;
  /** While the machine is divided anew: ledger/entitlement.ts. */
  nextRate: u32;
  shareWeight: u32;
  frozen: u32;
  division: u32;
  open: u32;

  parent: u32;
  depth: u32;
  firstChild: u32;
  /** Of a record that is not open: the next such one. */
  nextSibling: u32;
  previousSibling: u32;
  /** Threads admitted in this account and below. */
  threads: u32;

  framesReserve: u32;
  framesLimit: u32;
  /** Sum of the children's frame reserves. */
  framesPromised: u32;
  /** Frames in use, here and below. */
  framesUsed: u32;
  /** Frames that this account itself and its children (beyond their own reserves) ask of it. */
  framesDemand: u32;
  /** Of those asked for, the ones that are in use: the rest waits for its first touch. */
  framesHeld: u32;
  /** Soft frames that lie on this account's part: its own, and others' (framesLent). */
  framesPlaced: u32;
  framesLent: u32;
  /** Soft frames of this account, here and below; and those of its own that lie on others' parts. */
  framesSoft: u32;
  framesBorrowed: u32;
  /** Lists of loans by their numbers + 1: on its part, and those that it holds. */
  loansOut: u32;
  loansIn: u32;
  /** Whoever lent to it latest. */
  lender: u32;
  /** Idle tax in percent, and what part (of 256) of its soft frames was touched lately. */
  tax: u32;
  active: u32;
  /** Soft frames that were taken away from it. */
  framesTaken: u32;
  padding: u32;

  wakes: u32;
  wakeMaxNs: u32;
  /** The longest wait of the epoch that it is in, of the one before, and of the latest closed one. */
  epochWakeMaxNs: u32;
  endedWakeMaxNs: u32;
  lastWakeMaxNs: u32;
  /** One more than the number of its latency counters; 0: nothing was counted yet. */
  histogram: u32;

  @inline
  static at(index: u32): Account {
    assert(index < ACCOUNTS_MAX);
    return changetype<Account>(accounts + <usize>index * ACCOUNT_SIZE);
  }

  /** Before anything of the open epoch is noted: what was noted of the epoch before is put aside. */
  @inline
  enter(): void {
    if (this.epoch !== epochSerial) this.turn();
  }

  private turn(): void {
    // An epoch of which nothing was noted has nothing to put aside.
    const latest = this.epoch + 1 === epochSerial;
    this.endedNs = this.chargedNs;
    this.endedUsedNs = latest ? this.usedNs : 0;
    this.endedWakeMaxNs = latest ? this.epochWakeMaxNs : 0;
    this.usedNs = 0;
    this.epochWakeMaxNs = 0;
    this.epoch = epochSerial;
  }

  @inline
  get leaf(): bool {
    return this.firstChild === NO_ACCOUNT;
  }

  @inline
  get root(): bool {
    return this.parent === NO_ACCOUNT;
  }
}

const ACCOUNT_SIZE: usize = 280;
if (offsetof<Account>() !== 280) ERROR("ACCOUNT_SIZE is out of date");
const accounts: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 280, 16);

/** One more than the highest index ever opened: loops over all accounts end here. */
export let accountsTop: u32 = 0;
export let accountsOpen: u32 = 0;
/** The open epoch; an epoch has a number of its own for as long as anybody remembers it. */
export let epochSerial: u32 = 1;
let firstFree: u32 = NO_ACCOUNT;

export function epochSerialNext(): void {
  epochSerial++;
}

/** Closes every account and makes the root; only `scheduleStart` calls this. */
export function accountsReset(): void {
  memory.fill(accounts, 0, <usize>ACCOUNTS_MAX * ACCOUNT_SIZE);
  histogramsReset();
  accountsTop = 0;
  accountsOpen = 0;
  firstFree = NO_ACCOUNT;
  epochSerial = 1;
  const root = accountClaim();
  assert(root === AccountIndex.ROOT);
}

/** An unused record, cleared and marked open; NO_ACCOUNT when the table is full. */
export function accountClaim(): u32 {
  const index = firstFree === NO_ACCOUNT ? accountsTop : firstFree;
  if (index === ACCOUNTS_MAX) return NO_ACCOUNT;
  const account = Account.at(index);
  if (firstFree === NO_ACCOUNT) accountsTop++;
  else firstFree = account.nextSibling;

  assert(account.open === 0);
  memory.fill(changetype<usize>(account), 0, ACCOUNT_SIZE);
  accountsOpen++;
  account.open = 1;
  account.epoch = epochSerial;
  account.parent = NO_ACCOUNT;
  account.lender = NO_ACCOUNT;
  account.active = ACTIVE_ALL;
  account.firstChild = NO_ACCOUNT;
  account.nextSibling = NO_ACCOUNT;
  account.previousSibling = NO_ACCOUNT;
  return index;
}

/** This unused record is the next to be claimed: for the checker, to which the order of unused ones is no state. */
export function accountClaimNext(index: u32): void {
  assert(Account.at(index).open === 0);
  if (firstFree === index) return;
  let before = Account.at(firstFree);
  while (before.nextSibling !== index) before = Account.at(before.nextSibling);
  before.nextSibling = Account.at(index).nextSibling;
  Account.at(index).nextSibling = firstFree;
  firstFree = index;
}

/** Hangs `index` below its parent, as the first child. */
export function accountLink(index: u32, parentIndex: u32): void {
  const account = Account.at(index);
  const parent = Account.at(parentIndex);
  account.parent = parentIndex;
  account.depth = parent.depth + 1;
  account.nextSibling = parent.firstChild;
  if (parent.firstChild !== NO_ACCOUNT) Account.at(parent.firstChild).previousSibling = index;
  parent.firstChild = index;
}

/** Takes `index` out of the tree and gives its record back. */
export function accountUnlink(index: u32): void {
  const account = Account.at(index);
  assert(account.leaf);
  assert(!account.root);
  if (account.previousSibling === NO_ACCOUNT) {
    Account.at(account.parent).firstChild = account.nextSibling;
  } else {
    Account.at(account.previousSibling).nextSibling = account.nextSibling;
  }
  if (account.nextSibling !== NO_ACCOUNT) {
    Account.at(account.nextSibling).previousSibling = account.previousSibling;
  }
  histogramForget(account);
  account.open = 0;
  account.nextSibling = firstFree;
  firstFree = index;
  accountsOpen--;
}
