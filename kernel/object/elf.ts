/**
 * ELF32 images of programs: every field is checked before a byte of them is believed.
 *
 * An image has one segment of text (read, execute), at most one of constants (read) and at most one of
 * instance data (read, write), each in its own place of the address space and on its own pages, and the
 * sections of `userland/codegen/elf`: `.lendos.info` is required, sites, frames and symbols are optional.
 */
import { Limit } from "../abi/limits";
import { Virtual } from "../machine/memory-map";
import { FRAME_BYTES } from "../memory/frames";

/** A stretch of an image: where it is in the file and in the address space. */
@unmanaged
@final
export class Part {
  virtual: u32;
  offset: u32;
  fileSize: u32;
  memorySize: u32;

  clear(): void {
    this.virtual = 0;
    this.offset = 0;
    this.fileSize = 0;
    this.memorySize = 0;
  }
}
const PART_SIZE: usize = 16;
if (offsetof<Part>() !== 16) ERROR("PART_SIZE is out of date");

/** The words of `.lendos.info`. */
@unmanaged
@final
export class Information {
  magic: u32;
  version: u32;
  memoryMinimum: u32;
  memoryMaximum: u32;
  hasMemory: u32;
  initialiser: u32;
  threadEntry: u32;
  startExport: u32;
  memorySizeSlot: u32;
  stackLimitSlot: u32;
  invokeTable: u32;
}
const INFORMATION_BYTES: u32 = 44;
const INFORMATION_MAGIC: u32 = 0x444e454c;
if (offsetof<Information>() !== 44) ERROR("INFORMATION_BYTES is out of date");

/** What `decodeElf` learns: part of an image's record. */
@unmanaged
@final
export class Layout {
  /** Where the file can be read: physical, or in the current address space's window. */
  file: u32;
  fileSize: u32;
  entry: u32;
  reserved: u32;

  @inline
  get text(): Part {
    return this.part(0);
  }
  @inline
  get constants(): Part {
    return this.part(1);
  }
  @inline
  get instance(): Part {
    return this.part(2);
  }
  @inline
  get sites(): Part {
    return this.part(3);
  }
  @inline
  get frames(): Part {
    return this.part(4);
  }
  @inline
  get symbols(): Part {
    return this.part(5);
  }
  @inline
  get strings(): Part {
    return this.part(6);
  }
  @inline
  get bodies(): Part {
    return this.part(7);
  }
  @inline
  private part(index: usize): Part {
    return changetype<Part>(
      changetype<usize>(this) + <usize>offsetof<Layout>() + index * PART_SIZE,
    );
  }
  @inline
  get info(): Information {
    return changetype<Information>(
      changetype<usize>(this) + <usize>offsetof<Layout>() + PARTS * PART_SIZE,
    );
  }
}
/** Text, constants, instance, sites, frames, symbols, strings, bodies; then a copy of the information. */
const PARTS: usize = 8;
export const LAYOUT_BYTES: u32 = 16 + 8 * 16 + 44;
if (offsetof<Layout>() !== 16) ERROR("LAYOUT_BYTES is out of date");

const HEADER_BYTES: u32 = 52;
const SEGMENT_BYTES: u32 = 32;
const SECTION_BYTES: u32 = 40;
const SEGMENTS_MAX: u32 = 8;
const SECTIONS_MAX: u32 = 64;
const MAGIC: u32 = 0x464c457f;
/** 32 bits, little endian, version 1. */
const IDENTITY: u32 = 0x010101;
const EXECUTABLE_I386: u32 = 0x00030002;
const LOADED: u32 = 1;

const enum Flag {
  EXECUTE = 1,
  WRITE = 2,
  READ = 4,
}

