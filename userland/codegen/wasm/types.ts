/**
 * Value types, reference types, limits and function types: the small pieces that every section of
 * a module is made of.
 */
import { Failure, FailureClass } from "./failure";
import { refuseFeature, refuseValueType } from "./features";
import { FunctionType, NONE } from "./module";
import { PARAMETERS_MAX, RESULTS_MAX } from "./limits";
import { ValueType } from "./opcodes";
import { Reader } from "./reader";

/** The limits that `readLimits` read last. */
export class Limits {
  static minimum: u32 = 0;
  static maximum: u32 = NONE;
}

export function validValueType(byte: u32): bool {
  return (byte >= <u32>ValueType.F64 && byte <= <u32>ValueType.I32) || validReferenceType(byte);
}

export function validReferenceType(byte: u32): bool {
  return byte == ValueType.FUNCREF || byte == ValueType.EXTERNREF;
}

/** Reads a value type; refuses what the level does not have. */
export function readValueType(): u32 {
  const address = Reader.position;
  const byte = Reader.byte();
  if (!validValueType(byte)) refuseValueType(address, byte);
  return byte;
}

export function readReferenceType(): u32 {
  const address = Reader.position;
  const byte = Reader.byte();
  if (validReferenceType(byte)) return byte;
  if (validValueType(byte)) {
    Failure.raise(FailureClass.MALFORMED, address, "reference type expected, found a number type");
  } else {
    refuseValueType(address, byte);
  }
  return byte;
}

/**
 * Reads the operand of ref.null: a signed number like a block type, which may be written with more
 * bytes than it needs (V8 accepts that here, and in a block type only for the empty one).
 */
export function readHeapType(): u32 {
  const address = Reader.position;
  if (load<u8>(address) < 0x80) return readReferenceType();
  const number = Reader.s33();
  const byte = <u32>(number & 0x7f);
  if (number < 0 && number >= -64 && validReferenceType(byte)) return byte;
  Failure.raise(FailureClass.MALFORMED, address, "unknown heap type of ref.null");
  return byte;
}

/** Reads the limits of a memory (in pages) or a table (in elements) and checks them. */
export function readLimits(memory: bool, minimumMax: u32, maximumMax: u32): void {
  const address = Reader.position;
  const flags = Reader.byte();
  Limits.minimum = 0;
  Limits.maximum = NONE;
  if (flags > 1) {
    if (flags < 8 && (flags & 4) != 0) refuseFeature(address, "64-bit memory or table (memory64)");
    else if (flags < 4) refuseFeature(address, "threads (shared memory or table)");
    else if (memory && flags >= 8 && flags < 16) refuseFeature(address, "custom page sizes");
    else Failure.raise(FailureClass.MALFORMED, address, "limits have unknown flags");
    return;
  }
  const minimumAddress = Reader.position;
  Limits.minimum = Reader.u32();
  if (Limits.minimum > minimumMax) {
    Failure.raiseNumber(
      FailureClass.INVALID,
      minimumAddress,
      "minimum size is more than ",
      minimumMax,
    );
  }
  if (flags == 0) return;
  const maximumAddress = Reader.position;
  Limits.maximum = Reader.u32();
  if (Limits.maximum > maximumMax) {
    Failure.raiseNumber(
      FailureClass.INVALID,
      maximumAddress,
      "maximum size is more than ",
      maximumMax,
    );
  } else if (Limits.maximum < Limits.minimum) {
    Failure.raise(FailureClass.INVALID, maximumAddress, "maximum size is below the minimum");
  }
}

/** Reads one entry of the type section. */
export function readFunctionType(type: FunctionType): void {
  const address = Reader.position;
  const form = Reader.byte();
  if (form != 0x60) {
    if (form == 0x5e || form == 0x5f || (form >= 0x4e && form <= 0x50)) {
      refuseFeature(address, "garbage collection (structure, array or recursive type)");
    } else if (Failure.raise(FailureClass.MALFORMED, address, "unknown form of type ")) {
      Failure.appendHex(form);
    }
    return;
  }
  type.parameterCount = readTypeList(PARAMETERS_MAX, "more parameters than ");
  type.parameters = Reader.position - type.parameterCount;
  type.resultCount = readTypeList(RESULTS_MAX, "more results than ");
  type.results = Reader.position - type.resultCount;
}

/** Reads a counted list of value types, one byte each; it ends at the reader's position. */
function readTypeList(maximum: u32, message: string): u32 {
  const address = Reader.position;
  const count = Reader.u32();
  if (count > maximum) {
    Failure.raiseNumber(FailureClass.LIMIT, address, message, maximum);
    return 0;
  }
  for (let i: u32 = 0; i < count; i++) {
    readValueType();
    if (Failure.raised()) return 0;
  }
  return count;
}
