/**
 * The wire's small parts: MessagePack's bounds, the checksum, LZW, and the formulas' arithmetic.
 */
import { crc32 } from "./crc";
import { inflate, inflated } from "./lzw";
import {
  failed,
  readArray,
  readBoolean,
  readBytes,
  readerOpen,
  readerRest,
  readMap,
  readText,
  readUnsigned,
  skipValue,
  textIs,
  textSize,
  writerOpen,
  writerPosition,
  writeText,
  writeUnsigned,
} from "./msgpack";
import { digitsUp, log10Thousandths, logShareThousandths } from "./numbers";

const place: usize = memory.data(512, 8);

/** Opens the reader on these bytes, given as pairs of hexadecimal digits. */
function open(hex: string): void {
  for (let i = 0; i < hex.length; i += 2) {
    const high = digit(hex.charCodeAt(i));
    store<u8>(place + (i >> 1), <u8>((high << 4) | digit(hex.charCodeAt(i + 1))));
  }
  readerOpen(place, hex.length >> 1);
}

function digit(letter: i32): i32 {
  return letter >= 97 ? letter - 87 : letter - 48;
}

function written(value: u64): u32 {
  writerOpen(place);
  writeUnsigned(value);
  readerOpen(place, <u32>(writerPosition() - place));
  assert(readUnsigned() === value);
  assert(!failed && readerRest() === 0);
  return <u32>(writerPosition() - place);
}

export function test_numbers_take_their_smallest_form(): void {
  assert(written(0) === 1);
  assert(written(127) === 1);
  assert(written(128) === 2);
  assert(written(255) === 2);
  assert(written(256) === 3);
  assert(written(65535) === 3);
  assert(written(65536) === 5);
  assert(written(4294967295) === 5);
  assert(written(4294967296) === 9);
  assert(written(u64.MAX_VALUE) === 9);
}

export function test_wider_and_signed_forms_are_read_but_nothing_negative(): void {
  open("cf0000000000000007");
  assert(readUnsigned() === 7);
  open("d07f");
  assert(readUnsigned() === 127 && !failed);
  open("d0ff");
  readUnsigned();
  assert(failed);
  open("e0");
  readUnsigned();
  assert(failed);
}

export function test_texts_are_raw_and_a_bin_is_no_text(): void {
  open("a24f4b");
  readText();
  assert(textIs("OK") && !failed);
  open("d9024f4b");
  readText();
  assert(textIs("OK") && !failed);
  open("c4024f4b");
  readText();
  assert(failed);
  open("c4024f4b");
  readBytes();
  assert(textIs("OK") && !failed);
  open("c0");
  readBytes();
  assert(textSize === 0 && !failed);
}

export function test_from_32_bytes_on_a_length_of_two_bytes_is_written(): void {
  writerOpen(place);
  writeText("0123456789012345678901234567890");
  assert(load<u8>(place) === 0xbf);
  writerOpen(place);
  writeText("01234567890123456789012345678901");
  assert(load<u8>(place) === 0xda && load<u8>(place + 2) === 32);
}

export function test_what_is_longer_than_the_rest_fails(): void {
  open("a34f4b");
  readText();
  assert(failed && textSize === 0);
  open("dbffffffff");
  readText();
  assert(failed);
  open("dfffffffff");
  assert(readMap() === 0 && failed);
  open("dd10000000");
  assert(readArray() === 0 && failed);
  open("cd01");
  readUnsigned();
  assert(failed);
  open("c1");
  skipValue();
  assert(failed);
  open("02");
  readBoolean();
  assert(failed);
}

export function test_any_value_is_skipped_whole(): void {
  open("82a14193c0c3d40101a142cb0000000000000000" + "2a");
  skipValue();
  assert(!failed && readUnsigned() === 42);
  // Nested beyond the bytes that are left.
  open("9191919191");
  skipValue();
  assert(failed);
}

export function test_the_checksum_is_zlibs(): void {
  open("313233343536373839");
  assert(crc32(place, 9) === 0xcbf43926);
  assert(crc32(place, 0) === 0);
}

export function test_lzw_unpacks_a_repetition_by_codes_that_are_being_made(): void {
  // clear, 'a', 258 (aa, not yet made), 259 (aaa), end: nine bits each, lowest first.
  const codes: StaticArray<u32> = [256, 97, 258, 259, 257];
  let bits: u64 = 0;
  for (let i = 0; i < 5; i++) bits |= (<u64>codes[i]) << (<u64>i * 9);
  store<u64>(place, bits);
  assert(inflate(place, 6) === 6);
  for (let i = 0; i < 6; i++) assert(load<u8>(inflated + i) === 97);
}

export function test_lzw_refuses_a_code_of_nothing_and_a_stream_without_end(): void {
  store<u64>(place, 256 | ((<u64>258) << 9));
  assert(inflate(place, 8) === -1);
  store<u64>(place, 256 | ((<u64>97) << 9) | ((<u64>300) << 18));
  assert(inflate(place, 8) === -1);
  store<u64>(place, 256 | ((<u64>97) << 9));
  assert(inflate(place, 3) === -1);
}

/** Codes that double the text each time: it stops at the size of the output, and not later. */
export function test_lzw_stops_a_bomb(): void {
  let at: u32 = 0;
  let accumulator: u64 = 256 | ((<u64>97) << 9);
  let count: u32 = 18;
  let width: u32 = 9;
  for (let code: u32 = 258; code < 700; code++) {
    if (code >= 511) width = 10;
    accumulator |= (<u64>code) << count;
    for (count += width; count >= 8; count -= 8) {
      if (at < 512) store<u8>(place + at, <u8>accumulator);
      at += 1;
      accumulator >>= 8;
    }
  }
  assert(inflate(place, 512) === -1);
}

export function test_the_logarithms_of_the_formulas(): void {
  assert(log10Thousandths(1) === 0);
  assert(log10Thousandths(10) === 1000);
  assert(log10Thousandths(16) === 1204);
  assert(log10Thousandths(1000) === 3000);
  assert(log10Thousandths(5000) === 3698);
  assert(logShareThousandths(0, 2) === 0);
  assert(logShareThousandths(1, 2) === 630);
  assert(logShareThousandths(2, 2) === 1000);
  assert(digitsUp(1) === 0 && digitsUp(2) === 1 && digitsUp(10) === 1 && digitsUp(11) === 2);
}
