/**
 * Constant expressions: initial values of globals and offsets and items of segments. At our level
 * each is one operator and `end`; what later proposals allow is refused by its name.
 */
import { Failure, FailureClass } from "./failure";
import { refuseConstantOperator, refuseFeature, refuseOperator } from "./features";
import { Constant, Global, Module, WasmFunction } from "./module";
import { Opcode, ValueType } from "./opcodes";
import { appendTypeName } from "./operands";
import { Reader } from "./reader";
import { readHeapType } from "./types";

/** Reads a constant expression of type `expected` into `target`. */
export function readConstant(expected: u32, target: Constant): void {
  const start = Reader.position;
  let values: u32 = 0;
  let type: u32 = 0;
  for (;;) {
    const address = Reader.position;
    const opcode = Reader.byte();
    if (Failure.raised()) return;
    if (Reader.overrun()) {
      Failure.raise(FailureClass.MALFORMED, address, "constant expression without end");
      return;
    }
    if (opcode == Opcode.END) break;
    if (extendedOperator(opcode) && values >= 2) {
      refuseFeature(address, "extended constant expressions");
      return;
    }
    type = readOperator(address, opcode, target);
    values++;
  }
  if (values != 1) {
    const message =
      values == 0 ? "constant expression is empty" : "constant expression leaves several values";
    Failure.raise(FailureClass.INVALID, start, message);
  } else if (type != expected) {
    if (!Failure.raise(FailureClass.INVALID, start, "constant expression has type ")) return;
    appendTypeName(type);
    Failure.append(", expected ");
    appendTypeName(expected);
  }
}

function extendedOperator(opcode: u32): bool {
  if (opcode >= <u32>Opcode.I32_ADD && opcode <= <u32>Opcode.I32_MUL) return true;
  return opcode >= <u32>Opcode.I64_ADD && opcode <= <u32>Opcode.I64_MUL;
}

/** Reads one operator and returns the type of its value. */
function readOperator(address: usize, opcode: u32, target: Constant): u32 {
  target.operator = opcode;
  target.low = 0;
  target.high = 0;
  switch (opcode) {
    case Opcode.I32_CONST:
      target.low = <u32>Reader.s32();
      return ValueType.I32;
    case Opcode.I64_CONST:
      setWide(target, <u64>Reader.s64());
      return ValueType.I64;
    case Opcode.F32_CONST:
      target.low = Reader.word32();
      return ValueType.F32;
    case Opcode.F64_CONST:
      setWide(target, Reader.word64());
      return ValueType.F64;
    case Opcode.REF_NULL:
      return readHeapType();
    case Opcode.REF_FUNC:
      target.low = Reader.u32();
      referenceFunction(address, target.low);
      return ValueType.FUNCREF;
    case Opcode.GLOBAL_GET:
      target.low = Reader.u32();
      return constantGlobal(address, target.low);
    default:
      if (opcode == 0xfd) refuseOperator(address, opcode, 0);
      else refuseConstantOperator(address, opcode);
      return 0;
  }
}

function setWide(target: Constant, value: u64): void {
  target.low = <u32>value;
  target.high = <u32>(value >> 32);
}

/** A function named outside of bodies may be the operand of ref.func inside them. */
export function referenceFunction(address: usize, index: u32): void {
  if (index >= Module.functionCount) {
    Failure.raiseNumber(FailureClass.INVALID, address, "unknown function ", index);
    return;
  }
  WasmFunction.at(index).referenced = 1;
}

function constantGlobal(address: usize, index: u32): u32 {
  if (index >= Module.globalCount) {
    Failure.raiseNumber(FailureClass.INVALID, address, "unknown global ", index);
    return 0;
  }
  const global = Global.at(index);
  if (global.mutable) {
    Failure.raise(FailureClass.INVALID, address, "constant expression reads a mutable global");
  } else if (index >= Module.importedGlobalCount) {
    refuseFeature(address, "constant expression reads a defined global (garbage collection)");
  }
  return global.type;
}
