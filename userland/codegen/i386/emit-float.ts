/** Machine code of float steps, SSE2 only. Signs are changed in memory: logic on xmm costs 6 ns. */
import { poolConstant } from "../elf/rodata";
import { TrapKind } from "../elf/trap-kinds";
import { Convert, FloatBinary, FloatSign } from "../lower/float";
import { Alu, B_CONSTANT, Condition, Shift, Step } from "../lower/step";
import { FIRST_SLOT, FIRST_XMM, Kind } from "../lower/virtual";
import {
  aluConstant,
  moveFrom,
  moveTo,
  shiftConstant,
  sse,
  sseAbsolute,
  storeConstant,
  aluTo,
} from "./encoder";
import { scratchPlace } from "./emit-integer";
import {
  EAX,
  fetch,
  fetchFloat,
  inXmm,
  loadFloat,
  placeOf,
  prefixOf,
  put,
  putFloat,
  targetFloat,
  targetRegister,
  X6,
  X7,
} from "./operands";
import { closeSkip, openSkip, openSkipAlways, trapWhen } from "./text";

export function emitFloatConstant(step: Step): void {
  if (placeOf(step.target) < 0) return;
  const double = step.kind == Kind.DOUBLE;
  const target = targetFloat(step.target);
  const address = poolConstant(step.displacement, step.extra, double);
  sseAbsolute(prefixOf(step.kind), 0x10, target, address);
  putFloat(step.target, target);
}

export function emitFloatMove(step: Step): void {
  if (placeOf(step.target) < 0) return;
  if (placeOf(step.target) < FIRST_SLOT) return loadFloat(placeOf(step.target) - FIRST_XMM, step.a);
  putFloat(step.target, fetchFloat(step.a, X6));
}

/** A float operand of an instruction: its xmm number or its slot. */
function floatPlace(register: i32): i32 {
  return inXmm(register) ? placeOf(register) - FIRST_XMM : placeOf(register);
}

export function emitFloatBinary(step: Step): void {
  const part = <FloatBinary>step.part;
  if (part == FloatBinary.MINIMUM || part == FloatBinary.MAXIMUM) return emitExtremum(step);
  const prefix = prefixOf(step.kind);
  const target = targetFloat(step.target);
  if (step.has(B_CONSTANT)) {
    loadFloat(target, step.a);
    sseAbsolute(prefix, part, target, step.b);
    return putFloat(step.target, target);
  }
  const commutes = part == FloatBinary.ADD || part == FloatBinary.MULTIPLY;
  const clash = inXmm(step.b) && <u32>floatPlace(step.b) == target && step.a != step.b;
  if (clash && commutes) {
    sse(prefix, part, target, floatPlace(step.a));
    return putFloat(step.target, target);
  }
  const work = clash ? X6 : target;
  loadFloat(work, step.a);
  sse(prefix, part, work, floatPlace(step.b));
  putFloat(step.target, work);
}

/** min and max: NaN if either is, and -0 below +0, which minsd does not know. */
function emitExtremum(step: Step): void {
  const prefix = prefixOf(step.kind);
  const minimum = step.part == FloatBinary.MINIMUM;
  const compare: u32 = step.kind == Kind.DOUBLE ? 0x66 : 0;
  loadFloat(X6, step.a);
  loadFloat(X7, step.b);
  sse(compare, 0x2e, X6, X7);
  const different = openSkip(Condition.NOT_EQUAL);
  const unordered = openSkip(Condition.PARITY);
  // Equal, perhaps zeros of either sign: join the sign bits.
  sse(0, minimum ? 0x56 : 0x54, X6, X7);
  const done = openSkipAlways();
  closeSkip(unordered);
  sse(prefix, FloatBinary.ADD, X6, X7);
  const done2 = openSkipAlways();
  closeSkip(different);
  sse(prefix, minimum ? FloatBinary.MINIMUM : FloatBinary.MAXIMUM, X6, X7);
  closeSkip(done);
  closeSkip(done2);
  putFloat(step.target, X6);
}

export function emitFloatUnary(step: Step): void {
  const target = targetFloat(step.target);
  sse(prefixOf(step.kind), step.part, target, floatPlace(step.a));
  putFloat(step.target, target);
}

/** abs, neg and copysign in the scratch slot; exact for NaN. */
export function emitFloatSign(step: Step): void {
  const double = step.kind == Kind.DOUBLE;
  const prefix = prefixOf(step.kind);
  const scratch = scratchPlace();
  const top = scratch + (double ? 4 : 0);
  if (step.part == FloatSign.COPY) {
    // movmskpd / movmskps: the sign of the low element is bit 0.
    sse(double ? 0x66 : 0, 0x50, EAX, fetchFloat(step.b, X7));
    shiftConstant(Shift.LEFT, EAX, 31);
  }
  sse(prefix, 0x11, fetchFloat(step.a, X6), scratch);
  if (step.part == FloatSign.NEGATE) {
    aluConstant(Alu.XOR, top, <i32>0x80000000);
  } else {
    aluConstant(Alu.AND, top, 0x7fffffff);
    if (step.part == FloatSign.COPY) aluTo(Alu.OR, top, EAX);
  }
  const target = targetFloat(step.target);
  sse(prefix, 0x10, target, scratch);
  putFloat(step.target, target);
}

