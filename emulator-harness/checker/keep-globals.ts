// Adds two functions to a Wasm module that copy its mutable globals to memory and back.
//
// A state of the scheduler is records in memory and a few dozen globals. Setting those from JavaScript costs more than
// exploring an edge, so the module does it: `globalsKeep(address)` and `globalsPut(address)`, eight bytes each.
// Not an instruction of the module changes.

const HEADER_BYTES = 8;
const Section = { TYPE: 1, FUNCTION: 3, GLOBAL: 6, EXPORT: 7, CODE: 10 } as const;
const GLOBAL_BYTES = 8;

const Op = {
  END: 0x0b,
  LOCAL_GET: 0x20,
  GLOBAL_GET: 0x23,
  GLOBAL_SET: 0x24,
  I32_CONST: 0x41,
  I64_CONST: 0x42,
  F32_CONST: 0x43,
  F64_CONST: 0x44,
} as const;
const I32 = 0x7f;
/** By type: i32, i64, f32, f64. */
const LOADS = [0x28, 0x29, 0x2a, 0x2b];
const STORES = [0x36, 0x37, 0x38, 0x39];

interface Part {
  id: number;
  body: Uint8Array;
}

/** The module with `globalsKeep` and `globalsPut`. */
export function withKeptGlobals(bytes: Uint8Array): Uint8Array {
  const parts = partsOf(bytes);
  const bodyOf = (id: number) => parts.find((part) => part.id === id)!.body;
  const globals = globalTypes(bodyOf(Section.GLOBAL));
  const type = new Reader(bodyOf(Section.TYPE)).number();
  const imported = WebAssembly.Module.imports(new WebAssembly.Module(bytes as BufferSource));
  const first =
    imported.filter(({ kind }) => kind === "function").length +
    new Reader(bodyOf(Section.FUNCTION)).number();
  const additions: Record<number, number[]> = {
    [Section.TYPE]: [0x60, 1, I32, 0],
    [Section.FUNCTION]: [...encode(type), ...encode(type)],
    [Section.EXPORT]: [...exported("globalsKeep", first), ...exported("globalsPut", first + 1)],
    [Section.CODE]: [...keepBody(globals), ...putBody(globals)],
  };
  const changed = parts.map(({ id, body }) => {
    const added = additions[id];
    return added === undefined ? { id, body } : { id, body: extended(body, id, added) };
  });
  const sections = changed.flatMap(({ id, body }) => [
    Uint8Array.from([id, ...encode(body.length)]),
    body,
  ]);
  return concat([bytes.subarray(0, HEADER_BYTES), ...sections]);
}

/** A vector section with more entries: one more type, two more of everything else. */
function extended(body: Uint8Array, id: number, added: number[]): Uint8Array {
  const reader = new Reader(body);
  const count = reader.number() + (id === Section.TYPE ? 1 : 2);
  return concat([Uint8Array.from(encode(count)), body.subarray(reader.at), Uint8Array.from(added)]);
}

function exported(name: string, index: number): number[] {
  const text = [...new TextEncoder().encode(name)];
  return [...encode(text.length), ...text, 0, ...encode(index)];
}

function keepBody(globals: (number | null)[]): number[] {
  return functionBody(globals, (type, index, offset) => [
    Op.LOCAL_GET,
    0,
    Op.GLOBAL_GET,
    ...encode(index),
    STORES[type],
    0,
    ...encode(offset),
  ]);
}

function putBody(globals: (number | null)[]): number[] {
  return functionBody(globals, (type, index, offset) => [
    Op.LOCAL_GET,
    0,
    LOADS[type],
    0,
    ...encode(offset),
    Op.GLOBAL_SET,
    ...encode(index),
  ]);
}

function functionBody(
  globals: (number | null)[],
  step: (type: number, index: number, offset: number) => number[],
): number[] {
  let offset = 0;
  const code = globals.flatMap((type, index) => {
    if (type === null) return [];
    offset += GLOBAL_BYTES;
    return step(type, index, offset - GLOBAL_BYTES);
  });
  const body = [0, ...code, Op.END];
  return [...encode(body.length), ...body];
}

/** Of each global the type (0: i32 ... 3: f64), or null for one that never changes. */
function globalTypes(body: Uint8Array): (number | null)[] {
  const reader = new Reader(body);
  return Array.from({ length: reader.number() }, () => {
    const type = I32 - reader.byte();
    const mutable = reader.byte() === 1;
    reader.expression();
    return mutable ? type : null;
  });
}

function partsOf(bytes: Uint8Array): Part[] {
  const reader = new Reader(bytes, HEADER_BYTES);
  const parts: Part[] = [];
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const size = reader.number();
    parts.push({ id, body: bytes.subarray(reader.at, reader.at + size) });
    reader.at += size;
  }
  return parts;
}

class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  byte(): number {
    return this.bytes[this.at++];
  }

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  }

  /** Skips a constant expression. */
  expression(): void {
    for (let op = this.byte(); op !== Op.END; op = this.byte()) {
      if (op === Op.F32_CONST) this.at += 4;
      else if (op === Op.F64_CONST) this.at += 8;
      else this.number();
    }
  }
}

function encode(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

function concat(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
