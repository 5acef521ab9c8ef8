/**
 * Names come from the wire: what is not printable in them is not printed, or it would move the cursor.
 */
import { printByte } from "../lib/console";

const PRINTABLE_FIRST: u8 = 33;
const PRINTABLE_LAST: u8 = 126;
const QUESTION: u32 = 63;

export function printName(address: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) {
    const byte = load<u8>(address + i);
    printByte(byte >= PRINTABLE_FIRST && byte <= PRINTABLE_LAST ? byte : QUESTION);
  }
}
