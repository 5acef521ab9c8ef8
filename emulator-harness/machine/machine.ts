// One v86 machine that boots a multiboot image: console, exit code, clock, and an end to every hang.
//
// The kernel ends a run by writing its exit code to port 0xF4 (QEMU's isa-debug-exit). A virtual machine that
// spends its instruction budget, or halts with interrupts off, ends as a hang. Output after the end is ignored.

import { deterministicWorld, realWorld, VirtualClock } from "./clock.ts";
import { Console } from "./console.ts";
import { platform } from "./platform-node.ts";
import type { V86Emulator } from "./v86.ts";

export const EXIT_PORT = 0xf4;
export const EXIT_HANG = 3;
const MEBIBYTE = 1 << 20;
const VGA_BYTES = 2 * MEBIBYTE;
const INTERRUPT_FLAG = 0x200;
/** Ten minutes of virtual time: no test needs more, and a hang is told within minutes. */
const BUDGET_INSTRUCTIONS = 600e9;

export interface MachineOptions {
  image: Uint8Array;
  initrd?: Uint8Array;
  commandLine?: string;
  memoryBytes?: number;
  clock?: "virtual" | "real";
  seed?: number;
  jit?: boolean;
  /** Virtual nanoseconds (instructions + idle) after which the machine counts as hung. */
  budget?: number;
  /** On the virtual clock, sleep as long as the guest does: for a person at the keyboard. */
  paced?: boolean;
  onByte?: (byte: number) => void;
  /** In a browser: the element that shows the VGA text screen. */
  screen?: HTMLElement;
  /** On the virtual clock: who decides when the machine goes on. Without one it always may. */
  host?: Host;
  /** The card's hardware address, six bytes; without one it is random. */
  hardware?: Uint8Array;
  /** Called with every frame that the card sends. */
  onFrame?: (frame: Uint8Array) => void;
  /** Give the processor back after each look at the timers, 0.1 ms, and not after a millisecond. */
  shortTurns?: boolean;
}

/** A host that gives the processor to several machines in turn; their clocks follow its own. */
export interface Host {
  /**
   * The machine gave the processor back after at most about a millisecond, or because it sleeps: then it has
   * nothing to do for so many nanoseconds, else null. It stands still until it is told to proceed, and its
   * clock then shows what the host says.
   */
  returned(machine: Machine, sleepNs: number | null, proceed: (nowNs: number) => void): void;
}

export type MachineEnd = "exit" | "hang" | "halted" | "destroyed" | "emulator";

export class Machine {
  readonly console = new Console();
  readonly exit: Promise<number>;
  /** Called with every byte of the console. */
  onByte: (byte: number) => void;
  /** Why the machine ended, once it has. */
  end: MachineEnd | null = null;
  exitCode: number | null = null;

  paused = false;
  /** Frames that came while the card was on. What it then did with them is the card's. */
  framesHeard = 0;

  /** The next slice, held back while the machine is paused. */
  #held: (() => void) | null = null;
  #emulator!: V86Emulator;
  #clock = new VirtualClock();
  #options: MachineOptions;
  #resolveExit!: (code: number) => void;

  private constructor(options: MachineOptions) {
    this.#options = options;
    this.onByte = options.onByte ?? (() => {});
    this.exit = new Promise((resolve) => {
      this.#resolveExit = resolve;
    });
  }

  /** Loads the image and lets it run. */
  static async start(options: MachineOptions): Promise<Machine> {
    const machine = new Machine(options);
    await machine.#load();
    machine.#emulator.run();
    return machine;
  }

  get virtual(): boolean {
    return this.#options.clock !== "real";
  }

  /** Every byte that the console has printed. */
  get output(): string {
    return this.console.text;
  }

  /** Instructions executed. Inside a slice v86 may count up to 100,001 of them late. */
  instructions(): number {
    return this.#clock.instructions();
  }

