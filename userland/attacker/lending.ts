/**
 * Lent memory under attack: hoarding, pages that are taken while somebody is at them, loans without end, spying.
 *
 * What is only asked for wrongly, and never lent, is in soft-uses.ts.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, MemoryFlag } from "../../kernel/abi/records";
import { AccountRecord, SchedulerLimit, SchedulerTime } from "../../kernel/abi/scheduler";
import * as kernel from "../lib/kernel";
import { SOFT_PAGE_BYTES, softOpen, softSlot, softWindow } from "../lib/soft";
import { slotsLimit, takeSlot } from "../lib/slots";
import { check, count, done, expect, note } from "./answers";
import { child, drop, grantKit, make, thread } from "./children";
import {
  booksOf,
  groupBelow,
  groupMake,
  hoard,
  hoardAt,
  hoardPages,
  hoardSlot,
  hoardTaken,
  hoardTouch,
  Mix,
  PAGES,
  press,
  softOf,
  squeeze,
  takeFrom,
  unhoard,
} from "./hoard";
import { record, spawn } from "../lib/start";
import { is } from "./select";

const MILLISECOND: u64 = 1000000;
/** Pages that the victim asks back while the attacker looks on. */
const VICTIM_TAKES: u32 = 64;
/** The kernel takes so many at a time, if a holder has them. */
const BATCH: u32 = 32;
/** What a hoard may leave: of the last batches that were taken, a part was not needed. */
const SLACK: u32 = 2 * BATCH;
const BELL: u32 = 1;

export function lending(): void {
  if (is("hoard-and-touch")) hoardAndTouch();
  if (is("dirty-pages-taken")) dirtyTaken();
  if (is("object-gone-while-taken")) objectGone();
  if (is("notification-gone-while-taken")) notificationGone();
  if (is("group-gone-while-taken")) groupGone();
  if (is("tiny-soft-objects")) tiny();
  if (is("every-loan-record")) everyLoan();
  if (is("reserves-that-are-lent")) reservesLent();
  if (is("borrow-before-it-wakes")) borrowAgain();
  if (is("soft-fork-bomb")) roleSoftBomb();
  if (is("spy-by-what-is-taken")) spy();
}

/** Touches all of it all the time, so that nothing looks idle: it goes all the same, and nobody is ended for it. */
function hoardAndTouch(): void {
  hoard(Mix.BOTH);
  while (booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN) < VICTIM_TAKES) {
    hoardTouch();
    count(1);
  }
  const all = booksOf(Slot.GROUP, AccountRecord.FRAMES_SOFT);
  check(booksOf(Slot.GROUP, AccountRecord.FRAMES_BORROWED) <= all);
}

/** A page that differs from all others in all of its words. */
function write(at: usize, mark: u32): void {
  for (let word: u32 = 0; word < SOFT_PAGE_BYTES; word += 8) {
    store<u64>(at + word, ((<u64>mark) << 32) | <u64>(word + 1));
  }
}

/** Is it zero, or what was written? Nothing between, and nobody else's. */
function whole(at: usize, mark: u32): bool {
  const first = load<u64>(at);
  if (first !== 0 && first !== (((<u64>mark) << 32) | 1)) return false;
  for (let word: u32 = 0; word < SOFT_PAGE_BYTES; word += 8) {
    const wanted = first === 0 ? 0 : ((<u64>mark) << 32) | <u64>(word + 1);
    if (load<u64>(at + word) !== wanted) return false;
  }
  return true;
}

/** Pages are written, taken for somebody who writes something else, and come back zero or whole. */
function dirtyTaken(): void {
  hoard(Mix.BOTH);
  const hard = done(kernel.memoryGrow(PAGES / 16)) << 16;
  for (let page: u32 = 0; page < hoardPages(); page++) {
    write(hoardAt + page * SOFT_PAGE_BYTES, 0x40000 + page);
  }
  const before = hoardTaken();
  const slot = squeeze();
  done(kernel.memoryMap(slot, 0, hard | MapFlag.WRITE, PAGES));
  // What was lent comes to its next owner as zeros.
  let dirt: u64 = 0;
  for (let at = hard; at < hard + PAGES * SOFT_PAGE_BYTES; at += 8) dirt |= load<u64>(at);
  check(dirt === 0);
  memory.fill(hard, 0xee, PAGES * SOFT_PAGE_BYTES);
  check(hoardTaken() + SLACK >= before + PAGES);
  drop(slot);
  let gone: u32 = 0;
  let torn: u32 = 0;
  for (let page: u32 = 0; page < hoardPages(); page++) {
    const at = hoardAt + page * SOFT_PAGE_BYTES;
    if (!whole(at, 0x40000 + page)) torn++;
    if (load<u32>(at) === 0) gone++;
  }
  check(torn === 0);
  check(gone + SLACK >= PAGES);
  count(gone);
}

