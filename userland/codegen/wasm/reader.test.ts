/** LEB128 numbers: every length, the last bits of each type, and what is too long or too large. */
import { Failure } from "./failure";
import { validUtf8 } from "./names";
import { Reader } from "./reader";

const bytes: usize = memory.data(16);

/** Puts up to eight bytes, lowest first, in front of the reader. */
function place(low: u64, high: u64 = 0): void {
  Failure.reset();
  store<u64>(bytes, low);
  store<u64>(bytes + 8, high);
  Reader.base = bytes;
  Reader.position = bytes;
  Reader.end = bytes + 16;
}

function read(): u32 {
  return Reader.offsetOf(Reader.position);
}

export function test_unsigned_numbers_of_every_length(): void {
  place(0x7f);
  assert(Reader.u32() == 127 && read() == 1);
  place(0x0180);
  assert(Reader.u32() == 128 && read() == 2);
  place(0x0f_ff_ff_ff_ff);
  assert(Reader.u32() == 0xffff_ffff && read() == 5 && !Failure.raised());
  place(0x00_80_80_80_81);
  assert(Reader.u32() == 1 && read() == 5 && !Failure.raised());
}

export function test_unsigned_numbers_with_too_many_bits_or_bytes(): void {
  place(0x10_80_80_80_80);
  Reader.u32();
  assert(Failure.raised());
  place(0x00_80_80_80_80_80);
  Reader.u32();
  assert(Failure.raised());
}

export function test_signed_numbers_of_32_bits(): void {
  place(0x7f);
  assert(Reader.s32() == -1 && read() == 1);
  place(0x40);
  assert(Reader.s32() == -64);
  place(0x3f);
  assert(Reader.s32() == 63);
  place(0x78_80_80_80_80);
  assert(Reader.s32() == i32.MIN_VALUE && !Failure.raised());
  place(0x07_ff_ff_ff_ff);
  assert(Reader.s32() == i32.MAX_VALUE && !Failure.raised());
  place(0x7f_ff_ff_ff_ff);
  assert(Reader.s32() == -1 && !Failure.raised());
  place(0x08_ff_ff_ff_ff);
  Reader.s32();
  assert(Failure.raised());
  place(0x70_80_80_80_80);
  Reader.s32();
  assert(Failure.raised());
}

export function test_signed_numbers_of_33_bits(): void {
  place(0x40);
  assert(Reader.s33() == -64);
  place(0x0f_ff_ff_ff_ff);
  assert(Reader.s33() == 0xffff_ffff && !Failure.raised());
  place(0x70_80_80_80_80);
  assert(Reader.s33() == -0x1_0000_0000 && !Failure.raised());
  place(0x10_80_80_80_80);
  Reader.s33();
  assert(Failure.raised());
}

export function test_signed_numbers_of_64_bits(): void {
  place(0x8080_8080_8080_8080, 0x7f80);
  assert(Reader.s64() == i64.MIN_VALUE && read() == 10 && !Failure.raised());
  place(0xffff_ffff_ffff_ffff, 0x00ff);
  assert(Reader.s64() == i64.MAX_VALUE && !Failure.raised());
  place(0xffff_ffff_ffff_ffff, 0x7fff);
  assert(Reader.s64() == -1 && !Failure.raised());
  place(0x8080_8080_8080_8080, 0x0180);
  Reader.s64();
  assert(Failure.raised());
}

function utf8(word: u64, size: u32): bool {
  store<u64>(bytes, word);
  return validUtf8(bytes, size);
}

export function test_utf8_takes_shortest_forms_of_scalar_values_only(): void {
  assert(utf8(0x616263, 3) && utf8(0x80c2, 2) && utf8(0x83_98_e2, 3) && utf8(0x80_98_9f_f0, 4));
  assert(!utf8(0x80, 1) && !utf8(0xc2, 1) && !utf8(0x80c0, 2) && !utf8(0xbf_9f_e0, 3));
  assert(!utf8(0x80_a0_ed, 3) && utf8(0xbf_9f_ed, 3));
  assert(utf8(0xbf_bf_8f_f4, 4) && !utf8(0x80_80_90_f4, 4) && !utf8(0xbf_bf_8f_f0, 4));
  assert(!utf8(0xff, 1) && !utf8(0x41_e2, 2) && utf8(0, 0));
}
