/**
 * Operators of i64: two words each. What can be done on halves is (logic, shifts by constants,
 * extensions); additions, products and comparisons are steps over four words; division and the
 * rest are run-time routines.
 */
import { TrapKind } from "../elf/trap-kinds";
import { Routine } from "../runtime/routines";
import { Opcode } from "../wasm/opcodes";
import { callRoutine, callStep, routineArguments } from "./call";
import { combine, conditionOf, swapped } from "./integer";
import { pushExtended } from "./memory";
import {
  A_CONSTANT,
  Alu,
  B_CONSTANT,
  BASE_CONSTANT,
  Compare,
  Condition,
  INDEX_CONSTANT,
  Operation,
  Shift,
  Step,
} from "./step";
import {
  Form,
  peek,
  pop,
  pushConstant,
  pushRegister,
  pushTemporary,
  pushWideComparison,
  setA,
  setB,
  setBase,
  setIndex,
  settleTop,
  Value,
} from "./value";
import { Kind, newVirtual } from "./virtual";

export function pushWide(value: i64): void {
  pushConstant(Kind.LOW, <i32>value);
  pushConstant(Kind.HIGH, <i32>(value >> 32));
}

function wideOf(low: Value, high: Value): i64 {
  // Not <u32>: the compiler would extend the sign of a field that is cast twice.
  return ((<i64>high.a) << 32) | (<i64>low.a & 0xffffffff);
}

/** Operators from I64_EQZ to I64_GE_U. */
export function lowerCompare64(opcode: i32): void {
  if (opcode == Opcode.I64_EQZ) pushWide(0);
  const condition =
    opcode == Opcode.I64_EQZ ? Condition.EQUAL : conditionOf(opcode - Opcode.I64_EQ);
  const bHigh = pop();
  const b = pop();
  const aHigh = pop();
  const a = pop();
  const known = a.constant && aHigh.constant && b.constant && bHigh.constant;
  if (known) {
    pushConstant(Kind.WORD, holdsWide(condition, wideOf(a, aHigh), wideOf(b, bHigh)) ? 1 : 0);
    return;
  }
  bHigh.settle();
  b.settle();
  aHigh.settle();
  a.settle();
  const swap = a.constant && aHigh.constant;
  const left = swap ? b : a;
  const leftHigh = swap ? bHigh : aHigh;
  const right = swap ? a : b;
  const rightHigh = swap ? aHigh : bHigh;
  let flags: u8 = 0;
  if (left.constant) flags |= A_CONSTANT;
  if (right.constant) flags |= B_CONSTANT;
  if (leftHigh.constant) flags |= BASE_CONSTANT;
  if (rightHigh.constant) flags |= INDEX_CONSTANT;
  pushWideComparison(
    swap ? swapped(condition) : condition,
    Compare.WIDE,
    flags,
    left.a,
    right.a,
    leftHigh.a,
    rightHigh.a,
  );
}

function holdsWide(condition: Condition, a: i64, b: i64): bool {
  switch (condition) {
    case Condition.EQUAL:
      return a == b;
    case Condition.NOT_EQUAL:
      return a != b;
    case Condition.LESS:
      return a < b;
    case Condition.BELOW:
      return <u64>a < <u64>b;
    case Condition.GREATER:
      return a > b;
    case Condition.ABOVE:
      return <u64>a > <u64>b;
    case Condition.LESS_EQUAL:
      return a <= b;
    case Condition.BELOW_EQUAL:
      return <u64>a <= <u64>b;
    case Condition.GREATER_EQUAL:
      return a >= b;
    default:
      return <u64>a >= <u64>b;
  }
}

/** Operators from I64_ADD to I64_ROTR. */
export function lowerBinary64(opcode: i32): void {
  switch (opcode) {
    case Opcode.I64_ADD:
    case Opcode.I64_SUB:
      return addWide(opcode == Opcode.I64_SUB);
    case Opcode.I64_MUL:
      return multiplyWide();
    case Opcode.I64_AND:
      return combineHalves(Alu.AND);
    case Opcode.I64_OR:
      return combineHalves(Alu.OR);
    case Opcode.I64_XOR:
      return combineHalves(Alu.XOR);
    case Opcode.I64_SHL:
    case Opcode.I64_SHR_S:
    case Opcode.I64_SHR_U:
    case Opcode.I64_ROTL:
    case Opcode.I64_ROTR:
      return shiftWide(opcode);
    default:
      return divideWide(opcode);
  }
}

