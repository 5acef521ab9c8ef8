/**
 * Rounding of the f64 in xmm0 to an integer: adding and taking away 2^52 with the operand's sign
 * rounds to nearest, a step of one corrects that towards the wanted side, and the operand's sign
 * is put back so that zeros keep it.
 */
import { poolConstant } from "../elf/rodata";
import {
  aluConstant,
  lea,
  moveFrom,
  moveRegister,
  moveTo,
  sse,
  sseAbsolute,
  storeConstant,
  aluTo,
} from "../i386/encoder";
import { EAX, EDX, ESP } from "../i386/operands";
import { byte, closeSkip, openSkip } from "../i386/text";
import { Alu, Condition } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { Routine } from "./routines";

const FRAME: i32 = 8;
const SUBTRACT: u32 = 0x5c;
const ADD: u32 = 0x58;

export function writeRound(routine: Routine): void {
  lea(ESP, ESP, -1, 0, -FRAME);
  sse(0xf2, 0x11, 0, FIRST_SLOT);
  moveFrom(EAX, FIRST_SLOT + 4);
  moveRegister(EDX, EAX);
  aluConstant(Alu.AND, EAX, 0x7fffffff);
  aluConstant(Alu.AND, EDX, <i32>0x80000000);
  aluConstant(Alu.CMP, EAX, 0x43300000);
  const small = openSkip(Condition.BELOW);
  // Already an integer, infinite, or NaN, which multiplying by 1 makes quiet.
  sseAbsolute(0xf2, 0x59, 0, poolConstant(0, 0x3ff00000, true));
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
  closeSkip(small);
  if (routine == Routine.TRUNCATE) {
    // Work on the magnitude.
    moveTo(FIRST_SLOT + 4, EAX);
    sse(0xf2, 0x10, 0, FIRST_SLOT);
    storeConstant(FIRST_SLOT + 4, 0x43300000);
  } else {
    moveRegister(EAX, EDX);
    aluConstant(Alu.OR, EAX, 0x43300000);
    moveTo(FIRST_SLOT + 4, EAX);
  }
  storeConstant(FIRST_SLOT, 0);
  sse(0xf2, 0x10, 1, 0);
  sse(0xf2, 0x10, 2, FIRST_SLOT);
  sse(0xf2, ADD, 0, 2);
  sse(0xf2, SUBTRACT, 0, 2);
  correct(routine);
  // The sign of the operand.
  sse(0xf2, 0x11, 0, FIRST_SLOT);
  aluConstant(Alu.AND, FIRST_SLOT + 4, 0x7fffffff);
  aluTo(Alu.OR, FIRST_SLOT + 4, EDX);
  sse(0xf2, 0x10, 0, FIRST_SLOT);
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
}

/** xmm0 is the nearest integer to xmm1. */
function correct(routine: Routine): void {
  if (routine == Routine.NEAREST) return;
  const one = poolConstant(0, 0x3ff00000, true);
  if (routine == Routine.CEILING) {
    sse(0x66, 0x2e, 1, 0);
    const fine = openSkip(Condition.BELOW_EQUAL);
    sseAbsolute(0xf2, ADD, 0, one);
    closeSkip(fine);
    return;
  }
  sse(0x66, 0x2e, 0, 1);
  const fine = openSkip(Condition.BELOW_EQUAL);
  sseAbsolute(0xf2, SUBTRACT, 0, one);
  closeSkip(fine);
}
