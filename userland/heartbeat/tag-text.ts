/**
 * Serf's tags as they are on the wire: a byte that says so, then a map of texts.
 */
import { failed, readerOpen, readMap, readText, textIs } from "./msgpack";

export const TAGS: u32 = 0xff;

/** Finds a tag among those at `address`: its value is in the text read last. */
export function tagIn(address: usize, size: u32, key: string): bool {
  if (size < 2 || <u32>load<u8>(address) !== TAGS) return false;
  readerOpen(address + 1, size - 1);
  const count = readMap();
  for (let i: u32 = 0; i < count && !failed; i++) {
    readText();
    const found = textIs(key);
    readText();
    if (found) return !failed;
  }
  return false;
}
