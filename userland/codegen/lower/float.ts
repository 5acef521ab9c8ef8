/**
 * Operators of f32 and f64. Arithmetic is SSE2; what SSE2 lacks (rounding, 64-bit and unsigned
 * conversions) is a run-time routine on f64, which holds every f32 and i32 exactly.
 */
import { poolConstant } from "../elf/rodata";
import { TrapKind } from "../elf/trap-kinds";
import { Routine } from "../runtime/routines";
import { Opcode } from "../wasm/opcodes";
import { callRoutine, routineArguments } from "./call";
import { B_CONSTANT, Compare, Condition, Operation, Step } from "./step";
import { Form, pop, pushComparison, pushTemporary, Value } from "./value";
import { Kind, newVirtual } from "./virtual";

/** Part of FLOAT_BINARY: the second opcode byte, or one of ours. */
export const enum FloatBinary {
  ADD = 0x58,
  MULTIPLY = 0x59,
  SUBTRACT = 0x5c,
  DIVIDE = 0x5e,
  MINIMUM = 0x5d,
  MAXIMUM = 0x5f,
}

export const enum FloatSign {
  ABSOLUTE,
  NEGATE,
  COPY,
}

/** Part of CONVERT. */
export const enum Convert {
  /** i32 -> float, truncation to i32 that traps, between the floats, and bits. */
  FROM_SIGNED,
  FROM_UNSIGNED,
  FROM_WIDE_SIGNED,
  TO_SIGNED,
  PROMOTE,
  DEMOTE,
  BITS_TO_WORD,
  BITS_FROM_WORD,
  BITS_TO_WIDE,
  BITS_FROM_WIDE,
}

/** An operand in memory or a register; a constant becomes its place in the pool. */
export function setFloatB(step: Step, value: Value): void {
  if (value.form == Form.FLOAT_CONSTANT) {
    step.b = poolConstant(value.a, value.b, value.kind == Kind.DOUBLE);
    step.flags |= B_CONSTANT;
    return;
  }
  step.b = value.a;
}

/** Operators from F32_EQ to F64_GE. */
export function lowerCompareFloat(opcode: i32): void {
  const double = opcode >= Opcode.F64_EQ;
  const distance = opcode - (double ? Opcode.F64_EQ : Opcode.F32_EQ);
  const compare = double ? Compare.DOUBLE : Compare.SINGLE;
  const right = pop().force();
  const left = pop().force();
  switch (distance) {
    case 0:
      return pushComparison(compare, Condition.FLOAT_EQUAL, left, right, false);
    case 1:
      return pushComparison(compare, Condition.FLOAT_NOT_EQUAL, left, right, false);
    case 2:
      return pushComparison(compare, Condition.ABOVE, right, left, false);
    case 3:
      return pushComparison(compare, Condition.ABOVE, left, right, false);
    case 4:
      return pushComparison(compare, Condition.ABOVE_EQUAL, right, left, false);
    default:
      return pushComparison(compare, Condition.ABOVE_EQUAL, left, right, false);
  }
}

/** Operators from F32_ABS to F64_COPYSIGN. */
export function lowerArithmeticFloat(opcode: i32): void {
  const double = opcode >= Opcode.F64_ABS;
  const kind = double ? Kind.DOUBLE : Kind.SINGLE;
  const operator = double ? opcode : opcode + (Opcode.F64_ABS - Opcode.F32_ABS);
  switch (operator) {
    case Opcode.F64_ABS:
      return sign(FloatSign.ABSOLUTE, kind);
    case Opcode.F64_NEG:
      return sign(FloatSign.NEGATE, kind);
    case Opcode.F64_COPYSIGN:
      return sign(FloatSign.COPY, kind);
    case Opcode.F64_CEIL:
      return round(Routine.CEILING, kind);
    case Opcode.F64_FLOOR:
      return round(Routine.FLOOR, kind);
    case Opcode.F64_TRUNC:
      return round(Routine.TRUNCATE, kind);
    case Opcode.F64_NEAREST:
      return round(Routine.NEAREST, kind);
    case Opcode.F64_SQRT:
      return squareRoot(kind);
    case Opcode.F64_ADD:
      return binary(FloatBinary.ADD, kind);
    case Opcode.F64_SUB:
      return binary(FloatBinary.SUBTRACT, kind);
    case Opcode.F64_MUL:
      return binary(FloatBinary.MULTIPLY, kind);
    case Opcode.F64_DIV:
      return binary(FloatBinary.DIVIDE, kind);
    case Opcode.F64_MIN:
      return binary(FloatBinary.MINIMUM, kind);
    default:
      return binary(FloatBinary.MAXIMUM, kind);
  }
}

