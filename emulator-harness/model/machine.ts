// The machine around the kernel in V8: the imports of kernel/machine/machine.ts as plain functions.
//
// Time passes by a fixed amount at each look at the clock, so a sequence of calls repeats exactly. The only
// device that answers is the timer; the serial line takes bytes and keeps the last of them for a report.

/** Nanoseconds (ticks of the counter at 1 GHz) that each look at the clock takes. */
const LOOK_NS = 500n;
const PIT_HZ = 1193182;
const PIT_COMMAND = 0x43;
const PIT_COUNTER = 0x40;
const COM1 = 0x3f8;
const LINE_STATUS = COM1 + 5;
const READY_TO_SEND = 0x20;
const EXIT_PORT = 0xf4;
const CONSOLE_CHARACTERS = 4000;
const TASK_SWITCHED = 8;
/** More looks at the clock than any entry into the kernel may need. */
const LOOKS_MAX = 200_000;

/** The kernel stopped the machine: by a panic, or because it was asked to. */
export class MachineStopped extends Error {
  constructor(
    readonly code: number,
    readonly console: string,
  ) {
    super(`the machine stopped with ${code}: ${console.trim().split("\n").slice(-3).join(" | ")}`);
  }
}

/** Nothing is ready and no timer is armed: the kernel would sleep for ever. */
export class IdleForEver extends Error {}

/** The kernel was entered and goes round in circles. */
export class NoReturn extends Error {}

/** What the machine does at the points that the driver has a hand in. */
export interface MachineHooks {
  /** The address space is about to change. */
  spaceChanges(directory: number): void;
  /** The kernel is idle and the timer fires now. */
  timerPending(): void;
  /** Moves 512 bytes of floating-point registers; physical addresses. */
  registersSave(address: number): void;
}

export class Machine {
  clock = 0n;
  console = "";
  directory = 0;
  /** Where the latest page fault was. */
  faultAddress = 0;
  private cr0 = 0;
  private cr4 = 0;
  private exitCode = 0;
  private armed: bigint | null = null;
  private counterLow = -1;
  private looks = 0;

  constructor(private readonly hooks: MachineHooks) {}

  /** Back to power-on, with the address space that the boot stubs left. */
  reset(directory: number): void {
    this.clock = 0n;
    this.console = "";
    this.directory = directory;
    this.armed = null;
    this.counterLow = -1;
  }

  /** What has to be kept beside memory and globals. */
  save(): { clock: bigint; directory: number; armed: bigint | null } {
    return { clock: this.clock, directory: this.directory, armed: this.armed };
  }

  restore(state: { clock: bigint; directory: number; armed: bigint | null }): void {
    Object.assign(this, state);
    this.console = "";
    this.counterLow = -1;
  }

  /** Lets time pass while a program runs. True when the timer has fired by then. */
  advance(nanoseconds: bigint): boolean {
    this.clock += nanoseconds;
    if (this.armed === null || this.armed > this.clock) return false;
    this.armed = null;
    return true;
  }

  imports(): Record<string, (...words: never[]) => unknown> {
    const nothing = () => 0;
    return {
      outb: (port: number, value: number) => this.out(port, value & 255),
      inb: (port: number) => (port === LINE_STATUS ? READY_TO_SEND : 0),
      outw: nothing,
      inw: nothing,
      outl: nothing,
      inl: nothing,
      hlt: () => {
        throw new MachineStopped(this.exitCode, this.console);
      },
      cli: nothing,
      sti: nothing,
      idle: () => this.idle(),
      rdtsc: () => this.look(),
      rdmsr: () => 0n,
      wrmsr: nothing,
      invlpg: nothing,
      readCr0: () => this.cr0,
      readCr2: () => this.faultAddress,
      readCr3: () => this.directory,
      readCr4: () => this.cr4,
      writeCr0: (value: number) => {
        this.cr0 = value;
      },
      writeCr3: (value: number) => {
        this.hooks.spaceChanges(value >>> 0);
        this.directory = value >>> 0;
      },
      writeCr4: (value: number) => {
        this.cr4 = value;
      },
      clts: () => {
        this.cr0 &= ~TASK_SWITCHED;
      },
      fxsave: (address: number) => this.hooks.registersSave(address >>> 0),
      fxrstor: nothing,
      stackPointer: nothing,
    };
  }

  /** The kernel is entered anew. */
  entered(): void {
    this.looks = 0;
  }

  private look(): bigint {
    this.looks += 1;
    if (this.looks > LOOKS_MAX) throw new NoReturn("the kernel does not come back");
    this.clock += LOOK_NS;
    return this.clock;
  }

  private idle(): void {
    if (this.armed === null) throw new IdleForEver();
    if (this.armed > this.clock) this.clock = this.armed;
    this.armed = null;
    this.hooks.timerPending();
  }

  private out(port: number, value: number): void {
    if (port === COM1) this.print(value);
    else if (port === PIT_COUNTER) this.count(value);
    else if (port === PIT_COMMAND) this.counterLow = -1;
    else if (port === EXIT_PORT) this.exitCode = value;
  }

  private print(byte: number): void {
    this.console = (this.console + String.fromCharCode(byte)).slice(-CONSOLE_CHARACTERS);
  }

  /** The PIT's counter: low byte, then high byte, and it runs. */
  private count(byte: number): void {
    if (this.counterLow < 0) {
      this.counterLow = byte;
      return;
    }
    const ticks = this.counterLow | (byte << 8);
    this.counterLow = -1;
    this.armed = this.clock + BigInt(Math.round((ticks * 1e9) / PIT_HZ));
  }
}
