/**
 * Numbers among a program's arguments.
 */
import { wordAddress, wordSize } from "../lib/words";

/** A decimal argument of any length. */
export function argumentNumber(word: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < wordSize(word); i++) {
    value = value * 10 + <u64>(load<u8>(wordAddress(word) + i) - 48);
  }
  return value;
}
