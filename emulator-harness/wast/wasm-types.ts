// Just enough of a module's binary for its callers: types of exports, modules of imports.
import { readUnsigned } from "../fuzz/binary.ts";
import type { ValueType } from "./script.ts";

export interface FunctionShape {
  parameters: ValueType[];
  results: ValueType[];
}

export interface ModuleShape {
  /** Names of the modules that it imports from. */
  importModules: Set<string>;
  functions: Map<string, FunctionShape>;
  globals: Map<string, ValueType>;
  /** Names of exported memories. */
  memories: string[];
}

const VALUE_TYPES: Record<number, ValueType> = {
  0x7f: "i32",
  0x7e: "i64",
  0x7d: "f32",
  0x7c: "f64",
  0x70: "funcref",
  0x6f: "externref",
};

/** Reads a valid module of our feature level. */
export function shapeOf(bytes: Uint8Array): ModuleShape {
  return new ShapeReader(bytes).read();
}

class ShapeReader {
  #at = 8;
  #types: FunctionShape[] = [];
  #functions: number[] = [];
  #globals: ValueType[] = [];
  #shape: ModuleShape = {
    importModules: new Set(),
    functions: new Map(),
    globals: new Map(),
    memories: [],
  };

  constructor(readonly bytes: Uint8Array) {}

  read(): ModuleShape {
    while (this.#at < this.bytes.length) {
      const id = this.#byte();
      const end = this.#number() + this.#at;
      if (id === 1) this.#repeat(() => this.#types.push(this.#functionType()));
      else if (id === 2) this.#repeat(() => this.#import());
      else if (id === 3) this.#repeat(() => this.#functions.push(this.#number()));
      else if (id === 6) this.#repeat(() => this.#global());
      else if (id === 7) this.#repeat(() => this.#export());
      this.#at = end;
    }
    return this.#shape;
  }

  #byte(): number {
    return this.bytes[this.#at++];
  }

  #number(): number {
    const [value, next] = readUnsigned(this.bytes, this.#at);
    this.#at = next;
    return value;
  }

  #name(): string {
    const size = this.#number();
    this.#at += size;
    return new TextDecoder().decode(this.bytes.subarray(this.#at - size, this.#at));
  }

  #repeat(read: () => void): void {
    for (let count = this.#number(); count > 0; count--) read();
  }

  #functionType(): FunctionShape {
    this.#byte();
    const list = () => Array.from({ length: this.#number() }, () => VALUE_TYPES[this.#byte()]);
    return { parameters: list(), results: list() };
  }

  #limits(): void {
    const flags = this.#byte();
    this.#number();
    if (flags & 1) this.#number();
  }

  #import(): void {
    this.#shape.importModules.add(this.#name());
    this.#name();
    const kind = this.#byte();
    if (kind === 0) this.#functions.push(this.#number());
    else if (kind === 3) {
      this.#globals.push(VALUE_TYPES[this.#byte()]);
      this.#byte();
    } else {
      if (kind === 1) this.#byte();
      this.#limits();
    }
  }

  #global(): void {
    this.#globals.push(VALUE_TYPES[this.#byte()]);
    this.#byte();
    const opcode = this.#byte();
    if (opcode === 0x43) this.#at += 4;
    else if (opcode === 0x44) this.#at += 8;
    else while (this.#byte() >= 0x80);
    this.#byte();
  }

  #export(): void {
    const name = this.#name();
    const kind = this.#byte();
    const index = this.#number();
    if (kind === 0) this.#shape.functions.set(name, this.#types[this.#functions[index]]);
    else if (kind === 2) this.#shape.memories.push(name);
    else if (kind === 3) this.#shape.globals.set(name, this.#globals[index]);
  }
}
