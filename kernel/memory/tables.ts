/**
 * Page tables of the i386: entries, the tables below a directory, walks.
 *
 * Addresses of directories and tables are physical. Whoever asks for a new table has paid for it.
 */
import { Physical, Virtual } from "../machine/memory-map";
import { FRAME_BYTES, frameReturn, frameTakeZeroed, NO_FRAME } from "./frames";

export const enum Entry {
  PRESENT = 1,
  WRITABLE = 2,
  USER = 4,
  /** Ours: the page or table belongs to an image and stays when the process goes. */
  SHARED = 0x200,
  /** Set by the processor: somebody has touched the page. */
  ACCESSED = 0x20,
  /** Ours: the page is a memory object's. */
  MAPPED = 0x400,
  /** Ours: of a soft object; present or not. */
  SOFT = 0x800,
}

const FRAME_MASK: u32 = 0xfffff000;
const ENTRIES: u32 = 1024;
const MEMORY_TABLES: u32 = <u32>Virtual.MEMORY_END >>> 22;
/** The kernel's entries of a directory. */
export const KERNEL_FIRST: usize = 768;

/** A directory with the kernel in it and nothing else. */
export function directoryCreate(): usize {
  const directory = frameTakeZeroed();
  const offset = KERNEL_FIRST * 4;
  memory.copy(directory + offset, <usize>Physical.PAGE_DIRECTORY + offset, (ENTRIES - 768) * 4);
  return directory;
}

function directoryEntry(directory: usize, virtual: u32): usize {
  return directory + <usize>((virtual >> 22) << 2);
}

/** Where the page's entry is stored, or 0 without a table for it. */
export function entryAt(directory: usize, virtual: u32): usize {
  const table = load<u32>(directoryEntry(directory, virtual));
  if ((table & Entry.PRESENT) === 0) return 0;
  return <usize>(table & FRAME_MASK) + <usize>(((virtual >> 12) & (ENTRIES - 1)) << 2);
}

/** The physical address behind a virtual one, or 0. */
export function physicalOf(directory: usize, virtual: u32): usize {
  const at = entryAt(directory, virtual);
  if (at === 0) return 0;
  const entry = load<u32>(at);
  if ((entry & Entry.PRESENT) === 0) return 0;
  return <usize>((entry & FRAME_MASK) | (virtual & ~FRAME_MASK));
}

/** Is there a table for this page already? */
export function tablePresent(directory: usize, virtual: u32): bool {
  return (load<u32>(directoryEntry(directory, virtual)) & Entry.PRESENT) !== 0;
}

/** Makes the table for this page; it must not exist. */
export function tableCreate(directory: usize, virtual: u32, flags: u32): void {
  assert(!tablePresent(directory, virtual));
  const table = <u32>frameTakeZeroed();
  const entry = table | flags | Entry.WRITABLE | Entry.USER | Entry.PRESENT;
  store<u32>(directoryEntry(directory, virtual), entry);
}

/** Maps a page whose table exists and that is not mapped. */
export function pageMap(directory: usize, virtual: u32, frame: usize, flags: u32): void {
  const at = entryAt(directory, virtual);
  assert(at !== 0 && (load<u32>(at) & Entry.PRESENT) === 0);
  assert(frame !== NO_FRAME);
  store<u32>(at, <u32>frame | flags | Entry.PRESENT);
}

/** Frames that `directoryEmpty` gave back. */
export let emptied: u32 = 0;

/**
 * Gives back frames of one table of a directory's user half that are not shared, and the table once it is empty:
 * the first one at or behind an index. Of the pages below `MEMORY_END` only the first `pages` can be there. Where to go
 * on; KERNEL_FIRST: there are no more.
 */
export function directoryEmpty(directory: usize, from: u32, pages: u32): u32 {
  emptied = 0;
  for (let index = from; index < <u32>KERNEL_FIRST; index++) {
    const at = directory + <usize>(index << 2);
    if ((at & (STRETCH - 1)) === 0 && stretchEmpty(at)) {
      index += STRETCH_ENTRIES - 1;
      continue;
    }
    const entry = load<u32>(at);
    if (entry === 0) continue;
    if ((entry & Entry.PRESENT) !== 0 && (entry & Entry.SHARED) === 0) {
      emptied = tableEmpty(<usize>(entry & FRAME_MASK), entriesOf(index, pages));
      if (emptied >= STEP_FRAMES) return index;
      frameReturn(<usize>(entry & FRAME_MASK));
      emptied++;
      store<u32>(at, 0);
      return index + 1;
    }
    store<u32>(at, 0);
  }
  return <u32>KERNEL_FIRST;
}

/** Entries of a table that may be in use, in whole stretches. */
function entriesOf(index: u32, pages: u32): u32 {
  if (index >= MEMORY_TABLES) return ENTRIES;
  const before = index * ENTRIES;
  const entries = pages > before ? min<u32>(pages - before, ENTRIES) : 0;
  return (entries + STRETCH_ENTRIES - 1) & ~(STRETCH_ENTRIES - 1);
}

/** Gives back frames that a table maps: all of them, if they are fewer than STEP_FRAMES. */
function tableEmpty(table: usize, entries: u32): u32 {
  const end = table + ((<usize>entries) << 2);
  let count: u32 = 0;
  for (let at = table; at < end && count < STEP_FRAMES; at += STRETCH) {
    if (stretchEmpty(at)) continue;
    for (let entryPlace = at; entryPlace < at + STRETCH; entryPlace += 4) {
      const entry = load<u32>(entryPlace);
      if ((entry & Entry.PRESENT) === 0 || (entry & Entry.MAPPED) !== 0) continue;
      store<u32>(entryPlace, 0);
      frameReturn(<usize>(entry & FRAME_MASK));
      count++;
    }
  }
  return count;
}

/** Frames given back in one go. */
const STEP_FRAMES: u32 = 64;

/** Sixteen entries: most tables are mostly empty, and this is how they are looked through. */
const STRETCH: usize = 64;
export const STRETCH_ENTRIES: u32 = 16;

export function stretchEmpty(at: usize): bool {
  const first = load<u32>(at) | load<u32>(at, 4) | load<u32>(at, 8) | load<u32>(at, 12);
  const second =
    first | load<u32>(at, 16) | load<u32>(at, 20) | load<u32>(at, 24) | load<u32>(at, 28);
  const third =
    second | load<u32>(at, 32) | load<u32>(at, 36) | load<u32>(at, 40) | load<u32>(at, 44);
  return (
    (third | load<u32>(at, 48) | load<u32>(at, 52) | load<u32>(at, 56) | load<u32>(at, 60)) === 0
  );
}

/** Tables that a stretch of `size` bytes needs at most, whatever is there already. */
export function tablesOf(start: u32, size: u32): u32 {
  if (size === 0) return 0;
  const first = start >> 22;
  const last = (start + size - 1) >> 22;
  return last - first + 1;
}

/** Whole pages of `size` bytes. */
export function pagesOf(size: u32): u32 {
  return (size >> 12) + ((size & (FRAME_BYTES - 1)) !== 0 ? 1 : 0);
}
