// Opens the shipped kernel's Wasm for the harness: a larger maximum of memory, and its globals exported.
//
// Not an instruction changes. The maximum has to reach the window of user memory at 1 GiB; the globals are
// exported as `global.<index>` so that a booted kernel can be kept and put back for the next sequence.

const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const GLOBAL_SECTION = 6;
const EXPORT_SECTION = 7;
const EXPORT_GLOBAL = 3;
const WITH_MAXIMUM = 1;

interface Section {
  id: number;
  body: Uint8Array;
}

/** The same module with room for `pages` of 64 KiB and every global exported. */
export function openKernelWasm(bytes: Uint8Array, pages: number): Uint8Array {
  const sections = sectionsOf(bytes);
  const globals = sections.find(({ id }) => id === GLOBAL_SECTION);
  const count = globals === undefined ? 0 : new Reader(globals.body).number();
  const changed = sections.map(({ id, body }) => {
    if (id === MEMORY_SECTION) return { id, body: memoryBody(body, pages) };
    if (id === EXPORT_SECTION) return { id, body: exportBody(body, count) };
    return { id, body };
  });
  const parts = changed.map(({ id, body }) => concat([[id], encode(body.length), body]));
  return concat([bytes.subarray(0, HEADER_BYTES), ...parts]);
}

function sectionsOf(bytes: Uint8Array): Section[] {
  const reader = new Reader(bytes, HEADER_BYTES);
  const sections: Section[] = [];
  while (reader.at < bytes.length) {
    const id = reader.number();
    const size = reader.number();
    sections.push({ id, body: bytes.subarray(reader.at, reader.at + size) });
    reader.at += size;
  }
  return sections;
}

/** One memory with the old minimum. */
function memoryBody(body: Uint8Array, pages: number): Uint8Array {
  const reader = new Reader(body);
  if (reader.number() !== 1) throw new Error("model: the kernel has not exactly one memory");
  reader.number();
  const minimum = reader.number();
  return concat([encode(1), [WITH_MAXIMUM], encode(minimum), encode(pages)]);
}

function exportBody(body: Uint8Array, globals: number): Uint8Array {
  const reader = new Reader(body);
  const count = reader.number();
  const added = Array.from({ length: globals }, (_, index) => {
    const name = new TextEncoder().encode(`global.${index}`);
    return concat([encode(name.length), name, [EXPORT_GLOBAL], encode(index)]);
  });
  return concat([encode(count + globals), body.subarray(reader.at), ...added]);
}

/** LEB128 numbers, one after another. */
class Reader {
  constructor(
    private readonly bytes: Uint8Array,
    public at = 0,
  ) {}

  number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.bytes[this.at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
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

function concat(parts: (Uint8Array | number[])[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
