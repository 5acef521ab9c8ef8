/**
 * Printing without a heap: text is gathered in one static buffer and goes to the console in whole
 * messages.
 *
 * Nothing is visible before `flush`, a full buffer or a newline; `printLine` ends with one. A
 * program without a capability for the console prints nothing, and goes on: printing is not its
 * purpose.
 */
import { Slot } from "../../kernel/abi/capability";
import { ConsoleRequest } from "../console/protocol";
import { BYTES_MAX, call, putBytes, setWords } from "./message";

const CAPACITY: u32 = BYTES_MAX;
const NEWLINE: u32 = 10;
const buffer: usize = memory.data(240);
if (BYTES_MAX !== 240) ERROR("the buffer of the console has another size");
const digits: usize = memory.data(24);
let used: u32 = 0;

/** Writes out what was gathered. */
export function flush(): void {
  if (used === 0) return;
  setWords(ConsoleRequest.WRITE, used, 0, 0);
  call(Slot.CONSOLE, putBytes(buffer, used), 0);
  used = 0;
}

/** One character (ASCII). */
export function printByte(byte: u32): void {
  store<u8>(buffer + used, <u8>byte);
  used++;
  if (byte === NEWLINE || used === CAPACITY) flush();
}

/** A string of the program text; characters beyond ASCII lose their high byte. */
export function print(text: string): void {
  const address = changetype<usize>(text);
  const length = <u32>text.length;
  for (let i: u32 = 0; i < length; i++) printByte(load<u16>(address + ((<usize>i) << 1)));
}

export function printLine(text: string): void {
  print(text);
  printByte(NEWLINE);
}

/** Bytes of memory, as they are. */
export function printBytes(address: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) printByte(load<u8>(address + i));
}

export function printUnsigned(value: u64): void {
  printPadded(value, 0);
}

export function printSigned(value: i64): void {
  if (value < 0) {
    printByte(45);
    printUnsigned(<u64>-value);
    return;
  }
  printUnsigned(<u64>value);
}

/** Right-aligned decimal in at least `width` columns. */
export function printPadded(value: u64, width: u32): void {
  let count: u32 = 0;
  do {
    store<u8>(digits + count, <u8>(48 + <u32>(value % 10)));
    value /= 10;
    count++;
  } while (value !== 0);
  for (let i = count; i < width; i++) printByte(32);
  while (count > 0) {
    count--;
    printByte(load<u8>(digits + count));
  }
}

/** Decimal with `places` digits after the point, of a value counted in 10^-places. */
export function printFixed(value: u64, places: u32): void {
  let scale: u64 = 1;
  for (let i: u32 = 0; i < places; i++) scale *= 10;
  printUnsigned(value / scale);
  if (places === 0) return;
  printByte(46);
  let rest = value % scale;
  for (let i: u32 = 0; i < places; i++) {
    scale /= 10;
    printByte(<u32>(48 + rest / scale));
    rest %= scale;
  }
}

/** Eight hexadecimal digits. */
export function printHex(value: u32): void {
  for (let shift: i32 = 28; shift >= 0; shift -= 4) {
    const digit = (value >>> <u32>shift) & 15;
    printByte(digit < 10 ? 48 + digit : 87 + digit);
  }
}

/** Bytes, then spaces up to `width` columns. */
export function printColumn(address: usize, size: u32, width: u32): void {
  printBytes(address, size);
  for (let i = size; i < width; i++) printByte(32);
}