let stop: bool = false;

/** Writes to all of the hoard while others act on it. */
function toucher(_: u32): void {
  while (!stop) hoardTouch();
  kernel.threadExit();
}

/** Keeps taking pages from whoever holds them. */
function squeezer(_: u32): void {
  while (!stop) {
    press(1);
    count(1);
  }
  kernel.threadExit();
}

/** Soft objects end while one thread fills their pages and another takes them. */
function objectGone(): void {
  hoard(Mix.BOTH);
  thread(toucher.index);
  thread(squeezer.index);
  const at = done(softWindow(PAGES));
  for (let round: u32 = 0; round < 24; round++) {
    done(softOpen(at, PAGES, (round & 1) === 0));
    for (let page: u32 = 0; page < PAGES; page++) store<u32>(at + page * SOFT_PAGE_BYTES, round);
    const copy = takeSlot();
    done(kernel.capabilityMint(softSlot, copy, Right.ALL, 0));
    if ((round & 2) === 0) done(kernel.capabilityRevoke(softSlot));
    drop(softSlot);
  }
  stop = true;
  pause();
}

/** Watchers end while they are to be told. */
function notificationGone(): void {
  hoard(Mix.CLEAN);
  const object = hoardSlot(0);
  thread(squeezer.index);
  for (let round: u32 = 0; round < 20; round++) {
    const bell = make(Kind.NOTIFICATION);
    done(kernel.memoryWatch(object, bell, BELL));
    expect(kernel.memoryWatch(object, bell, BELL), KernelError.BUSY);
    hoardTouch();
    if ((round & 1) === 0) done(kernel.memoryWatch(object, 0, 0));
    drop(bell);
  }
  stop = true;
  pause();
  const bell = make(Kind.NOTIFICATION);
  done(kernel.memoryWatch(object, bell, BELL));
  takeFrom(object);
  check(kernel.notificationPoll(bell) === BELL);
}

/** Groups that hold soft memory, and lend, end while pages are taken from them. */
function groupGone(): void {
  hoard(Mix.BOTH);
  thread(squeezer.index);
  const at = done(softWindow(PAGES));
  for (let round: u32 = 0; round < 24; round++) {
    const group = groupMake((round & 1) === 0 ? 64 : 0);
    const object = softOf(group, PAGES);
    done(kernel.memoryMap(object, 0, at | MapFlag.WRITE, PAGES));
    for (let page: u32 = 0; page < PAGES; page++) store<u32>(at + page * SOFT_PAGE_BYTES, round);
    drop(group);
    expect(kernel.memoryUnmap(0, at, PAGES), KernelError.NOT_MAPPABLE);
  }
  stop = true;
  pause();
}

function pause(): void {
  kernel.sleepUntil(kernel.clock() + 5 * MILLISECOND);
}

/** One page each, then one page more than stays: as many as can be paid for, every one touched. */
function tiny(): void {
  slotsLimit(4096);
  const size: u32 = 5;
  let made: u32 = 0;
  let answer: i32 = 0;
  while (answer === 0) {
    const pages: u32 = (made & 1) === 0 ? 1 : size;
    const at = kernel.memoryWindow(1);
    if (at < 0) break;
    const slot = takeSlot();
    answer = kernel.objectCreate(Slot.GROUP, Kind.MEMORY, slot, pages | MemoryFlag.SOFT);
    if (answer === 0) answer = kernel.memoryMap(slot, 0, (at << 16) | MapFlag.WRITE, pages);
    note(answer);
    if (answer !== 0) break;
    for (let i: u32 = 0; i < pages; i++) store<u32>((at << 16) + i * SOFT_PAGE_BYTES, i);
    made++;
  }
  check(made > 300 && (answer === 0 || answer === -KernelError.OUT_OF_MEMORY));
  count(made);
}

const HOLDERS: u32 = 16;
const LENDERS: u32 = 80;
const LENDER_FRAMES: u32 = 2 * HOLDERS;

/** Loan records of the machine, and how many of them others may have. */
const LOANS: u32 = SchedulerLimit.LOANS_MAX;
const OTHERS: u32 = 256;

/**
 * Sixteen groups borrow one page of each class from each of eighty: more pairs than there are records. From then on
 * nobody lends to anybody new, and that is all: reserves are there, groups are made, memory is taken back.
 */
function everyLoan(): void {
  slotsLimit(4096);
  const window = done(softWindow(HOLDERS * 2 * PAGES));
  takeHolders(window);
  fillAbove();
  hoard(Mix.BOTH);
  let pairs: u32 = 0;
  for (let lender: u32 = 0; lender < LENDERS; lender++) {
    // Room appears above, and goes to the new group at once: nobody else has any.
    drop(load<u32>(parts + (lender << 2)));
    const slot = groupMake(LENDER_FRAMES);
    borrowOnce(window, lender);
    pairs += booksOf(slot, AccountRecord.FRAMES_LENT);
  }
  check(pairs <= LOANS && pairs + OTHERS >= LOANS);
  count(pairs);
  const late = groupMake(LENT);
  const before = booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN);
  drop(squeeze(late));
  drop(squeeze());
  check(booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN) > before);
}

