/**
 * Conversions that SSE2 has no instruction for. Saturating truncation takes the f64 in xmm0 apart
 * by its bits; the trapping operators check the range first and then call the same routines.
 */
import { poolConstant } from "../elf/rodata";
import { wordToDouble } from "../i386/emit-float";
import {
  aluConstant,
  lea,
  moveConstant,
  moveFrom,
  moveRegister,
  shiftByCount,
  shiftConstant,
  sse,
  sseAbsolute,
  testRegisters,
} from "../i386/encoder";
import { EAX, ECX, EDX, ESP } from "../i386/operands";
import {
  byte,
  jumpIf,
  jumpTo,
  localLabel,
  patchJumps,
  placeLabel,
  startLabels,
} from "../i386/text";
import { Alu, Condition, Shift } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { negatePair } from "./divide";
import { Routine } from "./routines";

const FRAME: i32 = 16;
const ADD: u32 = 0x58;
const MULTIPLY: u32 = 0x59;
const SUBTRACT: u32 = 0x5c;

export function writeConvert(routine: Routine): void {
  startLabels(0, false);
  lea(ESP, ESP, -1, 0, -FRAME);
  switch (routine) {
    case Routine.SATURATE_SIGNED:
      saturateSigned();
      break;
    case Routine.SATURATE_UNSIGNED:
      saturateUnsigned();
      break;
    case Routine.SATURATE_WIDE_SIGNED:
    case Routine.SATURATE_WIDE_UNSIGNED:
      saturateWide(routine == Routine.SATURATE_WIDE_SIGNED);
      break;
    default:
      fromWide(routine);
  }
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
  patchJumps();
}

function zero(): u32 {
  return poolConstant(0, 0, true);
}

function saturateSigned(): void {
  const done = localLabel();
  sse(0xf2, 0x2c, EAX, 0);
  aluConstant(Alu.CMP, EAX, <i32>0x80000000);
  jumpIf(Condition.NOT_EQUAL, done);
  const number = localLabel();
  sse(0x66, 0x2e, 0, 0);
  jumpIf(Condition.NOT_PARITY, number);
  moveConstant(EAX, 0);
  jumpTo(done);
  placeLabel(number);
  sseAbsolute(0x66, 0x2e, 0, zero());
  jumpIf(Condition.BELOW, done);
  moveConstant(EAX, 0x7fffffff);
  placeLabel(done);
}

function saturateUnsigned(): void {
  const done = localLabel();
  const low = localLabel();
  const high = localLabel();
  moveConstant(EAX, 0);
  sseAbsolute(0x66, 0x2e, 0, zero());
  // Not above zero, or NaN.
  jumpIf(Condition.BELOW_EQUAL, done);
  sseAbsolute(0x66, 0x2e, 0, poolConstant(0, 0x41e00000, true));
  jumpIf(Condition.BELOW, low);
  moveConstant(EAX, -1);
  sseAbsolute(0x66, 0x2e, 0, poolConstant(0, 0x41f00000, true));
  jumpIf(Condition.ABOVE_EQUAL, done);
  sseAbsolute(0xf2, SUBTRACT, 0, poolConstant(0, 0x41e00000, true));
  sse(0xf2, 0x2c, EAX, 0);
  aluConstant(Alu.XOR, EAX, <i32>0x80000000);
  jumpTo(done);
  placeLabel(low);
  sse(0xf2, 0x2c, EAX, 0);
  placeLabel(done);
}

