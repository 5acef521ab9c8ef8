/**
 * The cursor over the module's bytes: LEB128 numbers, fixed words and names. A read that crosses
 * `end` still returns something (the input is padded); `overrun` is checked once per operator or
 * field, so the common path has no check per byte. A malformed number raises a Failure.
 */
import { Failure, FailureClass } from "./failure";

export class Reader {
  /** Address of the first byte of the module; offsets in messages count from here. */
  static base: usize = 0;
  /** Address of the next byte. */
  static position: usize = 0;
  /** Address after the last byte of the section or body that is being read. */
  static end: usize = 0;

  /** Byte offset in the module of an address. */
  @inline
  static offsetOf(address: usize): u32 {
    return <u32>(address - Reader.base);
  }

  @inline
  static overrun(): bool {
    return Reader.position > Reader.end;
  }

  @inline
  static remaining(): u32 {
    return Reader.position < Reader.end ? <u32>(Reader.end - Reader.position) : 0;
  }

  @inline
  static byte(): u32 {
    const position = Reader.position;
    Reader.position = position + 1;
    return load<u8>(position);
  }

  /** Four bytes, little endian: the bits of an f32. */
  @inline
  static word32(): u32 {
    const position = Reader.position;
    Reader.position = position + 4;
    return load<u32>(position);
  }

  /** Eight bytes, little endian: the bits of an f64. */
  @inline
  static word64(): u64 {
    const position = Reader.position;
    Reader.position = position + 8;
    return load<u64>(position);
  }

  /** Unsigned LEB128 of at most 32 bits: indices, counts, sizes, alignments, offsets. */
  @inline
  static u32(): u32 {
    const position = Reader.position;
    const first = <u32>load<u8>(position);
    if (first < 0x80) {
      Reader.position = position + 1;
      return first;
    }
    return Reader.u32Long();
  }

  /** Signed LEB128 of at most 32 bits: the immediate of i32.const. */
  @inline
  static s32(): i32 {
    const position = Reader.position;
    const first = <u32>load<u8>(position);
    if (first < 0x80) {
      Reader.position = position + 1;
      return <i32>(first << 25) >> 25;
    }
    return Reader.s32Long();
  }

  /** Signed LEB128 of at most 33 bits: block types. Negative means a value type. */
  static s33(): i64 {
    let value: i64 = 0;
    let shift: u32 = 0;
    let position = Reader.position;
    const start = position;
    for (;;) {
      const byte = load<u8>(position++);
      value |= (<i64>(byte & 0x7f)) << shift;
      shift += 7;
      if (byte < 0x80) {
        if (shift == 35) {
          const rest = byte & 0x70;
          if (rest != 0 && rest != 0x70) Reader.overlong(start);
        }
        break;
      }
      if (shift == 35) {
        Reader.overlong(start);
        break;
      }
    }
    Reader.position = position;
    return (value << (64 - shift)) >> (64 - shift);
  }

  /** Signed LEB128 of at most 64 bits: the immediate of i64.const. */
  static s64(): i64 {
    let value: i64 = 0;
    let shift: u32 = 0;
    let position = Reader.position;
    const start = position;
    for (;;) {
      const byte = load<u8>(position++);
      value |= (<i64>(byte & 0x7f)) << shift;
      shift += 7;
      if (byte < 0x80) {
        if (shift == 70) {
          if (byte != 0 && byte != 0x7f) Reader.overlong(start);
        } else {
          value = (value << (64 - shift)) >> (64 - shift);
        }
        break;
      }
      if (shift == 70) {
        Reader.overlong(start);
        break;
      }
    }
    Reader.position = position;
    return value;
  }

  /** Moves over `size` bytes; past the end is left to the overrun check. */
  @inline
  static skip(size: u32): void {
    const position = Reader.position + size;
    Reader.position = position < Reader.position ? Reader.end + 1 : position;
  }

  private static u32Long(): u32 {
    let value: u32 = 0;
    let shift: u32 = 0;
    let position = Reader.position;
    const start = position;
    for (;;) {
      const byte = <u32>load<u8>(position++);
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) {
        if (shift == 35 && byte > 0x0f) Reader.overlong(start);
        break;
      }
      if (shift == 35) {
        Reader.overlong(start);
        break;
      }
    }
    Reader.position = position;
    return value;
  }

  private static s32Long(): i32 {
    let value: u32 = 0;
    let shift: u32 = 0;
    let position = Reader.position;
    const start = position;
    for (;;) {
      const byte = <u32>load<u8>(position++);
      value |= (byte & 0x7f) << shift;
      shift += 7;
      if (byte < 0x80) {
        if (shift == 35) {
          const rest = byte & 0x78;
          if (rest != 0 && rest != 0x78) Reader.overlong(start);
        } else {
          value = <u32>(<i32>(value << (32 - shift)) >> (32 - shift));
        }
        break;
      }
      if (shift == 35) {
        Reader.overlong(start);
        break;
      }
    }
    Reader.position = position;
    return <i32>value;
  }

  private static overlong(start: usize): void {
    Failure.raise(
      FailureClass.MALFORMED,
      start,
      "LEB128 number has too many bytes or bits for its type",
    );
  }
}