/** Fills in `layout` from an ELF file; null, or the rule that the file breaks. */
export function decodeElf(layout: Layout, file: usize, size: u32): string | null {
  memory.fill(changetype<usize>(layout), 0, LAYOUT_BYTES);
  layout.file = <u32>file;
  layout.fileSize = size;
  if (size < HEADER_BYTES) return "the file is shorter than an ELF header";
  if (load<u32>(file) !== MAGIC) return "no ELF magic";
  if ((load<u32>(file, 4) & 0xffffff) !== IDENTITY) return "not a 32-bit little-endian ELF";
  if (load<u32>(file, 16) !== EXECUTABLE_I386) return "not an i386 executable";
  if (load<u32>(file, 20) !== 1) return "unknown ELF version";
  layout.entry = load<u32>(file, 24);
  const segments = decodeSegments(layout, file, size);
  if (segments !== null) return segments;
  if (!inside(layout.text, layout.entry)) return "the entry is outside the text";
  const sections = decodeSections(layout, file, size);
  if (sections !== null) return sections;
  return decodeInformation(layout);
}

/** Is [offset, offset + count * stride) inside the file? Nothing here can overflow. */
function fits(size: u32, offset: u32, count: u32, stride: u32): bool {
  return <u64>offset + <u64>count * <u64>stride <= <u64>size;
}

export function inside(part: Part, address: u32): bool {
  return address >= part.virtual && address - part.virtual < part.memorySize;
}

function decodeSegments(layout: Layout, file: usize, size: u32): string | null {
  const table = load<u32>(file, 28);
  const count = <u32>load<u16>(file, 44);
  if (<u32>load<u16>(file, 42) !== SEGMENT_BYTES) return "program headers of another size";
  if (count > SEGMENTS_MAX) return "too many program headers";
  if ((table & 3) !== 0) return "program headers are not aligned";
  if (!fits(size, table, count, SEGMENT_BYTES)) return "program headers beyond the file";
  for (let i: u32 = 0; i < count; i++) {
    const header = file + table + i * SEGMENT_BYTES;
    if (load<u32>(header) !== LOADED) continue;
    const rule = decodeSegment(layout, header, size);
    if (rule !== null) return rule;
  }
  if (layout.text.memorySize === 0) return "no text segment";
  return null;
}

function decodeSegment(layout: Layout, header: usize, size: u32): string | null {
  const offset = load<u32>(header, 4);
  const virtual = load<u32>(header, 8);
  const fileSize = load<u32>(header, 16);
  const memorySize = load<u32>(header, 20);
  const flags = load<u32>(header, 24);
  if (memorySize === 0) return null;
  if (!fits(size, offset, fileSize, 1)) return "a segment beyond the file";
  if (fileSize > memorySize) return "a segment larger in the file than in memory";
  if ((virtual & (FRAME_BYTES - 1)) !== 0) return "a segment not on a page boundary";
  if ((flags & Flag.READ) === 0 || flags > 7) return "a segment that cannot be read";
  const writable = (flags & Flag.WRITE) !== 0;
  const executable = (flags & Flag.EXECUTE) !== 0;
  if (writable && executable) return "a segment both writable and executable";
  if (!writable && fileSize !== memorySize) return "a constant segment with empty space";
  const first: u32 = writable ? Virtual.INSTANCE : Virtual.TEXT;
  const end: u32 = writable ? Virtual.STACKS : Virtual.IMAGE_FILE;
  if (virtual < first || virtual >= end || memorySize > end - virtual) {
    return "a segment outside its place in the address space";
  }
  const part = writable ? layout.instance : executable ? layout.text : layout.constants;
  if (part.memorySize !== 0) return "two segments of one kind";
  part.virtual = virtual;
  part.offset = offset;
  part.fileSize = fileSize;
  part.memorySize = memorySize;
  return overlap(layout.text, layout.constants) ? "overlapping segments" : null;
}

/** Do two parts touch a common page? */
function overlap(one: Part, other: Part): bool {
  if (one.memorySize === 0 || other.memorySize === 0) return false;
  const oneEnd = (one.virtual + one.memorySize + FRAME_BYTES - 1) & ~(FRAME_BYTES - 1);
  const otherEnd = (other.virtual + other.memorySize + FRAME_BYTES - 1) & ~(FRAME_BYTES - 1);
  return one.virtual < otherEnd && other.virtual < oneEnd;
}