/** The holders, with a soft object of each class in the window. */
function takeHolders(window: u32): void {
  for (let made: u32 = 0; made < HOLDERS; made++) {
    const group = groupMake(0);
    for (let kind: u32 = 0; kind < 2; kind++) {
      const flags = MemoryFlag.SOFT | (kind === 0 ? 0 : MemoryFlag.CLEAN);
      const object = softOf(group, PAGES, flags);
      const at = window + (made * 2 + kind) * PAGES * SOFT_PAGE_BYTES;
      done(kernel.memoryMap(object, 0, at | MapFlag.WRITE, PAGES));
      for (let page: u32 = 0; page < 4; page++) store<u32>(at + page * SOFT_PAGE_BYTES, 1);
    }
  }
}

const parts: usize = memory.data(80 * 4, 4);

/** Hard memory that fills the part of the group above, a lender's worth in each object. */
function fillAbove(): void {
  for (let i: u32 = 0; i < LENDERS; i++) {
    store<u32>(parts + (i << 2), squeeze(Slot.GROUP, LENDER_FRAMES - 1));
  }
}

function borrowOnce(window: u32, lender: u32): void {
  for (let i: u32 = 0; i < HOLDERS * 2; i++) {
    store<u32>(window + i * PAGES * SOFT_PAGE_BYTES + (4 + lender) * SOFT_PAGE_BYTES, lender);
  }
}

const LENT: u32 = 768;

/** Reserves that are lent when their group is made, taken back in full, and ended while they are lent. */
function reservesLent(): void {
  const refused = takeSlot();
  expect(groupBelow(refused, 0x7fffffff), KernelError.RESERVE_EXCEEDED);
  expect(groupBelow(refused, 40000), KernelError.RESERVE_EXCEEDED);
  hoard(Mix.BOTH);
  for (let round: u32 = 0; round < 4; round++) {
    const lender = groupMake(LENT);
    hoardTouch();
    check(booksOf(lender, AccountRecord.FRAMES_LENT) + SLACK >= LENT);
    // Inside a reserve no allocation fails, whoever has the frames.
    const hard = squeeze(lender, PAGES);
    const more = squeeze(lender, 200);
    check(booksOf(lender, AccountRecord.FRAMES_LENT) <= LENT - PAGES - 200);
    expect(kernel.objectCreate(lender, Kind.MEMORY, refused, PAGES * 32), KernelError.BAD_ARGUMENT);
    if ((round & 1) === 0) drop(hard);
    drop(lender);
    expect(kernel.capabilityDelete(more), KernelError.INVALID_CAPABILITY);
  }
}

/** Whoever took its part back lends nothing for two whole epochs, however hard the borrower tries; then it does. */
function borrowAgain(): void {
  const lender = groupMake(LENT);
  hoard(Mix.BOTH);
  check(booksOf(lender, AccountRecord.FRAMES_LENT) + SLACK >= LENT);
  drop(squeeze(lender, PAGES));
  const from = kernel.clock();
  const lent = booksOf(lender, AccountRecord.FRAMES_LENT);
  while (booksOf(lender, AccountRecord.FRAMES_LENT) <= lent) {
    hoardTouch();
    count(1);
  }
  const waited = kernel.clock() - from;
  check(waited >= 2 * SchedulerTime.EPOCH_NS && waited <= 5 * SchedulerTime.EPOCH_NS);
}

/** Starts itself again and again; each one takes what it can of idle memory first. */
export function roleSoftBomb(): void {
  while (true) {
    const at = softWindow(PAGES);
    if (at >= 0 && softOpen(at, PAGES, false) === 0) {
      for (let page: u32 = 0; page < PAGES; page++) store<u32>(at + page * SOFT_PAGE_BYTES, 1);
    }
    child("role-soft-bomb");
    grantKit();
    record.target = 0;
    note(spawn());
  }
}

/**
 * What the count of taken pages tells about others: that somebody wanted memory, in steps of the kernel's batch; not
 * who, not where, and nothing of less than a batch. While it looks, the victim takes its own back.
 */
function spy(): void {
  hoard(Mix.BOTH);
  let before = booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN);
  let steps: u32 = 0;
  while (steps < 2) {
    const now = booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN);
    if (now === before) continue;
    check(now - before >= BATCH);
    steps++;
    before = now;
    count(1);
  }
  // The victim's own books are not to be had.
  expect(kernel.groupRead(Slot.SELF, 0, 0), KernelError.WRONG_KIND);
  unhoard();
}
