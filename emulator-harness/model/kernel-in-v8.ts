// The shipped kernel in V8: booted as the stubs boot it, entered as the stubs enter it.
//
// The kernel's Wasm addresses are physical addresses, so its memory is the machine's. No program runs: the
// driver puts a call's words into the frame of the running thread, enters, and looks at who is resumed.
import { bootTables } from "../../boot/tables.ts";
import { CALL_MASK, Call } from "../../kernel/abi/calls.ts";
import { BootSlot, Physical, TrapFrame, Vector, Virtual } from "../../kernel/machine/memory-map.ts";
import { Machine } from "./machine.ts";
import { modelArchive } from "./programs.ts";
import { openKernelWasm } from "./wasm-patch.ts";
import { USER_PAGE, Window } from "./window.ts";

/** Physical memory of the machine: small, because each sequence of calls begins with a copy of it. */
const MEMORY_BYTES = 0xd00000;
const PAGE_64K = 0x10000;
const WINDOW_END = Virtual.USER_WINDOW + 0x10000;
const LOADER_MAGIC = 0x2badb002;
const FLAG_MEMORY_MAP = 0x40;
/** Below the kernel, where the loader's information is read once. */
const INFORMATION = 0x8000;
const USER_WORDS = [TrapFrame.EBX, TrapFrame.ESI, TrapFrame.EDI, TrapFrame.EBP];
/** Calls for which the stubs try a fast way before that of all calls. */
const FAST: Partial<Record<number, "fastCall" | "fastReplyReceive" | "fastSignalWait">> = {
  [Call.MESSAGE_CALL]: "fastCall",
  [Call.MESSAGE_REPLY_RECEIVE]: "fastReplyReceive",
  [Call.NOTIFICATION_SIGNAL_WAIT]: "fastSignalWait",
};
/** A fast way answers this for everything that is not the simple case. */
const NOT_FAST = 0;
/** Error code of a page fault by a ring-3 write to an absent page. */
const NOT_PRESENT = 6;

interface KernelExports {
  memory: WebAssembly.Memory;
  main(magic: number, information: number): number;
  enter(frame: number): number;
  systemCall(frame: number): number;
  fastCall(frame: number): number;
  fastReplyReceive(frame: number): number;
  fastSignalWait(frame: number): number;
  verify(): void;
}

/** What a resumed thread finds in its registers. */
export interface Answer {
  result: number;
  words: number[];
}

interface Saved {
  memory: Uint8Array;
  globals: (number | bigint)[];
  machine: ReturnType<Machine["save"]>;
  frame: number;
}

export class KernelInV8 {
  readonly machine: Machine;
  /** The frame of the thread that runs: what the kernel answered last. */
  frame = 0;
  /** Calls that went a fast way. */
  fastWays = 0;
  private readonly exports: KernelExports;
  private readonly globals: WebAssembly.Global[];
  private readonly bytes: Uint8Array;
  readonly view: DataView;
  private readonly window: Window;
  private saved: Saved | null = null;

  constructor(module: WebAssembly.Module) {
    this.machine = new Machine({
      spaceChanges: (directory) => this.spaceChanges(directory),
      timerPending: () => this.setPending(),
      registersSave: () => {},
    });
    const instance = new WebAssembly.Instance(module, { machine: this.machine.imports() as never });
    this.exports = instance.exports as unknown as KernelExports;
    this.globals = Object.values(instance.exports).filter(mutable);
    const { memory } = this.exports;
    memory.grow(WINDOW_END / PAGE_64K - memory.buffer.byteLength / PAGE_64K);
    this.bytes = new Uint8Array(memory.buffer);
    this.view = new DataView(memory.buffer);
    this.window = new Window(memory.buffer as ArrayBuffer);
  }

  /** The kernel's Wasm, ready to be instantiated: its maximum raised, its globals within reach. */
  static async compile(bytes: Uint8Array): Promise<WebAssembly.Module> {
    return WebAssembly.compile(openKernelWasm(bytes, WINDOW_END / PAGE_64K) as BufferSource);
  }

  /** What stubs and boot loader do, up to the first frame. */
  boot(): void {
    const archive = modelArchive();
    const noStubs = { get: () => 0 } as unknown as Map<string, number>;
    this.bytes.set(bootTables(noStubs, [], archive.length), Physical.PAGE_DIRECTORY);
    this.bytes.set(archive, Physical.ARCHIVE);
    this.machine.reset(Physical.PAGE_DIRECTORY);
    this.word(INFORMATION, FLAG_MEMORY_MAP);
    const map = INFORMATION + 256;
    this.word(INFORMATION + 44, 24);
    this.word(INFORMATION + 48, map);
    [20, Physical.STUBS, 0, MEMORY_BYTES - Physical.STUBS, 0, 1].forEach((value, i) => {
      this.word(map + 4 * i, value);
    });
    this.frame = this.exports.main(LOADER_MAGIC, INFORMATION) >>> 0;
    this.keep();
  }

