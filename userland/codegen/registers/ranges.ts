/**
 * Ranges: how large the value of a register can be, and which accesses therefore need no check.
 *
 * A register is below 2 to the power of the largest of what its definitions can be: a byte that was
 * loaded is below 2^8, what is masked is below its mask. The first pass looks at each definition
 * alone, the others also at what the pass before knew of its operands. An access whose address sum
 * stays below 2 GiB cannot miss the gap behind it (i386/bounds.ts).
 */
import {
  A_CONSTANT,
  ABSOLUTE,
  Alu,
  B_CONSTANT,
  BASE_CONSTANT,
  Divide,
  INDEX_CONSTANT,
  Operation,
  Shift,
  Step,
  UNCHECKED,
  Width,
} from "../lower/step";
import { Vector } from "../lower/vector";
import { virtualCount } from "../lower/virtual";
import { stepCount } from "./blocks";
import { parameters } from "./parameters";

const ALL_BITS: u32 = 32;
const PASSES: u32 = 3;
const UNKNOWN: u64 = 1 << 40;
const SUM_MAX: u64 = 0x7fffffff;
/** Static offsets below this end in the gap. */
const OFFSET_COVERED: u32 = 0xfff0;

/** Bits of each register, a byte each: known to the passes before, found by this one. */
const known: Vector = changetype<Vector>(memory.data(12));
const found: Vector = changetype<Vector>(memory.data(12));

export function forgetRanges(): void {
  known.forget();
  found.forget();
}

/** Takes the checks from accesses that cannot fail them. */
export function skipChecks(): void {
  const registers = <u32>virtualCount();
  memory.fill(known.zeroed(registers), <u8>ALL_BITS, registers);
  for (let pass: u32 = 0; pass < PASSES; pass++) {
    found.zeroed(registers);
    enterParameters();
    const count = stepCount();
    for (let i: u32 = 0; i < count; i++) note(Step.at(i));
    memory.copy(known.base, found.base, registers);
  }
  markSteps();
}

function enterParameters(): void {
  for (let i: u32 = 0; i < parameters.words; i += 2) widen(<i32>parameters.word(i), ALL_BITS);
}

function widen(register: i32, bits: u32): void {
  const place = found.base + <usize>register;
  if (<u32>load<u8>(place) < bits) store<u8>(place, <u8>bits);
}

function note(step: Step): void {
  if (step.target >= 0) widen(step.target, bitsOfResult(step));
  if (step.target2 >= 0) widen(step.target2, ALL_BITS);
}

function bitsOf(value: i32, constant: bool): u32 {
  if (constant) return 32 - <u32>clz(value);
  return value < 0 ? ALL_BITS : <u32>load<u8>(known.base + <usize>value);
}

function bitsOfResult(step: Step): u32 {
  const a = bitsOf(step.a, step.has(A_CONSTANT));
  const b = bitsOf(step.b, step.has(B_CONSTANT));
  switch (<i32>step.operation) {
    case Operation.CONSTANT:
      return bitsOf(step.displacement, true);
    case Operation.SET:
      return 1;
    case Operation.MOVE:
      return a;
    case Operation.LOAD:
      return bitsOfLoad(step);
    case Operation.LEA:
      return bitsOfBound(boundOf(step));
    case Operation.ALU:
      if (step.part == Alu.AND) return min(a, b);
      return step.part == Alu.OR || step.part == Alu.XOR ? max(a, b) : ALL_BITS;
    case Operation.SHIFT:
      return step.has(B_CONSTANT) ? bitsOfShift(step, a) : ALL_BITS;
    case Operation.DIVIDE:
      if (step.part == Divide.QUOTIENT_UNSIGNED) return a;
      return step.part == Divide.REMAINDER_UNSIGNED ? min(a, b) : ALL_BITS;
    case Operation.SELECT:
      return max(
        bitsOf(step.base, step.has(BASE_CONSTANT)),
        bitsOf(step.index, step.has(INDEX_CONSTANT)),
      );
    default:
      return ALL_BITS;
  }
}

function bitsOfLoad(step: Step): u32 {
  if (step.part == Width.BYTE_UNSIGNED) return 8;
  return step.part == Width.HALF_UNSIGNED ? 16 : ALL_BITS;
}

function bitsOfShift(step: Step, bits: u32): u32 {
  const amount = <u32>step.b;
  if (step.part == Shift.LEFT) return min(bits + amount, ALL_BITS);
  const positive = step.part == Shift.RIGHT_SIGNED && bits < ALL_BITS;
  if (step.part != Shift.RIGHT_UNSIGNED && !positive) return ALL_BITS;
  return bits > amount ? bits - amount : 0;
}

function bitsOfBound(bound: u64): u32 {
  return bound > 0xffffffff ? ALL_BITS : 64 - <u32>clz<u64>(bound);
}

/** A bound of base + index << scale + displacement; above 2^32 when it may wrap. */
function boundOf(step: Step): u64 {
  if (step.displacement < 0) return UNKNOWN;
  let bound = <u64>step.displacement;
  if (step.base >= 0) bound += boundOfRegister(step.base);
  if (step.index >= 0) bound += boundOfRegister(step.index) << step.scale;
  return bound;
}

function boundOfRegister(register: i32): u64 {
  const bits = bitsOf(register, false);
  return bits == ALL_BITS ? UNKNOWN : ((<u64>1) << bits) - 1;
}

function markSteps(): void {
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    if (!accesses(step.operation) || step.has(ABSOLUTE)) continue;
    const offset: u64 = step.extra < OFFSET_COVERED ? 0 : <u64>step.extra;
    if (boundOf(step) + offset <= SUM_MAX) step.flags |= UNCHECKED;
  }
}

function accesses(operation: u32): bool {
  switch (<i32>operation) {
    case Operation.LOAD:
    case Operation.STORE:
    case Operation.ALU_MEMORY:
    case Operation.FLOAT_LOAD:
    case Operation.FLOAT_STORE:
      return true;
    default:
      return false;
  }
}
