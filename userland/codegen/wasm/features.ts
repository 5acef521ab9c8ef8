/**
 * What lies outside the feature level, refused by name: a module that needs it is told which
 * proposal it needs instead of "unknown operator".
 */
import { Failure, FailureClass } from "./failure";
import { appendOperatorName } from "./operator-names";

/** Refuses a use of a known proposal. */
export function refuseFeature(address: usize, feature: string): void {
  if (Failure.raise(FailureClass.UNSUPPORTED, address, "unsupported feature: ")) {
    Failure.append(feature);
  }
}

/** Refuses an operator that the level does not have; `sub` is its number behind a prefix. */
export function refuseOperator(address: usize, opcode: u32, sub: u32): void {
  if (opcode == 0xfd && sub >= 0x100) refuseFeature(address, "relaxed SIMD operator");
  else if (opcode == 0xfd) refuseFeature(address, "SIMD operator");
  else if (opcode == 0xfe) refuseFeature(address, "threads (atomic operator)");
  else if (opcode == 0xfb) refuseFeature(address, "garbage collection operator");
  else if (opcode == 0xfc && sub >= 19 && sub <= 22) refuseFeature(address, "wide arithmetic");
  else if (opcode == 0xfc) unknownOperator(address, sub, true);
  else if (opcode == 0x12 || opcode == 0x13) refuseFeature(address, "tail calls");
  else if (opcode == 0x14 || opcode == 0x15 || (opcode >= 0xd4 && opcode <= 0xd6)) {
    refuseFeature(address, "typed function references operator");
  } else if (opcode == 0xd3) refuseFeature(address, "garbage collection operator ref.eq");
  else if (opcode >= 0xe0 && opcode <= 0xe6) refuseFeature(address, "stack switching operator");
  else if (exceptionOperator(opcode)) refuseFeature(address, "exception handling operator");
  else unknownOperator(address, opcode, false);
}

function exceptionOperator(opcode: u32): bool {
  if (opcode >= 0x06 && opcode <= 0x0a) return true;
  return opcode == 0x18 || opcode == 0x19 || opcode == 0x1f;
}

function unknownOperator(address: usize, number: u32, prefixed: bool): void {
  if (!Failure.raise(FailureClass.MALFORMED, address, "unknown operator ")) return;
  if (prefixed) Failure.append("0xfc ");
  Failure.appendHex(number);
}

/** Refuses a byte that is not a value type of the level. */
export function refuseValueType(address: usize, byte: u32): void {
  if (byte == 0x7b) refuseFeature(address, "SIMD (value type v128)");
  else if (byte == 0x63 || byte == 0x64) {
    refuseFeature(address, "typed function references (value type)");
  } else if (byte == 0x69 || byte == 0x74) {
    refuseFeature(address, "exception handling (value type exnref)");
  } else if ((byte >= 0x65 && byte <= 0x6e) || (byte >= 0x71 && byte <= 0x75)) {
    refuseFeature(address, "garbage collection (heap type)");
  } else if (Failure.raise(FailureClass.MALFORMED, address, "unknown value type ")) {
    Failure.appendHex(byte);
  }
}

/** Refuses an operator that may not stand in a constant expression. */
export function refuseConstantOperator(address: usize, opcode: u32): void {
  if (opcode >= 0xfb && opcode <= 0xfe && opcode != 0xfc) {
    refuseOperator(address, opcode, 0);
  } else if (Failure.raise(FailureClass.INVALID, address, "constant expression may not contain ")) {
    appendOperatorName(opcode);
  }
}
