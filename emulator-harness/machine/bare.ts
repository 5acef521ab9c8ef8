// A bare rig: runs generated program-mode ELF files in v86 without our kernel, thousands a minute.
//
// The program runs in ring 3 in the address layout of the kernel (bare-memory.ts). A system call or an
// exception stops the processor (bare-image.ts) and is answered here. Everything is synchronous: JIT code is
// installed between slices.
import { Call } from "../../kernel/abi/calls.ts";
import { TrapKind } from "../../kernel/abi/traps.ts";
import {
  BARE_IMAGE,
  FAULT_ADDRESS,
  FRAME,
  Slot,
  USER_CODE,
  USER_DATA,
  VECTOR_CALL,
  writeBareKernel,
} from "./bare-image.ts";
import {
  BareMemory,
  type MemoryExports,
  physicalBytes,
  SLOTS,
  STACK,
  TEXT,
  WASM_PAGE,
} from "./bare-memory.ts";
import { deterministicWorld, realWorld, VirtualClock } from "./clock.ts";
import { type Elf, readElf, sectionOf } from "./elf.ts";
import { platform } from "./platform-node.ts";
import type { V86Cpu } from "./v86.ts";

const MEBIBYTE = 1 << 20;
const GUARD_END = 0x80010000;
const STACK_GUARD_BYTES = MEBIBYTE / 2;

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

interface Exports extends MemoryExports {
  main_loop(): number;
}

type Cpu = V86Cpu & { mem8: Uint8Array };

export class Bare {
  elf: Elf | null = null;

  #exports!: Exports;
  #cpu!: Cpu;
  #clock = new VirtualClock();
  #options: Required<BareOptions>;
  #memory!: BareMemory;
  #installs: (() => void)[] = [];
  #maximumPages = 0;
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
    this.#symbols.clear();
    for (const symbol of elf.symbols) this.#symbols.set(symbol.name, symbol.address);
    this.#sites = wordsOf(elf, ".lendos.sites");
    const info = wordsOf(elf, ".lendos.info");
    if (info.length > 0 && info[0] !== INFO_MAGIC) throw new Error(".lendos.info: wrong magic");
    const present = info.length > 0 && info[4] !== 0;
    this.#maximumPages = Math.min(present ? info[3] : 0, this.#options.memoryPages);
    this.#memory.place(elf, present ? info[2] : 0, info.length > 0 ? info[8] : 0);
  }

  /** Runs the entry point: segments and the start function (and `_start` in a plain program). */
  init(budget = BUDGET): Outcome {
    return this.#enter(this.elf!.entry, 0, budget);
  }

  /** Calls an export through its thunk: one slot of 64 bits per argument and per result. */
  invoke(name: string, slots: bigint[], budget = BUDGET): Outcome {
    const thunk = this.symbol(`invoke:${name}`);
    const { view } = this.#memory;
    slots.forEach((slot, i) => {
      view.setBigUint64(SLOTS.physical + 8 * i, BigInt.asUintN(64, slot), true);
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

  /** Pages of the linear memory of the loaded program. */
  get pages(): number {
    return this.#memory.pages;
  }

  /** A copy of the program's linear memory. */
  readMemory(address = 0, size = this.pages * WASM_PAGE - address): Uint8Array {
    return this.#memory.linear(address, size);
  }

  writeMemory(address: number, bytes: Uint8Array): void {
    this.#memory.setLinear(address, bytes);
  }

  /** A copy of bytes on one page of the program, by virtual address. */
  readVirtual(address: number, size: number): Uint8Array {
    const at = this.#memory.physical(address);
    return this.#memory.bytes.slice(at, at + size);
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
      memory_size: physicalBytes(this.#options.memoryPages),
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
    this.#memory = new BareMemory(
      this.#exports,
      this.#cpu.mem8.byteOffset,
      this.#options.memoryPages,
    );
    writeBareKernel(this.#memory.view);
    if (!this.#run(1e6)) throw new Error("the bare kernel does not boot");
    this.#memory.setUp();
  }

  #growMemory(pages: number): number {
    const before = this.pages;
    if (pages > this.#maximumPages - before) return -1;
    this.#memory.grow(pages);
    return before;
  }

  #word(slot: number): number {
    return this.#memory.view.getUint32(FRAME + 4 * slot, true);
  }

  #setWord(slot: number, value: number): void {
    this.#memory.view.setUint32(FRAME + 4 * slot, value >>> 0, true);
  }

  #enter(address: number, slots: number, budget: number): Outcome {
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
    this.#memory.hideText();
    if (!this.#run(this.instructions() + 10e6)) throw new Error("the program cannot be stopped");
    this.#memory.showText();
    return { kind: "timeout" };
  }

  /** Answers a system call; an outcome when it was the last one. */
  #call(slots: number): Outcome | null {
    const first = this.#word(Slot.EBX);
    switch (this.#word(Slot.EAX)) {
      case Call.INVOKE_DONE:
        return { kind: "ok", slots: this.#slots(slots) };
      case Call.EXIT:
      case Call.HALT:
        return { kind: "exit", code: first };
      case Call.MEMORY_GROW:
        this.#answer(this.#growMemory(first));
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
      this.#memory.view.getBigUint64(SLOTS.physical + 8 * i, true),
    );
  }

  #trap(): Outcome {
    const vector = this.#word(Slot.VECTOR);
    const eip = this.#word(Slot.EIP);
    if (this.#word(Slot.CS) !== USER_CODE) {
      throw new Error(`exception ${vector} in the bare kernel at 0x${eip.toString(16)}`);
    }
    const address =
      vector === VECTOR_PAGE_FAULT ? this.#memory.view.getUint32(FAULT_ADDRESS, true) : 0;
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
