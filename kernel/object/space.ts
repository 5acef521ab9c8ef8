/**
 * The address space of one process: linear memory, instance, native stacks; frames on demand.
 *
 * Memory is paid for when it is asked for and filled when it is touched: an account that was charged gets
 * its frame at the page fault, always. Only a stack may grow beyond what was paid; that growth is charged
 * at the fault and can be refused.
 */
import { Physical, Stack, Virtual } from "../machine/memory-map";
import { spaceCurrent, spaceFlush, spaceSwitch } from "../machine/processor";
import { Part } from "./elf";
import {
  FRAME_BYTES,
  frameReturn,
  framesPromise,
  framesUnpromise,
  frameTakeZeroed,
  NO_FRAME,
} from "../memory/frames";
import { Image, imageMap, imageRead } from "./image";
import { softTouch } from "./memory";
import { Process, processHolds, processLetsGo } from "./process";
import {
  directoryCreate,
  directoryEmpty,
  emptied,
  Entry,
  entryAt,
  pageMap,
  pagesOf,
  physicalOf,
  STRETCH_ENTRIES,
  stretchEmpty,
  tableCreate,
  tablePresent,
  tablesOf,
} from "../memory/tables";

export const enum Fill {
  FILLED = 0,
  /** The address is in no place that fills itself. */
  NOT_OURS = 1,
  /** The account may not have another frame. */
  REFUSED = 2,
}

const USER_DATA: u32 = Entry.USER | Entry.WRITABLE;
const FRAMES_PER_PAGE: u32 = 16;

/** Builds the space of a new process; false: the group cannot pay, and nothing was done. */
export function spaceOpen(process: Process, image: Image): bool {
  const info = image.layout.info;
  const instance = image.layout.instance;
  const pages = info.hasMemory !== 0 ? info.memoryMinimum : 0;
  // The directory, the first stack with its table, the instance, the linear memory.
  let needed: u32 = 1 + 1 + Stack.FRAMES;
  needed += pagesOf(instance.memorySize) + tablesOf(instance.virtual, instance.memorySize);
  needed += memoryFrames(0, pages);
  if (!framesPromise(process.group, needed)) return false;

  process.promised = needed;
  processHolds(process, 1);
  process.directory = <u32>directoryCreate();
  imageMap(image, process.directory);
  fillInstance(process, image, instance);
  makeTables(process, 0, pages << 16);
  process.memoryPages = pages;
  process.memoryMaximum = info.memoryMaximum;
  if (info.hasMemory !== 0) writeMemorySize(process, image);
  const stack = stackOpen(process, 0);
  assert(stack);
  return true;
}

/** Takes one table of a dying process's space apart, from an entry of its directory on; where to go on. */
export function spaceEmpty(process: Process, from: u32): u32 {
  spaceLeave(process);
  const next = directoryEmpty(process.directory, from, process.memoryPages * FRAMES_PER_PAGE);
  processLetsGo(process, emptied);
  return next;
}

/** Gives back the directory and what was paid; the space is empty. */
export function spaceClose(process: Process): void {
  spaceLeave(process);
  frameReturn(process.directory);
  processLetsGo(process, 1);
  assert(process.frames === 0);
  framesUnpromise(process.group, process.promised);
  process.promised = 0;
  process.directory = 0;
}

/** The space is nowhere the current one afterwards. */
function spaceLeave(process: Process): void {
  if (spaceCurrent() === <usize>process.directory) spaceSwitch(Physical.PAGE_DIRECTORY);
}

/** Frames for growing the linear memory by pages of 64 KiB, tables included. */
function memoryFrames(from: u32, by: u32): u32 {
  const tables = tablesOf(0, (from + by) << 16) - tablesOf(0, from << 16);
  return by * FRAMES_PER_PAGE + tables;
}

/** memory.grow: the old size in pages, or -1. */
export function spaceGrow(process: Process, image: Image, by: u32): i32 {
  const old = process.memoryPages;
  const room = memoryLimit(process) - old;
  if (image.layout.info.hasMemory === 0 || by > room) return -1;
  return grow(process, image, by, memoryFrames(old, by));
}

/** memoryWindow: the old size in pages, or -1. Only the tables are paid for. */
export function spaceWindow(process: Process, image: Image, by: u32): i32 {
  const old = process.memoryPages;
  const room = memoryLimit(process) - old;
  if (image.layout.info.hasMemory === 0 || by > room) return -1;
  if (process.windowTo !== 0 && process.windowTo !== old) return -1;
  const result = grow(process, image, by, memoryFrames(old, by) - by * FRAMES_PER_PAGE);
  if (result < 0) return -1;
  if (process.windowTo === 0) process.windowFrom = old;
  process.windowTo = old + by;
  return result;
}

function grow(process: Process, image: Image, by: u32, needed: u32): i32 {
  const old = process.memoryPages;
  if (!framesPromise(process.group, needed)) return -1;
  process.promised += needed;
  makeTables(process, old << 16, by << 16);
  process.memoryPages = old + by;
  writeMemorySize(process, image);
  return <i32>old;
}

function inWindow(process: Process, address: u32): bool {
  const page = address >>> 16;
  return page >= process.windowFrom && page < process.windowTo;
}

function memoryLimit(process: Process): u32 {
  const most: u32 = Virtual.MEMORY_END >>> 16;
  return min<u32>(process.memoryMaximum, most);
}

