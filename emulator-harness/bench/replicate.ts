// Large inputs for the generator: a real module whose functions are repeated as often as it takes.
//
// Copies are appended after the module's own functions, so every index in every body stays right.

const SECTION_CUSTOM = 0;
const SECTION_FUNCTION = 3;
const SECTION_CODE = 10;

interface Section {
  id: number;
  bytes: Uint8Array;
}

/** The module with its functions repeated until it has at least this many bytes. */
export function replicate(module: Uint8Array, bytesWanted: number): Uint8Array {
  const sections = sectionsOf(module).filter(({ id }) => id !== SECTION_CUSTOM);
  const functions = vectorOf(sections.find(({ id }) => id === SECTION_FUNCTION)!.bytes);
  const bodies = vectorOf(sections.find(({ id }) => id === SECTION_CODE)!.bytes);
  const perCopy = functions.items.length + bodies.items.length;
  const others = module.length - perCopy;
  const copies = Math.max(1, Math.ceil((bytesWanted - others) / perCopy));
  return join([
    module.subarray(0, 8),
    ...sections.flatMap(({ id, bytes }) => {
      const vector = id === SECTION_FUNCTION ? functions : id === SECTION_CODE ? bodies : null;
      const contents = vector === null ? bytes : repeated(vector, copies);
      return [Uint8Array.of(id), leb(contents.length), contents];
    }),
  ]);
}

function sectionsOf(module: Uint8Array): Section[] {
  const sections: Section[] = [];
  for (let at = 8; at < module.length; ) {
    const id = module[at];
    const [size, start] = readLeb(module, at + 1);
    sections.push({ id, bytes: module.subarray(start, start + size) });
    at = start + size;
  }
  return sections;
}

function vectorOf(bytes: Uint8Array): { count: number; items: Uint8Array } {
  const [count, start] = readLeb(bytes, 0);
  return { count, items: bytes.subarray(start) };
}

function repeated({ count, items }: { count: number; items: Uint8Array }, copies: number) {
  return join([leb(count * copies), ...Array.from({ length: copies }, () => items)]);
}

function readLeb(bytes: Uint8Array, at: number): [value: number, next: number] {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return [value, at];
  }
}

function leb(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  bytes.push(rest);
  return Uint8Array.from(bytes);
}

function join(parts: Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
