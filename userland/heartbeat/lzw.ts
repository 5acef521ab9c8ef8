/**
 * Unpacks LZW as memberlist packs it: codes of 9 to 12 bits, lowest bit first, literals of 8 bits.
 *
 * The output has a fixed size: what would not fit is refused, so a small packet cannot become a
 * large one. Entries name an earlier entry and a byte, so a string is written from its end.
 */
import { Limit } from "./abi";

const CLEAR: u32 = 256;
const END: u32 = 257;
const CODES: u32 = 4096;
const NO_CODE: u32 = 0xffff;
const WIDTH_MAX: u32 = 12;

const prefixes: usize = memory.data(8192, 2);
const suffixes: usize = memory.data(4096, 1);
const text: usize = memory.data(4096, 1);
export const inflated: usize = memory.data(16384, 4);
if (Limit.INFLATED_BYTES !== 16384) ERROR("the output has another size");

let source: usize = 0;
let sourceEnd: usize = 0;
let bits: u32 = 0;
let bitCount: u32 = 0;
let width: u32 = 9;
let highest: u32 = END;
let overflow: u32 = 512;
let latest: u32 = NO_CODE;

/** Bytes in `inflated`; -1 when the stream is not one, has no end, or is too long. */
export function inflate(address: usize, size: u32): i32 {
  source = address;
  sourceEnd = address + size;
  bits = 0;
  bitCount = 0;
  restart();
  let written: u32 = 0;
  while (true) {
    const code = nextCode();
    if (code === NO_CODE) return -1;
    if (code === END) return <i32>written;
    if (code === CLEAR) {
      restart();
      continue;
    }
    const length = stringOf(code);
    if (length === 0 || written + length > <u32>Limit.INFLATED_BYTES) return -1;
    memory.copy(inflated + written, text + (CODES - length), length);
    written += length;
    learn(code, load<u8>(text + (CODES - length)));
  }
}

function restart(): void {
  width = 9;
  highest = END;
  overflow = 512;
  latest = NO_CODE;
}

function nextCode(): u32 {
  while (bitCount < width) {
    if (source >= sourceEnd) return NO_CODE;
    bits |= (<u32>load<u8>(source++)) << bitCount;
    bitCount += 8;
  }
  const code = bits & ((1 << width) - 1);
  bits >>= width;
  bitCount -= width;
  return code;
}

/** Writes the string of a code to the end of `text`; its length, 0 when there is no such code. */
function stringOf(code: u32): u32 {
  let at = code;
  let length: u32 = 0;
  if (code > highest) return 0;
  if (code === highest && code > END) {
    // The entry that is only now being made: the latest string and its own first byte.
    if (latest === NO_CODE) return 0;
    at = latest;
    length = 1;
  }
  while (at > END) {
    if (length >= CODES - 1) return 0;
    length += 1;
    store<u8>(text + (CODES - length), load<u8>(suffixes + at));
    at = load<u16>(prefixes + ((<usize>at) << 1));
  }
  length += 1;
  store<u8>(text + (CODES - length), <u8>at);
  if (code === highest && code > END) store<u8>(text + (CODES - 1), <u8>at);
  return length;
}

function learn(code: u32, first: u32): void {
  if (latest !== NO_CODE) {
    store<u8>(suffixes + highest, <u8>first);
    store<u16>(prefixes + ((<usize>highest) << 1), <u16>latest);
  }
  latest = code;
  highest += 1;
  if (highest < overflow) return;
  if (width === WIDTH_MAX) {
    latest = NO_CODE;
    highest -= 1;
    return;
  }
  width += 1;
  overflow <<= 1;
}
