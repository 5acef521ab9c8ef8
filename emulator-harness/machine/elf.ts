// Reads ELF32 files: segments, sections and symbols, as our generator and image writer make them.

export interface Section {
  name: string;
  address: number;
  bytes: Uint8Array;
  executable: boolean;
}

export interface Segment {
  address: number;
  physical: number;
  bytes: Uint8Array;
  memorySize: number;
  writable: boolean;
  executable: boolean;
}

export interface ElfSymbol {
  name: string;
  address: number;
  size: number;
  kind: "function" | "object" | "other";
  global: boolean;
}

export interface Elf {
  entry: number;
  sections: Section[];
  segments: Segment[];
  symbols: ElfSymbol[];
}

const PROGRAM_LOAD = 1;
const SECTION_NOBITS = 8;
const SECTION_EXECUTABLE = 4;
const SYMBOL_BYTES = 16;

export function readElf(file: Uint8Array): Elf {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (file.length < 52 || view.getUint32(0) !== 0x7f454c46 || file[4] !== 1) {
    throw new Error("not an ELF32 file");
  }
  const sections = readSections(file, view);
  return {
    entry: view.getUint32(24, true),
    sections,
    segments: readSegments(file, view),
    symbols: readSymbols(sections),
  };
}

export function sectionOf(elf: Elf, name: string): Section | null {
  return elf.sections.find((section) => section.name === name) ?? null;
}

function readSegments(file: Uint8Array, view: DataView): Segment[] {
  const start = view.getUint32(28, true);
  const size = view.getUint16(42, true);
  const segments: Segment[] = [];
  for (let i = 0; i < view.getUint16(44, true); i++) {
    const at = (word: number) => view.getUint32(start + i * size + 4 * word, true);
    if (at(0) !== PROGRAM_LOAD) continue;
    segments.push({
      address: at(2),
      physical: at(3),
      bytes: file.subarray(at(1), at(1) + at(4)),
      memorySize: at(5),
      executable: (at(6) & 1) !== 0,
      writable: (at(6) & 2) !== 0,
    });
  }
  return segments;
}

function readSections(file: Uint8Array, view: DataView): Section[] {
  const start = view.getUint32(32, true);
  const size = view.getUint16(46, true);
  const count = view.getUint16(48, true);
  const namesIndex = view.getUint16(50, true);
  const at = (index: number, word: number) => view.getUint32(start + index * size + 4 * word, true);
  const names = count > 0 ? file.subarray(at(namesIndex, 4)) : file;
  return Array.from({ length: count }, (_, index) => ({
    name: textAt(names, at(index, 0)),
    address: at(index, 3),
    bytes:
      at(index, 1) === SECTION_NOBITS
        ? new Uint8Array(0)
        : file.subarray(at(index, 4), at(index, 4) + at(index, 5)),
    executable: (at(index, 2) & SECTION_EXECUTABLE) !== 0,
  }));
}

function readSymbols(sections: Section[]): ElfSymbol[] {
  const table = sections.find(({ name }) => name === ".symtab")?.bytes;
  const names = sections.find(({ name }) => name === ".strtab")?.bytes;
  if (!table || !names) return [];
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  const symbols: ElfSymbol[] = [];
  for (let at = SYMBOL_BYTES; at + SYMBOL_BYTES <= table.length; at += SYMBOL_BYTES) {
    const kinds = { 1: "object", 2: "function" } as Record<number, ElfSymbol["kind"]>;
    symbols.push({
      name: textAt(names, view.getUint32(at, true)),
      address: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
      kind: kinds[table[at + 12] & 15] ?? "other",
      global: table[at + 12] >> 4 === 1,
    });
  }
  return symbols;
}

function textAt(bytes: Uint8Array, start: number): string {
  const end = bytes.indexOf(0, start);
  return new TextDecoder().decode(bytes.subarray(start, end < 0 ? bytes.length : end));
}
