// Writes small ELF files from bytes, symbols and sections given by hand, for the tests of what reads them.

export interface HandSegment {
  address: number;
  bytes: number[];
  flags: number;
}

const HEADER_BYTES = 52;
const PROGRAM_BYTES = 32;
const SECTION_BYTES = 40;
const SYMBOL_BYTES = 16;

interface HandSection {
  name: string;
  type: number;
  bytes: Uint8Array;
  link: number;
}

/** An ELF file with these segments, function symbols and sections of words. */
export function handElf(
  entry: number,
  segments: HandSegment[],
  symbols: Record<string, number> = {},
  words: Record<string, number[]> = {},
): Uint8Array {
  const symbolNames = stringTable(Object.keys(symbols));
  const sections: HandSection[] = [
    { name: "", type: 0, bytes: new Uint8Array(0), link: 0 },
    { name: ".symtab", type: 2, bytes: symbolTable(symbols, symbolNames, segments), link: 2 },
    { name: ".strtab", type: 3, bytes: symbolNames.bytes, link: 0 },
    ...Object.entries(words).map(([name, values]) => ({
      name,
      type: 1,
      bytes: new Uint8Array(new Uint32Array(values).buffer),
      link: 0,
    })),
  ];
  const names = stringTable([...sections.map((section) => section.name), ".shstrtab"]);
  sections.push({ name: ".shstrtab", type: 3, bytes: names.bytes, link: 0 });
  return layOut(entry, segments, sections, names.offsets);
}

function layOut(
  entry: number,
  segments: HandSegment[],
  sections: HandSection[],
  names: Map<string, number>,
): Uint8Array {
  const parts: Uint8Array[] = [...segments.map(({ bytes }) => Uint8Array.from(bytes))];
  parts.push(...sections.map(({ bytes }) => bytes));
  let at = HEADER_BYTES + PROGRAM_BYTES * segments.length;
  const offsets = parts.map((part) => {
    const offset = at;
    at = (at + part.length + 3) & ~3;
    return offset;
  });
  const file = new Uint8Array(at + SECTION_BYTES * sections.length);
  const view = new DataView(file.buffer);
  const row = (start: number, values: number[]) => {
    values.forEach((value, i) => {
      view.setUint32(start + 4 * i, value >>> 0, true);
    });
  };
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  row(16, [0x30002, 1, entry, HEADER_BYTES, at, 0, (PROGRAM_BYTES << 16) | HEADER_BYTES]);
  row(44, [(SECTION_BYTES << 16) | segments.length]);
  row(48, [((sections.length - 1) << 16) | sections.length]);
  segments.forEach(({ address, bytes, flags }, i) => {
    const { length } = bytes;
    const values = [1, offsets[i], address, address, length, length, flags, 4096];
    row(HEADER_BYTES + PROGRAM_BYTES * i, values);
  });
  sections.forEach(({ name, type, bytes, link }, i) => {
    const offset = offsets[segments.length + i];
    row(at + SECTION_BYTES * i, [names.get(name)!, type, 0, 0, offset, bytes.length, link]);
  });
  parts.forEach((part, i) => {
    file.set(part, offsets[i]);
  });
  return file;
}

function stringTable(names: string[]): { bytes: Uint8Array; offsets: Map<string, number> } {
  let text = "\0";
  const offsets = new Map([["", 0]]);
  for (const name of names) {
    if (offsets.has(name)) continue;
    offsets.set(name, text.length);
    text += `${name}\0`;
  }
  return { bytes: new TextEncoder().encode(text), offsets };
}

function symbolTable(
  symbols: Record<string, number>,
  { offsets }: { offsets: Map<string, number> },
  segments: HandSegment[],
): Uint8Array {
  const entries = Object.entries(symbols);
  const table = new Uint8Array(SYMBOL_BYTES * (entries.length + 1));
  const view = new DataView(table.buffer);
  entries.forEach(([name, address], i) => {
    const at = SYMBOL_BYTES * (i + 1);
    view.setUint32(at, offsets.get(name)!, true);
    view.setUint32(at + 4, address, true);
    view.setUint32(at + 8, sizeAt(address, segments), true);
    view.setUint8(at + 12, 0x12);
  });
  return table;
}

/** A function reaches to the end of its segment. */
function sizeAt(address: number, segments: HandSegment[]): number {
  const ends = segments.map((segment) => segment.address + segment.bytes.length);
  const found = segments.findIndex((segment, i) => address >= segment.address && address < ends[i]);
  return found < 0 ? 0 : ends[found] - address;
}
