/** Machine code of the integer steps on one word. */
import { TrapKind } from "../elf/trap-kinds";
import { A_CONSTANT, Alu, B_CONSTANT, Bits, Divide, Step } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import {
  aluConstant,
  aluFrom,
  aluTo,
  exchange,
  lea,
  moveAddress,
  moveConstant,
  moveFrom,
  moveRegister,
  multiplyConstant,
  multiplyFrom,
  shiftByCount,
  shiftConstant,
  storeConstant,
  testRegisters,
  unary,
  wideOpcode,
} from "./encoder";
import { EAX, ECX, EDX, fetch, inRegister, load32, placeOf, put, targetRegister } from "./operands";
import { addSite, byte, closeSkip, openSkip, trap } from "./text";
import { Condition } from "../lower/step";

export function emitConstant(step: Step): void {
  const place = placeOf(step.target);
  if (place >= 0) storeConstant(place, step.displacement);
}

export function emitAddress(step: Step): void {
  const target = targetRegister(step.target);
  moveAddress(target, step.displacement);
  put(step.target, target);
}

export function emitMove(step: Step): void {
  const target = placeOf(step.target);
  if (target < 0) return;
  const source = placeOf(step.a);
  if (target == source) return;
  if (target < FIRST_SLOT) moveFrom(target, source);
  else put(step.target, fetch(step.a, EAX));
}

/** Machine registers of an address, after `resolve`. */
export class Address {
  static base: i32 = -1;
  static index: i32 = -1;
  static scale: u32 = 0;
  static displacement: i32 = 0;
}

/** Brings the registers of a step's address sum into machine registers; may use eax. */
export function resolve(step: Step): void {
  let base = step.base;
  let index = step.index;
  Address.scale = step.scale;
  Address.displacement = step.displacement;
  const baseSpilled = base >= 0 && !inRegister(base);
  const indexSpilled = index >= 0 && !inRegister(index);
  const baseScratch = base >= 0 && placeOf(base) == EAX;
  const indexScratch = index >= 0 && placeOf(index) == EAX;
  if (baseSpilled && (indexSpilled || indexScratch)) {
    moveFrom(EAX, placeOf(index));
    if (step.scale > 0) lea(EAX, -1, EAX, step.scale, 0);
    return resolveSum(base);
  }
  // A value passed in eax as the base comes with an index that is not scaled.
  if (baseScratch && indexSpilled) return resolveSum(index);
  Address.base = base >= 0 ? <i32>fetch(base, EAX) : -1;
  Address.index = index >= 0 ? <i32>fetch(index, EAX) : -1;
}

/** eax += a spilled register: the address is eax. */
function resolveSum(register: i32): void {
  aluFrom(Alu.ADD, EAX, placeOf(register));
  Address.base = EAX;
  Address.index = -1;
  Address.scale = 0;
}

/** register = the resolved sum plus `extra`. */
export function leaAddress(target: u32): void {
  const base = Address.base;
  const index = Address.index;
  const displacement = Address.displacement;
  if (index < 0 && displacement == 0 && base >= 0) return moveRegister(target, base);
  if (base < 0 && Address.scale == 0 && displacement == 0 && index >= 0) {
    return moveRegister(target, index);
  }
  if (base < 0 && index < 0) return moveConstant(target, displacement);
  lea(target, base, index, Address.scale, displacement);
}

export function emitLea(step: Step): void {
  const place = placeOf(step.target);
  if (place < 0) return;
  if (place >= FIRST_SLOT && step.base >= 0 && placeOf(step.base) == place) {
    // x += y on a spilled register: in memory.
    if (step.index < 0) return aluConstant(Alu.ADD, place, step.displacement);
    if (step.scale == 0 && step.displacement == 0 && placeOf(step.index) != place) {
      return aluTo(Alu.ADD, place, fetch(step.index, EAX));
    }
  }
  resolve(step);
  const target = targetRegister(step.target);
  leaAddress(target);
  put(step.target, target);
}

