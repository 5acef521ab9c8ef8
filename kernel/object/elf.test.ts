/**
 * The ELF loader's rules: a good image is understood, and each broken field is refused by its own rule.
 */
import { decodeElf, Layout, LAYOUT_BYTES } from "./elf";

const FILE_BYTES: u32 = 0x4000;
const file: usize = memory.data(0x4000, 16);
const layout: Layout = changetype<Layout>(memory.data(256, 16));
const SEGMENTS: u32 = 52;
const TEXT: u32 = 0x80010000;
const CONSTANTS: u32 = 0x80011000;
const INSTANCE: u32 = 0xb0000000;
const SECTIONS: u32 = 0x3800;
const INFORMATION: u32 = 0x3000;
const NAMES: u32 = 0x3100;

function word(offset: u32, value: u32): void {
  store<u32>(file + offset, value);
}

function half(offset: u32, value: u32): void {
  store<u16>(file + offset, <u16>value);
}

function segment(index: u32, flags: u32, offset: u32, address: u32, size: u32, memory: u32): void {
  const at = SEGMENTS + index * 32;
  word(at, 1);
  word(at + 4, offset);
  word(at + 8, address);
  word(at + 12, address);
  word(at + 16, size);
  word(at + 20, memory);
  word(at + 24, flags);
}

function section(index: u32, name: u32, offset: u32, size: u32): void {
  const at = SECTIONS + index * 40;
  word(at, name);
  word(at + 4, 1);
  word(at + 16, offset);
  word(at + 20, size);
}

function text(offset: u32, value: string): void {
  for (let i: i32 = 0; i < value.length; i++) {
    store<u8>(file + offset + i, <u8>value.charCodeAt(i));
  }
}

/** A whole good image: text, constants, instance, information. */
function goodImage(): void {
  memory.fill(file, 0, FILE_BYTES);
  word(0, 0x464c457f);
  word(4, 0x00010101);
  word(16, 0x00030002);
  word(20, 1);
  word(24, TEXT + 16);
  word(28, SEGMENTS);
  word(32, SECTIONS);
  half(42, 32);
  half(44, 3);
  half(46, 40);
  half(48, 3);
  half(50, 2);
  segment(0, 5, 0x1000, TEXT, 0x800, 0x800);
  segment(1, 4, 0x2000, CONSTANTS, 0x100, 0x100);
  segment(2, 6, 0x2800, INSTANCE, 0x40, 0x2000);
  section(1, 1, INFORMATION, 44);
  section(2, 14, NAMES, 32);
  text(NAMES + 1, ".lendos.info");
  text(NAMES + 14, ".shstrtab");
  word(INFORMATION, 0x444e454c);
  word(INFORMATION + 4, 1);
  word(INFORMATION + 8, 1);
  word(INFORMATION + 12, 0xffffffff);
  word(INFORMATION + 16, 1);
  word(INFORMATION + 24, TEXT + 32);
  word(INFORMATION + 32, INSTANCE);
}

function refusedFor(rule: string): void {
  const found = decodeElf(layout, file, FILE_BYTES);
  assert(found !== null);
  assert(found === rule, found === null ? "accepted" : found);
}

/** One word of an otherwise good image. */
function wordRefused(offset: u32, value: u32, rule: string): void {
  goodImage();
  word(offset, value);
  refusedFor(rule);
}

export function test_a_good_image_is_understood(): void {
  goodImage();
  assert(decodeElf(layout, file, FILE_BYTES) === null);
  assert(layout.entry === TEXT + 16);
  assert(layout.text.virtual === TEXT && layout.text.fileSize === 0x800);
  assert(layout.constants.virtual === CONSTANTS);
  assert(layout.instance.memorySize === 0x2000 && layout.instance.fileSize === 0x40);
  assert(layout.info.memoryMinimum === 1 && layout.info.threadEntry === TEXT + 32);
  assert(LAYOUT_BYTES <= 256);
}

