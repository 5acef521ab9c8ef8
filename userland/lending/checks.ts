/**
 * What soft memory promises to the program that has it, one fact after the other.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { MemoryFlag, MemoryRecord, SystemRecord } from "../../kernel/abi/records";
import { AccountRecord } from "../../kernel/abi/scheduler";
import { ExitReason, TrapKind } from "../../kernel/abi/traps";
import {
  argumentsRead,
  memoryMap,
  memoryRead,
  memoryUnmap,
  memoryWatch,
  memoryWindow,
  notificationPoll,
  notificationSignal,
  objectCreate,
  processWait,
  systemRead,
} from "../lib/kernel";
import { SOFT_PAGE_BYTES, softOpen, softSlot, softWindow } from "../lib/soft";
import { ended, forget } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { booksOf, groupOf, notification, number, partner, word } from "./partners";
import { check, need } from "./report";

const PAGES: u32 = 64;
const WATCH_BITS: u32 = 4;
const object = changetype<MemoryRecord>(memory.data(16, 4));
let base: u32 = 0;

export function checks(): void {
  fresh();
  limits();
  kernelStaysOut();
  window();
  refused();
  takenBack();
}

function look(slot: u32): MemoryRecord {
  need("the object", memoryRead(slot, object));
  return object;
}

function fresh(): void {
  base = need("a window", softWindow(PAGES));
  need("soft memory", softOpen(base, PAGES, false));
  check(look(softSlot).resident === 0, "a soft object has no page until one is touched");
  let zero = true;
  for (let i: u32 = 0; i < PAGES; i++) {
    const at = base + i * SOFT_PAGE_BYTES;
    if (load<u32>(at) !== 0) zero = false;
    store<u32>(at, i + 1);
  }
  check(zero, "new pages are full of zeros");
  let kept = true;
  for (let i: u32 = 0; i < PAGES; i++) {
    if (load<u32>(base + i * SOFT_PAGE_BYTES) !== i + 1) kept = false;
  }
  check(kept && look(softSlot).taken === 0, "pages keep their contents while nobody wants them");
  check(look(softSlot).resident === PAGES, "every touched page has a frame");
}

function limits(): void {
  const again = need("a window", softWindow(4 * 16));
  for (let i: u32 = 0; i < 3; i++) {
    need("a second mapping", memoryMap(softSlot, 0, again + i * 16 * SOFT_PAGE_BYTES, 16));
  }
  const fifth = memoryMap(softSlot, 0, again + 3 * 16 * SOFT_PAGE_BYTES, 16);
  check(fifth === -KernelError.TABLE_FULL, "a soft object is mapped four times at most");
  check(load<u32>(again + 5 * SOFT_PAGE_BYTES) === 6, "all its mappings show the same pages");
  for (let i: u32 = 0; i < 3; i++) {
    need("the end of a mapping", memoryUnmap(0, again + i * 16 * SOFT_PAGE_BYTES, 16));
  }
}

function kernelStaysOut(): void {
  const read = argumentsRead(base, 16);
  check(read === -KernelError.BAD_ADDRESS, "the kernel does not write to soft memory");
  const soft = memoryRead(softSlot, changetype<MemoryRecord>(<usize>base));
  check(soft === -KernelError.BAD_ADDRESS, "no record is written to soft memory");
}

/** Nobody has paid for a window: what is not mapped there is not there. */
function window(): void {
  const go = notification();
  const child = partnerThat("window", go);
  processWait(child, ended);
  check(ended.reason === <u32>ExitReason.TRAPPED, "a window without a mapping traps");
  check(ended.code === <u32>TrapKind.MEMORY_OUT_OF_BOUNDS, "and says that it is out of bounds");
}

/** The partner's part. */
export function touchWindow(): void {
  const at = need("a window", memoryWindow(1)) << 16;
  store<u32>(at, 1);
}

