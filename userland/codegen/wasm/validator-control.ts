/**
 * Blocks, branches and calls: what opens, closes and leaves a block, and which types it carries.
 */
import { Failure, FailureClass } from "./failure";
import { refuseOperator } from "./features";
import { BRANCH_TARGETS_MAX } from "./limits";
import { FunctionType, Module, NONE, WasmFunction } from "./module";
import { BLOCK_TYPE_EMPTY, Opcode, ValueType } from "./opcodes";
import { Control, Stack } from "./operands";
import { invalid, readTableType } from "./operator-rules";
import { Reader } from "./reader";
import { readValueType } from "./types";

export function validateControl(opcode: u32): void {
  switch (opcode) {
    case Opcode.UNREACHABLE:
      Stack.setUnreachable();
      return;
    case Opcode.BLOCK:
    case Opcode.LOOP:
      enterBlock(opcode);
      return;
    case Opcode.IF:
      enterBlock(opcode);
      return;
    case Opcode.ELSE:
      validateElse();
      return;
    case Opcode.END:
      validateEnd();
      return;
    case Opcode.BR: {
      const label = readLabel();
      Stack.popTypes(label.labelTypes, label.labelCount);
      Stack.setUnreachable();
      return;
    }
    case Opcode.BR_IF: {
      const label = readLabel();
      Stack.pop(ValueType.I32);
      Stack.popTypes(label.labelTypes, label.labelCount);
      Stack.pushTypes(label.labelTypes, label.labelCount);
      return;
    }
    case Opcode.BR_TABLE:
      validateBranchTable();
      return;
    case Opcode.RETURN: {
      const body = changetype<Control>(Stack.controls);
      Stack.popTypes(body.results, body.resultCount);
      Stack.setUnreachable();
      return;
    }
    default:
      refuseOperator(Stack.operatorAddress, opcode, 0);
  }
}

/** A label operand; the innermost block stands in for an unknown one. */
function readLabel(): Control {
  const index = Reader.u32();
  if (index < Stack.depth()) return Stack.label(index);
  invalid("unknown label ", index);
  return Stack.control;
}

/** The empty block type written with more bytes than it needs, which V8 accepts. */
const EMPTY_AS_NUMBER: i64 = -64;

/** Reads a block type, pops the parameters (after the condition of an if) and opens the block. */
function enterBlock(opcode: u32): void {
  const address = Reader.position;
  const byte = <u32>load<u8>(address);
  let parameters: usize = 0;
  let parameterCount: u32 = 0;
  let results: usize = address;
  let resultCount: u32 = 0;
  if (byte == BLOCK_TYPE_EMPTY) {
    Reader.position = address + 1;
  } else if ((byte & 0xc0) == 0x40) {
    readValueType();
    resultCount = 1;
  } else {
    const index = Reader.s33();
    if (index >= 0 && index < <i64>Module.typeCount) {
      const type = FunctionType.at(<u32>index);
      parameters = type.parameters;
      parameterCount = type.parameterCount;
      results = type.results;
      resultCount = type.resultCount;
    } else if (index != EMPTY_AS_NUMBER) {
      Failure.raise(FailureClass.INVALID, address, "block type is not a type of the module");
    }
  }
  if (opcode == Opcode.IF) Stack.pop(ValueType.I32);
  if (Failure.raised()) return;
  Stack.popTypes(parameters, parameterCount);
  const control = Stack.openBlock(opcode);
  control.parameters = parameters;
  control.parameterCount = parameterCount;
  control.results = results;
  control.resultCount = resultCount;
  Stack.pushTypes(parameters, parameterCount);
}

function validateElse(): void {
  if (Stack.control.operator != Opcode.IF) {
    Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "else without if");
    return;
  }
  Stack.finishBlock();
  const control = Stack.control;
  control.operator = Opcode.ELSE;
  control.unreachable = 0;
  Stack.pushTypes(control.parameters, control.parameterCount);
}

function validateEnd(): void {
  const control = Stack.control;
  if (control.operator == Opcode.IF && !sameTypes(control)) {
    Failure.raise(
      FailureClass.INVALID,
      Stack.operatorAddress,
      "if without else must have equal parameters and results",
    );
    return;
  }
  Stack.finishBlock();
  const results = control.results;
  const resultCount = control.resultCount;
  Stack.closeBlock();
  if (Stack.current >= Stack.controls) Stack.pushTypes(results, resultCount);
}

function sameTypes(control: Control): bool {
  const count = control.resultCount;
  if (control.parameterCount != count) return false;
  return memory.compare(control.parameters, control.results, count) == 0;
}

function validateBranchTable(): void {
  Stack.pop(ValueType.I32);
  const address = Reader.position;
  const count = Reader.u32();
  if (count > BRANCH_TARGETS_MAX) {
    Failure.raiseNumber(
      FailureClass.LIMIT,
      address,
      "more targets of br_table than ",
      BRANCH_TARGETS_MAX,
    );
    return;
  }
  if (count > Reader.remaining()) {
    Failure.raise(FailureClass.MALFORMED, address, "function body ends inside br_table");
    return;
  }
  let arity: u32 = NONE;
  let previous: usize = 0;
  for (let i: u32 = 0; i <= count; i++) {
    const label = readLabel();
    if (Failure.raised()) return;
    if (i == 0) arity = label.labelCount;
    if (label.labelCount != arity) {
      invalid("targets of br_table differ in arity: target ", i);
      return;
    }
    // Neighbours are often one label: skipping repeats keeps wide labels from costing per target.
    if (changetype<usize>(label) == previous) continue;
    previous = changetype<usize>(label);
    Stack.peekTypes(label.labelTypes, arity);
  }
  Stack.setUnreachable();
}

export function validateCall(): void {
  const index = Reader.u32();
  if (index >= Module.functionCount) {
    invalid("unknown function ", index);
    return;
  }
  applyType(WasmFunction.at(index).type());
}

function applyType(type: FunctionType): void {
  Stack.popTypes(type.parameters, type.parameterCount);
  Stack.pushTypes(type.results, type.resultCount);
}

export function validateCallIndirect(): void {
  const typeIndex = Reader.u32();
  const table = readTableType();
  if (typeIndex >= Module.typeCount) {
    invalid("unknown type ", typeIndex);
    return;
  }
  if (table != ValueType.FUNCREF) {
    Failure.raise(
      FailureClass.INVALID,
      Stack.operatorAddress,
      "call_indirect needs a table of funcref",
    );
  }
  Stack.pop(ValueType.I32);
  applyType(FunctionType.at(typeIndex));
}
