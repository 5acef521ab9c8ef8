/**
 * Soft pages: memory whose contents the kernel may take away, so that idle memory can be lent.
 *
 * A page of a soft object gets a frame when it is touched. The first few of each object are paid for like
 * any memory and stay: so every instruction can have all the pages that it touches. The rest lies where
 * the ledger finds room (ledger/loans.ts) and goes when that is needed: A before B, whoever pays least per
 * frame first, idle pages before touched ones. What others borrowed of a group's own part comes back for its
 * soft pages as well. Without room anywhere a touch costs the object another page of its own. A taken page
 * reads zero. Nothing here can fail and nobody is killed.
 */
import { LoanClass, SchedulerLimit } from "../abi/scheduler";
import { ACTIVE_ALL, Account, accountsTop, NO_ACCOUNT } from "../ledger/account";
import {
  lendLater,
  Loan,
  loanReturn,
  loanShrink,
  loansMove,
  loanTake,
  loanVictim,
  NO_LOAN,
  partOver,
  softFits,
} from "../ledger/loans";
import { FRAME_BYTES, frameReturn, frameTakeZeroed } from "./frames";
import { Mapping, Memory, PAGE_TAKEN } from "./memory-records";
import { Entry, entryAt } from "./tables";

/** Frames taken back in one go, so that the next faults find room. */
const BATCH: u32 = 32;
/** Words of lists looked at in one go. */
const LOOKS: u32 = 1024;

/** By class and group: the first object with pages that may go. */
const lists: usize = memory.data(2 * SchedulerLimit.ACCOUNTS_MAX * 4, 4);
let notices: u32 = 0;
/** Frames that soft objects hold, those paid for included: for the books. */
export let softResident: u32 = 0;
/** Pages were taken: translations are stale, or somebody is to be told. Whoever leaves the kernel sees to it. */
export let unsettled: bool = false;
/** Pages that were taken and touched again. */
export let softRefills: u32 = 0;
/** Frames taken from holders so far, and the latest holder: whose doing it is that somebody had to wait. */
export let framesTaken: u32 = 0;
export let takenFrom: u32 = NO_ACCOUNT;

/** The translations are flushed; who is to be told remains. */
export function translationsFlushed(): void {
  unsettled = notices !== 0;
}

function list(kind: LoanClass, group: u32): usize {
  return lists + ((<usize>kind * SchedulerLimit.ACCOUNTS_MAX + group) << 2);
}

/** Gives a touched page its frame, full of zeros. */
export function softFill(memory: Memory, page: u32): void {
  assert(memory.frame(page) === 0);
  if (load<u32>(memory.word(page)) === PAGE_TAKEN) {
    softRefills++;
    unsettled = true;
  }
  if (memory.resident >= memory.floor) {
    const placed = loanTake(memory.group, memory.loanClass) || placeOwn(memory);
    if (!placed) replaceOne(memory);
  }
  store<u32>(memory.word(page), <u32>frameTakeZeroed());
  memory.resident++;
  softResident++;
  if (memory.resident === memory.floor + 1) link(memory);
}

/** What others borrowed of the group's own part comes back for its own soft pages: lending is never a loss. */
function placeOwn(memory: Memory): bool {
  const account = Account.at(memory.group);
  if (account.framesLent === 0 || !softFits(memory.group)) return false;
  lendLater(account);
  take(memory.group, BATCH);
  return loanTake(memory.group, memory.loanClass);
}

/** No room for another page: one of the object's own goes, its place stays. */
function replaceOne(memory: Memory): void {
  looks = LOOKS;
  const dropped = dropIdle(memory, 1);
  assert(dropped === 1);
  if (memory.resident === memory.floor) unlink(memory);
}

let looks: u32 = 0;

/** Takes back what lies too much on an account's part: elsewhere if there is room, else from holders. */
export function takeBack(owner: u32): void {
  const account = Account.at(owner);
  lendLater(account);
  loansMove(owner, partOver(account));
  const left = partOver(account);
  if (left !== 0) take(owner, max<u32>(left, BATCH));
  assert(partOver(account) === 0);
}

