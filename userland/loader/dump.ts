/**
 * Bytes as lines for the harness: `@{"image":"<hexadecimal>"}`, 256 bytes a line.
 */
import { print, printByte, printLine } from "../lib/console";

const LINE_BYTES: u32 = 256;

export function dump(address: usize, size: u32): void {
  for (let start: u32 = 0; start < size; start += LINE_BYTES) {
    print('@{"image":"');
    const end = min<u32>(size, start + LINE_BYTES);
    for (let i = start; i < end; i++) {
      const byte = <u32>load<u8>(address + i);
      printDigit(byte >> 4);
      printDigit(byte & 15);
    }
    printLine('"}');
  }
}

function printDigit(value: u32): void {
  printByte(value < 10 ? 48 + value : 87 + value);
}
