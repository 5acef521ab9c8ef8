// The address space of the bare rig: where a program's parts are, and what stands behind them.
//
//   0           linear memory; unmapped above its size       text      0x80010000  read-only
//   0xB0000000  instance                                      stack     0xB8080000  below 0xB8100000
//   0xB8100000  arguments and results of an invocation        rig       0xC0000000  supervisor only
import { DIRECTORY, FREE, leaveLowHalf } from "./bare-image.ts";
import type { Elf } from "./elf.ts";

const PAGE = 4096;
export const WASM_PAGE = 65536;
const MEBIBYTE = 1 << 20;

export const TEXT = { at: 0x80010000, physical: FREE + MEBIBYTE, bytes: 24 * MEBIBYTE };
const INSTANCE = { at: 0xb0000000, physical: TEXT.physical + TEXT.bytes, bytes: 24 * MEBIBYTE };
export const STACK = {
  at: 0xb8080000,
  physical: INSTANCE.physical + INSTANCE.bytes,
  bytes: MEBIBYTE / 2,
};
export const SLOTS = { at: 0xb8100000, physical: STACK.physical + STACK.bytes, bytes: PAGE };
const LINEAR_PHYSICAL = SLOTS.physical + MEBIBYTE / 2;

const USER_READ = 5;
const USER_WRITE = 7;

/** What the address space needs of the emulator. */
export interface MemoryExports {
  memory: WebAssembly.Memory;
  full_clear_tlb(): void;
  jit_dirty_cache(start: number, end: number): void;
}

/** Physical memory of a rig whose programs may have this many pages. */
export function physicalBytes(memoryPages: number): number {
  return LINEAR_PHYSICAL + memoryPages * WASM_PAGE;
}

export class BareMemory {
  /** Pages of the linear memory of the loaded program. */
  pages = 0;
  /** Address of the word that the program reads its memory's size from, or 0. */
  sizeSlot = 0;
  #exports: MemoryExports;
  #base: number;
  #pagesMaximum: number;
  #view: DataView;
  #bytes: Uint8Array;
  #tables = FREE;
  #textBytes = 0;
  #instanceBytes = 0;

  constructor(exports: MemoryExports, base: number, pagesMaximum: number) {
    this.#exports = exports;
    this.#base = base;
    this.#pagesMaximum = pagesMaximum;
    this.#view = new DataView(exports.memory.buffer, base);
    this.#bytes = new Uint8Array(exports.memory.buffer, base);
  }

  /** Physical memory. v86's memory moves when it grows: do not keep the view. */
  get view(): DataView {
    this.#refresh();
    return this.#view;
  }

  get bytes(): Uint8Array {
    this.#refresh();
    return this.#bytes;
  }

  /** The address space of programs, once the stubs run in the high half. */
  setUp(): void {
    leaveLowHalf(this.view);
    this.#makeTables(0, this.#pagesMaximum * WASM_PAGE);
    this.#makeTables(TEXT.at, TEXT.bytes);
    this.#makeTables(INSTANCE.at, INSTANCE.bytes);
    this.#makeTables(STACK.at, STACK.bytes + SLOTS.bytes);
    this.#map(STACK.at, STACK.physical, STACK.bytes, USER_WRITE);
    this.#map(SLOTS.at, SLOTS.physical, SLOTS.bytes, USER_WRITE);
    this.#exports.full_clear_tlb();
  }