function refused(): void {
  const flags = objectCreate(Slot.GROUP, Kind.MEMORY, takeSlot(), 1 | MemoryFlag.CLEAN);
  check(flags === -KernelError.BAD_ARGUMENT, "only soft memory can be clean");
  const hard = takeSlot();
  need("hard memory", objectCreate(Slot.GROUP, Kind.MEMORY, hard, 2));
  const watched = memoryWatch(hard, notification(), 1);
  check(watched === -KernelError.BAD_ARGUMENT, "only soft memory can be watched");
  const bits = memoryWatch(softSlot, notification(), 0);
  check(bits === -KernelError.BAD_ARGUMENT, "a watcher wants bits");
  const bell = notification();
  need("a watch", memoryWatch(softSlot, bell, 1));
  const twice = memoryWatch(softSlot, bell, 1);
  check(twice === -KernelError.BUSY, "a notification watches one object");
  need("the end of a watch", memoryWatch(softSlot, 0, 0));
}

/** All of the machine is in use, and its owner wants its part back. */
function takenBack(): void {
  need("the machine", systemRead(Slot.MACHINE, system));
  const many = (system.framesFree - SPARE_FRAMES) / FRAMES_PER_OBJECT;
  const area = need("a window", softWindow(many * <u32>Limit.MEMORY_PAGES));
  const bell = notification();
  for (let i: u32 = 0; i < many; i++) {
    const at = area + i * Limit.MEMORY_PAGES * SOFT_PAGE_BYTES;
    need("soft memory", softOpen(at, Limit.MEMORY_PAGES, clean(i)));
    if (i === 0) need("a watch", memoryWatch(softSlot, bell, WATCH_BITS));
    for (let page: u32 = 0; page < <u32>Limit.MEMORY_PAGES; page++) {
      store<u32>(at + page * SOFT_PAGE_BYTES, MARK + page);
    }
  }
  const owner = groupOf("owner", 0, OWNER_FRAMES);
  check(
    booksOf(owner, AccountRecord.FRAMES_LENT) > TAKEN_LEAST,
    "a new group's part is lent at once",
  );
  check(notificationPoll(bell) === 0, "nothing was taken so far");
  const go = notification();
  word("owner");
  number(OWNER_MIB);
  const child = partner(owner, go, go);
  need("go", notificationSignal(go));
  processWait(child, ended);
  check(ended.reason === <u32>ExitReason.EXITED && ended.code === 0, "the owner got its memory");
  check(notificationPoll(bell) === WATCH_BITS, "whoever watches is told");
  count(area, many);
  check(booksOf(Slot.GROUP, AccountRecord.FRAMES_TAKEN) >= TAKEN_LEAST, "the books know it");
  check(booksOf(owner, AccountRecord.PRESSURE_NS) > 0, "the wait is pressure");
  forget(child);
  forget(owner);
}

/** What of the soft memory is still there. */
function count(area: u32, many: u32): void {
  let gone: u32 = 0;
  let softGone: u32 = 0;
  let wrong: u32 = 0;
  for (let i: u32 = 0; i < many * Limit.MEMORY_PAGES; i++) {
    const word = load<u32>(area + i * SOFT_PAGE_BYTES);
    if (word === 0) gone++;
    else if (word !== MARK + (i & (Limit.MEMORY_PAGES - 1))) wrong++;
    if (word === 0 && !clean(i / Limit.MEMORY_PAGES)) softGone++;
  }
  check(gone >= TAKEN_LEAST, "pages were taken, and read zero");
  check(softGone === 0, "clean ones go first");
  check(wrong === 0, "a page keeps all of its contents or none");
}

function clean(object: u32): bool {
  return (object & 1) === 0;
}

const MARK: u32 = 0x1000;
const OWNER_MIB: u32 = 16;
const OWNER_FRAMES: u32 = 256 * 16 + 200;
const TAKEN_LEAST: u32 = 256 * 12;
const SPARE_FRAMES: u32 = 300;
/** An object's pages, its list, its own pages, and tables. */
const FRAMES_PER_OBJECT: u32 = 520;
const system = changetype<SystemRecord>(memory.data(88, 8));

function partnerThat(role: string, go: u32): u32 {
  word(role);
  return partner(Slot.GROUP, go, go);
}