  /** Makes the present state the one that `restore` returns to. */
  keep(): void {
    this.window.flush(this.machine.directory);
    this.saved = {
      memory: this.bytes.slice(0, MEMORY_BYTES),
      globals: this.globals.map((global) => global.value),
      machine: this.machine.save(),
      frame: this.frame,
    };
  }

  restore(): void {
    const { memory, globals, machine, frame } = this.saved!;
    this.bytes.set(memory);
    globals.forEach((value, i) => {
      this.globals[i].value = value;
    });
    this.machine.restore(machine);
    this.frame = frame;
    this.window.load(this.machine.directory);
  }

  /** One system call of the running thread; `eax` carries the number and, in messages, the rest. */
  call(eax: number, words: number[]): void {
    this.setWords(words);
    this.word(this.frame + TrapFrame.EAX, eax);
    this.word(this.frame + TrapFrame.VECTOR, Vector.SYSTEM_CALL);
    const { exports } = this;
    const name = FAST[eax & CALL_MASK];
    if (name === undefined) this.entered(exports.systemCall);
    else this.entered((frame) => this.fast(name, frame));
  }

  private fast(name: NonNullable<(typeof FAST)[number]>, frame: number): number {
    const next = this.exports[name](frame);
    if (next === NOT_FAST) return this.exports.systemCall(frame);
    this.fastWays += 1;
    return next;
  }

  /** The program runs for a while. If the timer fires meanwhile, the kernel is entered. */
  run(nanoseconds: bigint): boolean {
    if (!this.machine.advance(nanoseconds)) return false;
    this.word(this.frame + TrapFrame.VECTOR, Vector.INTERRUPTS);
    this.entered(this.exports.enter);
    return true;
  }

  /** Panics when an invariant of the whole kernel is broken. */
  verify(): void {
    this.exports.verify();
  }

  /** The registers of the thread of a frame, after its call was answered. */
  answer(frame = this.frame): Answer {
    const word = (offset: number) => this.view.getUint32(frame + offset, true);
    return { result: word(TrapFrame.EAX) | 0, words: USER_WORDS.map(word) };
  }

  /** Bytes of the running program's page, to be written before its call. */
  writeUser(offset: number, words: number[]): void {
    words.forEach((value, i) => {
      this.word(Virtual.USER_WINDOW + USER_PAGE + offset + 4 * i, value);
    });
  }

  readUser(offset: number, count: number): number[] {
    const at = Virtual.USER_WINDOW + USER_PAGE + offset;
    return Array.from({ length: count }, (_, i) => this.view.getUint32(at + 4 * i, true));
  }

  writeUserText(offset: number, text: string): void {
    const at = Virtual.USER_WINDOW + USER_PAGE + offset;
    this.bytes.set(new TextEncoder().encode(text), at);
  }

  /** The physical address behind one of some space's; 0 where nothing is mapped. */
  physicalOf(directory: number, address: number): number {
    return this.window.physicalOf(directory, address);
  }

  /** The page table entry of an address; 0 without a table. */
  entryOf(directory: number, address: number): number {
    return this.window.entryOf(directory, address);
  }

  /** The running program touches its page of arguments, if it never has. */
  touch(): void {
    if (this.physicalOf(this.machine.directory, USER_PAGE) !== 0) return;
    this.fault(USER_PAGE);
  }

  /** The running program writes to an address whose page is absent. */
  fault(address: number): void {
    this.machine.faultAddress = address;
    this.word(this.frame + TrapFrame.VECTOR, Vector.PAGE_FAULT);
    this.word(this.frame + TrapFrame.ERROR, NOT_PRESENT);
    this.entered(this.exports.enter);
  }

  private entered(door: (frame: number) => number): void {
    this.machine.entered();
    this.window.flush(this.machine.directory);
    const calls = Physical.BOOT_SLOTS + BootSlot.CALLS;
    this.word(calls, this.view.getUint32(calls, true) + 1);
    this.frame = door(this.frame) >>> 0;
    this.window.flush(this.machine.directory);
    this.window.load(this.machine.directory);
  }

  /** Before the kernel looks through the window at another space. */
  private spaceChanges(directory: number): void {
    this.window.flush(this.machine.directory);
    this.window.load(directory);
  }

  private setPending(): void {
    const pending = Physical.BOOT_SLOTS + BootSlot.PENDING;
    this.word(pending, this.view.getUint32(pending, true) | 1);
  }

  private setWords(words: number[]): void {
    USER_WORDS.forEach((offset, i) => {
      this.word(this.frame + offset, words[i] ?? 0);
    });
  }

  private word(address: number, value: number): void {
    this.view.setUint32(address, value, true);
  }
}

function mutable(value: unknown): value is WebAssembly.Global {
  if (!(value instanceof WebAssembly.Global)) return false;
  const before = value.value;
  try {
    value.value = before;
    return true;
  } catch {
    return false;
  }
}
