// Comparing address spaces: which pages are a memory object's, which page of it, and how they are mapped.
import { isSoft, linearPages } from "./reference/memory.ts";
import type { KernelInV8 } from "./kernel-in-v8.ts";
import { expectSame } from "./compare.ts";
import type { Process } from "./reference/things.ts";
import type { World } from "./reference/world.ts";
import type { KernelState } from "./state.ts";

/** Bits of a page table entry; the last two are the kernel's own marks for pages of objects, and of soft ones. */
const PRESENT = 1;
const WRITABLE = 2;
const MAPPED = 0x400;
const SOFT = 0x800;
const FRAME_MASK = 0xfffff000;
const PAGE_BITS = 12;

export function compareMemory(world: World, state: KernelState, kernel: KernelInV8): void {
  for (const process of world.processes) {
    const known = process.threads.find(({ number }) => number !== null);
    if (!known) continue;
    const directory = state.field(state.threadNumbered(known.number!).address, "directory");
    for (let page = 0; page < linearPages(process); page++) {
      comparePage(process, page, kernel.entryOf(directory, page << PAGE_BITS), state);
    }
  }
}

function comparePage(process: Process, page: number, entry: number, state: KernelState): void {
  const mapping = process.mappings.get(page);
  const name = `page ${page} of process ${process.number}`;
  expectSame(`an object in ${name}`, (entry & MAPPED) !== 0, mapping !== undefined);
  if (mapping === undefined) return;
  expectSame(`a soft object in ${name}`, (entry & SOFT) !== 0, isSoft(mapping.memory));
  expectSame(`a frame in ${name}`, (entry & PRESENT) !== 0, mapping.present);
  expectSame(`writable ${name}`, (entry & WRITABLE) !== 0, mapping.writable);
  const { through, page: wanted } = mapping;
  const owner = through.space.process.threads.find(({ number }) => number !== null);
  if (!owner) return;
  const slot = state.slot(state.threadNumbered(owner.number!).address, through.slot);
  if (slot === null) return;
  const frame = mapping.present ? state.frame(slot.object, wanted) : 0;
  expectSame(`frame of ${name}`, (entry & FRAME_MASK) >>> 0, frame);
}
