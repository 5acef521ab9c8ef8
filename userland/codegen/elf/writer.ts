/**
 * The ELF32 file: text RX, rodata R, instance RW as loadable segments, then sections for the kernel
 * and for people (info, trap sites, frames, symbols). The file's name table is a constant.
 */
import { sites, text } from "../i386/text";
import { Vector } from "../lower/vector";
import { codegenMode, Mode } from "../mode";
import { Module } from "../wasm/module";
import { image, Instance, INSTANCE } from "./instance";
import { PAGE, pageUp, textBase } from "./layout";
import { rodata } from "./rodata";
import { bodies, firstGlobal, strings, symbols } from "./symbols";

export const output: Vector = changetype<Vector>(memory.data(12));
/** Pairs: function start offset, frame size. */
export const frameSizes: Vector = changetype<Vector>(memory.data(12));
const names: Vector = changetype<Vector>(memory.data(12));
/** Section headers while the file is written. */
const headers: Vector = changetype<Vector>(memory.data(12));

export const TEXT_SECTION: u32 = 1;
export const RODATA_SECTION: u32 = 2;
export const INSTANCE_SECTION: u32 = 3;

const ELF_HEADER_BYTES: u32 = 52;
const PROGRAM_HEADER_BYTES: u32 = 32;
const SECTION_HEADER_BYTES: u32 = 40;
/** The header and three program headers. */
const HEADERS_BYTES: u32 = ELF_HEADER_BYTES + 3 * PROGRAM_HEADER_BYTES;
const PART_ALIGNMENT: u32 = 16;
const KERNEL_BASE: u32 = 0xc0000000;
const MAGIC: u32 = 0x444e454c;

export class Places {
  static rodata: u32 = 0;
  static instance: u32 = 0;
  static entry: u32 = 0;
  static init: u32 = 0;
  static thread: u32 = 0;
  static start: u32 = 0;
}

/** Gives the sections their addresses, once text and rodata are complete. */
export function placeSections(): void {
  const afterText = textBase() + pageUp(text.length);
  Places.rodata = afterText;
  Places.instance = codegenMode(Mode.KERNEL) ? afterText + pageUp(rodata.length) : INSTANCE;
}

function half(value: u32): void {
  store<u16>(output.append(2), <u16>value);
}

function padFile(alignment: u32): void {
  const next = (output.length + alignment - 1) & ~(alignment - 1);
  const size = next - output.length;
  memory.fill(output.append(size), 0, size);
}

export function writeFile(): void {
  output.forget();
  names.forget();
  headers.forget();
  store<u8>(names.append(1), 0);
  const size = text.length + rodata.length + image.length + sites.length + symbols.length;
  output.ensure(size + strings.length + frameSizes.length + 6 * PAGE);
  memory.fill(output.append(HEADERS_BYTES), 0, HEADERS_BYTES);
  addHeader("", 0, 0, 0, 0, 0, 0, 0, 0);
  const textAt = addPart(".text", 6, textBase(), text);
  const rodataAt = addPart(".rodata", 2, Places.rodata, rodata);
  const instanceAt = addPart(".lendos.instance", 3, Places.instance, image);
  addTables();
  addHeader(".shstrtab", 3, 0, 0, output.length, 0, 0, 0, 1);
  const nameHeader = headers.base + headers.length - SECTION_HEADER_BYTES;
  store<u32>(nameHeader + 20, names.length);
  output.pushBytes(names.base, names.length);
  padFile(4);
  const headersAt = output.length;
  output.pushBytes(headers.base, headers.length);
  fillHeader(headersAt);
  programHeader(0, 5, textAt, textBase(), text.length, text.length);
  programHeader(1, 4, rodataAt, Places.rodata, rodata.length, rodata.length);
  programHeader(2, 6, instanceAt, Places.instance, image.length, Instance.size);
}

/** The kernel's parts are mapped where they lie in the image; programs' are copied, and need no pages of their own. */
function partAlignment(): u32 {
  return codegenMode(Mode.KERNEL) ? PAGE : PART_ALIGNMENT;
}