/** Takes so many frames that lie on an account's part from holders, if there are so many of others. */
function take(owner: u32, frames: u32): void {
  const account = Account.at(owner);
  let left = frames;
  while (left !== 0) {
    const number = loanVictim(owner);
    if (number === NO_LOAN) break;
    const loan = Loan.at(number);
    // Nobody else needs the room of its own soft pages.
    if (loan.owner === loan.holder && partOver(account) === 0) break;
    const wanted = min<u32>(loan.frames, left);
    const dropped = softDrop(loan.holder, loan.kind, wanted);
    note(loan, dropped);
    loanShrink(number, dropped);
    left -= dropped;
    if (dropped < wanted && partOver(account) === 0) break;
  }
}

function note(loan: Loan, frames: u32): void {
  Account.at(loan.holder).framesTaken += frames;
  framesTaken += frames;
  takenFrom = loan.holder;
}

/** Drops up to `most` pages of a group's objects of a class, at least one; how many. Their loans are the caller's. */
function softDrop(group: u32, kind: LoanClass, most: u32): u32 {
  const head = list(kind, group);
  let dropped: u32 = 0;
  looks = LOOKS;
  while (dropped < most && (looks !== 0 || dropped === 0)) {
    assert(load<u32>(head) !== 0);
    const memory = Memory.at(load<u32>(head));
    assert(memory.resident > memory.floor);
    dropped += dropIdle(memory, min<u32>(memory.resident - memory.floor, most - dropped));
    // The next object is the first to lose next time.
    store<u32>(head, memory.nextSoft);
    if (memory.resident === memory.floor) unlink(memory);
  }
  return dropped;
}

/** Drops pages of one object that were not touched lately, touched ones the second time round; how many. */
function dropIdle(memory: Memory, most: u32): u32 {
  let dropped: u32 = 0;
  let round = memory.pages * 2;
  while (dropped < most && round !== 0 && (looks !== 0 || dropped === 0)) {
    const page = memory.hand;
    memory.hand = page + 1 === memory.pages ? 0 : page + 1;
    round--;
    if (looks !== 0) looks--;
    if (memory.frame(page) === 0) continue;
    if (touched(memory, page)) continue;
    dropPage(memory, page);
    dropped++;
  }
  return dropped;
}

/** Was the page touched since the last look? It counts as untouched from now on. */
function touched(memory: Memory, page: u32): bool {
  let any: u32 = 0;
  let mapping = memory.mappings;
  while (mapping) {
    const at = entryOf(mapping, page);
    if (at !== 0) {
      const entry = load<u32>(at);
      any |= entry & Entry.ACCESSED;
      if ((entry & Entry.ACCESSED) !== 0) store<u32>(at, entry & ~Entry.ACCESSED);
    }
    mapping = mapping.nextOfMemory;
  }
  if (any === 0) return false;
  unsettled = true;
  return true;
}

/** Where a mapping's table has the entry of a page of the object; 0: nowhere. */
function entryOf(mapping: Mapping, page: u32): usize {
  const index = page - mapping.firstPage;
  const directory = load<u32>(<usize>mapping.directoryAt);
  if (index >= mapping.pages || directory === 0) return 0;
  return entryAt(directory, mapping.address + index * FRAME_BYTES);
}

function dropPage(memory: Memory, page: u32): void {
  let mapping = memory.mappings;
  while (mapping) {
    const at = entryOf(mapping, page);
    if (at !== 0) store<u32>(at, load<u32>(at) & (Entry.WRITABLE | Entry.MAPPED | Entry.SOFT));
    mapping = mapping.nextOfMemory;
  }
  unsettled = true;
  frameReturn(memory.frame(page));
  store<u32>(memory.word(page), PAGE_TAKEN);
  memory.resident--;
  memory.taken++;
  softResident--;
  if (memory.watcher === 0 || memory.noticed !== 0) return;
  memory.noticed = 1;
  memory.nextNotice = notices;
  notices = <u32>changetype<usize>(memory);
}

/** The next object whose watcher is to be told that pages were taken; 0: none. */
export function noticeTake(): u32 {
  const first = notices;
  if (first === 0) return 0;
  const memory = Memory.at(first);
  notices = memory.nextNotice;
  memory.noticed = 0;
  return first;
}

