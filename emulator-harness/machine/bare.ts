// A bare rig: runs generated program-mode ELF files in v86 without our kernel, thousands a minute.
//
// The program runs in ring 3 in the address layout of the kernel (linear memory at 0, text at 0x80010000,
// instance at 0xB0000000, a stack above a guard page). A system call or an exception stops the processor
// (bare-image.ts) and is answered here. Everything is synchronous: JIT code is installed between slices.
import { Call } from "../../kernel/abi/calls.ts";
import { TrapKind } from "../../kernel/abi/traps.ts";
import {
  BARE_IMAGE,
  DIRECTORY,
  FAULT_ADDRESS,
  FRAME,
  FREE,
  leaveLowHalf,
  Slot,
  USER_CODE,
  USER_DATA,
  VECTOR_CALL,
  writeBareKernel,
} from "./bare-image.ts";
import { deterministicWorld, realWorld, VirtualClock } from "./clock.ts";
import { type Elf, readElf, sectionOf } from "./elf.ts";
import { platform } from "./platform-node.ts";
import type { V86Cpu } from "./v86.ts";

const PAGE = 4096;
export const WASM_PAGE = 65536;
const MEBIBYTE = 1 << 20;

/** Where a program's parts are, and how much physical memory stands behind each. */
const TEXT = { at: 0x80010000, physical: FREE + MEBIBYTE, bytes: 24 * MEBIBYTE };
const INSTANCE = { at: 0xb0000000, physical: TEXT.physical + TEXT.bytes, bytes: 24 * MEBIBYTE };
const STACK = { at: 0xb8080000, physical: INSTANCE.physical + INSTANCE.bytes, bytes: MEBIBYTE / 2 };
/** Arguments and results of an invocation, above the stack. */
const SLOTS = { at: 0xb8100000, physical: STACK.physical + STACK.bytes, bytes: PAGE };
const LINEAR_PHYSICAL = SLOTS.physical + MEBIBYTE / 2;
const GUARD_END = 0x80010000;
const STACK_GUARD_BYTES = MEBIBYTE / 2;

const USER_READ = 5;
const USER_WRITE = 7;
const FLAGS_NONE = 2;
const VECTOR_PAGE_FAULT = 14;
const SITE_WORDS = 3;
const INFO_MAGIC = 0x444e454c;
const BUDGET = 2e9;

export type Outcome =
  | { kind: "ok"; slots: bigint[] }
  | { kind: "exit"; code: number }
  | {
      kind: "trap";
      trapKind: number;
      wasmOffset: number;
      eip: number;
      vector: number;
      address: number;
    }
  | { kind: "timeout" };

export interface BareOptions {
  /** Upper bound of a linear memory, in 64 KiB pages; memory.grow beyond it answers -1. */
  memoryPages?: number;
  /** "real" for benches: nothing depends on it but the clock that the program reads. */
  clock?: "virtual" | "real";
  jit?: boolean;
}

interface Exports {
  memory: WebAssembly.Memory;
  main_loop(): number;
  full_clear_tlb(): void;
  jit_dirty_cache(start: number, end: number): void;
  set_jit_config(index: number, value: number): void;
}

type Cpu = V86Cpu & { mem8: Uint8Array };

export class Bare {
  /** What the loaded program wrote to its console. */
  console = "";
  /** Pages of the linear memory of the loaded program. */
  pages = 0;
  elf: Elf | null = null;

  #exports!: Exports;
  #cpu!: Cpu;
  #clock = new VirtualClock();
  #options: Required<BareOptions>;
  #base = 0;
  #view!: DataView;
  #bytes!: Uint8Array;
  #installs: (() => void)[] = [];
  #tables = FREE;
  #textBytes = 0;
  #instanceBytes = 0;
  #maximumPages = 0;
  #sizeSlot = 0;
  #sites = new Uint32Array(0);
  #symbols = new Map<string, number>();

  private constructor(options: BareOptions) {
    this.#options = { memoryPages: 256, clock: "virtual", jit: true, ...options };
  }

  static async create(options: BareOptions = {}): Promise<Bare> {
    const rig = new Bare(options);
    await rig.#boot();
    return rig;
  }

