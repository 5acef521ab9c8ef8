// Where a stopped machine was: the running program's functions, read from outside through its page tables.
//
// The image's archive has every program with its symbols and frame sizes. The one whose code lies at the
// instruction pointer is the one that runs, or the kernel in ring 0.
import { type Elf, readElf, sectionOf } from "./elf.ts";
import type { Machine } from "./machine.ts";
import { Symbols } from "./symbols.ts";

const FRAMES_MAX = 16;
const COMPARED_BYTES = 16;
const BLOCK = 512;
const PAGE = 4096;
const LARGE_PAGE = 1 << 22;
const STACK_REGISTER = 4;

/** A line per call, innermost first; the bare address when nobody's code is there. */
export function backtrace(machine: Machine, image: Uint8Array): string[] {
  const memory = new VirtualMemory(machine);
  const address = machine.instructionPointer();
  const running = programAt(memory, image, address);
  const ring = `ring ${machine.cpu.cpl[0]}`;
  if (!running) return [`0x${address.toString(16)} (${ring})`];
  const { name, elf } = running;
  const calls = walk(memory, elf, address, machine.cpu.reg32[STACK_REGISTER] >>> 0);
  return calls.map((call) => `${call} in ${name} (${ring})`);
}

interface Program {
  name: string;
  elf: Elf;
}

function programAt(memory: VirtualMemory, image: Uint8Array, address: number): Program | null {
  const found = memory.read(address, COMPARED_BYTES);
  if (!found) return null;
  for (const { name, bytes } of elfFiles(image)) {
    const elf = readElf(bytes);
    const text = sectionOf(elf, ".text");
    if (!text || address < text.address || address >= text.address + text.bytes.length) continue;
    const start = address - text.address;
    const expected = text.bytes.subarray(start, start + COMPARED_BYTES);
    if (expected.every((byte, index) => byte === found[index])) return { name, elf };
  }
  return null;
}

function walk(memory: VirtualMemory, elf: Elf, start: number, stack: number): string[] {
  const symbols = new Symbols(elf);
  const frames = frameSizes(elf);
  const lines: string[] = [];
  let address = start;
  let pointer = stack;
  while (lines.length < FRAMES_MAX) {
    const symbol = symbols.at(address);
    lines.push(symbols.describe(address));
    const size = symbol ? frames.get(symbol.address) : undefined;
    if (size === undefined) break;
    // Before its first instruction a function has no frame yet.
    pointer += address === symbol?.address ? 0 : size;
    const back = memory.word(pointer);
    if (back === null) break;
    pointer += 4;
    // The call is before the return address, perhaps at the very end of its function.
    address = back - 1;
    if (!symbols.at(address)) break;
  }
  return lines;
}

/** Bytes between the stack pointer and the return address, by the function's address. */
function frameSizes(elf: Elf): Map<number, number> {
  const text = sectionOf(elf, ".text");
  const table = sectionOf(elf, ".lendos.frames")?.bytes;
  const sizes = new Map<number, number>();
  if (!text || !table) return sizes;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  for (let at = 0; at + 8 <= table.length; at += 8) {
    sizes.set(text.address + view.getUint32(at, true), view.getUint32(at + 4, true));
  }
  return sizes;
}

/** The ELF files of the archive inside an image; none when it is not one of ours. */
function* elfFiles(image: Uint8Array): Generator<{ name: string; bytes: Uint8Array }> {
  const archive = readElf(image).segments.find(
    ({ bytes }) => text(bytes, 257, 5) === "ustar",
  )?.bytes;
  for (let at = 0; archive && text(archive, at + 257, 5) === "ustar"; ) {
    const name = text(archive, at, 100);
    const size = Number.parseInt(text(archive, at + 124, 12), 8);
    const start = at + BLOCK;
    if (name.endsWith(".elf")) {
      const base = name.split("/").at(-1)!;
      yield { name: base.slice(0, -4), bytes: archive.subarray(start, start + size) };
    }
    at = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function text(bytes: Uint8Array, start: number, size: number): string {
  const piece = bytes.subarray(start, start + size);
  const end = piece.indexOf(0);
  return new TextDecoder().decode(end < 0 ? piece : piece.subarray(0, end));
}

/** The stopped machine's memory as the running code sees it. */
class VirtualMemory {
  constructor(readonly machine: Machine) {}

  word(address: number): number | null {
    const bytes = this.read(address, 4);
    return bytes && new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
  }

  /** Bytes that may cross pages, or null when one of them is not mapped. */
  read(address: number, size: number): Uint8Array | null {
    const result = new Uint8Array(size);
    for (let i = 0; i < size; i++) {
      const physical = this.#physical((address + i) >>> 0);
      if (physical === null) return null;
      result[i] = this.machine.readMemory(physical, 1)[0];
    }
    return result;
  }

  #physical(address: number): number | null {
    const { cr } = this.machine.cpu;
    if (cr[0] >= 0) return address; // paging is off
    const directory = this.#entry((cr[3] & -PAGE) >>> 0, address >>> 22);
    if ((directory & 1) === 0) return null;
    if (directory & 0x80) return ((directory & -LARGE_PAGE) >>> 0) + (address & (LARGE_PAGE - 1));
    const page = this.#entry((directory & -PAGE) >>> 0, (address >>> 12) & 1023);
    return page & 1 ? ((page & -PAGE) >>> 0) + (address & (PAGE - 1)) : null;
  }

  #entry(table: number, index: number): number {
    const bytes = this.machine.readMemory(table + 4 * index, 4);
    return new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true);
  }
}
