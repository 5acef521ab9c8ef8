/**
 * 64-bit division: eax, edx the dividend, ecx and [esp + 4] the divisor; the caller has checked for
 * zero and overflow. With a divisor of one word it is two divisions; else the quotient is estimated
 * from the divisor's top 32 bits and corrected by one (Hacker's Delight, divlu).
 */
import {
  aluConstant,
  aluFrom,
  lea,
  moveConstant,
  moveFrom,
  moveRegister,
  moveTo,
  multiplyFrom,
  shiftByCount,
  shiftConstant,
  testRegisters,
  unary,
  wideOpcode,
} from "../i386/encoder";
import { EAX, EBP, EBX, ECX, EDI, EDX, ESI, ESP } from "../i386/operands";
import { byte, closeSkip, openSkip, openSkipAlways, room } from "../i386/text";
import { Alu, Condition, Shift } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { Routine } from "./routines";

/** The frame: saved ebx, esi, edi, ebp, a scratch word, the sign of the result. */
const FRAME: i32 = 24;
const SCRATCH: i32 = FIRST_SLOT + 16;
const SIGN: i32 = FIRST_SLOT + 20;
const DIVISOR_HIGH: i32 = FIRST_SLOT + FRAME + 4;

export function saveFour(restore: bool): void {
  saveOne(EBX, 0, restore);
  saveOne(ESI, 4, restore);
  saveOne(EDI, 8, restore);
  saveOne(EBP, 12, restore);
}

function saveOne(register: u32, offset: i32, restore: bool): void {
  if (restore) moveFrom(register, FIRST_SLOT + offset);
  else moveTo(FIRST_SLOT + offset, register);
}

export function writeDivide(routine: Routine): void {
  const signed = routine == Routine.DIVIDE_SIGNED || routine == Routine.REMAINDER_SIGNED;
  const remainder = routine >= Routine.REMAINDER_SIGNED;
  lea(ESP, ESP, -1, 0, -FRAME);
  saveFour(false);
  moveRegister(ESI, EAX);
  moveRegister(EDI, EDX);
  moveFrom(EBX, DIVISOR_HIGH);
  if (signed) makePositive(remainder);
  room(96);
  testRegisters(EBX, EBX);
  const big = openSkip(Condition.NOT_EQUAL);
  divideByWord(remainder);
  const done = openSkipAlways();
  closeSkip(big);
  divideByTwo(remainder);
  closeSkip(done);
  if (signed) {
    aluConstant(Alu.CMP, SIGN, 0);
    const positive = openSkip(Condition.GREATER_EQUAL);
    negatePair(EAX, EDX);
    closeSkip(positive);
  }
  saveFour(true);
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
}

/** Notes the result's sign and makes edi:esi and ebx:ecx positive. */
function makePositive(remainder: bool): void {
  moveRegister(EAX, EDI);
  if (!remainder) aluFrom(Alu.XOR, EAX, EBX);
  moveTo(SIGN, EAX);
  testRegisters(EDI, EDI);
  const left = openSkip(Condition.NOT_SIGN);
  negatePair(ESI, EDI);
  closeSkip(left);
  testRegisters(EBX, EBX);
  const right = openSkip(Condition.NOT_SIGN);
  negatePair(ECX, EBX);
  closeSkip(right);
}

export function negatePair(low: u32, high: u32): void {
  unary(3, low);
  aluConstant(Alu.ADC, high, 0);
  unary(3, high);
}

/** edi:esi by ecx. */
function divideByWord(remainder: bool): void {
  moveRegister(EAX, EDI);
  moveConstant(EDX, 0);
  unary(6, ECX);
  moveRegister(EBX, EAX);
  moveRegister(EAX, ESI);
  unary(6, ECX);
  if (remainder) {
    moveRegister(EAX, EDX);
    moveConstant(EDX, 0);
  } else {
    moveRegister(EDX, EBX);
  }
}

/** edi:esi by ebx:ecx, ebx not zero. The quotient is one word. */
function divideByTwo(remainder: bool): void {
  moveRegister(EBP, ECX);
  wideOpcode(0xbd, ECX, EBX);
  aluConstant(Alu.XOR, ECX, 31);
  moveRegister(EDX, EBX);
  // shld edx, ebp, cl: the divisor's top 32 bits.
  byte(0x0f);
  byte(0xa5);
  byte(0xc0 | (EBP << 3) | EDX);
  moveTo(SCRATCH, EDX);
  moveRegister(EAX, ESI);
  moveRegister(EDX, EDI);
  // shrd eax, edx, 1: half the dividend, so that the division cannot overflow.
  byte(0x0f);
  byte(0xac);
  byte(0xc0 | (EDX << 3) | EAX);
  byte(1);
  shiftConstant(Shift.RIGHT_UNSIGNED, EDX, 1);
  unary(6, SCRATCH);
  aluConstant(Alu.XOR, ECX, 31);
  shiftByCount(Shift.RIGHT_UNSIGNED, EAX);
  testRegisters(EAX, EAX);
  const zero = openSkip(Condition.EQUAL);
  lea(EAX, EAX, -1, 0, -1);
  closeSkip(zero);
  moveRegister(ECX, EAX);
  // The remainder for this estimate, which is right or one too small.
  moveRegister(EDX, ECX);
  multiplyFrom(EDX, EBX);
  moveTo(SCRATCH, EDX);
  unary(4, EBP);
  aluFrom(Alu.ADD, EDX, SCRATCH);
  aluFrom(Alu.SUB, ESI, EAX);
  aluFrom(Alu.SBB, EDI, EDX);
  moveRegister(EAX, ESI);
  moveRegister(EDX, EDI);
  aluFrom(Alu.SUB, EAX, EBP);
  aluFrom(Alu.SBB, EDX, EBX);
  const exact = openSkip(Condition.BELOW);
  lea(ECX, ECX, -1, 0, 1);
  moveRegister(ESI, EAX);
  moveRegister(EDI, EDX);
  closeSkip(exact);
  moveRegister(EAX, remainder ? ESI : ECX);
  if (remainder) moveRegister(EDX, EDI);
  else moveConstant(EDX, 0);
}