/** The object ends, or nobody watches it any more. */
export function noticeForget(memory: Memory): void {
  if (memory.noticed === 0) return;
  memory.noticed = 0;
  const address = <u32>changetype<usize>(memory);
  if (notices === address) {
    notices = memory.nextNotice;
    return;
  }
  let at = Memory.at(notices);
  while (at.nextNotice !== address) at = Memory.at(at.nextNotice);
  at.nextNotice = memory.nextNotice;
}

/** Gives the frames of a page back for good: the object ends. */
export function softFree(memory: Memory, page: u32): void {
  if (memory.frame(page) === 0) return;
  frameReturn(memory.frame(page));
  store<u32>(memory.word(page), 0);
  memory.resident--;
  softResident--;
  if (memory.resident < memory.floor) return;
  loanReturn(memory.group, memory.loanClass);
  if (memory.resident === memory.floor) unlink(memory);
}

/** Groups whose use of soft pages is sampled in one go, and indexes passed over. */
const SAMPLED_GROUPS: u32 = 4;
const SAMPLED_INDEXES: u32 = 64;
const SAMPLES: u32 = 16;
let sampleNext: u32 = 0;

const SAMPLE_NS: u64 = 20000000;
let sampleAt: u64 = 0;

/** Looks at some pages of some groups now and then: what part of what they hold is in use? */
export function softSample(now: u64): void {
  if (now < sampleAt) return;
  sampleAt = now + SAMPLE_NS;
  let groups: u32 = 0;
  for (let i: u32 = 0; i < SAMPLED_INDEXES && groups < SAMPLED_GROUPS; i++) {
    sampleNext = sampleNext + 1 >= accountsTop ? 0 : sampleNext + 1;
    if (Account.at(sampleNext).framesSoft === 0) continue;
    sampleList(sampleNext, LoanClass.A);
    sampleList(sampleNext, LoanClass.B);
    groups++;
  }
}

function sampleList(group: u32, kind: LoanClass): void {
  const first = load<u32>(list(kind, group));
  if (first === 0) return;
  const memory = Memory.at(first);
  const account = Account.at(group);
  let page = memory.hand;
  for (let i: u32 = 0; i < SAMPLES; i++) {
    page = page + 1 >= memory.pages ? 0 : page + 1;
    if (memory.frame(page) === 0) continue;
    const now = touched(memory, page) ? ACTIVE_ALL : 0;
    account.active = (account.active * 15 + now) >> 4;
  }
}

/** Puts an object at the end of its group's ring. */
function link(memory: Memory): void {
  const head = list(memory.loanClass, memory.group);
  const address = <u32>changetype<usize>(memory);
  const first = load<u32>(head);
  if (first === 0) {
    memory.nextSoft = address;
    memory.previousSoft = address;
    store<u32>(head, address);
    return;
  }
  const next = Memory.at(first);
  memory.nextSoft = first;
  memory.previousSoft = next.previousSoft;
  Memory.at(next.previousSoft).nextSoft = address;
  next.previousSoft = address;
}

function unlink(memory: Memory): void {
  const head = list(memory.loanClass, memory.group);
  const address = <u32>changetype<usize>(memory);
  if (memory.nextSoft === address) {
    store<u32>(head, 0);
    return;
  }
  Memory.at(memory.previousSoft).nextSoft = memory.nextSoft;
  Memory.at(memory.nextSoft).previousSoft = memory.previousSoft;
  if (load<u32>(head) === address) store<u32>(head, memory.nextSoft);
}

/** Do the rings and the loans agree about every group and class? For tests. */
export function softSound(group: u32, kind: LoanClass, lent: u32): bool {
  const first = load<u32>(list(kind, group));
  if (first === 0) return lent === 0;
  let sum: u32 = 0;
  let at = first;
  do {
    const memory = Memory.at(at);
    if (memory.group !== group || memory.resident <= memory.floor) return false;
    sum += memory.resident - memory.floor;
    at = memory.nextSoft;
  } while (at !== first);
  return sum === lent;
}