  /** Virtual time: instructions plus skipped idle time. */
  nanoseconds(): number {
    return Math.round(this.#clock.nowMs() * 1e6);
  }

  send(text: string): void {
    if (this.end === null) this.#emulator.serial_send_bytes(0, new TextEncoder().encode(text));
  }

  /** Physical memory, for inspection. */
  readMemory(address: number, size: number): Uint8Array {
    return this.#emulator.read_memory(address, size);
  }

  get cpu() {
    return this.#emulator.v86.cpu;
  }

  /**
   * Resolves with the match once the console's text after the last match contains the pattern.
   * Rejects, with the tail of the console, when the machine ends first or the time is up.
   */
  waitFor(
    pattern: string | RegExp,
    { timeoutInstructions = 60e9 }: { timeoutInstructions?: number } = {},
  ): Promise<string> {
    const deadline = this.nanoseconds() + timeoutInstructions;
    const wanted = this.console.waitFor(pattern, () => this.nanoseconds() > deadline);
    if (this.end !== null) this.console.close(`the machine ended (${this.end})`);
    return wanted;
  }

  /** The virtual address of the current instruction. */
  instructionPointer(): number {
    return this.cpu.instruction_pointer[0] >>> 0;
  }

  /** Stops time until `resume`. */
  pause(): void {
    this.paused = true;
    if (!this.virtual) void this.#emulator.stop();
  }

  resume(): void {
    this.paused = false;
    const held = this.#held;
    this.#held = null;
    if (!this.virtual) this.#emulator.run();
    else if (held) platform.soon(held);
  }

  /** A frame comes to the card, which takes it when it is on and the frame is for it. */
  receiveFrame(frame: Uint8Array): void {
    if (this.end === null) this.#emulator.bus.send("net0-receive", frame);
  }

  /** Ends the machine from outside. */
  destroy(code = EXIT_HANG): void {
    this.#finish("destroyed", code);
  }

  async #load(): Promise<void> {
    const { image, initrd, commandLine, memoryBytes, seed = 1, jit = true, screen } = this.#options;
    const world = this.virtual ? deterministicWorld(this.#clock, seed) : realWorld();
    const V86 = await platform.library(world);
    const compiled = await platform.wasm(this.#options.shortTurns ?? false);
    const emulator = new V86({
      wasm_fn: async (imports: WebAssembly.Imports) =>
        (await WebAssembly.instantiate(compiled, imports)).exports,
      memory_size: memoryBytes ?? 64 * MEBIBYTE,
      vga_memory_size: VGA_BYTES,
      multiboot: { buffer: ownBuffer(image) },
      ...(initrd ? { initrd: { buffer: ownBuffer(initrd) } } : {}),
      cmdline: commandLine ?? "",
      ...(screen ? { screen: { container: screen } } : {}),
      disable_jit: !jit,
      disable_speaker: true,
      disable_keyboard: true,
      disable_mouse: true,
      autostart: false,
    });
    this.#emulator = emulator;
    emulator.add_listener("serial0-output-byte", (byte: number) => this.#byte(byte));
    await new Promise<void>((resolve) => emulator.add_listener("emulator-loaded", () => resolve()));
    this.#clock.attach(emulator.v86.cpu);
    this.#connect(emulator);
    if (screen === undefined) doNotDraw(emulator);
    const write = (value: number) => this.#finish("exit", value & 0xff);
    emulator.v86.cpu.io.register_write(EXIT_PORT, this, write, write, write);
    if (this.virtual) emulator.v86.yield = (pause, tick) => this.#yield(pause, tick);
    else this.#watchRealTime();
  }

  #connect(emulator: V86Emulator): void {
    const { hardware, onFrame } = this.#options;
    if (hardware !== undefined) setHardware(emulator, hardware);
    emulator.add_listener("eth-receive-end", () => this.framesHeard++);
    if (onFrame === undefined) return;
    // The frame is a window of the card's memory: the next one overwrites it.
    emulator.add_listener("net0-send", (frame: Uint8Array) => {
      if (this.end === null) onFrame(frame.slice());
    });
  }

  #byte(byte: number): void {
    if (this.end !== null) return;
    this.console.push(byte);
    this.onByte(byte);
  }

  /** v86 calls this after every slice of at most a millisecond, with the time to its next timer. */
  #yield(pauseMs: number, tick: number): void {
    if (this.end !== null) return;
    const { cpu } = this.#emulator.v86;
    const halted = cpu.in_hlt[0] !== 0;
    if (halted && (cpu.flags[0] & INTERRUPT_FLAG) === 0) {
      this.#finish("halted", EXIT_HANG);
      return;
    }
    const { host } = this.#options;
    if (halted && host === undefined) this.#clock.skip(pauseMs);
    if (this.nanoseconds() > (this.#options.budget ?? BUDGET_INSTRUCTIONS)) {
      this.#finish("hang", EXIT_HANG);
      return;
    }
    this.console.checkDeadlines();
    const resume = () => this.#resume(tick);
    if (host !== undefined) {
      const sleepNs = halted ? Math.max(Math.round(pauseMs * 1e6), 1) : null;
      host.returned(this, sleepNs, (nowNs) => {
        this.#clock.moveTo(nowNs / 1e6);
        platform.soon(resume);
      });
    } else if (this.paused) this.#held = resume;
    else if (halted && this.#options.paced && pauseMs >= 1) setTimeout(resume, pauseMs);
    else platform.soon(resume);
  }

  #resume(tick: number): void {
    if (this.end !== null) return;
    try {
      this.#emulator.v86.yield_callback(tick);
    } catch (error) {
      this.console.note(`emulator: ${error instanceof Error ? error.stack : error}`);
      this.#finish("emulator", EXIT_HANG);
    }
  }

  #watchRealTime(): void {
    const timer = setInterval(() => {
      this.console.checkDeadlines();
      if (this.end !== null) clearInterval(timer);
    }, 50);
    if (typeof timer === "object") timer.unref();
  }

  #finish(end: MachineEnd, code: number): void {
    if (this.end !== null) return;
    this.end = end;
    this.exitCode = code;
    if (!this.virtual) void this.#emulator.stop();
    this.console.close(`the machine ended (${end}, code ${code})`);
    this.#resolveExit(code);
  }
}

/** Nobody looks at the screen: v86 would still redraw it for every palette entry that the kernel sets. */
function doNotDraw({ v86 }: V86Emulator): void {
  v86.cpu.devices.vga.complete_redraw = () => {};
  v86.cpu.devices.vga.text_mode_redraw = () => {};
}

function setHardware({ v86 }: V86Emulator, hardware: Uint8Array): void {
  const { net } = v86.cpu.devices;
  net.mac.set(hardware);
  hardware.forEach((byte, index) => {
    net.memory.fill(byte, 2 * index, 2 * index + 2);
  });
}

/** v86 keeps the buffer, and a small file read by Node is a slice of a shared pool: copy. */
function ownBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