export function test_the_header_is_checked(): void {
  wordRefused(0, 0x464c4580, "no ELF magic");
  wordRefused(4, 0x00010102, "not a 32-bit little-endian ELF");
  wordRefused(16, 0x00030003, "not an i386 executable");
  wordRefused(16, 0x003e0002, "not an i386 executable");
  wordRefused(20, 2, "unknown ELF version");
  wordRefused(24, TEXT - 1, "the entry is outside the text");
  wordRefused(24, TEXT + 0x800, "the entry is outside the text");
  wordRefused(28, SEGMENTS + 1, "program headers are not aligned");
  wordRefused(28, 0xfffffffc, "program headers beyond the file");
  wordRefused(32, 0xfffffffc, "section headers beyond the file");
  wordRefused(32, SECTIONS + 2, "section headers are not aligned");
  goodImage();
  assert(decodeElf(layout, file, 51) === "the file is shorter than an ELF header");
}

export function test_counts_and_strides_are_checked(): void {
  goodImage();
  half(42, 56);
  refusedFor("program headers of another size");
  goodImage();
  half(44, 9);
  refusedFor("too many program headers");
  goodImage();
  half(46, 64);
  refusedFor("section headers of another size");
  goodImage();
  half(48, 65);
  refusedFor("too many section headers");
  goodImage();
  half(50, 3);
  refusedFor("no section names");
  goodImage();
  half(44, 0);
  refusedFor("no text segment");
}

export function test_segments_are_checked(): void {
  const first = SEGMENTS;
  const third = SEGMENTS + 64;
  wordRefused(first + 4, 0xfffff000, "a segment beyond the file");
  wordRefused(first + 8, TEXT + 1, "a segment not on a page boundary");
  wordRefused(first + 8, 0xc0100000, "a segment outside its place in the address space");
  wordRefused(first + 8, 0x1000, "a segment outside its place in the address space");
  wordRefused(first + 16, 0x900, "a segment larger in the file than in memory");
  wordRefused(first + 20, 0x900, "a constant segment with empty space");
  wordRefused(first + 24, 7, "a segment both writable and executable");
  wordRefused(first + 24, 1, "a segment that cannot be read");
  wordRefused(first + 24, 13, "a segment that cannot be read");
  wordRefused(first + 24, 4, "two segments of one kind");
  wordRefused(third + 8, CONSTANTS, "a segment outside its place in the address space");
  wordRefused(third + 20, 0x8000001, "a segment outside its place in the address space");
  wordRefused(SEGMENTS + 32 + 8, TEXT, "overlapping segments");
}

export function test_the_information_is_checked(): void {
  wordRefused(INFORMATION, 1, "unknown .lendos.info version");
  wordRefused(INFORMATION + 4, 2, "unknown .lendos.info version");
  wordRefused(INFORMATION + 8, 32769, "the minimum memory is larger than 2 GiB");
  wordRefused(INFORMATION + 12, 0, "the maximum memory is below the minimum");
  wordRefused(INFORMATION + 16, 2, "a strange memory flag");
  wordRefused(INFORMATION + 24, 0xc0100000, "the thread entry is outside the text");
  wordRefused(INFORMATION + 32, INSTANCE + 2, "the memory size slot is outside the instance");
  wordRefused(INFORMATION + 32, INSTANCE + 0x2000, "the memory size slot is outside the instance");
  wordRefused(INFORMATION + 32, TEXT, "the memory size slot is outside the instance");
  wordRefused(SECTIONS + 40 + 16, 0xfffffff0, "a section beyond the file");
  wordRefused(SECTIONS + 40 + 16, INFORMATION + 1, "a section is not aligned");
  wordRefused(SECTIONS + 40 + 20, 40, "no .lendos.info section");
  wordRefused(SECTIONS + 40, 100, "a section name beyond the names");
}