function decodeSections(layout: Layout, file: usize, size: u32): string | null {
  const table = load<u32>(file, 32);
  const count = <u32>load<u16>(file, 48);
  const namesIndex = <u32>load<u16>(file, 50);
  if (<u32>load<u16>(file, 46) !== SECTION_BYTES) return "section headers of another size";
  if (count > SECTIONS_MAX) return "too many section headers";
  if ((table & 3) !== 0) return "section headers are not aligned";
  if (!fits(size, table, count, SECTION_BYTES)) return "section headers beyond the file";
  if (namesIndex >= count) return "no section names";
  const names = file + table + namesIndex * SECTION_BYTES;
  const namesOffset = load<u32>(names, 16);
  const namesSize = load<u32>(names, 20);
  if (!fits(size, namesOffset, namesSize, 1)) return "section names beyond the file";
  for (let i: u32 = 1; i < count; i++) {
    const header = file + table + i * SECTION_BYTES;
    const name = load<u32>(header);
    if (name >= namesSize) return "a section name beyond the names";
    const part = partNamed(layout, file + namesOffset + name, namesSize - name);
    if (part === null) continue;
    part.offset = load<u32>(header, 16);
    part.fileSize = load<u32>(header, 20);
    if ((part.offset & 3) !== 0 && part !== layout.strings) return "a section is not aligned";
    if (!fits(size, part.offset, part.fileSize, 1)) return "a section beyond the file";
  }
  return null;
}

/** `.lendos.info` is copied: its place in the file is kept here until then. */
const scratch: usize = memory.data(16, 4);

function partNamed(layout: Layout, name: usize, size: u32): Part | null {
  if (named(name, size, ".lendos.info")) return changetype<Part>(scratch);
  if (named(name, size, ".lendos.sites")) return layout.sites;
  if (named(name, size, ".lendos.frames")) return layout.frames;
  if (named(name, size, ".lendos.bodies")) return layout.bodies;
  if (named(name, size, ".symtab")) return layout.symbols;
  if (named(name, size, ".strtab")) return layout.strings;
  return null;
}

/** Does the zero-terminated text at `at`, at most `size` bytes long, spell `text`? */
function named(at: usize, size: u32, text: string): bool {
  const length = <u32>text.length;
  if (length >= size) return false;
  for (let i: u32 = 0; i < length; i++) {
    if (<u16>load<u8>(at + i) !== load<u16>(changetype<usize>(text) + ((<usize>i) << 1)))
      return false;
  }
  return load<u8>(at + length) === 0;
}

function decodeInformation(layout: Layout): string | null {
  const place = changetype<Part>(scratch);
  const found = place.fileSize;
  const source = <usize>(layout.file + place.offset);
  place.clear();
  if (found < INFORMATION_BYTES) return "no .lendos.info section";
  const info = layout.info;
  memory.copy(changetype<usize>(info), source, INFORMATION_BYTES);
  if (info.magic !== INFORMATION_MAGIC || info.version !== 1) return "unknown .lendos.info version";
  if (info.hasMemory > 1) return "a strange memory flag";
  if (info.memoryMinimum > <u32>Limit.WASM_PAGES) return "the minimum memory is larger than 2 GiB";
  if (info.memoryMaximum < info.memoryMinimum) return "the maximum memory is below the minimum";
  if (info.threadEntry !== 0 && !inside(layout.text, info.threadEntry)) {
    return "the thread entry is outside the text";
  }
  const slot = info.memorySizeSlot;
  if (info.hasMemory === 0) return null;
  const instance = layout.instance;
  if ((slot & 3) !== 0 || !inside(instance, slot) || !inside(instance, slot + 3)) {
    return "the memory size slot is outside the instance";
  }
  return null;
}

/** The kernel's own file: only what a backtrace needs; the build made it, so it is not refused. */
export function readKernelElf(layout: Layout, file: usize, size: u32): bool {
  memory.fill(changetype<usize>(layout), 0, LAYOUT_BYTES);
  layout.file = <u32>file;
  layout.fileSize = size;
  const table = file + load<u32>(file, 28);
  for (let i: u32 = 0; i < <u32>load<u16>(file, 44); i++) {
    const header = table + <usize>(i * SEGMENT_BYTES);
    if ((load<u32>(header, 24) & Flag.EXECUTE) === 0) continue;
    layout.text.virtual = load<u32>(header, 8);
    layout.text.memorySize = load<u32>(header, 20);
  }
  return layout.text.memorySize !== 0 && decodeSections(layout, file, size) === null;
}
