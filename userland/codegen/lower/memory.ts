/**
 * Loads, stores and the other operators on the linear memory. Addresses stay sums; the bounds check
 * is the business of the access step. An i64 is two accesses of which the first is checked: a store
 * writes its high half first, so that a store that traps has written nothing.
 */
import { Instance } from "../elf/instance";
import { Routine } from "../runtime/routines";
import { codegenMode, Mode } from "../mode";
import { Opcode } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { TrapKind } from "../elf/trap-kinds";
import { callRoutine, routineArguments, trapUnless } from "./call";
import { pushAbsolute } from "./table";
import {
  A_CONSTANT,
  ABSOLUTE,
  Alu,
  B_CONSTANT,
  lastStep,
  Operation,
  removeLastStep,
  Shift,
  Step,
  steps,
  STEP_SIZE,
  UNCHECKED,
  Width,
} from "./step";
import { setA } from "./fill";
import { Form, pop, pushConstant, pushRegister, pushTemporary, Value } from "./value";
import { Kind, newVirtual, Virtual } from "./virtual";

/** The memory immediate: alignment is a hint that nobody needs. */
export function readOffset(): u32 {
  Reader.u32();
  return Reader.u32();
}

function setAddress(step: Step, address: Value, offset: u32): void {
  step.base = address.a;
  step.index = address.b;
  step.scale = address.scale;
  step.displacement = address.c;
  step.extra = offset;
}

function emitLoad(kind: Kind, width: Width, address: Value, offset: u32, flags: u8): i32 {
  const target = newVirtual(kind);
  const step = Step.emit(Operation.LOAD);
  step.part = <u8>width;
  step.target = target;
  step.flags = flags;
  setAddress(step, address, offset);
  return target;
}

function widthOfLoad(opcode: i32): Width {
  switch (opcode) {
    case Opcode.I32_LOAD8_S:
    case Opcode.I64_LOAD8_S:
      return Width.BYTE_SIGNED;
    case Opcode.I32_LOAD8_U:
    case Opcode.I64_LOAD8_U:
      return Width.BYTE_UNSIGNED;
    case Opcode.I32_LOAD16_S:
    case Opcode.I64_LOAD16_S:
      return Width.HALF_SIGNED;
    case Opcode.I32_LOAD16_U:
    case Opcode.I64_LOAD16_U:
      return Width.HALF_UNSIGNED;
    default:
      return Width.WORD;
  }
}

export function lowerLoad(opcode: i32): void {
  const offset = readOffset();
  const address = pop();
  address.address();
  if (opcode == Opcode.F32_LOAD || opcode == Opcode.F64_LOAD) {
    const kind = opcode == Opcode.F32_LOAD ? Kind.SINGLE : Kind.DOUBLE;
    const target = newVirtual(kind);
    const step = Step.emit(Operation.FLOAT_LOAD);
    step.kind = <u8>kind;
    step.target = target;
    setAddress(step, address, offset);
    return pushTemporary(kind, target);
  }
  const width = widthOfLoad(opcode);
  if (opcode == Opcode.I64_LOAD) return loadWide(address, offset);
  if (opcode >= Opcode.I64_LOAD8_S) {
    const low = emitLoad(Kind.LOW, width, address, offset, 0);
    const signed = ((opcode - Opcode.I64_LOAD8_S) & 1) == 0;
    return pushExtended(low, signed);
  }
  pushTemporary(Kind.WORD, emitLoad(Kind.WORD, width, address, offset, 0));
}

