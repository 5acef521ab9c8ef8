// Makes a random module self-contained and observable: nothing imported, everything that counts exported.
//
// An imported function becomes one that folds its arguments into a checksum global; an imported global becomes
// a defined one; memory is kept small; the memory and every mutable global get exports ("fuzz memory", "fuzz N").
import {
  bodiesOf,
  codeOf,
  moduleOf,
  name,
  readUnsigned,
  type Section,
  sectionsOf,
  signed,
  unsigned,
  vector,
} from "../binary.ts";
import { EXTERNREF, F32, F64, FUNCREF, I32, I64 } from "../operators.ts";

/** Binaryen asks for 16 pages and uses 32 KiB of them; comparing memories is quicker with fewer. */
const MEMORY_MINIMUM = 1;
const MEMORY_MAXIMUM = 3;
/** Loops and calls that a module may make before it stops itself; binaryen writes 100. */
const HANG_LIMIT = 300;

export const MEMORY_EXPORT = "fuzz memory";
/** An added function that returns a checksum of the memory, for subjects whose memory is out of reach. */
export const SUM_EXPORT = "fuzz sum";

/** () -> i64: hash = hash * 31 + word, over all words of 8 bytes. */
const SUM_TYPE = [0x60, 0, 1, I64];
export const SUM_BODY = [
  ...[2, 2, I32, 1, I64],
  ...[0x3f, 0, 0x41, 16, 0x74, 0x21, 1],
  ...[0x02, 0x40, 0x03, 0x40, 0x20, 0, 0x20, 1, 0x4f, 0x0d, 1],
  ...[0x20, 2, 0x42, 31, 0x7e, 0x20, 0, 0x29, 0, 0, 0x7c, 0x21, 2],
  ...[0x20, 0, 0x41, 8, 0x6a, 0x21, 0, 0x0c, 0, 0x0b, 0x0b, 0x20, 2, 0x0b],
];

interface FunctionType {
  parameters: number[];
  results: number[];
}

interface GlobalEntry {
  type: number;
  mutable: boolean;
  initial: number[];
}

/** Null when the module does not have the expected form. */
export function selfContained(bytes: Uint8Array): Uint8Array | null {
  const sections = sectionsOf(bytes);
  return sections ? new Rewriter(sections).rewrite() : null;
}

class Rewriter {
  #types: FunctionType[];
  #functionTypes: number[] = [];
  #globals: GlobalEntry[] = [];
  #memory: [minimum: number, maximum: number] | null = null;
  #bodies: number[][] = [];

  constructor(readonly sections: Section[]) {
    this.#types = entriesOf(this.#contents(1), readType);
  }