/** A loadable section; returns its offset. */
function addPart(name: string, flags: u32, address: u32, content: Vector): u32 {
  padFile(partAlignment());
  const at = output.length;
  output.pushBytes(content.base, content.length);
  addHeader(name, 1, flags, address, at, content.length, 0, 0, 16);
  return at;
}

function addTable(
  name: string,
  type: u32,
  content: Vector,
  link: u32,
  info: u32,
  entry: u32,
): void {
  padFile(4);
  const at = output.length;
  output.pushBytes(content.base, content.length);
  addHeader(name, type, 0, 0, at, content.length, link, info, 4);
  store<u32>(headers.base + headers.length - 4, entry);
}

const information: Vector = changetype<Vector>(memory.data(12));

function addTables(): void {
  information.forget();
  information.push32(MAGIC);
  information.push32(1);
  information.push32(Module.memoryPresent ? Module.memoryMinimum : 0);
  information.push32(Module.memoryMaximum);
  information.push32(Module.memoryPresent ? 1 : 0);
  information.push32(Places.init);
  information.push32(Places.thread);
  information.push32(Places.start);
  information.push32(Places.instance);
  information.push32(Places.instance + 4);
  information.push32(0);
  addTable(".lendos.info", 1, information, 0, 0, 0);
  addTable(".lendos.sites", 1, sites, 0, 0, 12);
  addTable(".lendos.frames", 1, frameSizes, 0, 0, 8);
  addTable(".lendos.bodies", 1, bodies, 0, 0, 8);
  // The string table is the section after the symbols.
  const symbolSection = headers.length / SECTION_HEADER_BYTES;
  addTable(".symtab", 2, symbols, symbolSection + 1, firstGlobal, 16);
  addTable(".strtab", 3, strings, 0, 0, 0);
}

function addHeader(
  name: string,
  type: u32,
  flags: u32,
  address: u32,
  offset: u32,
  size: u32,
  link: u32,
  info: u32,
  alignment: u32,
): void {
  const nameAt = name.length == 0 ? 0 : names.length;
  if (name.length != 0) {
    names.pushString(name);
    store<u8>(names.append(1), 0);
  }
  const header = headers.append(SECTION_HEADER_BYTES);
  store<u32>(header, nameAt);
  store<u32>(header + 4, type);
  store<u32>(header + 8, flags);
  store<u32>(header + 12, address);
  store<u32>(header + 16, offset);
  store<u32>(header + 20, size);
  store<u32>(header + 24, link);
  store<u32>(header + 28, info);
  store<u32>(header + 32, alignment);
  store<u32>(header + 36, 0);
}

function fillHeader(headersAt: u32): void {
  const header = output.base;
  store<u32>(header, 0x464c457f);
  store<u32>(header + 4, 0x00010101);
  store<u16>(header + 16, 2);
  store<u16>(header + 18, 3);
  store<u32>(header + 20, 1);
  store<u32>(header + 24, Places.entry);
  store<u32>(header + 28, ELF_HEADER_BYTES);
  store<u32>(header + 32, headersAt);
  store<u16>(header + 40, <u16>ELF_HEADER_BYTES);
  store<u16>(header + 42, <u16>PROGRAM_HEADER_BYTES);
  store<u16>(header + 44, 3);
  store<u16>(header + 46, <u16>SECTION_HEADER_BYTES);
  const count = headers.length / SECTION_HEADER_BYTES;
  store<u16>(header + 48, <u16>count);
  store<u16>(header + 50, <u16>(count - 1));
}

function programHeader(
  index: u32,
  flags: u32,
  offset: u32,
  address: u32,
  fileSize: u32,
  memorySize: u32,
): void {
  const header = output.base + ELF_HEADER_BYTES + index * PROGRAM_HEADER_BYTES;
  store<u32>(header, 1);
  store<u32>(header + 4, offset);
  store<u32>(header + 8, address);
  store<u32>(header + 12, codegenMode(Mode.KERNEL) ? address - KERNEL_BASE : address);
  store<u32>(header + 16, fileSize);
  store<u32>(header + 20, memorySize);
  store<u32>(header + 24, flags);
  store<u32>(header + 28, partAlignment());
}
