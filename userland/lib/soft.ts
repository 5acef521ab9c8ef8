/**
 * Soft memory: pages that the kernel may take away when their owner wants them, for caches.
 *
 * A stretch is a memory object mapped into a window of the linear memory, which costs nothing until it is
 * touched. A taken page reads zero: whoever keeps things here marks them, and looks whether the mark is there.
 * The kernel neither reads nor writes soft memory for a program: no texts, records or message buffers.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { MapFlag, MemoryFlag } from "../../kernel/abi/records";
import { memoryMap, memoryWindow, objectCreate } from "./kernel";
import { giveSlot, takeSlot } from "./slots";

export const SOFT_PAGE_BYTES: u32 = 4096;
const PAGES_PER_GROWTH: u32 = 16;
/** The slot of the latest stretch's memory object. */
export let softSlot: u32 = Slot.NONE;

/** Addresses for so many pages of 4 KiB, to map soft objects over; or a negated KernelError. */
export function softWindow(pages: u32): i32 {
  const grown = memoryWindow((pages + PAGES_PER_GROWTH - 1) / PAGES_PER_GROWTH);
  return grown < 0 ? -KernelError.OUT_OF_MEMORY : grown << 16;
}

/** Makes soft memory at an address of a window, at most Limit.MEMORY_PAGES pages; 0 or a negated KernelError. */
export function softOpen(address: u32, pages: u32, clean: bool): i32 {
  assert(pages !== 0 && pages <= <u32>Limit.MEMORY_PAGES);
  softSlot = takeSlot();
  if (softSlot === Slot.NONE) return -KernelError.TABLE_FULL;
  const flags = clean ? MemoryFlag.SOFT | MemoryFlag.CLEAN : MemoryFlag.SOFT;
  const made = objectCreate(Slot.GROUP, Kind.MEMORY, softSlot, pages | flags);
  if (made < 0) {
    giveSlot(softSlot);
    return made;
  }
  return memoryMap(softSlot, 0, address | MapFlag.WRITE, pages);
}
