/**
 * Select, globals, references, tables and bulk operators, and whatever stands behind the prefix.
 */
import { Failure, FailureClass } from "./failure";
import { refuseOperator } from "./features";
import { ElementSegment, Global, Module, NONE, WasmFunction } from "./module";
import { Opcode, PREFIX, ValueType } from "./opcodes";
import { Stack, UNKNOWN, appendTypeName } from "./operands";
import { invalid, readMemoryIndex, readTableType } from "./operator-rules";
import { Reader } from "./reader";
import { readValueType, validReferenceType } from "./types";

export function validateSelect(): void {
  Stack.pop(ValueType.I32);
  const second = Stack.popAny();
  const first = Stack.popAny();
  if (validReferenceType(first) || validReferenceType(second)) {
    Failure.raise(
      FailureClass.INVALID,
      Stack.operatorAddress,
      "select without a type cannot choose between references",
    );
  } else if (first != second && first != UNKNOWN && second != UNKNOWN) {
    Stack.mismatch(first, second);
  }
  Stack.push(first == UNKNOWN ? second : first);
}

export function validateSelectTyped(): void {
  const count = Reader.u32();
  if (count != 1) {
    invalid("select must have one result type, it has ", count);
    return;
  }
  const type = readValueType();
  Stack.pop(ValueType.I32);
  Stack.pop(type);
  Stack.pop(type);
  Stack.push(type);
}

/** A global operand; null is never returned, an unknown index raises a failure. */
export function readGlobal(): Global {
  const index = Reader.u32();
  if (index < Module.globalCount) return Global.at(index);
  invalid("unknown global ", index);
  return changetype<Global>(unknownGlobal);
}

/** Stands in for a global that is not there. */
const unknownGlobal: usize = memory.data(24);

export function validateGlobalSet(): void {
  const global = readGlobal();
  if (!global.mutable) {
    Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "global is immutable");
  }
  Stack.pop(global.type);
}

export function validateRefIsNull(): void {
  const type = Stack.popAny();
  if (type != UNKNOWN && !validReferenceType(type)) {
    if (Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "ref.is_null on ")) {
      appendTypeName(type);
    }
  }
  Stack.push(ValueType.I32);
}

export function validateRefFunc(): void {
  const index = Reader.u32();
  if (index >= Module.functionCount) {
    invalid("unknown function ", index);
    return;
  }
  if (!WasmFunction.at(index).referenced) {
    invalid("ref.func of a function that no export, global or segment declares: ", index);
  }
  Stack.push(ValueType.FUNCREF);
}

export function validatePrefixed(): void {
  const number = Reader.u32();
  const opcode = 0xfc00 | number;
  Stack.operator = opcode;
  if (number < 8) {
    const single = (number & 2) == 0;
    Stack.pop(single ? ValueType.F32 : ValueType.F64);
    Stack.push(number < 4 ? ValueType.I32 : ValueType.I64);
  } else if (number < 12) {
    validateMemoryBulk(opcode);
  } else if (number < 18) {
    validateTableBulk(opcode);
  } else {
    refuseOperator(Stack.operatorAddress, PREFIX, number);
  }
}

function validateMemoryBulk(opcode: u32): void {
  if (opcode == Opcode.MEMORY_INIT || opcode == Opcode.DATA_DROP) checkDataIndex(Reader.u32());
  if (opcode == Opcode.DATA_DROP) return;
  readMemoryIndex();
  if (opcode == Opcode.MEMORY_COPY) readMemoryIndex();
  popThree(ValueType.I32);
}

function checkDataIndex(index: u32): void {
  if (Module.dataCountDeclared == NONE) {
    Failure.raise(FailureClass.MALFORMED, Stack.operatorAddress, "data count section required");
  } else if (index >= Module.dataCountDeclared) {
    invalid("unknown data segment ", index);
  }
}

/** Pops a length, a second operand of type `middle`, and a destination. */
function popThree(middle: u32): void {
  Stack.pop(ValueType.I32);
  Stack.pop(middle);
  Stack.pop(ValueType.I32);
}

function validateTableBulk(opcode: u32): void {
  switch (opcode) {
    case Opcode.TABLE_INIT: {
      const segment = readElementType();
      checkSameType(readTableType(), segment);
      popThree(ValueType.I32);
      return;
    }
    case Opcode.ELEM_DROP:
      readElementType();
      return;
    case Opcode.TABLE_COPY: {
      const target = readTableType();
      checkSameType(target, readTableType());
      popThree(ValueType.I32);
      return;
    }
    case Opcode.TABLE_GROW: {
      const type = readTableType();
      Stack.pop(ValueType.I32);
      Stack.pop(type);
      Stack.push(ValueType.I32);
      return;
    }
    case Opcode.TABLE_SIZE:
      readTableType();
      Stack.push(ValueType.I32);
      return;
    default:
      popThree(readTableType());
  }
}

/** Reads the index of an element segment and returns the segment's type. */
function readElementType(): u32 {
  const index = Reader.u32();
  if (index < Module.elementCount) return ElementSegment.at(index).type;
  invalid("unknown element segment ", index);
  return UNKNOWN;
}

function checkSameType(target: u32, source: u32): void {
  if (target == source) return;
  Failure.raise(
    FailureClass.INVALID,
    Stack.operatorAddress,
    "table and source of table.init or table.copy differ in type",
  );
}