function combineHalves(alu: Alu): void {
  const bHigh = pop();
  const b = pop();
  const aHigh = pop();
  const a = pop();
  combine(alu, Kind.LOW, a, b);
  combine(alu, Kind.HIGH, aHigh, bHigh);
}

function fillWide(step: Step, a: Value, aHigh: Value, b: Value, bHigh: Value): void {
  step.flags = 0;
  setA(step, a);
  setB(step, aHigh);
  setBase(step, b);
  setIndex(step, bHigh);
}

function addWide(subtract: bool): void {
  let bHigh = pop();
  let b = pop();
  let aHigh = pop();
  let a = pop();
  const bKnown = b.constant && bHigh.constant;
  const aKnown = a.constant && aHigh.constant;
  if (aKnown && bKnown) {
    const left = wideOf(a, aHigh);
    const right = wideOf(b, bHigh);
    return pushWide(subtract ? left - right : left + right);
  }
  if (subtract && bKnown) {
    const negative = -wideOf(b, bHigh);
    b.a = <i32>negative;
    bHigh.a = <i32>(negative >> 32);
    subtract = false;
  }
  if (aKnown && !subtract) {
    let swap = a;
    a = b;
    b = swap;
    swap = aHigh;
    aHigh = bHigh;
    bHigh = swap;
  }
  bHigh.settle();
  b.settle();
  aHigh.settle();
  a.settle();
  const low = newVirtual(Kind.LOW);
  const high = newVirtual(Kind.HIGH);
  const step = Step.emit(Operation.ADD_WIDE);
  step.part = <u8>(subtract ? Alu.SUB : Alu.ADD);
  step.target = low;
  step.target2 = high;
  fillWide(step, a, aHigh, b, bHigh);
  pushTemporary(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

function multiplyWide(): void {
  const bHigh = pop();
  const b = pop();
  const aHigh = pop();
  const a = pop();
  if (a.constant && aHigh.constant && b.constant && bHigh.constant) {
    return pushWide(wideOf(a, aHigh) * wideOf(b, bHigh));
  }
  if (b.constant && bHigh.constant) {
    const factor = wideOf(b, bHigh);
    if (popcnt<i64>(factor) == 1) {
      pushBack(a, aHigh);
      pushConstant(Kind.LOW, <i32>ctz<i64>(factor));
      pushConstant(Kind.HIGH, 0);
      return shiftWide(Opcode.I64_SHL);
    }
  }
  bHigh.settle();
  b.settle();
  aHigh.settle();
  a.settle();
  const low = newVirtual(Kind.LOW);
  const high = newVirtual(Kind.HIGH);
  const step = Step.emit(Operation.MULTIPLY_WIDE);
  step.target = low;
  step.target2 = high;
  fillWide(step, a, aHigh, b, bHigh);
  pushTemporary(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

/** Pushes a popped pair again, as operands. */
function pushBack(low: Value, high: Value): void {
  low.settle();
  high.settle();
  const highForm = high.form;
  const highBits = high.a;
  if (low.constant) pushConstant(Kind.LOW, low.a);
  else pushRegister(Kind.LOW, low.a);
  if (highForm == Form.CONSTANT) pushConstant(Kind.HIGH, highBits);
  else pushRegister(Kind.HIGH, highBits);
}

function shiftWide(opcode: i32): void {
  pop();
  const amount = pop();
  if (!amount.constant) return shiftWideVariable(opcode, amount);
  const distance: u32 = amount.a & 63;
  const high = pop();
  const low = pop();
  if (low.constant && high.constant) {
    return pushWide(foldShiftWide(opcode, wideOf(low, high), distance));
  }
  low.settle();
  high.settle();
  if (distance == 0) return pushBack(low, high);
  switch (opcode) {
    case Opcode.I64_SHL:
      return shiftLeftWide(low, high, distance);
    case Opcode.I64_SHR_S:
      return shiftRightWide(Shift.RIGHT_SIGNED, low, high, distance);
    case Opcode.I64_SHR_U:
      return shiftRightWide(Shift.RIGHT_UNSIGNED, low, high, distance);
    case Opcode.I64_ROTL:
      return rotateWide(low, high, distance);
    default:
      return rotateWide(low, high, 64 - distance);
  }
}

function foldShiftWide(opcode: i32, value: i64, distance: u32): i64 {
  switch (opcode) {
    case Opcode.I64_SHL:
      return value << distance;
    case Opcode.I64_SHR_S:
      return value >> distance;
    case Opcode.I64_SHR_U:
      return <i64>(<u64>value >> distance);
    case Opcode.I64_ROTL:
      return rotl<i64>(value, distance);
    default:
      return rotr<i64>(value, distance);
  }
}

/** register = the half that gets bits from its neighbour: shld or shrd of (a, b). */
function shiftDouble(kind: Kind, left: bool, a: i32, b: i32, distance: u32): i32 {
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT_WIDE);
  step.part = left ? 1 : 0;
  step.target = target;
  step.a = a;
  step.b = b;
  step.displacement = distance;
  return target;
}

/** register = `value` shifted by a constant. */
function shiftHalf(part: Shift, kind: Kind, register: i32, distance: u32): i32 {
  if (distance == 0) return register;
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT);
  step.part = <u8>part;
  step.target = target;
  step.a = register;
  step.b = distance;
  step.flags = B_CONSTANT;
  return target;
}

function shiftLeftWide(low: Value, high: Value, distance: u32): void {
  const lowRegister = low.force();
  if (distance >= 32) {
    const result = shiftHalf(Shift.LEFT, Kind.HIGH, lowRegister, distance - 32);
    pushConstant(Kind.LOW, 0);
    return pushRegister(Kind.HIGH, result);
  }
  const result = shiftDouble(Kind.HIGH, true, high.force(), lowRegister, distance);
  const below = shiftHalf(Shift.LEFT, Kind.LOW, lowRegister, distance);
  pushRegister(Kind.LOW, below);
  pushRegister(Kind.HIGH, result);
}

function shiftRightWide(part: Shift, low: Value, high: Value, distance: u32): void {
  const signed = part == Shift.RIGHT_SIGNED;
  if (high.constant && high.a == 0 && distance < 32) {
    const result = shiftHalf(Shift.RIGHT_UNSIGNED, Kind.LOW, low.force(), distance);
    pushRegister(Kind.LOW, result);
    return pushConstant(Kind.HIGH, 0);
  }
  const highRegister = high.force();
  if (distance >= 32) {
    const result = shiftHalf(part, Kind.LOW, highRegister, distance - 32);
    if (!signed) {
      pushRegister(Kind.LOW, result);
      return pushConstant(Kind.HIGH, 0);
    }
    const sign = shiftHalf(part, Kind.HIGH, highRegister, 31);
    pushRegister(Kind.LOW, result);
    return pushRegister(Kind.HIGH, sign);
  }
  const result = shiftDouble(Kind.LOW, false, low.force(), highRegister, distance);
  const above = shiftHalf(part, Kind.HIGH, highRegister, distance);
  pushRegister(Kind.LOW, result);
  pushRegister(Kind.HIGH, above);
}

function rotateWide(low: Value, high: Value, distance: u32): void {
  let below = low.force();
  let above = high.force();
  if (distance >= 32) {
    const swap = below;
    below = above;
    above = swap;
    distance -= 32;
  }
  if (distance == 0) {
    pushRegister(Kind.LOW, below);
    return pushRegister(Kind.HIGH, above);
  }
  const lowResult = shiftDouble(Kind.LOW, true, below, above, distance);
  const highResult = shiftDouble(Kind.HIGH, true, above, below, distance);
  pushRegister(Kind.LOW, lowResult);
  pushRegister(Kind.HIGH, highResult);
}

/** The arguments travel like those of a call (low, high, amount in eax, edx, ecx). */
function shiftWideVariable(opcode: i32, amount: Value): void {
  const register = amount.force();
  pushRegister(Kind.WORD, register);
  routineArguments(3);
  const target = newVirtual(Kind.LOW);
  const target2 = newVirtual(Kind.HIGH);
  emitShiftCall(opcode, target, target2);
  pushTemporary(Kind.LOW, target);
  pushTemporary(Kind.HIGH, target2);
}

function emitShiftCall(opcode: i32, target: i32, target2: i32): void {
  const step = callStep(Operation.SHIFT_WIDE_VARIABLE);
  switch (opcode) {
    case Opcode.I64_SHL:
      step.part = <u8>Shift.LEFT;
      break;
    case Opcode.I64_SHR_S:
      step.part = <u8>Shift.RIGHT_SIGNED;
      break;
    case Opcode.I64_SHR_U:
      step.part = <u8>Shift.RIGHT_UNSIGNED;
      break;
    case Opcode.I64_ROTL:
      step.part = <u8>Shift.ROTATE_LEFT;
      break;
    default:
      step.part = <u8>Shift.ROTATE_RIGHT;
  }
  step.target = target;
  step.target2 = target2;
}

function divideWide(opcode: i32): void {
  const bHigh = peek(0);
  const b = peek(1);
  const known = b.constant && bHigh.constant;
  const divisor = known ? wideOf(b, bHigh) : 0;
  const unsigned = opcode == Opcode.I64_DIV_U || opcode == Opcode.I64_REM_U;
  if (known && unsigned && popcnt<i64>(divisor) == 1) {
    const remainder = opcode == Opcode.I64_REM_U;
    pop();
    pop();
    pushWide(remainder ? divisor - 1 : ctz<i64>(divisor));
    if (remainder) return combineHalves(Alu.AND);
    return shiftWide(Opcode.I64_SHR_U);
  }
  settleTop(4);
  if (divisor == 0) trapIfZero(peek(1), peek(0));
  if (opcode == Opcode.I64_DIV_S && (!known || divisor == -1)) {
    trapIfOverflow(peek(3), peek(2), peek(1), peek(0));
  }
  routineArguments(4);
  switch (opcode) {
    case Opcode.I64_DIV_S:
      return callRoutine(Routine.DIVIDE_SIGNED, Kind.LOW);
    case Opcode.I64_DIV_U:
      return callRoutine(Routine.DIVIDE_UNSIGNED, Kind.LOW);
    case Opcode.I64_REM_S:
      return callRoutine(Routine.REMAINDER_SIGNED, Kind.LOW);
    default:
      return callRoutine(Routine.REMAINDER_UNSIGNED, Kind.LOW);
  }
}

function trapIf(kind: TrapKind, register: i32): void {
  const step = Step.emit(Operation.TRAP_IF);
  step.kind = <u8>kind;
  step.compare = <u8>Compare.WORD;
  step.condition = <u8>Condition.EQUAL;
  step.a = register;
  step.b = 0;
  step.flags = B_CONSTANT;
}

/** register = a alu b, operands settled. */
function alu(part: Alu, a: Value, b: Value): i32 {
  const target = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.ALU);
  step.part = <u8>part;
  step.target = target;
  setA(step, a);
  setB(step, b);
  return target;
}

function aluRegister(part: Alu, a: i32, b: i32, constant: bool): i32 {
  const target = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.ALU);
  step.part = <u8>part;
  step.target = target;
  step.a = a;
  step.b = b;
  step.flags = constant ? B_CONSTANT : 0;
  return target;
}

