/**
 * The soft cache: entries of a page each, read at random; an entry that is gone is made again.
 *
 * A page of the cache carries the number of its entry; when the kernel has taken it away, its next reader finds
 * zeros. The objects lie behind each other in a window of the linear memory, which nobody pays for.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { MapFlag, MemoryFlag, MemoryRecord } from "../../kernel/abi/records";
import { memoryMap, memoryRead, memoryWindow, objectCreate } from "../lib/kernel";
import { resultsAddress } from "./area";
import { workFor } from "./event";
import { CACHE_OBJECTS_MAX, Own } from "./own-slots";
import { CacheLimit, Results } from "./plan";
import { Run } from "./run";
import { streamBelow, streamNext } from "./stream";

const OBJECT_PAGES: u32 = Limit.MEMORY_PAGES;
const PAGE_BYTES: u32 = 4096;
/** A bit for every entry that was read. */
const seen: usize = memory.data(768);
if (CacheLimit.PAGES !== 6144) ERROR("the bits of entries have another size");
const PAGES_PER_GROWTH: u32 = 16;
let window: u32 = 0;

/** How much of the cache there is, is asked once in so many events. */
const LOOK_MASK: u32 = 31;
const record = changetype<MemoryRecord>(memory.data(16, 4));
if (offsetof<MemoryRecord>() !== 16) ERROR("MemoryRecord changed size");

let events: u32 = 0;
let objects: u32 = 0;
let pagesGot: u32 = 0;
let random: u32 = 0;

/** Makes soft objects of so many pages together: smaller ones when even what they cost themselves runs out. */
export function cachePrepare(pages: u32, seed: u32): void {
  random = seed;
  const grown = memoryWindow((pages + PAGES_PER_GROWTH - 1) / PAGES_PER_GROWTH);
  if (grown < 0) return;
  window = (<u32>grown) << 16;
  let size = min<u32>(OBJECT_PAGES, pages);
  while (objects < CACHE_OBJECTS_MAX && size > 0) {
    if (objectCreate(Slot.GROUP, Kind.MEMORY, Own.CACHE + objects, size | MemoryFlag.SOFT) < 0) {
      size >>= 1;
      continue;
    }
    const at = window + pagesGot * PAGE_BYTES;
    if (memoryMap(Own.CACHE + objects, 0, at | MapFlag.WRITE, size) < 0) break;
    objects++;
    pagesGot += size;
    size = min<u32>(size, pages - pagesGot);
  }
}

/** Reads that many of the entries; each that is gone takes work to make again. */
export function cacheRead(run: Run, entries: u32, reads: u32, missNs: u64): void {
  const results = resultsAddress();
  if ((events++ & LOOK_MASK) === 0) store<u32>(results, resident(), Results.CACHE_PAGES);
  for (let i: u32 = 0; i < reads; i++) {
    random = streamNext(random);
    const entry = streamBelow(entries, random);
    const hit = pagesGot > 0 && entryRead(entry);
    if (!hit) {
      workFor(run, missNs);
      if (firstRead(entry)) count(results + Results.FIRST_READS);
    }
    count(results + (hit ? Results.HITS : Results.MISSES));
  }
}

/** Pages of the cache that have a frame now. */
function resident(): u32 {
  let pages: u32 = 0;
  for (let object: u32 = 0; object < objects; object++) {
    if (memoryRead(Own.CACHE + object, record) >= 0) pages += record.resident;
  }
  return pages;
}

function count(counter: usize): void {
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Had nobody read the entry before? */
function firstRead(entry: u32): bool {
  const at = seen + (entry >> 3);
  const bit: u32 = 1 << (entry & 7);
  const before = load<u8>(at);
  store<u8>(at, <u8>(<u32>before | bit));
  return (<u32>before & bit) === 0;
}

/** Was the entry there? If not, it is from now on. */
function entryRead(entry: u32): bool {
  const at = window + (entry % pagesGot) * PAGE_BYTES;
  const hit = load<u32>(at) === entry + 1;
  store<u32>(at, entry + 1);
  return hit;
}