  #contents(id: number): number[] {
    return this.sections.find((section) => section.id === id)?.contents ?? [0];
  }

  #replace(id: number, contents: number[]): void {
    const at = this.sections.findIndex((section) => section.id === id);
    if (at >= 0) this.sections[at] = { id, contents };
    else {
      const next = this.sections.findIndex((section) => section.id > id && section.id !== 12);
      this.sections.splice(next < 0 ? this.sections.length : next, 0, { id, contents });
    }
  }

  rewrite(): Uint8Array | null {
    const importedFunctions: number[] = [];
    const importedGlobals: GlobalEntry[] = [];
    for (const entry of entriesOf(this.#contents(2), readImport)) {
      if (entry.kind === 0) importedFunctions.push(entry.type);
      else if (entry.kind === 3) {
        importedGlobals.push({ ...entry, initial: constant(entry.type) });
      } else return null;
    }
    const defined = entriesOf(this.#contents(6), (cursor) => readGlobal(cursor, importedGlobals));
    if (defined.some(({ initial }) => initial.length === 0)) return null;
    this.#globals = [...importedGlobals, ...defined];
    this.#liftHangLimit();
    const checksum = this.#globals.length;
    this.#globals.push({ type: I64, mutable: true, initial: constant(I64) });

    const bodies = bodiesOf(this.#contents(10));
    if (!bodies) return null;
    this.#bodies = [...importedFunctions.map((type) => this.#logger(type, checksum)), ...bodies];
    const rest = entriesOf(this.#contents(3), (cursor) => cursor.number());
    this.#functionTypes = [...importedFunctions, ...rest];
    const memories = entriesOf(this.#contents(5), readMemory);
    this.#memory = memories[0] ?? null;
    if (this.#memory) this.#addSum();
    return this.#write();
  }

  #addSum(): void {
    const types = this.#contents(1);
    const [count, first] = readUnsigned(types, 0);
    this.#replace(1, [...unsigned(count + 1), ...types.slice(first), ...SUM_TYPE]);
    this.#functionTypes.push(count);
    this.#bodies.push(SUM_BODY);
  }

  #write(): Uint8Array {
    this.sections.splice(
      0,
      this.sections.length,
      ...this.sections.filter(({ id }) => id > 0 && id !== 2),
    );
    this.#replace(3, vector(this.#functionTypes.map((type) => unsigned(type))));
    if (this.#memory) this.#replace(5, [1, 1, ...this.#memory.flatMap((pages) => unsigned(pages))]);
    const globals = this.#globals.map(({ type, mutable, initial }) => [
      ...[type, mutable ? 1 : 0],
      ...initial,
    ]);
    this.#replace(6, vector(globals));
    this.#replace(7, this.#exports());
    this.#replace(10, codeOf(this.#bodies));
    return moduleOf(this.sections);
  }

  /** Binaryen's last global counts down to the end of the run. */
  #liftHangLimit(): void {
    const last = this.#globals[this.#globals.length - 1];
    const limit = last?.type === I32 && last.mutable && String(last.initial) === "65,228,0,11";
    if (limit) last.initial = [0x41, ...signed(BigInt(HANG_LIMIT)), 0x0b];
  }

  #exports(): number[] {
    const kept = entriesOf(this.#contents(7), readExport).filter(({ kind }) => kind === 0);
    const entries = kept.map(({ field, index }) => [...name(field), 0, ...unsigned(index)]);
    if (this.#memory) {
      entries.push([...name(MEMORY_EXPORT), 2, 0]);
      entries.push([...name(SUM_EXPORT), 0, ...unsigned(this.#functionTypes.length - 1)]);
    }
    for (const [index, { mutable }] of this.#globals.entries()) {
      if (mutable) entries.push([...name(`fuzz ${index}`), 3, ...unsigned(index)]);
    }
    return vector(entries);
  }

  /** A function that folds its arguments into the checksum and returns zeros. */
  #logger(typeIndex: number, checksum: number): number[] {
    const { parameters, results } = this.#types[typeIndex];
    const global = unsigned(checksum);
    const body = [0];
    for (const [i, type] of parameters.entries()) {
      const value = [0x20, ...unsigned(i), ...asInteger(type)];
      body.push(0x23, ...global, 0x42, 31, 0x7e, ...value, 0x7c, 0x24, ...global);
    }
    for (const type of results) body.push(...constant(type).slice(0, -1));
    return [...body, 0x0b];
  }
}

/** Turns the value on the stack into an i64. */
function asInteger(type: number): number[] {
  if (type === I32) return [0xad];
  if (type === I64) return [];
  if (type === F32) return [0xbc, 0xad];
  if (type === F64) return [0xbd];
  return [0xd1, 0xad];
}

function constant(type: number): number[] {
  if (type === I32) return [0x41, 7, 0x0b];
  if (type === I64) return [0x42, 9, 0x0b];
  if (type === F32) return [0x43, 0, 0, 0xc0, 0x3f, 0x0b];
  if (type === F64) return [0x44, 0, 0, 0, 0, 0, 0, 4, 0x40, 0x0b];
  return [0xd0, type === FUNCREF ? FUNCREF : EXTERNREF, 0x0b];
}

/** A place in a section's contents. */
class Cursor {
  at = 0;

  constructor(readonly bytes: number[]) {}

  byte(): number {
    return this.bytes[this.at++];
  }

  number(): number {
    const [value, next] = readUnsigned(this.bytes, this.at);
    this.at = next;
    return value;
  }

  text(): string {
    const size = this.number();
    this.at += size;
    return Buffer.from(this.bytes.slice(this.at - size, this.at)).toString("utf8");
  }
}

function entriesOf<T>(contents: number[], read: (cursor: Cursor) => T): T[] {
  const cursor = new Cursor(contents);
  return Array.from({ length: cursor.number() }, () => read(cursor));
}

function readType(cursor: Cursor): FunctionType {
  cursor.byte();
  const list = () => Array.from({ length: cursor.number() }, () => cursor.byte());
  return { parameters: list(), results: list() };
}

function readImport(cursor: Cursor): { kind: number; type: number; mutable: boolean } {
  cursor.text();
  cursor.text();
  const kind = cursor.byte();
  const type = kind === 0 ? cursor.number() : cursor.byte();
  return { kind, type, mutable: kind === 3 && cursor.byte() === 1 };
}

/** A global whose initial value may name an imported one: then it takes that one's value. */
function readGlobal(cursor: Cursor, imported: GlobalEntry[]): GlobalEntry {
  const type = cursor.byte();
  const mutable = cursor.byte() === 1;
  const start = cursor.at;
  const opcode = cursor.byte();
  if (opcode === 0x43) cursor.at += 4;
  else if (opcode === 0x44) cursor.at += 8;
  else while (cursor.byte() >= 0x80);
  cursor.byte();
  const initial = cursor.bytes.slice(start, cursor.at);
  if (opcode === 0x23) {
    const [index] = readUnsigned(initial, 1);
    return { type, mutable, initial: imported[index]?.initial ?? [] };
  }
  return { type, mutable, initial };
}

function readMemory(cursor: Cursor): [number, number] {
  const flags = cursor.byte();
  const minimum = cursor.number();
  const room = flags & 1 ? cursor.number() - minimum : MEMORY_MAXIMUM;
  const start = Math.min(minimum, MEMORY_MINIMUM);
  return [start, Math.min(start + room, MEMORY_MAXIMUM)];
}

function readExport(cursor: Cursor): { field: string; kind: number; index: number } {
  return { field: cursor.text(), kind: cursor.byte(), index: cursor.number() };
}
