/**
 * Soft memory and windows where they do not belong: as records and buffers, without a mapping, of odd sizes, watched or
 * mapped by those who may not.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, MemoryFlag } from "../../kernel/abi/records";
import { ExitReason, TrapKind } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { SOFT_PAGE_BYTES, softOpen, softSlot, softWindow } from "../lib/soft";
import { ended, grant } from "../lib/start";
import { check, count, done, expect } from "./answers";
import { awaitEnd, begin, child, drop, make, through } from "./children";
import {
  hoard,
  hoardAt,
  hoardPages,
  hoardSlot,
  look,
  Mix,
  press,
  softOf,
  squeeze,
  takeFrom,
} from "./hoard";
import { Place } from "./kit";
import { refusedAt } from "./pointers";
import { argument, is } from "./select";
import { takeSlot } from "../lib/slots";

const PAGE: u32 = SOFT_PAGE_BYTES;
const WINDOW_PAGES: u32 = 16;
const BELL: u32 = 1;
const words: usize = memory.data(16, 16);
const space: usize = memory.data(12288);
/** Two pages of the program's own. */
const page: usize = (space + 4095) & ~4095;
/** Where a child finds the soft object and the notification that it is about. */
const GIVEN: u32 = 20;
const GIVEN_BELL: u32 = 21;
const FOREVER: u64 = 0x7fffffffffffffff;

export function softUses(): void {
  if (is("soft-as-record")) asRecord();
  if (is("soft-as-message-buffer")) asBuffer();
  if (is("window-touched")) windowTouched();
  if (is("window-sizes")) windowSizes();
  if (is("watch-without-write")) watchWithoutWrite();
  if (is("watch-stolen")) watchStolen();
  if (is("soft-mapped-and-partner-dies")) partnerDies();
  if (is("map-over-soft")) mapOverSoft();
}

/** The kernel neither reads nor writes soft pages for a program, present or absent, nor a window without any. */
function asRecord(): void {
  child("role-nap");
  const process = begin();
  const at = done(softWindow(2 * WINDOW_PAGES));
  done(softOpen(at, WINDOW_PAGES, false));
  store<u32>(at, 1);
  refusedAt(at, process, false);
  refusedAt(at + PAGE, process, false);
  // From the program's own last page into the window, and from the window's soft part into its bare one.
  refusedAt(at - 4, process, false);
  refusedAt(at + WINDOW_PAGES * PAGE - 4, process, false);
  refusedAt(at + WINDOW_PAGES * PAGE, process, false);
  expect(kernel.processMemory(Slot.SELF, at, page, 64), KernelError.BAD_ADDRESS);
  expect(kernel.processMemory(Slot.SELF, at + PAGE, page, 64), KernelError.BAD_ADDRESS);
  check(look(softSlot).resident === 1 && load<u32>(at) === 1);
  drop(process);
}

/** A thread's buffer is never in soft memory; if its page becomes soft behind its back, long messages carry nothing. */
function asBuffer(): void {
  const at = done(softWindow(WINDOW_PAGES));
  done(softOpen(at, WINDOW_PAGES, false));
  expect(kernel.messageBuffer(at), KernelError.BAD_ADDRESS);
  store<u32>(at, 1);
  expect(kernel.messageBuffer(at), KernelError.BAD_ADDRESS);
  done(kernel.messageBuffer(page));
  memory.fill(page, 0x33, 512);
  const object = softOf(Slot.GROUP, 1);
  done(kernel.memoryMap(object, 0, page | MapFlag.WRITE, 1));
  check(load<u32>(page) === 0);
  const endpoint = make(Kind.ENDPOINT);
  child("role-soft-echo");
  grant(endpoint, GIVEN, Right.ALL, 0);
  const echo = begin();
  kernel.messageTimeout(20000000);
  // It would come back with as many words as were sent.
  const answer = done(kernel.messageCall(infoOf(endpoint, 60, 0), words));
  kernel.messageTimeout(0);
  check(answer === 0);
  for (let word: u32 = 0; word < 512; word += 4) check(load<u32>(page + word) === 0);
  done(kernel.messageBuffer(0));
  drop(echo);
}

/** role-soft-echo: sends the words back that came. */
export function roleSoftEcho(): void {
  kernel.messageBuffer(page);
  const came = kernel.messageReceive(infoOf(GIVEN, 0, 0), words);
  kernel.messageReply(infoOf(0, (came >> 23) & 63, 0), words);
  kernel.sleepUntil(FOREVER);
}

/** Bare windows trap, whichever thread touches them and wherever; each way in a child of its own. */
function windowTouched(): void {
  for (let way: u32 = 0; way < 5; way++) {
    child("role-window", way);
    const slot = begin();
    awaitEnd(slot);
    check(ended.reason === ExitReason.TRAPPED);
    check(ended.code === <u32>TrapKind.MEMORY_OUT_OF_BOUNDS);
    drop(slot);
    count(1);
  }
}

