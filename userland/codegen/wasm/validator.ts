/**
 * Function bodies: one pass over the operators with a stack of types and a stack of blocks, as in
 * the appendix of the specification. No recursion; the work per byte is bounded.
 */
import { Failure, FailureClass } from "./failure";
import { refuseFeature, refuseOperator } from "./features";
import { BRANCH_TARGETS_MAX } from "./limits";
import { Locals } from "./locals";
import { ElementSegment, FunctionType, Global, Module, NONE, Table, WasmFunction } from "./module";
import { BLOCK_TYPE_EMPTY, Opcode, PREFIX, ValueType } from "./opcodes";
import { Control, Stack, UNKNOWN, appendTypeName } from "./operands";
import { Reader } from "./reader";
import { Signature } from "./signatures";
import { readHeapType, readValueType, validReferenceType } from "./types";

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

function invalid(message: string, index: u32): void {
  Failure.raiseNumber(FailureClass.INVALID, Stack.operatorAddress, message, index);
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

function checkMemory(): void {
  if (!Module.memoryPresent) invalid("unknown memory ", 0);
}

function readMemoryArgument(alignmentMax: u32): void {
  const address = Reader.position;
  const alignment = Reader.u32();
  Reader.u32();
  if (alignment <= alignmentMax) return;
  if (alignment >= 64 && alignment < 128) {
    refuseFeature(address, "multiple memories (memory index of a load or store)");
    return;
  }
  Failure.raise(FailureClass.INVALID, address, "alignment is larger than the access");
}

/** The memory index that memory.size and its like carry: one zero byte. */
function readMemoryIndex(): void {
  const address = Reader.position;
  if (Reader.byte() != 0) refuseFeature(address, "multiple memories (memory index)");
  checkMemory();
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

function validateControl(opcode: u32): void {
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

function validateCall(): void {
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

function validateCallIndirect(): void {
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

function validateSelect(): void {
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

function validateSelectTyped(): void {
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
function readGlobal(): Global {
  const index = Reader.u32();
  if (index < Module.globalCount) return Global.at(index);
  invalid("unknown global ", index);
  return changetype<Global>(unknownGlobal);
}

/** Stands in for a global that is not there. */
const unknownGlobal: usize = memory.data(24);

function validateGlobalSet(): void {
  const global = readGlobal();
  if (!global.mutable) {
    Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "global is immutable");
  }
  Stack.pop(global.type);
}

function readTableType(): u32 {
  const index = Reader.u32();
  if (index < Module.tableCount) return Table.at(index).type;
  invalid("unknown table ", index);
  return UNKNOWN;
}

function validateRefIsNull(): void {
  const type = Stack.popAny();
  if (type != UNKNOWN && !validReferenceType(type)) {
    if (Failure.raise(FailureClass.INVALID, Stack.operatorAddress, "ref.is_null on ")) {
      appendTypeName(type);
    }
  }
  Stack.push(ValueType.I32);
}

function validateRefFunc(): void {
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

function validatePrefixed(): void {
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
