/**
 * memory.copy, memory.fill, memory.init and memory.grow: address in eax, source or value in edx,
 * size in ecx, a segment record at [esp + 4]. The answer is 1, or 0 when the range is out of bounds
 * (the caller traps; nothing has been written).
 *
 * Up to 32 bytes are loaded whole and then stored, which is right for any overlap. Longer ones go
 * by 16 bytes, or forwards by rep movs, whose 33 ns pay from 128 bytes on.
 */
import { Call } from "../../../kernel/abi/calls";
import { Instance } from "../elf/instance";
import { writeSystemCall } from "../elf/stubs";
import {
  aluConstant,
  aluFrom,
  lea,
  memoryForm,
  moveConstant,
  moveFrom,
  moveRegister,
  moveTo,
  multiplyConstant,
  shiftConstant,
  testRegisters,
} from "../i386/encoder";
import { EAX, ECX, EDI, EDX, ESI, ESP, X6, X7 } from "../i386/operands";
import {
  absolute,
  byte,
  localLabel,
  jumpIf,
  jumpTo,
  placeLabel,
  room,
  startLabels,
  patchJumps,
} from "../i386/text";
import { Alu, Condition, Shift } from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { codegenMode, Mode } from "../mode";
import { Routine } from "./routines";

const KERNEL_BASE: u32 = 0xc0000000;
const FRAME: i32 = 8;
const REP_FROM: i32 = 128;

export function writeBulk(routine: Routine): void {
  if (routine == Routine.MEMORY_GROW) return writeGrow();
  startLabels(0, false);
  const failed = localLabel();
  lea(ESP, ESP, -1, 0, -FRAME);
  moveTo(FIRST_SLOT, ESI);
  moveTo(FIRST_SLOT + 4, EDI);
  moveRegister(EDI, EAX);
  if (routine != Routine.MEMORY_FILL) moveRegister(ESI, EDX);
  if (!codegenMode(Mode.KERNEL)) checkRange(routine, failed);
  if (routine == Routine.MEMORY_INIT) takeSegment(failed);
  addBase(routine);
  room(256);
  if (routine == Routine.MEMORY_COPY) copyBytes();
  else if (routine == Routine.MEMORY_FILL) fillBytes();
  else repeat(0xa4);
  moveConstant(EAX, 1);
  leave();
  placeLabel(failed);
  moveConstant(EAX, 0);
  leave();
  patchJumps();
}

function leave(): void {
  moveFrom(ESI, FIRST_SLOT);
  moveFrom(EDI, FIRST_SLOT + 4);
  lea(ESP, ESP, -1, 0, FRAME);
  byte(0xc3);
}

/** Fails unless edi + ecx, and esi + ecx of a copy, are at most the memory's size. */
function checkRange(routine: Routine, failed: u32): void {
  byte(0xa1);
  absolute(Instance.memorySizeSlot);
  shiftConstant(Shift.LEFT, EAX, 16);
  aluFrom(Alu.SUB, EAX, ECX);
  jumpIf(Condition.BELOW, failed);
  aluFrom(Alu.CMP, EDI, EAX);
  jumpIf(Condition.ABOVE, failed);
  if (routine != Routine.MEMORY_COPY) return;
  aluFrom(Alu.CMP, ESI, EAX);
  jumpIf(Condition.ABOVE, failed);
}

/** The source is offset esi of the segment whose record is on the stack. */
function takeSegment(failed: u32): void {
  moveFrom(EDX, FIRST_SLOT + FRAME + 4);
  // eax = what is left of the segment - size
  byte(0x8b);
  memoryForm(EAX, EDX, -1, 0, 4);
  aluFrom(Alu.SUB, EAX, ECX);
  jumpIf(Condition.BELOW, failed);
  aluFrom(Alu.CMP, ESI, EAX);
  jumpIf(Condition.ABOVE, failed);
  byte(0x03);
  memoryForm(ESI, EDX, -1, 0, 0);
}

function addBase(routine: Routine): void {
  if (!codegenMode(Mode.KERNEL)) return;
  lea(EDI, EDI, -1, 0, KERNEL_BASE);
  if (routine == Routine.MEMORY_COPY) lea(ESI, ESI, -1, 0, KERNEL_BASE);
}

function repeat(opcode: u32): void {
  byte(0xf3);
  byte(opcode);
}

/** An access of `size` bytes (1, 2, 4, 8, 16) between xmm6/xmm7 or al/dl/eax/edx and memory. */
function move(store: bool, size: u32, second: bool, base: u32, index: i32, offset: i32): void {
  const register: u32 = size >= 8 ? (second ? X7 : X6) : second ? EDX : EAX;
  if (size == 16) {
    byte(0x0f);
    byte(store ? 0x11 : 0x10);
  } else if (size == 8) {
    byte(0xf2);
    byte(0x0f);
    byte(store ? 0x11 : 0x10);
  } else if (size == 1) {
    byte(store ? 0x88 : 0x8a);
  } else {
    if (size == 2) byte(0x66);
    byte(store ? 0x89 : 0x8b);
  }
  memoryForm(register, base, index, 0, offset);
}

/** Copies size..2 * size bytes: the first and the last `size`, both loaded before either is stored. */
function copyEnds(size: u32): void {
  move(false, size, false, ESI, -1, 0);
  move(false, size, true, ESI, ECX, -size);
  move(true, size, false, EDI, -1, 0);
  move(true, size, true, EDI, ECX, -size);
}

