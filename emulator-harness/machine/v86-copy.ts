// One private copy of the v86 library per machine, with its own idea of time and chance.
//
// v86 reads performance.now, Date, Math.random, crypto and WebAssembly.instantiate as free names. The library's
// text is therefore compiled once as a function that takes these names as parameters, and called once per machine:
// clocks stay apart and nothing global is replaced.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import vm from "node:vm";
import { ROOT } from "../paths.ts";

/** The names of the world that a copy of v86 sees instead of the real ones. */
export interface World {
  performance: { now(): number };
  Math: Math;
  Date: DateConstructor;
  crypto: { getRandomValues<T extends ArrayBufferView>(array: T): T };
  WebAssembly: typeof WebAssembly;
}

/** The parts of v86 that the harness touches; several are undocumented, so the version is pinned. */
export interface V86Cpu {
  instruction_counter: Uint32Array;
  instruction_pointer: Int32Array;
  in_hlt: Uint8Array;
  flags: Int32Array;
  cr: Int32Array;
  cpl: Uint8Array;
  reg32: Int32Array;
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
  add_listener(event: string, listener: (value: never) => void): void;
  serial_send_bytes(port: number, bytes: Uint8Array): void;
  read_memory(address: number, size: number): Uint8Array;
  run(): void;
  stop(): Promise<void>;
  screen_adapter: { get_text_screen?(): string[] };
}

export type V86Constructor = new (options: Record<string, unknown>) => V86Emulator;

type Library = (module: { exports: { V86?: V86Constructor } }, ...world: unknown[]) => void;

const require = createRequire(join(ROOT, "package.json"));
const folder = dirname(require.resolve("v86/build/v86.wasm"));

let library: Library | null = null;
let wasm: Promise<WebAssembly.Module> | null = null;

/** A fresh copy of v86 that lives in the given world. */
export function copyOfV86(world: World): V86Constructor {
  library ??= vm.compileFunction(
    readFileSync(join(folder, "libv86.js"), "utf8"),
    ["module", "performance", "Math", "Date", "crypto", "WebAssembly", "require"],
    { filename: join(folder, "libv86.js") },
  ) as Library;
  const module: { exports: { V86?: V86Constructor } } = { exports: {} };
  const { performance, crypto } = world;
  library.call({}, module, performance, world.Math, world.Date, crypto, world.WebAssembly, require);
  return module.exports.V86!;
}

/** The emulator's own Wasm, compiled once for all machines of this process. */
export function v86Wasm(): Promise<WebAssembly.Module> {
  wasm ??= WebAssembly.compile(readFileSync(join(folder, "v86.wasm")));
  return wasm;
}
