/**
 * Bytes in memory against the strings of the program text, and numbers out of bytes and into them.
 */

/** Do `size` bytes at `address` spell `text`? */
export function equals(address: usize, size: u32, text: string): bool {
  return size === <u32>text.length && startsWith(address, size, text);
}

export function startsWith(address: usize, size: u32, text: string): bool {
  const length = <u32>text.length;
  if (size < length) return false;
  const source = changetype<usize>(text);
  for (let i: u32 = 0; i < length; i++) {
    if (<u16>load<u8>(address + i) !== load<u16>(source + ((<usize>i) << 1))) return false;
  }
  return true;
}

export function endsWith(address: usize, size: u32, text: string): bool {
  const length = <u32>text.length;
  return size >= length && equals(address + (size - length), length, text);
}

/** Copies a string as bytes; its length. */
export function copyText(target: usize, text: string): u32 {
  const length = <u32>text.length;
  for (let i: u32 = 0; i < length; i++) {
    store<u8>(target + i, <u8>load<u16>(changetype<usize>(text) + ((<usize>i) << 1)));
  }
  return length;
}

/** Writes a number in decimal; how many digits. */
export function copyDecimal(target: usize, value: u32): u32 {
  const size = value < 10 ? 0 : copyDecimal(target, value / 10);
  store<u8>(target + size, <u8>(48 + (value % 10)));
  return size + 1;
}

export const NOT_A_NUMBER: i32 = -1;

/** A decimal number of at most nine digits; NOT_A_NUMBER for anything else. */
export function parseNumber(address: usize, size: u32): i32 {
  if (size === 0 || size > 9) return NOT_A_NUMBER;
  let value: i32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const digit = <i32>load<u8>(address + i) - 48;
    if (digit < 0 || digit > 9) return NOT_A_NUMBER;
    value = value * 10 + digit;
  }
  return value;
}
