// The generator of userland/codegen in Node: Wasm in, i386 ELF out.
import { assemble } from "./assemblyscript.ts";
import { hashOf, step } from "./files.ts";
import { progress } from "./progress.ts";

/** Bits of the generator's mode. */
export const MODE_PROGRAM = 0;
export const MODE_KERNEL = 1;
export const MODE_INVOCABLE = 2;

const CLASSES = ["ok", "malformed", "invalid", "unsupported", "limit", "internal"] as const;
export type Refusal = (typeof CLASSES)[number];

/** The generator refused a module: which class, which rule, and where. */
export class RefusedModule extends Error {
  constructor(
    readonly refusal: Refusal,
    readonly rule: string,
    readonly offset: number,
  ) {
    super(`${refusal}: ${rule} (at offset 0x${offset.toString(16)})`);
  }
}

interface Exports {
  memory: WebAssembly.Memory;
  inputReserve(size: number): number;
  compile(size: number, mode: number): number;
  validate(size: number): number;
  outputAddress(): number;
  outputSize(): number;
  errorAddress(): number;
  errorSize(): number;
  errorOffset(): number;
}

export class Generator {
  #exports: Exports;

  private constructor(exports: Exports) {
    this.#exports = exports;
  }

  /** A generator from its own Wasm; without an argument, from the sources. */
  static async load(wasm?: Uint8Array): Promise<Generator> {
    const { instance } = await WebAssembly.instantiate(
      (wasm ?? (await codegenWasm())) as never,
      {},
    );
    return new Generator(instance.exports as unknown as Exports);
  }

  /** What its linear memory has grown to. */
  get memoryBytes(): number {
    return this.#exports.memory.buffer.byteLength;
  }

  /** The ELF file of a module; throws RefusedModule. */
  compile(wasm: Uint8Array, mode = MODE_PROGRAM): Uint8Array {
    this.#place(wasm);
    this.#check(this.#exports.compile(wasm.length, mode));
    return this.#slice(this.#exports.outputAddress(), this.#exports.outputSize());
  }

  /** Null when the module is valid, else why not. */
  validate(wasm: Uint8Array): RefusedModule | null {
    this.#place(wasm);
    try {
      this.#check(this.#exports.validate(wasm.length));
      return null;
    } catch (error) {
      if (error instanceof RefusedModule) return error;
      throw error;
    }
  }

  #place(wasm: Uint8Array): void {
    const address = this.#exports.inputReserve(wasm.length) >>> 0;
    new Uint8Array(this.#exports.memory.buffer).set(wasm, address);
  }

  #check(result: number): void {
    if (result === 0) return;
    const rule = this.#slice(this.#exports.errorAddress(), this.#exports.errorSize());
    throw new RefusedModule(
      CLASSES[result] ?? "internal",
      new TextDecoder().decode(rule),
      this.#exports.errorOffset() >>> 0,
    );
  }

  #slice(address: number, size: number): Uint8Array {
    return new Uint8Array(this.#exports.memory.buffer).slice(address >>> 0, (address >>> 0) + size);
  }
}

/** codegen.wasm, up to date. */
export function codegenWasm(): Promise<Uint8Array> {
  return assemble({ name: "wasm/codegen", entry: "userland/codegen/codegen.ts", kind: "codegen" });
}

let shared: Promise<Generator> | null = null;

/** The ELF of a Wasm file of the build, from the cache when neither it nor the generator changed. */
export async function lower(name: string, wasm: Uint8Array, mode: number): Promise<Uint8Array> {
  const codegen = await codegenWasm();
  return step(`${name}.elf`, hashOf(codegen, wasm, String(mode)), async () => {
    shared ??= Generator.load(codegen);
    const done = progress(`lower ${name}`);
    const elf = (await shared).compile(wasm, mode);
    done();
    return elf;
  });
}
