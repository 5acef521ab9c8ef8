/** Machine code of the steps on two words: sums, products, shifts. */
import {
  A_CONSTANT,
  Alu,
  B_CONSTANT,
  BASE_CONSTANT,
  Condition,
  INDEX_CONSTANT,
  Shift,
  Step,
} from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import {
  aluConstant,
  aluFrom,
  lea,
  moveConstant,
  moveFrom,
  moveRegister,
  moveTo,
  multiplyConstant,
  multiplyFrom,
  setByte,
  shiftByCount,
  shiftConstant,
  unary,
  zeroExtendByte,
} from "./encoder";
import { scratchPlace } from "./emit-integer";
import { EAX, ECX, EDX, inRegister, load32, placeOf, put, targetRegister } from "./operands";
import { byte, closeSkip, openSkip, room } from "./text";
import { emitCallArguments } from "./emit-call";

function aluOperand(alu: u32, target: u32, value: i32, constant: bool): void {
  if (constant) aluConstant(alu, target, value);
  else aluFrom(alu, target, placeOf(value));
}

/**
 * The words of the right operand are `base` (low) and `index` (high), of the left `a` and `b`.
 * Adding by lea, cmp, setb is twice as fast as add, adc here, but needs everything in registers.
 */
export function emitAddWide(step: Step): void {
  if (step.part == Alu.ADD && addByLea(step)) return;
  const subtract = step.part == Alu.SUB;
  if (subtract && subtractBySet(step)) return;
  const low = placeOf(step.target);
  load32(EAX, step.a, step.has(A_CONSTANT));
  aluOperand(subtract ? Alu.SUB : Alu.ADD, EAX, step.base, step.has(BASE_CONSTANT));
  // Moves leave the carry alone.
  const direct = low >= 0;
  if (direct) moveTo(low, EAX);
  load32(EAX, step.b, step.has(B_CONSTANT));
  aluOperand(subtract ? Alu.SBB : Alu.ADC, EAX, step.index, step.has(INDEX_CONSTANT));
  put(step.target2, EAX);
}

function registerOrConstant(value: i32, constant: bool): bool {
  return constant || inRegister(value);
}

/** low = a + base; carry = low < base; high = b + index + carry. */
function addByLea(step: Step): bool {
  if (step.has(A_CONSTANT) || !inRegister(step.a)) return false;
  if (!registerOrConstant(step.base, step.has(BASE_CONSTANT))) return false;
  if (placeOf(step.target2) < 0) return false;
  const low = placeOf(step.target);
  if (low < 0 || low >= FIRST_SLOT) return false;
  const a = placeOf(step.a);
  if (step.has(BASE_CONSTANT)) {
    lea(low, a, -1, 0, step.base);
    aluConstant(Alu.CMP, low, step.base);
  } else {
    const base = placeOf(step.base);
    if (low == a && low == base) return false;
    lea(low, a, base, 0, 0);
    aluFrom(Alu.CMP, low, low == base ? a : base);
  }
  setByte(Condition.BELOW, EAX);
  zeroExtendByte(EAX, EAX);
  addHigh(step);
  return true;
}

/** high = b + index + eax. */
function addHigh(step: Step): void {
  const constant = step.has(INDEX_CONSTANT);
  if (step.has(B_CONSTANT)) {
    if (constant) lea(EAX, EAX, -1, 0, step.b + step.index);
    else {
      if (step.b != 0) lea(EAX, EAX, -1, 0, step.b);
      aluFrom(Alu.ADD, EAX, placeOf(step.index));
    }
    return put(step.target2, EAX);
  }
  const target = targetRegister(step.target2);
  if (constant) {
    if (inRegister(step.b)) {
      lea(target, EAX, placeOf(step.b), 0, step.index);
      return put(step.target2, target);
    }
    aluFrom(Alu.ADD, EAX, placeOf(step.b));
    if (step.index != 0) lea(EAX, EAX, -1, 0, step.index);
    return put(step.target2, EAX);
  }
  addRegister(step.b);
  if (inRegister(step.index)) {
    lea(target, EAX, placeOf(step.index), 0, 0);
    return put(step.target2, target);
  }
  aluFrom(Alu.ADD, EAX, placeOf(step.index));
  put(step.target2, EAX);
}

/** eax += a virtual register. */
function addRegister(register: i32): void {
  if (inRegister(register)) lea(EAX, EAX, placeOf(register), 0, 0);
  else aluFrom(Alu.ADD, EAX, placeOf(register));
}

/** low = a - base; borrow by setb; high = b - (index + borrow). */
function subtractBySet(step: Step): bool {
  const low = placeOf(step.target);
  if (low < 0 || low >= FIRST_SLOT || placeOf(step.target2) < 0) return false;
  if (!step.has(BASE_CONSTANT) && placeOf(step.base) == low) return false;
  if (step.has(BASE_CONSTANT) || step.has(INDEX_CONSTANT)) return false;
  load32(low, step.a, step.has(A_CONSTANT));
  aluFrom(Alu.SUB, low, placeOf(step.base));
  setByte(Condition.BELOW, EAX);
  zeroExtendByte(EAX, EAX);
  addRegister(step.index);
  const high = placeOf(step.target2);
  if (high < FIRST_SLOT) {
    load32(high, step.b, step.has(B_CONSTANT));
    aluFrom(Alu.SUB, high, EAX);
    return true;
  }
  // eax = b - eax
  unary(3, EAX);
  if (step.has(B_CONSTANT)) lea(EAX, EAX, -1, 0, step.b);
  else addRegister(step.b);
  put(step.target2, EAX);
  return true;
}