function trapIfZero(low: Value, high: Value): void {
  trapIf(TrapKind.DIVIDE_BY_ZERO, alu(Alu.OR, low, high));
}

/** The smallest i64 divided by -1: (low | high ^ 2^31 | ~divisor) is zero. */
function trapIfOverflow(low: Value, high: Value, b: Value, bHigh: Value): void {
  const ones = alu(Alu.AND, b, bHigh);
  const inverted = aluRegister(Alu.XOR, ones, -1, true);
  const top = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.ALU);
  step.part = <u8>Alu.XOR;
  step.target = top;
  setA(step, high);
  step.b = <i32>0x80000000;
  step.flags |= B_CONSTANT;
  const dividend = newVirtual(Kind.WORD);
  const join = Step.emit(Operation.ALU);
  join.part = <u8>Alu.OR;
  join.target = dividend;
  join.a = top;
  setB(join, low);
  trapIf(TrapKind.INTEGER_OVERFLOW, aluRegister(Alu.OR, dividend, inverted, false));
}

/** I64_CLZ, I64_CTZ, I64_POPCNT. */
export function lowerBits64(opcode: i32): void {
  settleTop(2);
  routineArguments(2);
  let routine = Routine.POPULATION;
  if (opcode == Opcode.I64_CLZ) routine = Routine.LEADING_ZEROS;
  if (opcode == Opcode.I64_CTZ) routine = Routine.TRAILING_ZEROS;
  callRoutine(routine, Kind.WORD);
  const count = pop();
  pushTemporary(Kind.LOW, count.a);
  pushConstant(Kind.HIGH, 0);
}

/** Conversions between i32 and i64, and sign extensions within i64. */
export function lowerExtendWide(opcode: i32): void {
  switch (opcode) {
    case Opcode.I32_WRAP_I64: {
      pop();
      peek(0).kind = <u8>Kind.WORD;
      return;
    }
    case Opcode.I64_EXTEND_I32_U: {
      peek(0).kind = <u8>Kind.LOW;
      return pushConstant(Kind.HIGH, 0);
    }
    default: {
      if (opcode == Opcode.I64_EXTEND32_S) pop();
      const value = pop();
      if (value.constant) return pushWide(<i64>value.a);
      return pushExtended(value.force(), true);
    }
  }
}
