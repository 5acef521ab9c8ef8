/**
 * Function bodies: one pass over the operators with a stack of types and a stack of blocks, as in
 * the appendix of the specification. No recursion; the work per byte is bounded.
 */
import { Failure, FailureClass } from "./failure";
import { refuseOperator } from "./features";
import { Locals } from "./locals";
import { WasmFunction } from "./module";
import { Opcode, PREFIX, ValueType } from "./opcodes";
import { Stack, UNKNOWN } from "./operands";
import {
  checkMemory,
  invalid,
  readMemoryArgument,
  readMemoryIndex,
  readTableType,
} from "./operator-rules";
import { Reader } from "./reader";
import { Signature } from "./signatures";
import { readHeapType } from "./types";
import { validateCall, validateCallIndirect, validateControl } from "./validator-control";
import {
  readGlobal,
  validateGlobalSet,
  validatePrefixed,
  validateRefFunc,
  validateRefIsNull,
  validateSelect,
  validateSelectTyped,
} from "./validator-references";

/** Once per module, after the arena is ready. */
export function resetValidator(): void {
  Stack.reset();
  Locals.reset();
}

/** Validates the body between the reader's position and `Reader.end`; fills the function's record. */
export function validateBody(target: WasmFunction): void {
  const type = target.type();
  Stack.operatorAddress = Reader.position;
  Stack.operator = Opcode.END;
  Stack.clear();
  Locals.read(type);
  if (Failure.raised()) return;
  target.localCount = Locals.count;
  target.codeStart = Reader.position;

  const control = Stack.openBlock(Opcode.END);
  control.parameters = 0;
  control.parameterCount = 0;
  control.results = type.results;
  control.resultCount = type.resultCount;
  validateOperators(target);
  if (!Failure.raised() && Reader.position != Reader.end) {
    Failure.raise(FailureClass.MALFORMED, Reader.position, "operators after the end of the body");
  }
}

function validateOperators(target: WasmFunction): void {
  const end = Reader.end;
  let count: u32 = 0;
  let operandsMaximum: u32 = 0;
  let controlsMaximum: u32 = 0;
  while (Stack.current >= Stack.controls) {
    const address = Reader.position;
    if (address >= end) {
      Failure.raise(FailureClass.MALFORMED, end, "function body must end with end");
      return;
    }
    const opcode = Reader.byte();
    Stack.operator = opcode;
    Stack.operatorAddress = address;
    validateOperator(opcode);
    count++;
    if (Reader.position > end) {
      Failure.raise(FailureClass.MALFORMED, address, "function body ends inside an operator");
    }
    if (Failure.raised()) return;
    operandsMaximum = max(operandsMaximum, <u32>(Stack.top - Stack.base));
    controlsMaximum = max(controlsMaximum, Stack.depth());
  }
  target.operatorCount = count;
  target.operandsMaximum = operandsMaximum;
  target.controlsMaximum = controlsMaximum;
}

function validateOperator(opcode: u32): void {
  if (opcode >= <u32>Opcode.I32_EQZ && opcode <= <u32>Opcode.I64_EXTEND32_S)
    validateNumeric(opcode);
  else if (opcode >= <u32>Opcode.I32_LOAD && opcode <= <u32>Opcode.I64_STORE32)
    validateAccess(opcode);
  else validateOther(opcode);
}

function validateNumeric(opcode: u32): void {
  const signature = Signature.ofNumeric(opcode);
  const operand = Signature.operand(signature);
  if (Signature.binary(signature)) Stack.pop(operand);
  Stack.pop(operand);
  Stack.push(Signature.result(signature));
}

function validateAccess(opcode: u32): void {
  const access = Signature.ofAccess(opcode);
  const type = Signature.accessType(access);
  checkMemory();
  readMemoryArgument(Signature.accessAlignment(access));
  if (opcode >= <u32>Opcode.I32_STORE) {
    Stack.pop(type);
    Stack.pop(ValueType.I32);
  } else {
    Stack.pop(ValueType.I32);
    Stack.push(type);
  }
}

function validateOther(opcode: u32): void {
  switch (opcode) {
    case Opcode.LOCAL_GET:
      Stack.push(readLocalType());
      return;
    case Opcode.LOCAL_SET:
      Stack.pop(readLocalType());
      return;
    case Opcode.LOCAL_TEE: {
      const type = readLocalType();
      Stack.pop(type);
      Stack.push(type);
      return;
    }
    case Opcode.I32_CONST:
      Reader.s32();
      Stack.push(ValueType.I32);
      return;
    case Opcode.I64_CONST:
      Reader.s64();
      Stack.push(ValueType.I64);
      return;
    case Opcode.F32_CONST:
      Reader.word32();
      Stack.push(ValueType.F32);
      return;
    case Opcode.F64_CONST:
      Reader.word64();
      Stack.push(ValueType.F64);
      return;
    case Opcode.NOP:
      return;
    case Opcode.DROP:
      Stack.popAny();
      return;
    case Opcode.CALL:
      validateCall();
      return;
    case Opcode.CALL_INDIRECT:
      validateCallIndirect();
      return;
    case Opcode.MEMORY_SIZE:
      readMemoryIndex();
      Stack.push(ValueType.I32);
      return;
    case Opcode.MEMORY_GROW:
      readMemoryIndex();
      Stack.pop(ValueType.I32);
      Stack.push(ValueType.I32);
      return;
    default:
      if (opcode <= <u32>Opcode.RETURN) validateControl(opcode);
      else validateRare(opcode);
  }
}

function validateRare(opcode: u32): void {
  switch (opcode) {
    case Opcode.SELECT:
      validateSelect();
      return;
    case Opcode.SELECT_TYPED:
      validateSelectTyped();
      return;
    case Opcode.GLOBAL_GET:
      Stack.push(readGlobal().type);
      return;
    case Opcode.GLOBAL_SET:
      validateGlobalSet();
      return;
    case Opcode.TABLE_GET: {
      const type = readTableType();
      Stack.pop(ValueType.I32);
      Stack.push(type);
      return;
    }
    case Opcode.TABLE_SET:
      Stack.pop(readTableType());
      Stack.pop(ValueType.I32);
      return;
    case Opcode.REF_NULL:
      Stack.push(readHeapType());
      return;
    case Opcode.REF_IS_NULL:
      validateRefIsNull();
      return;
    case Opcode.REF_FUNC:
      validateRefFunc();
      return;
    case PREFIX:
      validatePrefixed();
      return;
    default:
      refuseOperator(Stack.operatorAddress, opcode, sub(opcode));
  }
}

/** The number behind the prefix of a refused operator: it tells SIMD from relaxed SIMD. */
function sub(opcode: u32): u32 {
  return opcode == 0xfd ? Reader.u32() : 0;
}

function readLocalType(): u32 {
  const index = Reader.u32();
  if (index < Locals.count) return Locals.type(index);
  invalid("unknown local ", index);
  return UNKNOWN;
}