export function emitAlu(step: Step): void {
  const place = placeOf(step.target);
  if (place < 0) return;
  const constant = step.has(B_CONSTANT);
  let a = step.a;
  let b = step.b;
  const aConstant = step.has(A_CONSTANT);
  if (step.part == Alu.MULTIPLY) return emitMultiply(step);
  if (place >= FIRST_SLOT && !aConstant && placeOf(a) == place) {
    if (constant) return aluConstant(step.part, place, b);
    return aluTo(step.part, place, fetch(b, EAX));
  }
  if (step.part == Alu.AND && constant && (b == 0xff || b == 0xffff) && !aConstant) {
    return emitMask(step, b);
  }
  if (constant) {
    const target = targetRegister(step.target);
    load32(target, a, aConstant);
    aluConstant(step.part, target, b);
    return put(step.target, target);
  }
  const target = targetRegister(step.target);
  if (<u32>placeOf(b) == target) {
    emitAluOnto(step, target);
    return put(step.target, target);
  }
  load32(target, a, aConstant);
  aluFrom(step.part, target, placeOf(b));
  put(step.target, target);
}

/** target = a alu target: the right operand is where the result goes. */
function emitAluOnto(step: Step, target: u32): void {
  const constant = step.has(A_CONSTANT);
  if (step.part != Alu.SUB) {
    if (constant) aluConstant(step.part, target, step.a);
    else aluFrom(step.part, target, placeOf(step.a));
  } else if (target != EAX) {
    load32(EAX, step.a, constant);
    aluFrom(Alu.SUB, EAX, target);
    moveRegister(target, EAX);
  } else {
    unary(3, EAX);
    if (constant) lea(EAX, EAX, -1, 0, step.a);
    else aluFrom(Alu.ADD, EAX, placeOf(step.a));
  }
}

/** a & 0xff or 0xffff: zero extension. */
function emitMask(step: Step, mask: i32): void {
  const target = targetRegister(step.target);
  if (mask == 0xffff) {
    wideOpcode(0xb7, target, placeOf(step.a));
  } else {
    const place = placeOf(step.a);
    if (place >= 4 && place < FIRST_SLOT) {
      moveRegister(EAX, place);
      wideOpcode(0xb6, target, EAX);
    } else {
      wideOpcode(0xb6, target, place);
    }
  }
  put(step.target, target);
}

function emitMultiply(step: Step): void {
  const target = targetRegister(step.target);
  if (step.has(A_CONSTANT)) {
    moveConstant(EAX, step.a);
    if (step.has(B_CONSTANT)) multiplyConstant(EAX, EAX, step.b);
    else multiplyFrom(EAX, placeOf(step.b));
    return put(step.target, EAX);
  }
  if (step.has(B_CONSTANT)) {
    multiplyConstant(target, placeOf(step.a), step.b);
    return put(step.target, target);
  }
  const place = placeOf(step.b);
  if (place == target) {
    multiplyFrom(target, placeOf(step.a));
  } else {
    moveFrom(target, placeOf(step.a));
    multiplyFrom(target, place);
  }
  put(step.target, target);
}

export function emitShift(step: Step): void {
  const place = placeOf(step.target);
  if (place < 0) return;
  if (step.has(B_CONSTANT)) {
    if (place >= FIRST_SLOT && !step.has(A_CONSTANT) && placeOf(step.a) == place) {
      return shiftConstant(step.part, place, step.b);
    }
    const target = targetRegister(step.target);
    load32(target, step.a, step.has(A_CONSTANT));
    shiftConstant(step.part, target, step.b);
    return put(step.target, target);
  }
  if (placeOf(step.b) != EAX) {
    load32(EAX, step.a, step.has(A_CONSTANT));
    moveFrom(ECX, placeOf(step.b));
  } else if (!step.has(A_CONSTANT) && placeOf(step.a) == ECX) {
    exchange(EAX, ECX);
  } else {
    moveRegister(ECX, EAX);
    load32(EAX, step.a, step.has(A_CONSTANT));
  }
  shiftByCount(step.part, EAX);
  put(step.target, EAX);
}