function windowThread(at: u32): void {
  store<u32>(at, 1);
}

/** role-window: touches its window where nothing is mapped. */
export function roleWindow(): void {
  const way = argument(1);
  const at = (<u32>kernel.memoryWindow(2)) << 16;
  if (way === 0) store<u32>(at, 1);
  if (way === 1) kernel.threadStart(windowThread.index, <i32>(at + 65536), 0);
  if (way === 2) store<u64>(at - 4, 1);
  if (way === 3) kernel.messageSend((<u32>Slot.SELF) << 16, at - 8);
  if (way === 4) memory.copy(at + 131072 - 64, page, 64);
  kernel.sleepUntil(kernel.clock() + 20000000);
  kernel.exit(0);
}

/** Sizes that are none, and growth between windows. */
function windowSizes(): void {
  const sizes: StaticArray<u32> = [
    32768, 65535, 65536, 65537, 0x7fffffff, 0x80000000, 0xffff0000, 0xffffffff,
  ];
  const before = <u32>memory.size();
  for (let i = 0; i < sizes.length; i++) {
    check(kernel.memoryWindow(sizes[i]) === -1);
    // One page more than there is room for.
    check(kernel.memoryWindow(sizes[i] - before + 1) === -1);
  }
  check(kernel.memoryWindow(0) === <i32>memory.size());
  const first = done(kernel.memoryWindow(1));
  check(kernel.memoryWindow(0) === <i32>first + 1);
  check(<u32>kernel.memoryWindow(3) === first + 1 && <u32>memory.size() === first + 4);
  for (let i = 0; i < sizes.length; i++) check(kernel.memoryWindow(sizes[i]) === -1);
  // Memory behind it, and there can be no second one.
  const own = done(kernel.memoryGrow(1));
  check(own === first + 4);
  check(kernel.memoryWindow(1) === -1 && kernel.memoryWindow(0xffffffff) === -1);
  store<u32>(own << 16, 7);
  check(load<u32>(own << 16) === 7);
  // A mapping may lie across the border of both; unmapped, each side is what it was.
  const object = softOf(Slot.GROUP, 8);
  const across = (own << 16) - 4 * PAGE;
  done(kernel.memoryMap(object, 0, across | MapFlag.WRITE, 8));
  for (let i: u32 = 0; i < 8; i++) store<u32>(across + i * PAGE, i + 1);
  done(kernel.memoryUnmap(0, across, 8));
  check(load<u32>(own << 16) === 0);
  refusedAt(across, Slot.SELF, false);
}

/** Who may only read an object is no watcher of it, nor is who may only wait at a notification. */
function watchWithoutWrite(): void {
  const bell = make(Kind.NOTIFICATION);
  const object = softOf(Slot.GROUP, 16);
  expect(kernel.memoryWatch(Place.WEAK, bell, BELL), KernelError.MISSING_RIGHT);
  expect(kernel.memoryWatch(Place.WEAK, 0, 0), KernelError.MISSING_RIGHT);
  const reader = takeSlot();
  done(kernel.capabilityMint(object, reader, Right.READ, 0));
  expect(kernel.memoryWatch(reader, bell, BELL), KernelError.MISSING_RIGHT);
  expect(kernel.memoryWatch(object, Place.NOTIFICATION, BELL), KernelError.MISSING_RIGHT);
  expect(kernel.memoryWatch(object, Slot.SELF, BELL), KernelError.WRONG_KIND);
  expect(kernel.memoryWatch(object, 255, BELL), KernelError.INVALID_CAPABILITY);
  expect(kernel.memoryWatch(bell, bell, BELL), KernelError.WRONG_KIND);
  expect(kernel.memoryWatch(object, bell, 0), KernelError.BAD_ARGUMENT);
  expect(kernel.memoryWatch(object, bell, 0x80000000), KernelError.BAD_ARGUMENT);
  const hard = squeeze(Slot.GROUP, 1);
  expect(kernel.memoryWatch(hard, bell, BELL), KernelError.BAD_ARGUMENT);
  // Looking at an object wants READ, and the place for the answer is the caller's own.
  const writer = takeSlot();
  done(kernel.capabilityMint(object, writer, Right.WRITE, 0));
  expect(kernel.memoryRead(writer, look(object)), KernelError.MISSING_RIGHT);
  look(Place.WEAK);
  done(kernel.memoryWatch(writer, bell, BELL));
}

