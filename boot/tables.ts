/**
 * The processor's tables, built when the image is written: page directory, first page table, GDT, IDT.
 */
import { BootSlot, Physical, Selector, TaskState, Virtual } from "../kernel/machine/memory-map";
import { VECTORS } from "./stubs";

const PAGE = 4096;
const LARGE_PAGE = 0x400000;
const PRESENT = 1;
const WRITABLE = 2;
const LARGE = 0x80;
const GLOBAL = 0x100;
/** The first and last directory entry of the kernel's gigabyte. */
const DIRECTORY_FIRST = 768;
const DIRECTORY_END = 1024;

/** A stretch of kernel memory that ring 0 may not write either. */
export type ReadOnlyRange = { start: number; end: number };

/** The bytes from Physical.PAGE_DIRECTORY up to the kernel stack. */
export function bootTables(
  labels: Map<string, number>,
  readOnly: ReadOnlyRange[],
  archiveSize: number,
): Uint8Array {
  const bytes = new Uint8Array(Physical.STACK - Physical.PAGE_DIRECTORY);
  const view = new DataView(bytes.buffer);
  const word = (physical: number, value: number) =>
    view.setUint32(physical - Physical.PAGE_DIRECTORY, value >>> 0, true);
  writeDirectory(word);
  writePageTable(word, readOnly);
  writeDescriptors(word);
  writeGates(word, labels);
  word(Physical.BOOT_SLOTS + BootSlot.ARCHIVE_SIZE, archiveSize);
  return bytes;
}

type WriteWord = (physical: number, value: number) => void;

/**
 * The first 4 MiB by small global pages; the rest of the gigabyte by large pages that are not global,
 * because v86 walks every global entry it has seen at each switch of the address space.
 */
function writeDirectory(word: WriteWord): void {
  const first = Physical.PAGE_TABLE | WRITABLE | PRESENT;
  word(Physical.PAGE_DIRECTORY, first); // identity, until the entry stub has jumped up
  word(Physical.PAGE_DIRECTORY + DIRECTORY_FIRST * 4, first);
  for (let index = DIRECTORY_FIRST + 1; index < DIRECTORY_END; index++) {
    const physical = (index - DIRECTORY_FIRST) * LARGE_PAGE;
    word(Physical.PAGE_DIRECTORY + index * 4, physical | LARGE | WRITABLE | PRESENT);
  }
}

function writePageTable(word: WriteWord, readOnly: ReadOnlyRange[]): void {
  for (let physical = PAGE; physical < LARGE_PAGE; physical += PAGE) {
    const fixed = readOnly.some(({ start, end }) => physical >= start && physical < end);
    const entry = physical | GLOBAL | (fixed ? 0 : WRITABLE) | PRESENT;
    word(Physical.PAGE_TABLE + (physical / PAGE) * 4, entry);
  }
}

/** Flat segments in the order that SYSENTER and SYSEXIT expect, then the task state segment. */
function writeDescriptors(word: WriteWord): void {
  const flat = [0x00cf9b00, 0x00cf9300, 0x00cffb00, 0x00cff300];
  flat.forEach((high, index) => {
    word(Physical.DESCRIPTORS + 8 + index * 8, 0x0000ffff);
    word(Physical.DESCRIPTORS + 12 + index * 8, high);
  });
  const base = Virtual.KERNEL + Physical.TASK_STATE;
  const limit = TaskState.BYTES - 1;
  word(Physical.DESCRIPTORS + Selector.TASK, ((base & 0xffff) << 16) | limit);
  const high = (base & 0xff000000) | 0x00008900 | ((base >>> 16) & 0xff);
  word(Physical.DESCRIPTORS + Selector.TASK + 4, high);
  word(Physical.TASK_STATE + TaskState.STACK, Virtual.KERNEL + Physical.STACK_TOP);
  word(Physical.TASK_STATE + 8, Selector.KERNEL_DATA);
  word(Physical.TASK_STATE + 100, TaskState.BYTES << 16); // no I/O permission map
  pointer(word, BootSlot.DESCRIPTOR_POINTER, Physical.DESCRIPTORS, Selector.TASK + 8);
}

function writeGates(word: WriteWord, labels: Map<string, number>): void {
  const INTERRUPT_GATE = 0x8e00; // ring 3 may not call any of them by `int n`
  for (let vector = 0; vector < VECTORS; vector++) {
    const target = labels.get(`vector${vector}`)!;
    const gate = Physical.INTERRUPT_GATES + vector * 8;
    word(gate, (Selector.KERNEL_CODE << 16) | (target & 0xffff));
    word(gate + 4, (target & 0xffff0000) | INTERRUPT_GATE);
  }
  pointer(word, BootSlot.GATE_POINTER, Physical.INTERRUPT_GATES, VECTORS * 8);
}

/** Six bytes: limit and linear base. */
function pointer(word: WriteWord, slot: BootSlot, physical: number, size: number): void {
  const base = Virtual.KERNEL + physical;
  word(Physical.BOOT_SLOTS + slot, ((base & 0xffff) << 16) | (size - 1));
  word(Physical.BOOT_SLOTS + slot + 4, base >>> 16);
}