function floatStep(operation: Operation, part: u32, kind: Kind): Step {
  const target = newVirtual(kind);
  const step = Step.emit(operation);
  step.part = <u8>part;
  step.kind = <u8>kind;
  step.target = target;
  return step;
}

function binary(part: FloatBinary, kind: Kind): void {
  const b = pop();
  const a = pop();
  const pooled = part != FloatBinary.MINIMUM && part != FloatBinary.MAXIMUM;
  if (!pooled) b.force();
  a.force();
  const step = floatStep(Operation.FLOAT_BINARY, part, kind);
  step.a = a.a;
  setFloatB(step, b);
  pushTemporary(kind, step.target);
}

function sign(part: FloatSign, kind: Kind): void {
  const b = part == FloatSign.COPY ? pop().force() : -1;
  const a = pop().force();
  const step = floatStep(Operation.FLOAT_SIGN, part, kind);
  step.a = a;
  step.b = b;
  pushTemporary(kind, step.target);
}

function squareRoot(kind: Kind): void {
  const a = pop().force();
  const step = floatStep(Operation.FLOAT_UNARY, 0x51, kind);
  step.a = a;
  pushTemporary(kind, step.target);
}

function round(routine: Routine, kind: Kind): void {
  if (kind == Kind.SINGLE) convert(Convert.PROMOTE, Kind.DOUBLE);
  routineArguments(1);
  callRoutine(routine, Kind.DOUBLE);
  if (kind == Kind.SINGLE) convert(Convert.DEMOTE, Kind.SINGLE);
}

/** One operand, one result; `kind` is that of the result. */
function convert(part: Convert, kind: Kind): void {
  const operand = pop();
  const from = operand.kind;
  const a = operand.force();
  const step = floatStep(Operation.CONVERT, part, kind);
  step.a = a;
  // The precision that matters is that of the float side.
  if (kind <= Kind.HIGH) step.kind = from;
  pushTemporary(kind, step.target);
}

/** From a pair of words. */
function convertWide(part: Convert, kind: Kind): void {
  const high = pop();
  const low = pop();
  high.force();
  low.force();
  const step = floatStep(Operation.CONVERT, part, kind);
  step.a = low.a;
  step.b = high.a;
  pushTemporary(kind, step.target);
}

/** Conversions from I32_TRUNC_F32_S to F64_REINTERPRET_I64, except those between integers. */
export function lowerConvert(opcode: i32): void {
  switch (opcode) {
    case Opcode.I32_TRUNC_F32_S:
    case Opcode.I32_TRUNC_F64_S:
      return convert(Convert.TO_SIGNED, Kind.WORD);
    case Opcode.I32_TRUNC_F32_U:
    case Opcode.I32_TRUNC_F64_U:
      return truncate(opcode, -1.0, 4294967296.0, Routine.SATURATE_UNSIGNED);
    case Opcode.I64_TRUNC_F32_S:
    case Opcode.I64_TRUNC_F64_S:
      return truncate(
        opcode,
        -9223372036854777856.0,
        9223372036854775808.0,
        Routine.SATURATE_WIDE_SIGNED,
      );
    case Opcode.I64_TRUNC_F32_U:
    case Opcode.I64_TRUNC_F64_U:
      return truncate(opcode, -1.0, 18446744073709551616.0, Routine.SATURATE_WIDE_UNSIGNED);
    case Opcode.F32_CONVERT_I32_S:
      return convert(Convert.FROM_SIGNED, Kind.SINGLE);
    case Opcode.F64_CONVERT_I32_S:
      return convert(Convert.FROM_SIGNED, Kind.DOUBLE);
    case Opcode.F32_CONVERT_I32_U:
      convert(Convert.FROM_UNSIGNED, Kind.DOUBLE);
      return convert(Convert.DEMOTE, Kind.SINGLE);
    case Opcode.F64_CONVERT_I32_U:
      return convert(Convert.FROM_UNSIGNED, Kind.DOUBLE);
    case Opcode.F32_DEMOTE_F64:
      return convert(Convert.DEMOTE, Kind.SINGLE);
    case Opcode.F64_PROMOTE_F32:
      return convert(Convert.PROMOTE, Kind.DOUBLE);
    case Opcode.I32_REINTERPRET_F32:
      return reinterpret32(true);
    case Opcode.F32_REINTERPRET_I32:
      return reinterpret32(false);
    case Opcode.I64_REINTERPRET_F64:
      return reinterpretToWide();
    case Opcode.F64_REINTERPRET_I64:
      return convertWide(Convert.BITS_FROM_WIDE, Kind.DOUBLE);
    default:
      return convertFromWide(opcode);
  }
}

