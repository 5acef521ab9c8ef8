/**
 * The test or role that the arguments name, and their numbers.
 */
import { equals } from "../lib/text";
import { wordAddress, wordSize } from "../lib/words";

let served: bool = false;

/** Is this what was asked for? */
export function is(name: string): bool {
  const same = equals(wordAddress(0), wordSize(0), name);
  if (same) served = true;
  return same;
}

/** Has any name matched? */
export function known(): bool {
  return served;
}

/** A decimal argument; 0 without one. */
export function argument(word: u32): u32 {
  let value: u32 = 0;
  for (let i: u32 = 0; i < wordSize(word); i++) {
    value = value * 10 + <u32>(load<u8>(wordAddress(word) + i) - 48);
  }
  return value;
}
