/**
 * Operators of i64: two words each. What can be done on halves is (logic, shifts by constants,
 * extensions); additions, products and comparisons are steps over four words; division and the
 * rest are run-time routines.
 */
import { TrapKind } from "../elf/trap-kinds";
import { Routine } from "../runtime/routines";
import { Opcode } from "../wasm/opcodes";
import { callRoutine, routineArguments } from "./call";
import { combine } from "./integer";
import { holdsWide, conditionOf, swapped } from "./conditions";
import { shiftWide } from "./wide-shift";
import { pushBack, pushWide, wideOf } from "./wide-operands";
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
  Step,
} from "./step";
import { setA, setB, setBase, setIndex, settleTop } from "./fill";
import { peek, pop, pushConstant, pushTemporary, pushWideComparison, Value } from "./value";
import { Kind, newVirtual } from "./virtual";

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