  /** Puts a program in place of the last one. Its memory starts as the module says, or empty. */
  load(file: Uint8Array): void {
    const elf = readElf(file);
    this.elf = elf;
    this.console = "";
    this.#symbols.clear();
    for (const symbol of elf.symbols) this.#symbols.set(symbol.name, symbol.address);
    this.#sites = wordsOf(elf, ".lendos.sites");
    this.#placeSegments(elf);
    const info = wordsOf(elf, ".lendos.info");
    if (info.length > 0 && info[0] !== INFO_MAGIC) throw new Error(".lendos.info: wrong magic");
    const present = info.length > 0 && info[4] !== 0;
    this.#maximumPages = Math.min(present ? info[3] : 0, this.#options.memoryPages);
    this.#sizeSlot = info.length > 0 ? info[8] : 0;
    this.#resizeMemory(present ? info[2] : 0);
    this.#exports.full_clear_tlb();
  }

  /** Runs the entry point: segments and the start function (and `_start` in a plain program). */
  init(budget = BUDGET): Outcome {
    return this.#enter(this.elf!.entry, 0, budget);
  }

  /** Calls an export through its thunk: one slot of 64 bits per argument and per result. */
  invoke(name: string, slots: bigint[], budget = BUDGET): Outcome {
    const thunk = this.symbol(`invoke:${name}`);
    this.#refresh();
    slots.forEach((slot, i) => {
      this.#view.setBigUint64(SLOTS.physical + 8 * i, BigInt.asUintN(64, slot), true);
    });
    return this.#enter(thunk, Math.max(slots.length, 1), budget);
  }

  /** The address of a symbol of the loaded program. */
  symbol(name: string): number {
    const address = this.#symbols.get(name);
    if (address === undefined) throw new Error(`the program has no symbol ${name}`);
    return address;
  }

  hasSymbol(name: string): boolean {
    return this.#symbols.has(name);
  }

  /** A copy of the program's linear memory. */
  readMemory(address = 0, size = this.pages * WASM_PAGE - address): Uint8Array {
    this.#refresh();
    return this.#bytes.slice(LINEAR_PHYSICAL + address, LINEAR_PHYSICAL + address + size);
  }

  /** A copy of any bytes of the program, by virtual address. */
  readVirtual(address: number, size: number): Uint8Array {
    this.#refresh();
    const at = this.#physical(address);
    return this.#bytes.slice(at, at + size);
  }

  instructions(): number {
    return this.#clock.instructions();
  }