function loadWide(address: Value, offset: u32): void {
  const low = emitLoad(Kind.LOW, Width.WORD, address, offset, 0);
  const high = emitLoad(Kind.HIGH, Width.WORD, address, offset + 4, UNCHECKED);
  pushTemporary(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

/** Pushes an i64 whose low word is `low`; the high word is its sign or zero. */
export function pushExtended(low: i32, signed: bool): void {
  if (!signed) {
    pushRegister(Kind.LOW, low);
    pushConstant(Kind.HIGH, 0);
    return;
  }
  const high = newVirtual(Kind.HIGH);
  const step = Step.emit(Operation.SHIFT);
  step.part = <u8>Shift.RIGHT_SIGNED;
  step.target = high;
  step.a = low;
  step.b = 31;
  step.flags = B_CONSTANT;
  pushRegister(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

export function lowerStore(opcode: i32): void {
  const offset = readOffset();
  if (opcode == Opcode.F32_STORE || opcode == Opcode.F64_STORE) return storeFloat(opcode, offset);
  if (opcode == Opcode.I64_STORE) return storeWide(offset);
  if (opcode >= Opcode.I64_STORE8) pop();
  const value = pop();
  const address = pop();
  address.address();
  if (opcode == Opcode.I32_STORE && storeCombined(value, address, offset)) return;
  value.settle();
  let width = Width.WORD;
  if (opcode == Opcode.I32_STORE8 || opcode == Opcode.I64_STORE8) width = Width.BYTE_UNSIGNED;
  if (opcode == Opcode.I32_STORE16 || opcode == Opcode.I64_STORE16) width = Width.HALF_UNSIGNED;
  emitStore(width, value, address, offset, 0);
}

function emitStore(width: Width, value: Value, address: Value, offset: u32, flags: u8): void {
  const step = Step.emit(Operation.STORE);
  step.part = <u8>width;
  step.flags = flags;
  setA(step, value);
  setAddress(step, address, offset);
}

function storeWide(offset: u32): void {
  const high = pop();
  const low = pop();
  const address = pop();
  if (copyWide(low, high, address, offset)) return;
  high.settle();
  low.settle();
  address.address();
  // An offset that would wrap traps anyway; wrapped, its high word would be written before.
  const highOffset = offset > 0xffff_fffb ? offset : offset + 4;
  emitStore(Width.WORD, high, address, highOffset, 0);
  emitStore(Width.WORD, low, address, offset, UNCHECKED);
}

/**
 * An i64 that goes from memory to memory passes through an xmm register, not through two others;
 * the kernel leaves xmm registers to the programs.
 */
function copyWide(low: Value, high: Value, address: Value, offset: u32): bool {
  if (codegenMode(Mode.KERNEL) || steps.length < 2 * <u32>STEP_SIZE) return false;
  const second = lastStep()!;
  const first = changetype<Step>(changetype<usize>(second) - STEP_SIZE);
  if (!loads(first, low) || !loads(second, high)) return false;
  const neighbours =
    second.has(UNCHECKED) &&
    first.base == second.base &&
    first.index == second.index &&
    first.scale == second.scale &&
    first.displacement == second.displacement &&
    first.extra + 4 == second.extra;
  if (!neighbours) return false;
  const target = newVirtual(Kind.DOUBLE);
  removeLastStep();
  first.operation = <u8>Operation.FLOAT_LOAD;
  first.kind = <u8>Kind.DOUBLE;
  first.target = target;
  address.address();
  const step = Step.emit(Operation.FLOAT_STORE);
  step.kind = <u8>Kind.DOUBLE;
  step.a = target;
  setAddress(step, address, offset);
  return true;
}

/** True when the step loads the word that `value`, and nothing else, is. */
function loads(step: Step, value: Value): bool {
  return (
    step.operation == Operation.LOAD &&
    step.part == Width.WORD &&
    value.form == Form.REGISTER &&
    value.temporary != 0 &&
    step.target == value.a &&
    Virtual.at(value.a).mutable == 0
  );
}

function storeFloat(opcode: i32, offset: u32): void {
  const value = pop();
  const address = pop();
  address.address();
  const kind = opcode == Opcode.F32_STORE ? Kind.SINGLE : Kind.DOUBLE;
  if (value.form == Form.FLOAT_CONSTANT && kind == Kind.SINGLE) {
    value.form = <u8>Form.CONSTANT;
    return emitStore(Width.WORD, value, address, offset, 0);
  }
  const register = value.force();
  const step = Step.emit(Operation.FLOAT_STORE);
  step.kind = <u8>kind;
  step.a = register;
  setAddress(step, address, offset);
}

function sameAddress(step: Step, address: Value, offset: u32): bool {
  return (
    step.operation == Operation.LOAD &&
    step.part == Width.WORD &&
    !step.has(ABSOLUTE) &&
    step.base == address.a &&
    step.index == address.b &&
    step.scale == address.scale &&
    step.displacement == address.c &&
    step.extra == offset
  );
}

/** `[address] = [address] op x` in one instruction, when the load is the step just before. */
function storeCombined(value: Value, address: Value, offset: u32): bool {
  let last = lastStep();
  if (last === null) return false;
  if (value.form == Form.ADDRESS) {
    if (!sameAddress(last, address, offset)) return false;
    const loaded = last.target;
    if (Virtual.at(loaded).mutable != 0) return false;
    if (value.a != loaded || value.scale != 0) return false;
    if (value.b >= 0 && (value.c != 0 || value.b == loaded)) return false;
    removeLastStep();
    emitCombined(Alu.ADD, value.b >= 0 ? value.b : value.c, value.b < 0, address, offset);
    return true;
  }
  return storeCombinedAlu(last, value, address, offset);
}

function storeCombinedAlu(last: Step, value: Value, address: Value, offset: u32): bool {
  if (last.operation != Operation.ALU || last.part == Alu.MULTIPLY) return false;
  if (value.form != Form.REGISTER || value.temporary == 0 || last.target != value.a) return false;
  if (steps.length < 2 * <u32>STEP_SIZE || last.has(A_CONSTANT)) return false;
  const load = changetype<Step>(changetype<usize>(last) - STEP_SIZE);
  if (!sameAddress(load, address, offset) || last.a != load.target) return false;
  if (Virtual.at(load.target).mutable != 0) return false;
  if (!last.has(B_CONSTANT) && last.b == load.target) return false;
  const alu = <Alu>last.part;
  const operand = last.b;
  const constant = last.has(B_CONSTANT);
  removeLastStep();
  removeLastStep();
  emitCombined(alu, operand, constant, address, offset);
  return true;
}

function emitCombined(alu: Alu, operand: i32, constant: bool, address: Value, offset: u32): void {
  const step = Step.emit(Operation.ALU_MEMORY);
  step.part = <u8>alu;
  step.a = operand;
  if (constant) step.flags = A_CONSTANT;
  setAddress(step, address, offset);
}

/** target = the word of instance data at `address`. */
export function loadInstance(kind: Kind, address: u32): i32 {
  const target = newVirtual(kind);
  const float = kind == Kind.SINGLE || kind == Kind.DOUBLE;
  const step = Step.emit(float ? Operation.FLOAT_LOAD : Operation.LOAD);
  step.kind = <u8>kind;
  step.part = <u8>Width.WORD;
  step.flags = ABSOLUTE;
  step.target = target;
  step.displacement = address;
  return target;
}

export function storeInstance(value: Value, address: u32): void {
  const float = value.kind == Kind.SINGLE || value.kind == Kind.DOUBLE;
  if (float) value.force();
  else value.settle();
  const step = Step.emit(float ? Operation.FLOAT_STORE : Operation.STORE);
  step.kind = value.kind;
  step.part = <u8>Width.WORD;
  step.flags = ABSOLUTE;
  setA(step, value);
  step.displacement = address;
}

/** memory.size, memory.grow and the bulk operators. */
export function lowerMemoryOther(opcode: i32): void {
  switch (opcode) {
    case Opcode.MEMORY_SIZE:
      Reader.byte();
      return pushTemporary(Kind.WORD, loadInstance(Kind.WORD, Instance.memorySizeSlot));
    case Opcode.MEMORY_GROW:
      Reader.byte();
      routineArguments(1);
      return callRoutine(Routine.MEMORY_GROW, Kind.WORD);
    case Opcode.MEMORY_COPY:
      Reader.byte();
      Reader.byte();
      routineArguments(3);
      callRoutine(Routine.MEMORY_COPY, Kind.WORD);
      return trapUnless(TrapKind.MEMORY_OUT_OF_BOUNDS);
    case Opcode.MEMORY_FILL:
      Reader.byte();
      routineArguments(3);
      callRoutine(Routine.MEMORY_FILL, Kind.WORD);
      return trapUnless(TrapKind.MEMORY_OUT_OF_BOUNDS);
    case Opcode.MEMORY_INIT: {
      const segment = Reader.u32();
      Reader.byte();
      pushAbsolute(Instance.dataSegmentRecord(segment));
      routineArguments(4);
      callRoutine(Routine.MEMORY_INIT, Kind.WORD);
      return trapUnless(TrapKind.MEMORY_OUT_OF_BOUNDS);
    }
    default: {
      const step = Step.emit(Operation.STORE);
      step.flags = ABSOLUTE | A_CONSTANT;
      step.a = 0;
      step.displacement = Instance.dataSegmentRecord(Reader.u32()) + 4;
      return;
    }
  }
}
