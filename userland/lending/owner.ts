/**
 * The owner: leaves its memory alone until it is told to want it, and measures how long it takes to get it.
 */
import { clock, notificationSignal, notificationWait } from "../lib/kernel";
import { Place } from "./partners";
import { check, figure } from "./report";

const PAGES_PER_MIB: u32 = 16;
const PAGE_BYTES: usize = 4096;

/** Waits, then touches so many MiB of new memory, page by page. */
export function own(mebibytes: u32): void {
  notificationWait(Place.GO);
  const begin = clock();
  const grown = memory.grow(mebibytes * PAGES_PER_MIB);
  check(grown >= 0, "memory inside the reserve is there when it is asked for");
  const start = (<usize>grown) << 16;
  const end = start + ((<usize>mebibytes) << 20);
  let before = clock();
  let worst: u64 = 0;
  for (let at = start; at < end; at += PAGE_BYTES) {
    store<u32>(at, 1);
    const now = clock();
    if (now - before > worst) worst = now - before;
    before = now;
  }
  figure("all of it", before - begin, "ns");
  figure("worst page", worst, "ns");
  let wrong: u32 = 0;
  for (let at = start; at < end; at += PAGE_BYTES) if (load<u32>(at) !== 1) wrong++;
  check(wrong === 0, "what the owner writes stays");
  notificationSignal(Place.READY);
}
