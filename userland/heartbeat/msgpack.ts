/**
 * The part of MessagePack that memberlist speaks: the old "raw" dialect.
 *
 * Reading never passes the end it was opened with: a value that would sets `failed`, and everything
 * read after that is zero. Writing goes to a place that the caller has measured (see encode.ts).
 */

export let cursor: usize = 0;
let end: usize = 0;
export let failed: bool = false;
export let textAddress: usize = 0;
export let textSize: u32 = 0;

export function readerOpen(address: usize, size: u32): void {
  cursor = address;
  end = address + size;
  failed = false;
}

export function readerRest(): u32 {
  return <u32>(end - cursor);
}

function fail(): u32 {
  failed = true;
  cursor = end;
  return 0;
}

export function readBigEndian(bytes: u32): u64 {
  if (failed || <usize>bytes > end - cursor) return fail();
  let value: u64 = 0;
  for (let i: u32 = 0; i < bytes; i++) value = (value << 8) | load<u8>(cursor + i);
  cursor += bytes;
  return value;
}

/** Entries of a map; nil is an empty one. Each entry takes two bytes at least. */
export function readMap(): u32 {
  const first = <u32>readBigEndian(1);
  let count: u32 = 0;
  if (first >> 4 === 8) count = first & 15;
  else if (first === 0xde) count = <u32>readBigEndian(2);
  else if (first === 0xdf) count = <u32>readBigEndian(4);
  else if (first !== 0xc0) return fail();
  return count > readerRest() >> 1 ? fail() : count;
}

/** Elements of an array; nil is an empty one. */
export function readArray(): u32 {
  const first = <u32>readBigEndian(1);
  let count: u32 = 0;
  if (first >> 4 === 9) count = first & 15;
  else if (first === 0xdc) count = <u32>readBigEndian(2);
  else if (first === 0xdd) count = <u32>readBigEndian(4);
  else if (first !== 0xc0) return fail();
  return count > readerRest() ? fail() : count;
}

export function readUnsigned(): u64 {
  const first = <u32>readBigEndian(1);
  if (first < 0x80) return first;
  if (first >= 0xcc && first <= 0xcf) return readBigEndian(1 << (first - 0xcc));
  if (first < 0xd0 || first > 0xd3) return fail();
  const bytes: u32 = 1 << (first - 0xd0);
  const value = readBigEndian(bytes);
  // The sign of a signed form: nothing on this wire is negative.
  return (value >> ((bytes << 3) - 1)) & 1 ? fail() : value;
}

export function readBoolean(): bool {
  const first = <u32>readBigEndian(1);
  if (first === 0xc3 || first === 1) return true;
  if (first !== 0xc2 && first !== 0) fail();
  return false;
}

/** A string into textAddress and textSize. */
export function readText(): void {
  readSized(false);
}

/** A string, byte string or nil into textAddress and textSize. */
export function readBytes(): void {
  readSized(true);
}

function readSized(binary: bool): void {
  const first = <u32>readBigEndian(1);
  let size: u32 = 0;
  if (first >> 5 === 5) size = first & 31;
  else if (first >= 0xd9 && first <= 0xdb) size = <u32>readBigEndian(1 << (first - 0xd9));
  else if (binary && first >= 0xc4 && first <= 0xc6) size = <u32>readBigEndian(1 << (first - 0xc4));
  else if (!binary || first !== 0xc0) fail();
  if (failed || size > readerRest()) {
    fail();
    size = 0;
  }
  textAddress = cursor;
  textSize = size;
  cursor += size;
}

/** Is the text read last this one? */
export function textIs(text: string): bool {
  return sameText(textAddress, textSize, text);
}

export function sameText(address: usize, size: u32, text: string): bool {
  if (size !== <u32>text.length) return false;
  const letters = changetype<usize>(text);
  for (let i: u32 = 0; i < size; i++) {
    if (<u16>load<u8>(address + i) !== load<u16>(letters + ((<usize>i) << 1))) return false;
  }
  return true;
}

/** Passes over one value, whatever it is. Each pending value needs a byte, which bounds the work. */
export function skipValue(): void {
  let pending: u64 = 1;
  while (pending > 0 && !failed) {
    pending -= 1;
    pending += skipHead();
    if (pending > readerRest()) fail();
  }
}

/** Passes over one head and its bytes; the values that follow as its parts. */
function skipHead(): u64 {
  if (cursor >= end) return fail();
  const first = <u32>load<u8>(cursor);
  if (first < 0x80 || first >= 0xe0) return pass(1);
  if (first < 0x90) return pass(1) + <u64>((first & 15) << 1);
  if (first < 0xa0) return pass(1) + <u64>(first & 15);
  if (first < 0xc0) return pass(1 + <u64>(first & 31));
  if (first <= 0xc3) return first === 0xc1 ? fail() : pass(1);
  cursor += 1;
  if (first <= 0xc6) return pass(readBigEndian(1 << (first - 0xc4)));
  if (first <= 0xc9) return pass(readBigEndian(1 << (first - 0xc7)) + 1);
  if (first <= 0xcb) return pass(first === 0xca ? 4 : 8);
  if (first <= 0xcf) return pass((<u64>1) << (first - 0xcc));
  if (first <= 0xd3) return pass((<u64>1) << (first - 0xd0));
  if (first <= 0xd8) return pass(1 + ((<u64>1) << (first - 0xd4)));
  if (first <= 0xdb) return pass(readBigEndian(1 << (first - 0xd9)));
  if (first <= 0xdd) return readBigEndian(first === 0xdc ? 2 : 4);
  return readBigEndian(first === 0xde ? 2 : 4) << 1;
}

function pass(bytes: u64): u64 {
  if (failed || bytes > <u64>(end - cursor)) return fail();
  cursor += <usize>bytes;
  return 0;
}

/** Where the next byte is written. */
let writeAt: usize = 0;

export function writerOpen(address: usize): void {
  writeAt = address;
}

export function writerPosition(): usize {
  return writeAt;
}

export function writeByte(value: u32): void {
  store<u8>(writeAt++, <u8>value);
}

export function writeBigEndian(value: u64, bytes: u32): void {
  for (let shift = <i32>((bytes - 1) << 3); shift >= 0; shift -= 8)
    writeByte(<u32>(value >> shift));
}

export function writeMap(count: u32): void {
  writeByte(0x80 | count);
}

/** A key, or another text that the program itself contains. */
export function writeText(text: string): void {
  const size = <u32>text.length;
  writeSize(size);
  const letters = changetype<usize>(text);
  for (let i: u32 = 0; i < size; i++) writeByte(load<u16>(letters + ((<usize>i) << 1)));
}

/** Always the raw form: nothing newer is understood everywhere. */
export function writeBytes(address: usize, size: u32): void {
  writeSize(size);
  memory.copy(writeAt, address, size);
  writeAt += size;
}

function writeSize(size: u32): void {
  if (size < 32) {
    writeByte(0xa0 | size);
    return;
  }
  writeByte(0xda);
  writeBigEndian(size, 2);
}

export function writeNil(): void {
  writeByte(0xc0);
}

export function writeBoolean(value: bool): void {
  writeByte(value ? 0xc3 : 0xc2);
}

/** The smallest form that holds the value. */
export function writeUnsigned(value: u64): void {
  if (value < 0x80) {
    writeByte(<u32>value);
    return;
  }
  const log: u32 = value < 0x100 ? 0 : value < 0x10000 ? 1 : value < 0x100000000 ? 2 : 3;
  writeByte(0xcc + log);
  writeBigEndian(value, 1 << log);
}