export function emitConvert(step: Step): void {
  switch (<Convert>step.part) {
    case Convert.FROM_SIGNED:
      return fromSigned(step);
    case Convert.FROM_UNSIGNED:
      return fromUnsigned(step);
    case Convert.FROM_WIDE_SIGNED:
      return fromWideSigned(step);
    case Convert.TO_SIGNED:
      return toSigned(step);
    case Convert.PROMOTE:
      return changePrecision(step, 0xf3);
    case Convert.DEMOTE:
      return changePrecision(step, 0xf2);
    case Convert.BITS_TO_WORD:
      return bitsToWord(step);
    case Convert.BITS_FROM_WORD:
      return bitsFromWord(step);
    case Convert.BITS_TO_WIDE:
      return bitsToWide(step);
    default:
      return bitsFromWide(step);
  }
}

function fromSigned(step: Step): void {
  const target = targetFloat(step.target);
  sse(prefixOf(step.kind), 0x2a, target, placeOf(step.a));
  putFloat(step.target, target);
}

/** 2^52 + x has x in its low word; taking 2^52 away is exact. */
export function wordToDouble(target: u32, source: u32, scratch: i32): void {
  moveTo(scratch, source);
  storeConstant(scratch + 4, 0x43300000);
  sse(0xf2, 0x10, target, scratch);
  sseAbsolute(0xf2, FloatBinary.SUBTRACT, target, poolConstant(0, 0x43300000, true));
}

function fromUnsigned(step: Step): void {
  const target = targetFloat(step.target);
  wordToDouble(target, fetch(step.a, EAX), scratchPlace());
  putFloat(step.target, target);
}

/** high * 2^32 + low: both exact, one rounding. */
function fromWideSigned(step: Step): void {
  sse(0xf2, 0x2a, X6, placeOf(step.b));
  sseAbsolute(0xf2, FloatBinary.MULTIPLY, X6, poolConstant(0, 0x41f00000, true));
  wordToDouble(X7, fetch(step.a, EAX), scratchPlace());
  sse(0xf2, FloatBinary.ADD, X6, X7);
  putFloat(step.target, X6);
}

/** The result 2^31 means "perhaps wrong": only then is the operand looked at. */
function toSigned(step: Step): void {
  const source = fetchFloat(step.a, X6);
  const double = step.kind == Kind.DOUBLE;
  const compare: u32 = double ? 0x66 : 0;
  sse(prefixOf(step.kind), 0x2c, EAX, source);
  aluConstant(Alu.CMP, EAX, <i32>0x80000000);
  const fine = openSkip(Condition.NOT_EQUAL);
  sse(compare, 0x2e, source, source);
  trapWhen(Condition.PARITY, step.source, TrapKind.INVALID_CONVERSION);
  // Above or at 2^31, or at or below the next value under -2^31.
  const high = double ? poolConstant(0, 0x41e00000, true) : poolConstant(0x4f000000, 0, false);
  sseAbsolute(compare, 0x2e, source, high);
  trapWhen(Condition.ABOVE_EQUAL, step.source, TrapKind.INTEGER_OVERFLOW);
  if (double) {
    sseAbsolute(compare, 0x2e, source, poolConstant(0x00200000, 0xc1e00000, true));
    trapWhen(Condition.BELOW_EQUAL, step.source, TrapKind.INTEGER_OVERFLOW);
  } else {
    sseAbsolute(compare, 0x2e, source, poolConstant(0xcf000000, 0, false));
    trapWhen(Condition.BELOW, step.source, TrapKind.INTEGER_OVERFLOW);
  }
  closeSkip(fine);
  put(step.target, EAX);
}

function changePrecision(step: Step, prefix: u32): void {
  const target = targetFloat(step.target);
  sse(prefix, 0x5a, target, floatPlace(step.a));
  putFloat(step.target, target);
}

function bitsToWord(step: Step): void {
  const target = targetRegister(step.target);
  if (inXmm(step.a)) sse(0x66, 0x7e, placeOf(step.a), target);
  else moveFrom(target, placeOf(step.a));
  put(step.target, target);
}

function bitsFromWord(step: Step): void {
  const target = targetFloat(step.target);
  sse(0x66, 0x6e, target, placeOf(step.a));
  putFloat(step.target, target);
}

function bitsToWide(step: Step): void {
  let from = placeOf(step.a);
  if (from < FIRST_SLOT) {
    from = scratchPlace();
    sse(0xf2, 0x11, placeOf(step.a) - FIRST_XMM, from);
  }
  fetchWord(step.target, from);
  fetchWord(step.target2, from + 4);
}

function fetchWord(register: i32, from: i32): void {
  const place = placeOf(register);
  if (place < 0) return;
  const target = place < FIRST_SLOT ? <u32>place : EAX;
  moveFrom(target, from);
  put(register, target);
}

function bitsFromWide(step: Step): void {
  const scratch = scratchPlace();
  moveTo(scratch, fetch(step.a, EAX));
  moveTo(scratch + 4, fetch(step.b, EAX));
  const target = targetFloat(step.target);
  sse(0xf2, 0x10, target, scratch);
  putFloat(step.target, target);
}
