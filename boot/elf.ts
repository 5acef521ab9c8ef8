/**
 * ELF32 on the build side: reads the kernel that the generator made, writes the boot image.
 */
export const PT_LOAD = 1;
export const FLAG_EXECUTE = 1;
export const FLAG_WRITE = 2;
export const FLAG_READ = 4;
const HEADER = 52;
const SEGMENT = 32;
const SECTION = 40;

export type Segment = {
  offset: number;
  virtual: number;
  physical: number;
  fileSize: number;
  memorySize: number;
  flags: number;
};
export type Section = {
  name: string;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
  info: number;
  alignment: number;
  entrySize: number;
};

const viewOf = (file: Uint8Array) => new DataView(file.buffer, file.byteOffset, file.byteLength);

export function segmentsOf(file: Uint8Array): Segment[] {
  const view = viewOf(file);
  const at = view.getUint32(28, true);
  const word = (index: number, field: number) => view.getUint32(at + index * SEGMENT + field, true);
  return Array.from({ length: view.getUint16(44, true) }, (_, index) => index)
    .filter((index) => word(index, 0) === PT_LOAD)
    .map((index) => ({
      offset: word(index, 4),
      virtual: word(index, 8),
      physical: word(index, 12),
      fileSize: word(index, 16),
      memorySize: word(index, 20),
      flags: word(index, 24),
    }));
}

export function sectionsOf(file: Uint8Array): Section[] {
  const view = viewOf(file);
  const at = view.getUint32(32, true);
  const word = (index: number, field: number) => view.getUint32(at + index * SECTION + field, true);
  const names = word(view.getUint16(50, true), 16);
  return Array.from({ length: view.getUint16(48, true) }, (_, index) => ({
    name: textAt(file, names + word(index, 0)),
    type: word(index, 4),
    flags: word(index, 8),
    address: word(index, 12),
    offset: word(index, 16),
    size: word(index, 20),
    link: word(index, 24),
    info: word(index, 28),
    alignment: word(index, 32),
    entrySize: word(index, 36),
  }));
}

/** Every symbol's value; a global one wins over a local one of the same name. */
export function symbolsOf(file: Uint8Array): Map<string, number> {
  const sections = sectionsOf(file);
  const table = sections.find((section) => section.name === ".symtab");
  if (!table) throw new Error("boot: the kernel has no .symtab");
  const strings = sections[table.link].offset;
  const view = viewOf(file);
  const symbols = new Map<string, number>();
  const globals = new Set<string>();
  for (let at = table.offset; at < table.offset + table.size; at += 16) {
    const name = textAt(file, strings + view.getUint32(at, true));
    const global = view.getUint8(at + 12) >> 4 === 1;
    if (!global && globals.has(name)) continue;
    if (global) globals.add(name);
    symbols.set(name, view.getUint32(at + 4, true));
  }
  return symbols;
}

function textAt(file: Uint8Array, offset: number): string {
  let end = offset;
  while (file[end] !== 0) end++;
  return new TextDecoder().decode(file.subarray(offset, end));
}

/** A piece of the output file: its bytes go in once, segments and sections point into it. */
export type Piece = { offset: number; bytes: Uint8Array };

export function writeElf(
  entry: number,
  segments: Segment[],
  sections: Section[],
  pieces: Piece[],
): Uint8Array {
  const names = nameTable([...sections.map((section) => section.name), ".shstrtab"]);
  const end = Math.max(...pieces.map((piece) => piece.offset + piece.bytes.length));
  const tableAt = Math.ceil((end + names.bytes.length) / 4) * 4;
  const file = new Uint8Array(tableAt + (sections.length + 2) * SECTION);
  for (const piece of pieces) file.set(piece.bytes, piece.offset);
  file.set(names.bytes, end);
  const view = viewOf(file);
  file.set([0x7f, 0x45, 0x4c, 0x46, 1, 1, 1]);
  [2, 3].forEach((value, index) => view.setUint16(16 + index * 2, value, true));
  [1, entry, HEADER, tableAt, 0].forEach((value, index) =>
    view.setUint32(20 + index * 4, value, true),
  );
  const tail = [
    HEADER,
    SEGMENT,
    segments.length,
    SECTION,
    sections.length + 2,
    sections.length + 1,
  ];
  tail.forEach((value, index) => view.setUint16(40 + index * 2, value, true));
  segments.forEach((segment, index) => {
    const { offset, virtual, physical, fileSize, memorySize, flags } = segment;
    [PT_LOAD, offset, virtual, physical, fileSize, memorySize, flags, 4096].forEach(
      (value, field) => view.setUint32(HEADER + index * SEGMENT + field * 4, value >>> 0, true),
    );
  });
  const rows = sections.map((s, index) => [
    names.offsets[index],
    s.type,
    s.flags,
    s.address,
    s.offset,
    s.size,
    s.link,
    s.info,
    s.alignment,
    s.entrySize,
  ]);
  rows.push([names.offsets[sections.length], 3, 0, 0, end, names.bytes.length, 0, 0, 1, 0]);
  rows.forEach((row, index) => {
    row.forEach((value, field) =>
      view.setUint32(tableAt + (index + 1) * SECTION + field * 4, value >>> 0, true),
    );
  });
  return file;
}

function nameTable(names: string[]): { bytes: Uint8Array; offsets: number[] } {
  let text = "\0";
  const offsets = names.map((name) => {
    const at = text.length;
    text += `${name}\0`;
    return at;
  });
  return { bytes: new TextEncoder().encode(text), offsets };
}
