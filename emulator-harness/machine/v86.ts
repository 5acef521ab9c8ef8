// The parts of the v86 library that the harness touches.
// Several are undocumented, so the version of the package is pinned exactly.

/** The names of the world that a copy of v86 sees instead of the real ones. */
export interface World {
  performance: { now(): number };
  Math: Math;
  Date: DateConstructor;
  crypto: { getRandomValues<T extends ArrayBufferView>(array: T): T };
  WebAssembly: typeof WebAssembly;
}

export interface V86Cpu {
  instruction_counter: Uint32Array;
  memory_size: Int32Array;
  instruction_pointer: Int32Array;
  in_hlt: Uint8Array;
  flags: Int32Array;
  cr: Int32Array;
  cpl: Uint8Array;
  reg32: Int32Array;
  devices: {
    vga: { complete_redraw(): void; text_mode_redraw(): void };
    /** The NE2000; its hardware address is also in its memory, each byte twice. */
    net: { mac: Uint8Array; memory: Uint8Array };
  };
  io: {
    register_write(
      port: number,
      device: object,
      write8: (value: number) => void,
      write16: (value: number) => void,
      write32: (value: number) => void,
    ): void;
  };
}

export interface V86Emulator {
  v86: {
    cpu: V86Cpu;
    running: boolean;
    yield(milliseconds: number, tick: number): void;
    yield_callback(tick: number): void;
  };
  /** Carries what the devices and the world outside say to each other. */
  bus: { send(event: string, value: unknown): void };
  add_listener(event: string, listener: (value: never) => void): void;
  serial_send_bytes(port: number, bytes: Uint8Array): void;
  read_memory(address: number, size: number): Uint8Array;
  run(): void;
  stop(): Promise<void>;
  screen_adapter: { get_text_screen?(): string[] };
}

export type V86Constructor = new (options: Record<string, unknown>) => V86Emulator;

/** What Node and the browser each supply; see platform-node.ts and platform-browser.ts. */
export interface Platform {
  /** A fresh copy of the library that lives in the given world. */
  library(world: World): Promise<V86Constructor>;
  /** The emulator's own Wasm, compiled once for all machines of a kind; see shortTurns. */
  wasm(short?: boolean): Promise<WebAssembly.Module>;
  /** Runs a callback as soon as other events have had their turn. */
  soon(callback: () => void): void;
}

/** The library's text as a function of the names that it would find in the world. */
export const LIBRARY_PARAMETERS = [
  "module",
  "performance",
  "Math",
  "Date",
  "crypto",
  "WebAssembly",
  "require",
];

export type LibraryFunction = (module: { exports: object }, ...world: unknown[]) => void;

/** A machine with an initrd would get at least 64 MiB, whatever was asked for. */
const MEMORY_LEAST = "a.initrd?67108864:1048576";

/** The library's text, with that rule taken out: a machine has the memory that it is given. */
export function libraryText(text: string): string {
  if (!text.includes(MEMORY_LEAST)) {
    throw new Error(`libv86.js has another "${MEMORY_LEAST}": look what it does to small machines`);
  }
  return text.replace(MEMORY_LEAST, "1048576");
}

/** `f64.const 1; f64.gt`: whether a turn has lasted longer than a millisecond. */
const TURN_END = [0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0x64];
const ONE_OFFSET = 7;

/**
 * The emulator's Wasm with turns of one look at the timers (100,003 instructions) instead of a millisecond, so that
 * machines on one wire hear each other sooner.
 */
export function shortTurns(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const found: number[] = [];
  for (let at = wasm.indexOf(0x44); at >= 0; at = wasm.indexOf(0x44, at + 1)) {
    if (TURN_END.every((byte, index) => wasm[at + index] === byte)) found.push(at);
  }
  if (found.length !== 1) {
    throw new Error(
      `v86.wasm compares with 1.0 in ${found.length} places: look for its turn's end`,
    );
  }
  const changed = new Uint8Array(wasm);
  changed.fill(0, found[0] + ONE_OFFSET, found[0] + ONE_OFFSET + 2);
  return changed;
}

/** Calls the library's function in a world. */
export function instantiateLibrary(
  library: LibraryFunction,
  world: World,
  require: unknown,
): V86Constructor {
  const module: { exports: { V86?: V86Constructor } } = { exports: {} };
  const { performance, crypto } = world;
  library.call({}, module, performance, world.Math, world.Date, crypto, world.WebAssembly, require);
  return module.exports.V86!;
}