  /** The physical address of a program's address; it must be mapped. */
  physical(address: number): number {
    const entry = this.view.getUint32(this.#entryOf(address), true);
    if ((entry & 1) === 0) throw new Error(`0x${address.toString(16)} is not mapped`);
    return ((entry & ~(PAGE - 1)) >>> 0) + (address & (PAGE - 1));
  }

  /** Copies bytes of the linear memory. */
  linear(address: number, size: number): Uint8Array {
    return this.bytes.slice(LINEAR_PHYSICAL + address, LINEAR_PHYSICAL + address + size);
  }

  setLinear(address: number, bytes: Uint8Array): void {
    if (address + bytes.length > this.pages * WASM_PAGE) throw new Error("outside the memory");
    this.bytes.set(bytes, LINEAR_PHYSICAL + address);
  }

  /** Puts a program in place of the last one, with a memory of `pages` zeroed pages. */
  place(elf: Elf, pages: number, sizeSlot: number): void {
    if (pages > this.#pagesMaximum) throw new Error(`${pages} pages: more than the rig has`);
    this.#placeSegments(elf);
    this.#map(0, 0, this.pages * WASM_PAGE, 0);
    this.pages = 0;
    this.sizeSlot = sizeSlot;
    this.grow(pages);
  }

  grow(pages: number): void {
    const from = this.pages * WASM_PAGE;
    const added = pages * WASM_PAGE;
    this.bytes.fill(0, LINEAR_PHYSICAL + from, LINEAR_PHYSICAL + from + added);
    this.#map(from, LINEAR_PHYSICAL + from, added, USER_WRITE);
    this.pages += pages;
    if (this.sizeSlot !== 0) {
      this.view.setUint32(this.physical(this.sizeSlot), this.pages, true);
    }
    this.#exports.full_clear_tlb();
  }

  /** Without its text, a program faults at the next instruction. */
  hideText(): void {
    this.#map(TEXT.at, 0, this.#textBytes, 0);
    this.#exports.full_clear_tlb();
  }

  showText(): void {
    this.#map(TEXT.at, TEXT.physical, this.#textBytes, USER_READ);
    this.#exports.full_clear_tlb();
  }

  #refresh(): void {
    const { buffer } = this.#exports.memory;
    if (this.#view.buffer === buffer) return;
    this.#view = new DataView(buffer, this.#base);
    this.#bytes = new Uint8Array(buffer, this.#base);
  }

  #makeTables(address: number, bytes: number): void {
    const last = (address + bytes - 1) >>> 22;
    for (let entry = address >>> 22; bytes > 0 && entry <= last; entry++) {
      if (this.view.getUint32(DIRECTORY + 4 * entry, true) !== 0) continue;
      this.view.setUint32(DIRECTORY + 4 * entry, this.#tables | USER_WRITE, true);
      this.#tables += PAGE;
    }
    if (this.#tables > TEXT.physical) throw new Error("too many page tables");
  }

  #map(address: number, physical: number, bytes: number, flags: number): void {
    const view = this.view;
    for (let offset = 0; offset < bytes; offset += PAGE) {
      const entry = this.#entryOf(address + offset);
      view.setUint32(entry, flags === 0 ? 0 : (physical + offset) | flags, true);
    }
  }

  #entryOf(address: number): number {
    const table = this.#view.getUint32(DIRECTORY + 4 * (address >>> 22), true) & ~(PAGE - 1);
    return (table >>> 0) + 4 * ((address >>> 12) & 1023);
  }

  #placeSegments(elf: Elf): void {
    this.#map(TEXT.at, 0, this.#textBytes, 0);
    this.#map(INSTANCE.at, 0, this.#instanceBytes, 0);
    const textBefore = this.#textBytes;
    this.#textBytes = 0;
    this.#instanceBytes = 0;
    for (const segment of elf.segments) {
      const region = segment.address >= INSTANCE.at ? INSTANCE : TEXT;
      const offset = segment.address - region.at;
      const end = offset + segment.memorySize;
      if (offset < 0 || end > region.bytes) {
        throw new Error(`a segment at 0x${segment.address.toString(16)} is outside the layout`);
      }
      const start = offset & ~(PAGE - 1);
      this.bytes.fill(0, region.physical + start, region.physical + roundUp(end));
      this.bytes.set(segment.bytes, region.physical + offset);
      const flags = segment.writable ? USER_WRITE : USER_READ;
      this.#map(region.at + start, region.physical + start, end - start, flags);
      if (region === TEXT) this.#textBytes = Math.max(this.#textBytes, roundUp(end));
      else this.#instanceBytes = Math.max(this.#instanceBytes, roundUp(end));
    }
    const dirty = Math.max(textBefore, this.#textBytes);
    this.#exports.jit_dirty_cache(TEXT.physical, TEXT.physical + dirty);
  }
}

function roundUp(bytes: number): number {
  return (bytes + PAGE - 1) & ~(PAGE - 1);
}