/** A watch goes to the latest who may have it, whole: whoever had it is not told any more, and may watch another. */
function watchStolen(): void {
  hoard(Mix.CLEAN);
  const object = hoardSlot(0);
  const mine = make(Kind.NOTIFICATION);
  const thief = make(Kind.NOTIFICATION);
  done(kernel.memoryWatch(object, mine, BELL));
  // A partner that may only read does not get it; one that may write does.
  for (let writes: u32 = 0; writes < 2; writes++) {
    child("role-watch");
    grant(object, GIVEN, writes === 0 ? Right.READ : Right.READ | Right.WRITE, 0);
    grant(thief, GIVEN_BELL, Right.SIGNAL, 0);
    through();
    const wanted = writes === 0 ? <u32>KernelError.MISSING_RIGHT : 0;
    check(ended.reason === ExitReason.EXITED && ended.code === wanted);
  }
  // The victim may have taken something before.
  kernel.notificationPoll(mine);
  takeFrom(object);
  check(kernel.notificationPoll(mine) === 0 && kernel.notificationPoll(thief) === 2);
  const other = hoardSlot(1);
  done(kernel.memoryWatch(other, mine, BELL));
  expect(kernel.memoryWatch(other, thief, BELL), KernelError.BUSY);
  // The end of the watch that was stolen is the thief's as well.
  drop(thief);
  takeFrom(other);
  check(kernel.notificationPoll(mine) === BELL);
}

/** role-watch: watches what it was given; its code is the refusal. */
export function roleWatch(): void {
  kernel.exit(-kernel.memoryWatch(GIVEN, GIVEN_BELL, 2));
}

/** A soft object has four mappings at most, wherever they are; partners die with theirs while pages are taken. */
function partnerDies(): void {
  const at = done(softWindow(3 * WINDOW_PAGES));
  done(softOpen(at, WINDOW_PAGES, false));
  const object = softSlot;
  done(kernel.memoryMap(object, 0, at + WINDOW_PAGES * PAGE, WINDOW_PAGES));
  done(kernel.memoryMap(object, 0, at + 2 * WINDOW_PAGES * PAGE, WINDOW_PAGES));
  hoard(Mix.CLEAN);
  for (let round: u32 = 0; round < 12; round++) {
    child("role-soft-partner", WINDOW_PAGES, round & 1);
    grant(object, GIVEN, Right.ALL, 0);
    const partner = begin();
    if ((round & 1) !== 0) awaitEnd(partner);
    else {
      while (load<u32>(at + 2 * PAGE) !== round + 1) {
        press(0);
        store<u32>(at + PAGE, round + 1);
      }
      expect(kernel.memoryMap(object, 0, page, 1), KernelError.TABLE_FULL);
    }
    drop(partner);
    press(0);
    // What the partner wrote is there or gone, and the places are equal.
    const word = load<u32>(at + 2 * PAGE);
    check(word <= round + 1 && load<u32>(at + (WINDOW_PAGES + 2) * PAGE) === word);
    count(1);
  }
  done(kernel.memoryMap(object, 0, page, 1));
}

/** role-soft-partner: maps the object behind its memory, says what it finds, and ends or goes on. */
export function roleSoftPartner(): void {
  const pages = argument(1);
  const at = <u32>softWindow(pages);
  const answer = kernel.memoryMap(GIVEN, 0, at | MapFlag.WRITE, pages);
  if (answer !== 0) kernel.exit(-answer);
  if (argument(2) !== 0) kernel.exit(0);
  while (true) store<u32>(at + 2 * PAGE, load<u32>(at + PAGE));
}

/** Nothing is mapped over a soft page, whether it has a frame or lost it; what it replaced comes back empty. */
function mapOverSoft(): void {
  store<u32>(page, 0x55555555);
  const object = softOf(Slot.GROUP, 2);
  const hard = squeeze(Slot.GROUP, 2);
  done(kernel.memoryMap(object, 0, page | MapFlag.WRITE, 2));
  for (let touched: u32 = 0; touched < 2; touched++) {
    expect(kernel.memoryMap(hard, 0, page | MapFlag.WRITE, 2), KernelError.NOT_MAPPABLE);
    expect(kernel.memoryMap(hard, 0, page + PAGE, 1), KernelError.NOT_MAPPABLE);
    expect(kernel.memoryMap(object, 0, page, 1), KernelError.NOT_MAPPABLE);
    expect(kernel.memoryUnmap(0, page, 1), KernelError.NOT_MAPPABLE);
    expect(kernel.memoryUnmap(0, page + PAGE, 1), KernelError.NOT_MAPPABLE);
    check(load<u32>(page) === touched);
    store<u32>(page, 1);
  }
  hoard(Mix.CLEAN);
  takeFrom(hoardSlot(0));
  for (let i: u32 = 0; i < hoardPages(); i += 61) {
    expect(kernel.memoryMap(hard, 0, hoardAt + i * PAGE, 1), KernelError.NOT_MAPPABLE);
  }
  done(kernel.memoryUnmap(0, page, 2));
  check(load<u32>(page) === 0);
  const clean = takeSlot();
  const wrong = MemoryFlag.CLEAN | 1;
  expect(kernel.objectCreate(Slot.GROUP, Kind.MEMORY, clean, wrong), KernelError.BAD_ARGUMENT);
}
