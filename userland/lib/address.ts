/**
 * IPv4 addresses as text: `10.0.0.1`, and with the size of its network `10.0.0.1/24`.
 */
import { printByte, printUnsigned } from "./console";
import { NOT_A_NUMBER, parseNumber } from "./text";

const DOT: u8 = 46;
const SLASH: u8 = 47;
/** Of the text that `addressParse` took. */
export let parsedAddress: u32 = 0;
export let parsedBits: u32 = 0;

/** Prints an address. */
export function printAddress(address: u32): void {
  for (let shift: i32 = 24; shift >= 0; shift -= 8) {
    printUnsigned(<u64>((address >> <u32>shift) & 255));
    if (shift !== 0) printByte(DOT);
  }
}

/** `a.b.c.d`, with `/bits` behind it if that is asked for. */
export function addressParse(text: usize, size: u32, withBits: bool): bool {
  let address: u32 = 0;
  let at: u32 = 0;
  for (let part: u32 = 0; part < 4; part++) {
    let end = at;
    while (end < size && load<u8>(text + end) !== DOT && load<u8>(text + end) !== SLASH) end++;
    const number = parseNumber(text + at, end - at);
    if (number === NOT_A_NUMBER || number > 255 || end - at > 3) return false;
    address = (address << 8) | <u32>number;
    if (part < 3 && (end === size || load<u8>(text + end) !== DOT)) return false;
    at = end + 1;
  }
  parsedAddress = address;
  parsedBits = 32;
  if (!withBits) return at === size + 1;
  if (at > size || load<u8>(text + at - 1) !== SLASH) return false;
  const bits = parseNumber(text + at, size - at);
  if (bits < 1 || bits > 30) return false;
  parsedBits = <u32>bits;
  return true;
}