/** The kernel must not touch xmm registers (they are a program's), and is entered with interrupts off. */
function copyWithoutVectors(): void {
  const done = localLabel();
  const backwards = localLabel();
  moveRegister(EDX, EDI);
  aluFrom(Alu.SUB, EDX, ESI);
  aluFrom(Alu.CMP, EDX, ECX);
  jumpIf(Condition.BELOW, backwards);
  repeat(0xa4);
  jumpTo(done);
  placeLabel(backwards);
  lea(ESI, ESI, ECX, 0, -1);
  lea(EDI, EDI, ECX, 0, -1);
  byte(0xfd);
  repeat(0xa4);
  byte(0xfc);
  placeLabel(done);
}

function copyBytes(): void {
  if (codegenMode(Mode.KERNEL)) return copyWithoutVectors();
  const done = localLabel();
  copySmall(16, 32, done);
  copySmall(8, 16, done);
  copySmall(4, 8, done);
  copySmall(2, 4, done);
  const large = localLabel();
  aluConstant(Alu.CMP, ECX, 32);
  jumpIf(Condition.ABOVE, large);
  testRegisters(ECX, ECX);
  jumpIf(Condition.EQUAL, done);
  move(false, 1, false, ESI, -1, 0);
  move(true, 1, false, EDI, -1, 0);
  jumpTo(done);
  placeLabel(large);
  copyLarge(done);
  placeLabel(done);
}

/** If the size is from..to, copies and goes to `done`. */
function copySmall(from: u32, to: u32, done: u32): void {
  const next = localLabel();
  aluConstant(Alu.CMP, ECX, from);
  jumpIf(Condition.BELOW, next);
  aluConstant(Alu.CMP, ECX, to);
  jumpIf(Condition.ABOVE, next);
  copyEnds(from);
  jumpTo(done);
  placeLabel(next);
}

function copyLarge(done: u32): void {
  const backwards = localLabel();
  const chunks = localLabel();
  moveRegister(EDX, EDI);
  aluFrom(Alu.SUB, EDX, ESI);
  jumpIf(Condition.EQUAL, done);
  aluFrom(Alu.CMP, EDX, ECX);
  jumpIf(Condition.BELOW, backwards);
  aluConstant(Alu.CMP, ECX, REP_FROM);
  jumpIf(Condition.BELOW, chunks);
  repeat(0xa4);
  jumpTo(done);
  room(128);
  placeLabel(chunks);
  // The tail waits in xmm7; its place in edx.
  move(false, 16, true, ESI, ECX, -16);
  lea(EDX, EDI, ECX, 0, -16);
  const loop = localLabel();
  placeLabel(loop);
  move(false, 16, false, ESI, -1, 0);
  move(true, 16, false, EDI, -1, 0);
  lea(ESI, ESI, -1, 0, 16);
  lea(EDI, EDI, -1, 0, 16);
  aluFrom(Alu.CMP, EDI, EDX);
  jumpIf(Condition.BELOW, loop);
  move(true, 16, true, EDX, -1, 0);
  jumpTo(done);
  placeLabel(backwards);
  // The head waits in xmm7.
  move(false, 16, true, ESI, -1, 0);
  const back = localLabel();
  placeLabel(back);
  move(false, 16, false, ESI, ECX, -16);
  move(true, 16, false, EDI, ECX, -16);
  lea(ECX, ECX, -1, 0, -16);
  aluConstant(Alu.CMP, ECX, 16);
  jumpIf(Condition.ABOVE, back);
  move(true, 16, true, EDI, -1, 0);
}

/** Fills ecx bytes at edi with dl. */
function fillBytes(): void {
  const done = localLabel();
  const loop = localLabel();
  const middle = localLabel();
  const small = localLabel();
  byte(0x0f);
  byte(0xb6);
  byte(0xc0 | (EAX << 3) | EDX);
  multiplyConstant(EAX, EAX, 0x01010101);
  aluConstant(Alu.CMP, ECX, REP_FROM);
  const long = localLabel();
  jumpIf(Condition.ABOVE_EQUAL, long);
  aluConstant(Alu.CMP, ECX, 8);
  jumpIf(Condition.BELOW, small);
  placeLabel(middle);
  // Eight bytes at a time; the last eight may overlap what is there already.
  lea(EDX, EDI, ECX, 0, -8);
  placeLabel(loop);
  move(true, 4, false, EDI, -1, 0);
  move(true, 4, false, EDI, -1, 4);
  lea(EDI, EDI, -1, 0, 8);
  aluFrom(Alu.CMP, EDI, EDX);
  jumpIf(Condition.BELOW, loop);
  move(true, 4, false, EDX, -1, 0);
  move(true, 4, false, EDX, -1, 4);
  jumpTo(done);
  placeLabel(small);
  testRegisters(ECX, ECX);
  jumpIf(Condition.EQUAL, done);
  move(true, 1, false, EDI, -1, 0);
  lea(EDI, EDI, -1, 0, 1);
  lea(ECX, ECX, -1, 0, -1);
  jumpTo(small);
  placeLabel(long);
  repeat(0xaa);
  placeLabel(done);
}

/** Pages to add in eax; the old size or -1. The kernel of a program knows; the kernel never grows. */
function writeGrow(): void {
  if (codegenMode(Mode.KERNEL)) {
    moveConstant(EAX, -1);
    return byte(0xc3);
  }
  writeSystemCall(Call.MEMORY_GROW, 1);
}
