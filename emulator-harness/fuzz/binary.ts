// Writing the binary format: LEB128 numbers, vectors and sections as arrays of bytes.

export function unsigned(value: number, padding = 0): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  do {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  } while (rest !== 0);
  for (let i = 0; i < padding; i++) bytes.push(0x80);
  bytes[bytes.length - 1] &= 0x7f;
  return bytes;
}

export function signed(value: bigint): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const byte = Number(rest & 0x7fn);
    rest >>= 7n;
    const done = (rest === 0n && (byte & 0x40) === 0) || (rest === -1n && (byte & 0x40) !== 0);
    bytes.push(done ? byte : byte | 0x80);
    if (done) return bytes;
  }
}

export function name(text: string): number[] {
  const bytes = [...Buffer.from(text)];
  return [...unsigned(bytes.length), ...bytes];
}

export function vector(entries: number[][]): number[] {
  const bytes = unsigned(entries.length);
  for (const entry of entries) for (const byte of entry) bytes.push(byte);
  return bytes;
}

export interface Section {
  id: number;
  contents: number[];
}

export const HEADER = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

export function moduleOf(sections: Section[]): Uint8Array {
  const bytes = [...HEADER];
  for (const { id, contents } of sections) {
    bytes.push(id, ...unsigned(contents.length));
    for (const byte of contents) bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

/** A LEB128 number and the index after it; stops at the end of the bytes. */
export function readUnsigned(bytes: ArrayLike<number>, start: number): [number, number] {
  let value = 0;
  let at = start;
  for (let shift = 0; at < bytes.length && shift < 35; shift += 7) {
    const byte = bytes[at++];
    value += (byte & 0x7f) * 2 ** shift;
    if (byte < 0x80) break;
  }
  return [value, at];
}

/** The sections of a module that is well formed so far; null when the framing does not hold. */
export function sectionsOf(bytes: Uint8Array): Section[] | null {
  const sections: Section[] = [];
  let at = HEADER.length;
  while (at < bytes.length) {
    const id = bytes[at];
    const [size, start] = readUnsigned(bytes, at + 1);
    if (start + size > bytes.length) return null;
    sections.push({ id, contents: [...bytes.subarray(start, start + size)] });
    at = start + size;
  }
  return sections;
}

/** The function bodies of a code section's contents, sizes taken off. */
export function bodiesOf(contents: number[]): number[][] | null {
  const [count, first] = readUnsigned(contents, 0);
  const bodies: number[][] = [];
  let at = first;
  for (let i = 0; i < count; i++) {
    if (at >= contents.length) return null;
    const [size, start] = readUnsigned(contents, at);
    if (start + size > contents.length) return null;
    bodies.push(contents.slice(start, start + size));
    at = start + size;
  }
  return at === contents.length ? bodies : null;
}

export function codeOf(bodies: number[][]): number[] {
  return vector(bodies.map((body) => [...unsigned(body.length), ...body]));
}