/** The words a:b times base:index; ecx and edx are free and hold no input. */
export function emitMultiplyWide(step: Step): void {
  const leftNarrow = step.has(B_CONSTANT) && step.b == 0;
  const rightNarrow = step.has(INDEX_CONSTANT) && step.index == 0;
  const cross = !(leftNarrow && rightNarrow);
  if (!rightNarrow)
    product(ECX, step.a, step.has(A_CONSTANT), step.index, step.has(INDEX_CONSTANT));
  if (!leftNarrow) {
    product(EAX, step.base, step.has(BASE_CONSTANT), step.b, step.has(B_CONSTANT));
    if (rightNarrow) moveRegister(ECX, EAX);
    else lea(ECX, ECX, EAX, 0, 0);
  }
  load32(EAX, step.a, step.has(A_CONSTANT));
  if (step.has(BASE_CONSTANT)) {
    moveConstant(EDX, step.base);
    unary(4, EDX);
  } else {
    unary(4, placeOf(step.base));
  }
  if (cross) lea(EDX, EDX, ECX, 0, 0);
  putPair(step);
}

/** target = low 32 bits of x * y. */
function product(target: u32, x: i32, xConstant: bool, y: i32, yConstant: bool): void {
  if (xConstant) {
    moveConstant(target, x);
    if (yConstant) multiplyConstant(target, target, y);
    else multiplyFrom(target, placeOf(y));
    return;
  }
  if (yConstant) return multiplyConstant(target, placeOf(x), y);
  moveFrom(target, placeOf(x));
  multiplyFrom(target, placeOf(y));
}

/** Puts edx:eax into the two targets. */
export function putPair(step: Step): void {
  const low = step.target >= 0 ? placeOf(step.target) : -1;
  const high = step.target2 >= 0 ? placeOf(step.target2) : -1;
  if (low == EDX) {
    if (high >= 0) moveTo(high, EDX);
    moveRegister(EDX, EAX);
    return;
  }
  if (low >= 0) moveTo(low, EAX);
  if (high >= 0) moveTo(high, EDX);
}

/** target = a shifted by a constant, filled from b: shld or shrd. */
export function emitShiftDouble(step: Step): void {
  if (placeOf(step.target) < 0) return;
  moveFrom(EAX, placeOf(step.a));
  let filler = placeOf(step.b);
  const spilled = filler >= FIRST_SLOT;
  if (spilled) {
    moveTo(scratchPlace(), ECX);
    moveFrom(ECX, filler);
    filler = ECX;
  }
  byte(0x0f);
  byte(step.part == 1 ? 0xa4 : 0xac);
  byte(0xc0 | ((<u32>filler) << 3) | EAX);
  byte(step.displacement);
  if (spilled) moveFrom(ECX, scratchPlace());
  put(step.target, EAX);
}

/** edx:eax shifted by cl, which stays valid for amounts of 32 and more. */
export function emitShiftVariable(step: Step): void {
  emitCallArguments(step);
  room(64);
  switch (<i32>step.part) {
    case Shift.LEFT:
      doubleByCount(0xa5, EDX, EAX);
      shiftByCount(Shift.LEFT, EAX);
      break;
    case Shift.RIGHT_SIGNED:
    case Shift.RIGHT_UNSIGNED:
      doubleByCount(0xad, EAX, EDX);
      shiftByCount(step.part, EDX);
      break;
    default:
      return rotateByCount(step);
  }
  testCount();
  const near = openSkip(Condition.EQUAL);
  if (step.part == Shift.LEFT) {
    moveRegister(EDX, EAX);
    moveConstant(EAX, 0);
  } else {
    moveRegister(EAX, EDX);
    if (step.part == Shift.RIGHT_SIGNED) shiftConstant(Shift.RIGHT_SIGNED, EDX, 31);
    else moveConstant(EDX, 0);
  }
  closeSkip(near);
  putPair(step);
}

function rotateByCount(step: Step): void {
  testCount();
  const near = openSkip(Condition.EQUAL);
  byte(0x92);
  closeSkip(near);
  moveTo(scratchPlace(), EDX);
  if (step.part == Shift.ROTATE_LEFT) {
    doubleByCount(0xa5, EDX, EAX);
    moveTo(scratchPlace() + 4, EDX);
    moveFrom(EDX, scratchPlace());
    doubleByCount(0xa5, EAX, EDX);
  } else {
    doubleByCount(0xad, EDX, EAX);
    moveTo(scratchPlace() + 4, EDX);
    moveFrom(EDX, scratchPlace());
    doubleByCount(0xad, EAX, EDX);
  }
  moveFrom(EDX, scratchPlace() + 4);
  putPair(step);
}

/** shld/shrd target, filler, cl. */
function doubleByCount(opcode: u32, target: u32, filler: u32): void {
  byte(0x0f);
  byte(opcode);
  byte(0xc0 | (filler << 3) | target);
}

/** test cl, 32 */
function testCount(): void {
  byte(0xf6);
  byte(0xc1);
  byte(32);
}
