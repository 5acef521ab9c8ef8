/**
 * The records of memory objects and of their mappings: 64 bytes each.
 */
import { LoanClass } from "../abi/scheduler";
import { MemoryFlag } from "../abi/records";

@unmanaged
@final
export class Memory {
  /** The first fields are those of `Waiting`; nobody waits here. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  /** In the list of objects whose watchers have yet to be told; the second word says whether. */
  nextNotice: u32;
  noticed: u32;
  /** The frame that lists the frames: a word each, see `soft.ts`. */
  frames: u32;
  pages: u32;
  /** MemoryFlag bits, and DEVICE. */
  flags: u32;
  mappings: Mapping | null;
  /** Of a soft object: pages that have a frame, and how many were taken away so far. */
  resident: u32;
  taken: u32;
  /** Of a soft object with more pages than are its own for good: neighbours in its group's list. */
  nextSoft: u32;
  previousSoft: u32;
  /** Where the search for an idle page goes on. */
  hand: u32;
  /** Who is told when pages are taken: a notification's address or 0, and bits. */
  watcher: u32;
  watcherBits: u32;

  @inline
  static at(address: u32): Memory {
    return changetype<Memory>(<usize>address);
  }

  /** The frame of a page; 0: a soft page without one. */
  frame(page: u32): u32 {
    return load<u32>(this.word(page)) & ~PAGE_TAKEN;
  }

  @inline
  word(page: u32): usize {
    return <usize>this.frames + ((<usize>page) << 2);
  }

  /** Pages of a soft object that are its group's own and stay: as many as one instruction may touch. */
  get floor(): u32 {
    return min<u32>(this.pages, SOFT_FLOOR);
  }

  get soft(): bool {
    return (this.flags & MemoryFlag.SOFT) !== 0;
  }

  get loanClass(): LoanClass {
    return (this.flags & MemoryFlag.CLEAN) !== 0 ? LoanClass.A : LoanClass.B;
  }
}
if (offsetof<Memory>() > 64) ERROR("a memory object must fit into a record");

/** Two operands, each across the end of a page. */
const SOFT_FLOOR: u32 = 4;
/** In a page's word: it had contents, and they were taken. */
export const PAGE_TAKEN: u32 = 1;

/** A stretch of a memory object in a process. */
@unmanaged
@final
export class Mapping {
  memory: u32;
  process: u32;
  /** Where the process's record has its page directory; there is none while the process ends. */
  directoryAt: u32;
  address: u32;
  firstPage: u32;
  pages: u32;
  /** Through which capability: it goes with it. */
  capability: u32;
  nextOfMemory: Mapping | null;
  previousOfMemory: Mapping | null;
  nextOfProcess: Mapping | null;
  previousOfProcess: Mapping | null;
}
