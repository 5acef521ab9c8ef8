/**
 * The flat form of one function: a list of steps (macro-operations) over virtual registers.
 *
 * A step reads up to four registers (a, b, base, index; -1 means unused, a flag says that a field
 * is a constant) and the registers in its argument list, and writes `target` and `target2`. No
 * field has another meaning for liveness, so that pass needs no table of operations.
 */
import { Reader } from "../wasm/reader";
import { Vector } from "./vector";

export const enum Operation {
  NOTHING,
  /** target = displacement. */
  CONSTANT,
  MOVE,
  /** target = base + index << scale + displacement. */
  LEA,
  /** target = a `part` b; part is an Alu. */
  ALU,
  /** [address] = [address] `part` a. */
  ALU_MEMORY,
  SHIFT,
  DIVIDE,
  BITS,
  EXTEND,
  /** target = 1 if the comparison holds, else 0. */
  SET,
  /** target = comparison of a, b holds ? base : index. */
  SELECT,
  LABEL,
  JUMP,
  BRANCH,
  BRANCH_TABLE,
  TRAP,
  RETURN,
  LOAD,
  STORE,
  FLOAT_LOAD,
  FLOAT_STORE,
  FLOAT_CONSTANT,
  FLOAT_MOVE,
  FLOAT_BINARY,
  FLOAT_UNARY,
  FLOAT_SELECT,
  FLOAT_SIGN,
  CONVERT,
  ADD_WIDE,
  MULTIPLY_WIDE,
  SHIFT_WIDE,
  SHIFT_WIDE_VARIABLE,
  CALL,
  CALL_INDIRECT,
  /** target = result word of the last call at [esp + displacement]. */
  RESULT_LOAD,
  /** Traps with kind `part` when the comparison holds. */
  TRAP_IF,
  MEMORY_COPY,
  MEMORY_FILL,
  MACHINE,
  /** target = the absolute address `displacement` (instance or constants). */
  ADDRESS,
  /** target = table `extra` [b]; traps outside. */
  TABLE_LOAD,
  TABLE_STORE,
}

/** The digit of the x86 group; MULTIPLY is ours. */
export const enum Alu {
  ADD = 0,
  OR = 1,
  ADC = 2,
  SBB = 3,
  AND = 4,
  SUB = 5,
  XOR = 6,
  CMP = 7,
  MULTIPLY = 8,
}

/** The digit of the x86 shift group. */
export const enum Shift {
  ROTATE_LEFT = 0,
  ROTATE_RIGHT = 1,
  LEFT = 4,
  RIGHT_UNSIGNED = 5,
  RIGHT_SIGNED = 7,
}

export const enum Divide {
  QUOTIENT_SIGNED,
  QUOTIENT_UNSIGNED,
  REMAINDER_SIGNED,
  REMAINDER_UNSIGNED,
}

export const enum Bits {
  LEADING_ZEROS,
  TRAILING_ZEROS,
}

/** Width and sign of an access; the order is that of the encoder's tables. */
export const enum Width {
  WORD,
  BYTE_UNSIGNED,
  BYTE_SIGNED,
  HALF_UNSIGNED,
  HALF_SIGNED,
}

/** x86 condition codes; their negation is `^ 1`. The last two are for floats only. */
export const enum Condition {
  BELOW = 2,
  ABOVE_EQUAL = 3,
  EQUAL = 4,
  NOT_EQUAL = 5,
  BELOW_EQUAL = 6,
  ABOVE = 7,
  SIGN = 8,
  NOT_SIGN = 9,
  PARITY = 10,
  NOT_PARITY = 11,
  LESS = 12,
  GREATER_EQUAL = 13,
  LESS_EQUAL = 14,
  GREATER = 15,
  FLOAT_EQUAL = 16,
  FLOAT_NOT_EQUAL = 17,
}

export const enum Compare {
  /** cmp a, b */
  WORD,
  /** test a, b */
  TEST,
  SINGLE,
  DOUBLE,
  /** base:a against index:b, the high halves in base and index. */
  WIDE,
}

export const A_CONSTANT: u8 = 1;
export const B_CONSTANT: u8 = 2;
export const BASE_CONSTANT: u8 = 4;
export const INDEX_CONSTANT: u8 = 8;
/** The access needs no bounds check: a neighbour made it. */
export const UNCHECKED: u8 = 16;
/** The address is absolute (instance data), not in the linear memory. */
export const ABSOLUTE: u8 = 32;
/** Inputs must survive until the targets are written (multi-instruction expansions). */
export const LATE_INPUTS: u8 = 64;

export const steps: Vector = changetype<Vector>(memory.data(12));
/** Call arguments and branch-table labels: words that steps point into. */
export const lists: Vector = changetype<Vector>(memory.data(12));

@unmanaged
@final
export class Step {
  operation: u8;
  part: u8;
  condition: u8;
  flags: u8;
  scale: u8;
  depth: u8;
  compare: u8;
  /** Kind of trap of TRAP, DIVIDE; float precision; size of a result list. */
  kind: u8;
  target: i32;
  target2: i32;
  a: i32;
  b: i32;
  base: i32;
  index: i32;
  displacement: i32;
  /** Static offset of an access; label of a branch; first word in `lists`. */
  extra: u32;
  /** How many words in `lists`. */
  count: u32;
  /** Address of the operator in the input. */
  source: usize;

  @inline
  static at(index: u32): Step {
    return changetype<Step>(steps.base + <usize>index * STEP_SIZE);
  }

  @inline
  static get count_(): u32 {
    return steps.length / <u32>STEP_SIZE;
  }

  /** Appends a step; the record is good until the next one. */
  static emit(operation: Operation): Step {
    const step = changetype<Step>(steps.append(<u32>STEP_SIZE));
    store<u64>(changetype<usize>(step), <u64>operation | ((<u64>depth) << 40));
    step.target = -1;
    step.target2 = -1;
    step.a = -1;
    step.b = -1;
    step.base = -1;
    step.index = -1;
    step.displacement = 0;
    step.extra = 0;
    step.count = 0;
    step.source = position;
    return step;
  }

  @inline
  has(flag: u8): bool {
    return (this.flags & flag) != 0;
  }
}

export const STEP_SIZE: usize = 48;
if (offsetof<Step>() !== STEP_SIZE) ERROR("STEP_SIZE is out of date");

let depth: u32 = 0;
let position: usize = 0;

export function loopDepth(): u32 {
  return depth;
}

export function setLoopDepth(value: u32): void {
  depth = value > 255 ? 255 : value;
}

/** The operator that the following steps come from. */
export function markSource(): void {
  position = Reader.position;
}

export function sourcePosition(): usize {
  return position;
}

/** The last step, or null at the start of a function. */
export function lastStep(): Step | null {
  if (steps.length == 0) return null;
  return changetype<Step>(steps.base + steps.length - <u32>STEP_SIZE);
}

export function removeLastStep(): void {
  steps.length -= <u32>STEP_SIZE;
}

let labels: u32 = 0;

export function newLabel(): u32 {
  return labels++;
}

export function labelCount(): u32 {
  return labels;
}

export function resetSteps(): void {
  steps.clear();
  lists.clear();
  labels = 0;
  depth = 0;
}

export function emitLabel(label: u32): void {
  const step = Step.emit(Operation.LABEL);
  step.extra = label;
}

/** A label that only branches back go to; its part tells. */
export function emitLoopLabel(label: u32): void {
  const step = Step.emit(Operation.LABEL);
  step.extra = label;
  step.part = 1;
}

export function emitJump(label: u32): void {
  const step = Step.emit(Operation.JUMP);
  step.extra = label;
}
