/**
 * Held memory: linear memory at the end of the worker's, which grows and shrinks as the task says.
 *
 * Growing touches each page and takes the time of it: a page that was lent comes back there. WebAssembly cannot
 * give linear memory back, so shrinking maps a small object over the pages, for which the kernel frees the frames
 * behind, and takes it away again; the pages are then as if they had never been touched.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { clock, memoryMap, memoryUnmap, objectCreate } from "../lib/kernel";
import { resultsAddress } from "./area";
import { Own } from "./own-slots";
import { Results } from "./plan";

const PAGE: u32 = 4096;
const WASM_PAGE: u32 = 65536;
/** Pages of the object that is mapped over. */
const COVER_PAGES: u32 = 16;

let base: usize = 0;
/** Pages that were asked of the kernel, and those of them that are held. */
let grown: u32 = 0;
let held: u32 = 0;

/** Makes what shrinking needs; false: the group cannot pay for it. */
export function holdPrepare(): bool {
  return objectCreate(Slot.GROUP, Kind.MEMORY, Own.COVER, COVER_PAGES) >= 0;
}

/** Nothing else of the worker may take linear memory between two calls. */
export function holdBytes(bytes: u32): void {
  // A multiple of the cover, so that shrinking covers whole stretches.
  const wanted = ((bytes + WASM_PAGE - 1) / WASM_PAGE) * COVER_PAGES;
  if (wanted > held) grow(wanted);
  else shrink(wanted);
}

function grow(wanted: u32): void {
  const results = resultsAddress();
  const begin = clock();
  if (wanted > grown) {
    const at = memory.grow(<i32>((wanted - grown) / COVER_PAGES));
    if (at < 0) {
      store<u32>(results, load<u32>(results, Results.HOLDS_REFUSED) + 1, Results.HOLDS_REFUSED);
      return;
    }
    if (grown === 0) base = <usize>at * WASM_PAGE;
    assert(base + grown * PAGE === <usize>at * WASM_PAGE);
    grown = wanted;
  }
  const pages = wanted - held;
  let worst: u64 = load<u32>(results, Results.GROW_WORST_NS);
  let before = clock();
  for (; held < wanted; held++) {
    store<u32>(base + held * PAGE, held + 1);
    const after = clock();
    worst = max<u64>(worst, after - before);
    before = after;
  }
  store<u32>(results, <u32>min<u64>(worst, 0xffffffff), Results.GROW_WORST_NS);
  store<u32>(results, load<u32>(results, Results.GROW_PAGES) + pages, Results.GROW_PAGES);
  const sum = load<u64>(results, Results.GROW_NS) + (clock() - begin);
  store<u64>(results, sum, Results.GROW_NS);
}

function shrink(wanted: u32): void {
  while (held > wanted) {
    const at = base + (held - COVER_PAGES) * PAGE;
    if (memoryMap(Own.COVER, 0, at, COVER_PAGES) < 0) return;
    memoryUnmap(0, at, COVER_PAGES);
    held -= COVER_PAGES;
  }
}
