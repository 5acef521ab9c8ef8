/**
 * Why the module in hand was refused: a class, the byte offset, and one line of ASCII that names
 * the rule. The first failure stays; later ones are echoes of it and are dropped.
 */

/** The codes that `compile` and `validate` return. */
export const enum FailureClass {
  NONE = 0,
  MALFORMED = 1,
  INVALID = 2,
  UNSUPPORTED = 3,
  LIMIT = 4,
  INTERNAL = 5,
}

const TEXT_BYTES_MAX: u32 = 240;
const text: usize = memory.data(240);

export class Failure {
  static kind: FailureClass = FailureClass.NONE;
  /** Address, in this memory, of the byte the failure is about. */
  static address: usize = 0;
  static size: u32 = 0;

  static reset(): void {
    Failure.kind = FailureClass.NONE;
    Failure.address = 0;
    Failure.size = 0;
  }

  @inline
  static raised(): bool {
    return Failure.kind != FailureClass.NONE;
  }

  @inline
  static textAddress(): usize {
    return text;
  }

  /** Opens a failure; true when it is the first, so that the caller may append details. */
  static raise(kind: FailureClass, address: usize, message: string): bool {
    if (Failure.kind != FailureClass.NONE) return false;
    Failure.kind = kind;
    Failure.address = address;
    Failure.append(message);
    return true;
  }

  /** Like `raise`, with a number at the end of the message. */
  static raiseNumber(kind: FailureClass, address: usize, message: string, value: u32): void {
    if (Failure.raise(kind, address, message)) Failure.appendNumber(value);
  }

  static append(message: string): void {
    const source = changetype<usize>(message);
    const length = <u32>message.length;
    for (let i: u32 = 0; i < length; i++) Failure.appendByte(load<u8>(source + ((<usize>i) << 1)));
  }

  static appendNumber(value: u32): void {
    let divisor: u32 = 1;
    while (value / divisor >= 10) divisor *= 10;
    for (; divisor > 0; divisor /= 10) Failure.appendByte(<u8>(48 + ((value / divisor) % 10)));
  }

  static appendHex(value: u32): void {
    Failure.append("0x");
    let shift: u32 = 4;
    while (shift < 28 && value >> (shift + 4) != 0) shift += 4;
    for (; ; shift -= 4) {
      const digit = (value >> shift) & 15;
      Failure.appendByte(<u8>(digit < 10 ? 48 + digit : 87 + digit));
      if (shift == 0) break;
    }
  }

  /** Bytes of a name of the module; what is not printable ASCII shows as a question mark. */
  static appendBytes(source: usize, size: u32): void {
    const shown = size < 80 ? size : 80;
    for (let i: u32 = 0; i < shown; i++) {
      const byte = load<u8>(source + i);
      Failure.appendByte(byte >= 32 && byte < 127 ? byte : 63);
    }
  }

  static appendByte(byte: u8): void {
    if (Failure.size >= TEXT_BYTES_MAX) return;
    store<u8>(text + Failure.size, byte);
    Failure.size++;
  }
}