  async #boot(): Promise<void> {
    const compiled = await platform.wasm();
    const world = this.#options.clock === "real" ? realWorld() : deterministicWorld(this.#clock, 1);
    const instantiate = (code: BufferSource, imports: WebAssembly.Imports) => ({
      // Its callback must not run inside the emulator, and no promise: everything here is synchronous.
      // biome-ignore lint/suspicious/noThenProperty: then() is all that v86 calls of it.
      then: (install: (result: object) => void) => {
        const module = new WebAssembly.Module(code);
        const instance = new WebAssembly.Instance(module, imports);
        this.#installs.push(() => install({ module, instance }));
      },
    });
    const V86 = await platform.library({
      ...world,
      WebAssembly: Object.create(WebAssembly, { instantiate: { value: instantiate } }),
    });
    const emulator = new V86({
      wasm_fn: async (imports: WebAssembly.Imports) => {
        const instance = await WebAssembly.instantiate(compiled, imports);
        this.#exports = instance.exports as unknown as Exports;
        return instance.exports;
      },
      memory_size: LINEAR_PHYSICAL + this.#options.memoryPages * WASM_PAGE,
      vga_memory_size: 2 * MEBIBYTE,
      multiboot: { buffer: BARE_IMAGE.slice().buffer },
      disable_jit: !this.#options.jit,
      disable_speaker: true,
      disable_keyboard: true,
      disable_mouse: true,
      autostart: false,
    });
    await new Promise<void>((resolve) => emulator.add_listener("emulator-loaded", () => resolve()));
    this.#cpu = emulator.v86.cpu as Cpu;
    this.#clock.attach(this.#cpu);
    this.#base = this.#cpu.mem8.byteOffset;
    this.#refresh();
    this.#setUp();
  }

  #setUp(): void {
    writeBareKernel(this.#view);
    if (!this.#run(1e6)) throw new Error("the bare kernel does not boot");
    leaveLowHalf(this.#view);
    const linearBytes = this.#options.memoryPages * WASM_PAGE;
    this.#makeTables(0, linearBytes);
    this.#makeTables(TEXT.at, TEXT.bytes);
    this.#makeTables(INSTANCE.at, INSTANCE.bytes);
    this.#makeTables(STACK.at, STACK.bytes + SLOTS.bytes);
    this.#map(STACK.at, STACK.physical, STACK.bytes, USER_WRITE);
    this.#map(SLOTS.at, SLOTS.physical, SLOTS.bytes, USER_WRITE);
    this.#exports.full_clear_tlb();
  }

  /** v86's memory moves when it grows, so the views are renewed before every use from outside. */
  #refresh(): void {
    const { buffer } = this.#exports.memory;
    if (this.#view?.buffer === buffer) return;
    this.#view = new DataView(buffer, this.#base);
    this.#bytes = new Uint8Array(buffer, this.#base);
  }

  #makeTables(address: number, bytes: number): void {
    const last = (address + bytes - 1) >>> 22;
    for (let entry = address >>> 22; bytes > 0 && entry <= last; entry++) {
      if (this.#view.getUint32(DIRECTORY + 4 * entry, true) !== 0) continue;
      this.#view.setUint32(DIRECTORY + 4 * entry, this.#tables | USER_WRITE, true);
      this.#tables += PAGE;
    }
    if (this.#tables > TEXT.physical) throw new Error("too many page tables");
  }

  #map(address: number, physical: number, bytes: number, flags: number): void {
    for (let offset = 0; offset < bytes; offset += PAGE) {
      const entry = this.#entryOf(address + offset);
      this.#view.setUint32(entry, flags === 0 ? 0 : (physical + offset) | flags, true);
    }
  }

  #entryOf(address: number): number {
    const table = this.#view.getUint32(DIRECTORY + 4 * (address >>> 22), true) & ~(PAGE - 1);
    return (table >>> 0) + 4 * ((address >>> 12) & 1023);
  }

  #physical(address: number): number {
    const entry = this.#view.getUint32(this.#entryOf(address), true);
    if ((entry & 1) === 0) throw new Error(`0x${address.toString(16)} is not mapped`);
    return ((entry & ~(PAGE - 1)) >>> 0) + (address & (PAGE - 1));
  }

  #placeSegments(elf: Elf): void {
    this.#refresh();
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
      const at = region.physical + offset;
      this.#bytes.fill(0, at & ~(PAGE - 1), region.physical + roundUp(end));
      this.#bytes.set(segment.bytes, at);
      const flags = segment.writable ? USER_WRITE : USER_READ;
      const start = offset & ~(PAGE - 1);
      this.#map(region.at + start, region.physical + start, end - start, flags);
      if (region === TEXT) this.#textBytes = Math.max(this.#textBytes, roundUp(end));
      else this.#instanceBytes = Math.max(this.#instanceBytes, roundUp(end));
    }
    const dirty = Math.max(textBefore, this.#textBytes);
    this.#exports.jit_dirty_cache(TEXT.physical, TEXT.physical + dirty);
  }

  /** Gives the program `pages` of zeros. */
  #resizeMemory(pages: number): void {
    if (pages > this.#options.memoryPages) throw new Error(`${pages} pages: more than the rig has`);
    this.#map(0, 0, this.pages * WASM_PAGE, 0);
    this.pages = 0;
    this.#addMemory(pages);
  }

  #addMemory(pages: number): void {
    const from = this.pages * WASM_PAGE;
    const bytes = pages * WASM_PAGE;
    this.#bytes.fill(0, LINEAR_PHYSICAL + from, LINEAR_PHYSICAL + from + bytes);
    this.#map(from, LINEAR_PHYSICAL + from, bytes, USER_WRITE);
    this.pages += pages;
    if (this.#sizeSlot !== 0) {
      this.#view.setUint32(this.#physical(this.#sizeSlot), this.pages, true);
    }
  }

  #growMemory(pages: number): number {
    const before = this.pages;
    if (pages > this.#maximumPages - before) return -1;
    this.#addMemory(pages);
    this.#exports.full_clear_tlb();
    return before;
  }

  #word(slot: number): number {
    return this.#view.getUint32(FRAME + 4 * slot, true);
  }

  #setWord(slot: number, value: number): void {
    this.#view.setUint32(FRAME + 4 * slot, value >>> 0, true);
  }

  #enter(address: number, slots: number, budget: number): Outcome {
    this.#refresh();
    for (const slot of Object.values(Slot)) this.#setWord(slot, 0);
    this.#setWord(Slot.EAX, SLOTS.at);
    this.#setWord(Slot.EIP, address);
    this.#setWord(Slot.CS, USER_CODE);
    this.#setWord(Slot.EFLAGS, FLAGS_NONE);
    this.#setWord(Slot.ESP, STACK.at + STACK.bytes - 16);
    this.#setWord(Slot.SS, USER_DATA);
    const end = this.instructions() + budget;
    for (;;) {
      if (!this.#run(end)) return this.#abort();
      this.#refresh();
      if (this.#word(Slot.VECTOR) !== VECTOR_CALL) return this.#trap();
      const outcome = this.#call(slots);
      if (outcome !== null) return outcome;
    }
  }

  /** Runs until the stubs halt; false when the instruction count passes `end` first. */
  #run(end: number): boolean {
    this.#cpu.in_hlt[0] = 0;
    for (;;) {
      this.#exports.main_loop();
      while (this.#installs.length > 0) this.#installs.shift()!();
      if (this.#cpu.in_hlt[0] !== 0) return true;
      if (this.instructions() > end) return false;
    }
  }

  /** Stops a program that runs on: without its text, it faults. */
  #abort(): Outcome {
    this.#refresh();
    this.#map(TEXT.at, 0, this.#textBytes, 0);
    this.#exports.full_clear_tlb();
    if (!this.#run(this.instructions() + 10e6)) throw new Error("the program cannot be stopped");
    const pages = this.#textBytes;
    this.#map(TEXT.at, TEXT.physical, pages, USER_READ);
    this.#exports.full_clear_tlb();
    return { kind: "timeout" };
  }

  /** Answers a system call; an outcome when it was the last one. */
  #call(slots: number): Outcome | null {
    const first = this.#word(Slot.EBX);
    const second = this.#word(Slot.ESI);
    switch (this.#word(Slot.EAX)) {
      case Call.INVOKE_DONE:
        return { kind: "ok", slots: this.#slots(slots) };
      case Call.EXIT:
      case Call.HALT:
        return { kind: "exit", code: first };
      case Call.MEMORY_GROW:
        this.#answer(this.#growMemory(first));
        return null;
      case Call.CONSOLE_WRITE:
        this.console += new TextDecoder().decode(this.readVirtual(first, second));
        this.#answer(second);
        return null;
      case Call.CLOCK: {
        const now = BigInt(Math.round(this.#clock.nowMs() * 1e6));
        this.#answer(Number(now & 0xffffffffn), Number(now >> 32n));
        return null;
      }
      case Call.NULL:
      case Call.YIELD:
        this.#answer(0);
        return null;
      default:
        throw new Error(`the bare rig does not know system call ${this.#word(Slot.EAX)}`);
    }
  }

  #answer(low: number, high = 0): void {
    this.#setWord(Slot.EAX, low);
    this.#setWord(Slot.EBX, high);
  }

  #slots(count: number): bigint[] {
    return Array.from({ length: count }, (_, i) =>
      this.#view.getBigUint64(SLOTS.physical + 8 * i, true),
    );
  }

  #trap(): Outcome {
    const vector = this.#word(Slot.VECTOR);
    const eip = this.#word(Slot.EIP);
    if (this.#word(Slot.CS) !== USER_CODE) {
      throw new Error(`exception ${vector} in the bare kernel at 0x${eip.toString(16)}`);
    }
    const address = vector === VECTOR_PAGE_FAULT ? this.#view.getUint32(FAULT_ADDRESS, true) : 0;
    const exact = vector !== VECTOR_PAGE_FAULT;
    const site = this.#site(eip, exact);
    const trapKind = exact ? this.#kindOfSite(site, vector) : kindOfFault(address);
    const wasmOffset = site < 0 ? 0 : this.#sites[site + 1] & 0xffffff;
    return { kind: "trap", trapKind, wasmOffset, eip, vector, address };
  }

  #kindOfSite(site: number, vector: number): number {
    if (site >= 0) return this.#sites[site + 2];
    return vector === 6 ? TrapKind.BAD_INSTRUCTION : TrapKind.EXCEPTION;
  }

  /** Index of the first word of the trap site for `eip`, or -1. */
  #site(eip: number, exact: boolean): number {
    const offset = eip - TEXT.at;
    let low = 0;
    let high = this.#sites.length / SITE_WORDS;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#sites[middle * SITE_WORDS] <= offset) low = middle + 1;
      else high = middle;
    }
    const found = (low - 1) * SITE_WORDS;
    if (found < 0 || (exact && this.#sites[found] !== offset)) return -1;
    return found;
  }
}

/** A section as 32-bit words; empty when there is none. */
function wordsOf(elf: Elf, name: string): Uint32Array<ArrayBuffer> {
  return new Uint32Array(new Uint8Array(sectionOf(elf, name)?.bytes ?? []).buffer);
}

function kindOfFault(address: number): number {
  if (address < GUARD_END) return TrapKind.MEMORY_OUT_OF_BOUNDS;
  if (address >= STACK.at - STACK_GUARD_BYTES && address < STACK.at) {
    return TrapKind.STACK_EXHAUSTED;
  }
  return TrapKind.WILD_ACCESS;
}

function roundUp(bytes: number): number {
  return (bytes + PAGE - 1) & ~(PAGE - 1);
}