export function emitExtend(step: Step): void {
  const target = targetRegister(step.target);
  let place = placeOf(step.a);
  if (step.part == 8 && place >= 4 && place < FIRST_SLOT) {
    moveRegister(EAX, place);
    place = EAX;
  }
  wideOpcode(step.part == 8 ? 0xbe : 0xbf, target, place);
  put(step.target, target);
}

/** clz and ctz by bsr and bsf, whose result for 0 is left to us. */
export function emitBits(step: Step): void {
  const leading = step.part == Bits.LEADING_ZEROS;
  wideOpcode(leading ? 0xbd : 0xbc, EAX, placeOf(step.a));
  const skip = openSkip(Condition.NOT_EQUAL);
  moveConstant(EAX, leading ? 63 : 32);
  closeSkip(skip);
  if (leading) aluConstant(Alu.XOR, EAX, 31);
  put(step.target, EAX);
}

/** The dividend is in eax; the divisor is not in eax or edx (a constant goes to ecx: see below). */
export function emitDivide(step: Step): void {
  const part = <Divide>step.part;
  const signed = part == Divide.QUOTIENT_SIGNED || part == Divide.REMAINDER_SIGNED;
  if (step.has(B_CONSTANT)) return emitDivideConstant(step, signed);
  const divisor = placeOf(step.b);
  load32(EAX, step.a, step.has(A_CONSTANT));
  if (divisor < FIRST_SLOT) testRegisters(divisor, divisor);
  else aluConstant(Alu.CMP, divisor, 0);
  const defined = openSkip(Condition.NOT_EQUAL);
  trap(step.source, TrapKind.DIVIDE_BY_ZERO);
  closeSkip(defined);
  if (part == Divide.REMAINDER_SIGNED) {
    moveConstant(EDX, 0);
    aluConstant(Alu.CMP, divisor, -1);
    const skip = openSkip(Condition.EQUAL);
    byte(0x99);
    unary(7, divisor);
    closeSkip(skip);
  } else {
    if (signed) byte(0x99);
    else moveConstant(EDX, 0);
    if (signed) addSite(step.source, TrapKind.INTEGER_OVERFLOW);
    unary(signed ? 7 : 6, divisor);
  }
  finishDivide(step);
}

function finishDivide(step: Step): void {
  const quotient = step.part == Divide.QUOTIENT_SIGNED || step.part == Divide.QUOTIENT_UNSIGNED;
  put(step.target, quotient ? EAX : EDX);
}

/** Division by a constant that is not a power of two, or by 0 or -1. */
function emitDivideConstant(step: Step, signed: bool): void {
  const divisor = step.b;
  if (divisor == 0) return trap(step.source, TrapKind.DIVIDE_BY_ZERO);
  load32(EAX, step.a, step.has(A_CONSTANT));
  if (signed && divisor == -1) {
    if (step.part == Divide.REMAINDER_SIGNED) {
      moveConstant(EDX, 0);
    } else {
      aluConstant(Alu.CMP, EAX, <i32>0x80000000);
      const skip = openSkip(Condition.NOT_EQUAL);
      trap(step.source, TrapKind.INTEGER_OVERFLOW);
      closeSkip(skip);
      unary(3, EAX);
    }
    return finishDivide(step);
  }
  // The divisor is in memory, in the scratch slot: no register is free for it.
  storeConstant(FIRST_SLOT + scratchOffset(), divisor);
  if (signed) byte(0x99);
  else moveConstant(EDX, 0);
  unary(signed ? 7 : 6, FIRST_SLOT + scratchOffset());
  finishDivide(step);
}

import { FrameLayout } from "../registers/slots";

function scratchOffset(): u32 {
  return FrameLayout.scratch;
}

/** The scratch slot as a place. */
export function scratchPlace(): i32 {
  return FIRST_SLOT + FrameLayout.scratch;
}
