/**
 * Instruction encodings, and nothing else: each function writes one instruction.
 *
 * A place is a register number (0..7), an xmm register (8..15) or a stack slot (16 + offset from
 * esp). `reg` arguments are plain register numbers, xmm0 being 0 where an xmm register is meant.
 */
import { FIRST_SLOT } from "../lower/virtual";
import { absolute, byte, half, word } from "./text";

const ESP: u32 = 4;
const EBP: u32 = 5;
/** The digit of xor in the group of ALU instructions. */
const ALU_XOR: u32 = 6;

/** The second operand of an instruction: memory at base + index << scale + displacement. */
export function memoryForm(reg: u32, base: i32, index: i32, scale: u32, displacement: i32): void {
  const field = reg << 3;
  if (base < 0 && index >= 0 && scale == 0) {
    base = index;
    index = -1;
  }
  if (base < 0) {
    if (index < 0) {
      byte(field | 5);
      word(displacement);
      return;
    }
    byte(field | 4);
    byte((scale << 6) | ((<u32>index) << 3) | 5);
    word(displacement);
    return;
  }
  const short = displacement >= -128 && displacement < 128;
  const mode: u32 = displacement == 0 && base != EBP ? 0 : short ? 0x40 : 0x80;
  if (index >= 0) {
    byte(mode | field | 4);
    byte((scale << 6) | ((<u32>index) << 3) | <u32>base);
  } else if (base == ESP) {
    byte(mode | field | 4);
    byte(0x24);
  } else {
    byte(mode | field | <u32>base);
  }
  if (mode == 0x40) byte(displacement);
  else if (mode == 0x80) word(displacement);
}

/** The second operand: a register, or a stack slot. */
export function placeForm(reg: u32, place: i32): void {
  if (place < FIRST_SLOT) byte(0xc0 | (reg << 3) | (<u32>place & 7));
  else memoryForm(reg, ESP, -1, 0, place - FIRST_SLOT);
}

/** The second operand: an absolute address in instance data or constants. */
export function absoluteForm(reg: u32, address: u32): void {
  byte((reg << 3) | 5);
  absolute(address);
}

export function moveRegister(target: u32, source: u32): void {
  if (target == source) return;
  byte(0x8b);
  byte(0xc0 | (target << 3) | source);
}

export function moveConstant(target: u32, value: i32): void {
  byte(0xb8 | target);
  word(value);
}

export function moveAddress(target: u32, address: u32): void {
  byte(0xb8 | target);
  absolute(address);
}

/** register = [slot] or register. */
export function moveFrom(target: u32, place: i32): void {
  if (place == target) return;
  byte(0x8b);
  placeForm(target, place);
}

export function moveTo(place: i32, source: u32): void {
  if (place == source) return;
  byte(0x89);
  placeForm(source, place);
}

export function storeConstant(place: i32, value: i32): void {
  if (place < FIRST_SLOT) {
    moveConstant(place, value);
    return;
  }
  byte(0xc7);
  placeForm(0, place);
  word(value);
}

/** register = register `alu` place. */
export function aluFrom(alu: u32, target: u32, place: i32): void {
  byte((alu << 3) | 3);
  placeForm(target, place);
}

/** place = place `alu` register. */
export function aluTo(alu: u32, place: i32, source: u32): void {
  byte((alu << 3) | 1);
  placeForm(source, place);
}

export function aluConstant(alu: u32, place: i32, value: i32): void {
  if (alu == ALU_XOR && value == -1) return unary(2, place);
  if (value >= -128 && value < 128) {
    byte(0x83);
    placeForm(alu, place);
    byte(value);
    return;
  }
  if (place == 0) {
    byte((alu << 3) | 5);
  } else {
    byte(0x81);
    placeForm(alu, place);
  }
  word(value);
}

export function testRegisters(one: u32, other: i32): void {
  byte(0x85);
  placeForm(one, other);
}

export function testConstant(place: i32, value: i32): void {
  const low = place < 4 && value >= 0 && value < 128;
  if (low) {
    // test r8, imm8: same flags as the wide form for such a mask.
    if (place == 0) {
      byte(0xa8);
    } else {
      byte(0xf6);
      placeForm(0, place);
    }
    byte(value);
    return;
  }
  if (place == 0) {
    byte(0xa9);
  } else {
    byte(0xf7);
    placeForm(0, place);
  }
  word(value);
}

export function lea(target: u32, base: i32, index: i32, scale: u32, displacement: i32): void {
  byte(0x8d);
  memoryForm(target, base, index, scale, displacement);
}

/** Two-byte opcodes: 0f `opcode`. */
export function wideOpcode(opcode: u32, reg: u32, place: i32): void {
  byte(0x0f);
  byte(opcode);
  placeForm(reg, place);
}

/** movzx register, byte register (0..3). */
export function zeroExtendByte(target: u32, source: u32): void {
  wideOpcode(0xb6, target, source);
}

/** Sets a byte register (0..3) to 0 or 1. */
export function setByte(condition: u32, target: u32): void {
  byte(0x0f);
  byte(0x90 | condition);
  byte(0xc0 | target);
}

export function shiftConstant(shift: u32, place: i32, amount: u32): void {
  byte(0xc1);
  placeForm(shift, place);
  byte(amount);
}

/** Shifts by cl. */
export function shiftByCount(shift: u32, place: i32): void {
  byte(0xd3);
  placeForm(shift, place);
}

/** imul register, place. */
export function multiplyFrom(target: u32, place: i32): void {
  wideOpcode(0xaf, target, place);
}

/** imul register, place, constant. */
export function multiplyConstant(target: u32, place: i32, value: i32): void {
  const short = value >= -128 && value < 128;
  byte(short ? 0x6b : 0x69);
  placeForm(target, place);
  if (short) byte(value);
  else word(value);
}

/** Group f7: 2 not, 3 neg, 4 mul, 5 imul, 6 div, 7 idiv; on eax (and edx). */
export function unary(digit: u32, place: i32): void {
  byte(0xf7);
  placeForm(digit, place);
}

export function exchange(one: u32, other: u32): void {
  byte(0x87);
  byte(0xc0 | (one << 3) | other);
}

/** SSE: prefix (0 for none), 0f, opcode; `reg` is an xmm or integer register number. */
export function sse(prefix: u32, opcode: u32, reg: u32, place: i32): void {
  if (prefix != 0) byte(prefix);
  byte(0x0f);
  byte(opcode);
  placeForm(reg & 7, place);
}

export function sseAbsolute(prefix: u32, opcode: u32, reg: u32, address: u32): void {
  if (prefix != 0) byte(prefix);
  byte(0x0f);
  byte(opcode);
  absoluteForm(reg & 7, address);
}

export function halfConstant(value: u32): void {
  half(value);
}
