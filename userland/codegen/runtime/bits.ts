/** Bit counts of the 64-bit word in eax, edx. */
import {
  aluConstant,
  aluFrom,
  lea,
  moveConstant,
  moveRegister,
  multiplyConstant,
  shiftConstant,
  testRegisters,
  wideOpcode,
} from "../i386/encoder";
import { EAX, ECX, EDX } from "../i386/operands";
import { byte, closeSkip, openSkip } from "../i386/text";
import { Alu, Condition, Shift } from "../lower/step";
import { Routine } from "./routines";

export function writeBits(routine: Routine): void {
  if (routine == Routine.POPULATION) population();
  else if (routine == Routine.LEADING_ZEROS) leadingZeros();
  else trailingZeros();
  byte(0xc3);
}

/** Counts per nibble of one word; ecx is scratch. */
function nibbles(register: u32): void {
  moveRegister(ECX, register);
  shiftConstant(Shift.RIGHT_UNSIGNED, ECX, 1);
  aluConstant(Alu.AND, ECX, 0x55555555);
  aluFrom(Alu.SUB, register, ECX);
  moveRegister(ECX, register);
  shiftConstant(Shift.RIGHT_UNSIGNED, ECX, 2);
  aluConstant(Alu.AND, ECX, 0x33333333);
  aluConstant(Alu.AND, register, 0x33333333);
  lea(register, register, ECX, 0, 0);
}

function population(): void {
  nibbles(EAX);
  nibbles(EDX);
  lea(EAX, EAX, EDX, 0, 0);
  moveRegister(ECX, EAX);
  shiftConstant(Shift.RIGHT_UNSIGNED, ECX, 4);
  aluConstant(Alu.AND, EAX, 0x0f0f0f0f);
  aluConstant(Alu.AND, ECX, 0x0f0f0f0f);
  lea(EAX, EAX, ECX, 0, 0);
  multiplyConstant(EAX, EAX, 0x01010101);
  shiftConstant(Shift.RIGHT_UNSIGNED, EAX, 24);
}

function leadingZeros(): void {
  testRegisters(EDX, EDX);
  const low = openSkip(Condition.EQUAL);
  wideOpcode(0xbd, EAX, EDX);
  aluConstant(Alu.XOR, EAX, 31);
  byte(0xc3);
  closeSkip(low);
  testRegisters(EAX, EAX);
  const zero = openSkip(Condition.EQUAL);
  wideOpcode(0xbd, EAX, EAX);
  aluConstant(Alu.XOR, EAX, 63);
  byte(0xc3);
  closeSkip(zero);
  moveConstant(EAX, 64);
}

function trailingZeros(): void {
  testRegisters(EAX, EAX);
  const high = openSkip(Condition.EQUAL);
  wideOpcode(0xbc, EAX, EAX);
  byte(0xc3);
  closeSkip(high);
  testRegisters(EDX, EDX);
  const zero = openSkip(Condition.EQUAL);
  wideOpcode(0xbc, EAX, EDX);
  lea(EAX, EAX, -1, 0, 32);
  byte(0xc3);
  closeSkip(zero);
  moveConstant(EAX, 64);
}