/** The generated code reads memory.size from a word of its instance. */
function writeMemorySize(process: Process, image: Image): void {
  const slot = physicalOf(process.directory, image.layout.info.memorySizeSlot);
  assert(slot !== NO_FRAME);
  store<u32>(slot, process.memoryPages);
}

function makeTables(process: Process, start: u32, size: u32): void {
  if (size === 0) return;
  const last = (start + size - 1) >> 22;
  for (let index = start >> 22; index <= last; index++) {
    if (tablePresent(process.directory, index << 22)) continue;
    processHolds(process, 1);
    tableCreate(process.directory, index << 22, 0);
  }
}

function fillInstance(process: Process, image: Image, part: Part): void {
  makeTables(process, part.virtual, part.memorySize);
  processHolds(process, pagesOf(part.memorySize));
  for (let offset: u32 = 0; offset < part.memorySize; offset += FRAME_BYTES) {
    const frame = giveHeld(process, part.virtual + offset);
    if (offset >= part.fileSize) continue;
    const count = min<u32>(FRAME_BYTES, part.fileSize - offset);
    imageRead(image, part.offset + offset, frame, count);
  }
}

/** Maps a zeroed frame that the account has paid for. */
function giveHeld(process: Process, page: u32): usize {
  const frame = frameTakeZeroed();
  pageMap(process.directory, page, frame, USER_DATA);
  return frame;
}

/** Answers a touch of an absent page: linear memory within its size, or a stack within its bounds. */
export function spaceFill(process: Process, address: u32): Fill {
  const page = address & ~(FRAME_BYTES - 1);
  const inMemory = address < <u32>Virtual.MEMORY_END && address >>> 16 < process.memoryPages;
  if (!inMemory && !inStack(process, address)) return Fill.NOT_OURS;
  const at = entryAt(process.directory, page);
  if (at === 0) return Fill.NOT_OURS;
  const entry = load<u32>(at);
  if (entry !== 0) {
    if ((entry & Entry.PRESENT) !== 0) return Fill.NOT_OURS;
    softTouch(process, page, at);
    return Fill.FILLED;
  }
  if (process.windowTo !== 0 && inMemory && inWindow(process, page)) return Fill.NOT_OURS;
  if (!inMemory && !stackPaid(page)) {
    if (!framesPromise(process.group, 1)) return Fill.REFUSED;
    process.promised++;
  }
  assert(process.frames < process.promised);
  processHolds(process, 1);
  giveHeld(process, page);
  return Fill.FILLED;
}

/** The highest address of the stack in a slot, plus one. */
export function stackTop(slot: u32): u32 {
  return Virtual.STACKS + (slot + 1) * Stack.SLOT_BYTES;
}

function slotOf(address: u32): u32 {
  return (address - Virtual.STACKS) / Stack.SLOT_BYTES;
}

/** Is the address in the part of a used slot that may be mapped? */
function inStack(process: Process, address: u32): bool {
  if (address < <u32>Virtual.STACKS || address >= <u32>Virtual.KERNEL) return false;
  const slot = slotOf(address);
  if (slot > 63 || (process.slots & ((<u64>1) << slot)) === 0) return false;
  return stackTop(slot) - address <= <u32>Stack.BYTES;
}

/** Is the address in the gap below some stack? Then the stack is exhausted. */
export function inStackGuard(address: u32): bool {
  if (address < <u32>Virtual.STACKS || address >= <u32>Virtual.KERNEL) return false;
  return stackTop(slotOf(address)) - address > <u32>Stack.BYTES;
}

function stackPaid(page: u32): bool {
  return stackTop(slotOf(page)) - page <= <u32>Stack.FRAMES * FRAME_BYTES;
}

/** Takes a slot whose frames are paid for; the first slot's are part of the space itself. */
export function stackOpen(process: Process, slot: u32): bool {
  assert((process.slots & ((<u64>1) << slot)) === 0);
  const top = stackTop(slot);
  if (slot !== 0) {
    const needed: u32 = Stack.FRAMES + (tablePresent(process.directory, top - 1) ? 0 : 1);
    if (!framesPromise(process.group, needed)) return false;
    process.promised += needed;
  }
  makeTables(process, top - FRAME_BYTES, FRAME_BYTES);
  process.slots |= (<u64>1) << slot;
  return true;
}

/** Gives a thread's stack back; its table stays for the next thread. */
export function stackClose(process: Process, slot: u32): void {
  const top = stackTop(slot);
  let promise: u32 = Stack.FRAMES;
  const bottom = top - Stack.BYTES;
  let given: u32 = 0;
  const entries = entryAt(process.directory, bottom);
  for (let page: u32 = 0; page < <u32>(Stack.BYTES / FRAME_BYTES); page++) {
    if (page % STRETCH_ENTRIES === 0 && stretchEmpty(entries + ((<usize>page) << 2))) {
      page += STRETCH_ENTRIES - 1;
      continue;
    }
    const at = entries + ((<usize>page) << 2);
    const entry = load<u32>(at);
    if (entry === 0) continue;
    frameReturn(<usize>(entry & ~(FRAME_BYTES - 1)));
    store<u32>(at, 0);
    given++;
    if (!stackPaid(bottom + page * FRAME_BYTES)) promise++;
  }
  processLetsGo(process, given);
  if (spaceCurrent() === <usize>process.directory) spaceFlush();
  process.slots &= ~((<u64>1) << slot);
  process.promised -= promise;
  framesUnpromise(process.group, promise);
}