/** edx:eax = the truncated f64, by exponent and fraction. */
function saturateWide(signed: bool): void {
  const done = localLabel();
  const none = localLabel();
  const full = localLabel();
  const right = localLabel();
  const near = localLabel();
  const shifted = localLabel();
  sse(0x66, 0x2e, 0, 0);
  jumpIf(Condition.PARITY, none);
  sse(0xf2, 0x11, 0, FIRST_SLOT);
  moveFrom(EDX, FIRST_SLOT + 4);
  moveFrom(EAX, FIRST_SLOT);
  if (!signed) {
    testRegisters(EDX, EDX);
    jumpIf(Condition.SIGN, none);
  }
  moveRegister(ECX, EDX);
  shiftConstant(Shift.RIGHT_UNSIGNED, ECX, 20);
  aluConstant(Alu.AND, ECX, 0x7ff);
  aluConstant(Alu.CMP, ECX, 1023);
  jumpIf(Condition.BELOW, none);
  aluConstant(Alu.CMP, ECX, signed ? 1023 + 63 : 1023 + 64);
  jumpIf(Condition.ABOVE_EQUAL, full);
  aluConstant(Alu.AND, EDX, 0xfffff);
  aluConstant(Alu.OR, EDX, 0x100000);
  aluConstant(Alu.SUB, ECX, 1023 + 52);
  jumpIf(Condition.LESS, right);
  doubleShift(0xa5, EDX, EAX);
  shiftByCount(Shift.LEFT, EAX);
  jumpTo(shifted);
  placeLabel(right);
  byte(0xf7);
  byte(0xd9); // neg ecx
  aluConstant(Alu.CMP, ECX, 32);
  jumpIf(Condition.BELOW, near);
  moveRegister(EAX, EDX);
  moveConstant(EDX, 0);
  placeLabel(near);
  doubleShift(0xad, EAX, EDX);
  shiftByCount(Shift.RIGHT_UNSIGNED, EDX);
  placeLabel(shifted);
  if (signed) {
    aluConstant(Alu.CMP, FIRST_SLOT + 4, 0);
    jumpIf(Condition.GREATER_EQUAL, done);
    negatePair(EAX, EDX);
  }
  jumpTo(done);
  placeLabel(full);
  if (signed) {
    saturateSignedWide(done);
  } else {
    moveConstant(EAX, -1);
    moveConstant(EDX, -1);
    jumpTo(done);
  }
  placeLabel(none);
  moveConstant(EAX, 0);
  moveConstant(EDX, 0);
  placeLabel(done);
}

/** The largest or the smallest i64, by the operand's sign in edx. */
function saturateSignedWide(done: u32): void {
  const positive = localLabel();
  testRegisters(EDX, EDX);
  moveConstant(EAX, 0);
  moveConstant(EDX, <i32>0x80000000);
  jumpIf(Condition.SIGN, done);
  placeLabel(positive);
  moveConstant(EAX, -1);
  moveConstant(EDX, 0x7fffffff);
  jumpTo(done);
}

function doubleShift(opcode: u32, target: u32, filler: u32): void {
  byte(0x0f);
  byte(opcode);
  byte(0xc0 | (filler << 3) | target);
}

/**
 * xmm0 = the 64-bit integer in edx:eax. An f32 is reached through an f64, so bits that an f64 would
 * round away are first joined into one sticky bit: then only the last rounding counts.
 */
function fromWide(routine: Routine): void {
  const signed = routine == Routine.SINGLE_FROM_SIGNED;
  const single = routine != Routine.DOUBLE_FROM_UNSIGNED;
  if (single) joinLowBits(signed);
  if (signed) sse(0xf2, 0x2a, 0, EDX);
  else wordToDouble(0, EDX, FIRST_SLOT);
  sseAbsolute(0xf2, MULTIPLY, 0, poolConstant(0, 0x41f00000, true));
  wordToDouble(1, EAX, FIRST_SLOT);
  sse(0xf2, ADD, 0, 1);
  if (single) sse(0xf2, 0x5a, 0, 0);
}

/** Beyond 2^53: bit 11 tells whether any lower bit is set, and those are cleared. */
function joinLowBits(signed: bool): void {
  const exact = localLabel();
  moveRegister(ECX, EDX);
  if (signed) {
    lea(ECX, ECX, -1, 0, 0x200000);
    aluConstant(Alu.CMP, ECX, 0x400000);
  } else {
    aluConstant(Alu.CMP, ECX, 0x200000);
  }
  jumpIf(Condition.BELOW, exact);
  moveRegister(ECX, EAX);
  aluConstant(Alu.AND, ECX, 0x7ff);
  jumpIf(Condition.EQUAL, exact);
  aluConstant(Alu.AND, EAX, <i32>0xfffff800);
  aluConstant(Alu.OR, EAX, 0x800);
  placeLabel(exact);
}