function reinterpret32(toWord: bool): void {
  return convert(
    toWord ? Convert.BITS_TO_WORD : Convert.BITS_FROM_WORD,
    toWord ? Kind.WORD : Kind.SINGLE,
  );
}

function reinterpretToWide(): void {
  const a = pop().force();
  const high = newVirtual(Kind.HIGH);
  const low = newVirtual(Kind.LOW);
  const step = Step.emit(Operation.CONVERT);
  step.part = <u8>Convert.BITS_TO_WIDE;
  step.kind = <u8>Kind.DOUBLE;
  step.target = low;
  step.target2 = high;
  step.a = a;
  pushTemporary(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

function convertFromWide(opcode: i32): void {
  if (opcode == Opcode.F64_CONVERT_I64_S) return convertWide(Convert.FROM_WIDE_SIGNED, Kind.DOUBLE);
  routineArguments(2);
  switch (opcode) {
    case Opcode.F64_CONVERT_I64_U:
      return callRoutine(Routine.DOUBLE_FROM_UNSIGNED, Kind.DOUBLE);
    case Opcode.F32_CONVERT_I64_S:
      return callRoutine(Routine.SINGLE_FROM_SIGNED, Kind.SINGLE);
    default:
      return callRoutine(Routine.SINGLE_FROM_UNSIGNED, Kind.SINGLE);
  }
}

/** The operand as f64; exact. */
function promoteOperand(opcode: i32): void {
  const single =
    opcode == Opcode.I32_TRUNC_F32_U ||
    opcode == Opcode.I64_TRUNC_F32_S ||
    opcode == Opcode.I64_TRUNC_F32_U ||
    (opcode >= Opcode.I32_TRUNC_SAT_F32_S && (opcode & 2) == 0);
  if (single) convert(Convert.PROMOTE, Kind.DOUBLE);
}

/** Traps unless below < operand < above (and not NaN), then the saturating routine is exact. */
function truncate(opcode: i32, below: f64, above: f64, routine: Routine): void {
  promoteOperand(opcode);
  const register = pop().force();
  trapIfFloat(TrapKind.INVALID_CONVERSION, Condition.PARITY, register, register);
  trapIfFloat(TrapKind.INTEGER_OVERFLOW, Condition.ABOVE_EQUAL, register, doubleConstant(above));
  trapIfFloat(TrapKind.INTEGER_OVERFLOW, Condition.BELOW_EQUAL, register, doubleConstant(below));
  pushTemporary(Kind.DOUBLE, register);
  routineArguments(1);
  callRoutine(routine, routine == Routine.SATURATE_UNSIGNED ? Kind.WORD : Kind.LOW);
}

function doubleConstant(value: f64): i32 {
  const bits = reinterpret<u64>(value);
  const register = newVirtual(Kind.DOUBLE);
  const step = Step.emit(Operation.FLOAT_CONSTANT);
  step.kind = <u8>Kind.DOUBLE;
  step.target = register;
  step.displacement = <i32>bits;
  step.extra = <u32>(bits >> 32);
  return register;
}

function trapIfFloat(kind: TrapKind, condition: Condition, a: i32, b: i32): void {
  const step = Step.emit(Operation.TRAP_IF);
  step.kind = <u8>kind;
  step.compare = <u8>Compare.DOUBLE;
  step.condition = <u8>condition;
  step.a = a;
  step.b = b;
}

/** The operators behind the prefix that saturate. */
export function lowerSaturate(opcode: i32): void {
  promoteOperand(opcode);
  routineArguments(1);
  const unsigned = (opcode & 1) != 0;
  if (opcode < Opcode.I64_TRUNC_SAT_F32_S) {
    return callRoutine(unsigned ? Routine.SATURATE_UNSIGNED : Routine.SATURATE_SIGNED, Kind.WORD);
  }
  callRoutine(unsigned ? Routine.SATURATE_WIDE_UNSIGNED : Routine.SATURATE_WIDE_SIGNED, Kind.LOW);
}
