/**
 * The soft cache: entries of a page each, read at random; an entry that is gone is made again.
 *
 * A page of the cache carries the number of its entry. Entries share the pages that there are: when the group
 * gets fewer than it asked for, several have the same one and drive each other out, and when the kernel takes a
 * soft page away, its next reader finds zeros. Both are misses.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { Limit } from "../../kernel/abi/limits";
import { MapFlag } from "../../kernel/abi/records";
import { memoryMap, memoryUnmap, objectCreate } from "../lib/kernel";
import { resultsAddress } from "./area";
import { workFor } from "./event";
import { CACHE_OBJECTS_MAX, Own } from "./own-slots";
import { CacheLimit, Results } from "./plan";
import { Run } from "./run";
import { streamBelow, streamNext } from "./stream";

const OBJECT_PAGES: u32 = Limit.MEMORY_PAGES;
/** First page of each object, and behind the last one the number of pages. */
const firsts: usize = memory.data(4 * 17, 4);
if (CACHE_OBJECTS_MAX !== 16) ERROR("the table of objects has another size");
/** A bit for every entry that was read. */
const seen: usize = memory.data(768);
if (CacheLimit.PAGES !== 6144) ERROR("the bits of entries have another size");
const space: usize = memory.data(8192);
const window: usize = (space + 4095) & ~4095;

let objects: u32 = 0;
let pagesGot: u32 = 0;
let random: u32 = 0;

/** Takes what the group gets of so many pages, in objects that become smaller as memory runs out. */
export function cachePrepare(pages: u32, seed: u32): void {
  random = seed;
  let size = min<u32>(OBJECT_PAGES, pages);
  while (objects < CACHE_OBJECTS_MAX && size > 0) {
    if (objectCreate(Slot.GROUP, Kind.MEMORY, Own.CACHE + objects, size) < 0) {
      size >>= 1;
      continue;
    }
    store<u32>(firsts + (objects << 2), pagesGot);
    objects++;
    pagesGot += size;
    size = min<u32>(size, pages - pagesGot);
  }
  store<u32>(firsts + (objects << 2), pagesGot);
  store<u32>(resultsAddress(), pagesGot, Results.CACHE_PAGES);
}

/** Reads that many of the entries; each that is gone takes work to make again. */
export function cacheRead(run: Run, entries: u32, reads: u32, missNs: u64): void {
  const results = resultsAddress();
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
  const page = entry % pagesGot;
  let object: u32 = 0;
  while (load<u32>(firsts + ((object + 1) << 2)) <= page) object++;
  const inside = page - load<u32>(firsts + (object << 2));
  const place = (inside << 16) | 1;
  if (memoryMap(Own.CACHE + object, 0, window | MapFlag.WRITE, place) < 0) return false;
  const hit = load<u32>(window) === entry + 1;
  store<u32>(window, entry + 1);
  memoryUnmap(0, window, 1);
  return hit;
}
