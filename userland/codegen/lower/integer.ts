/**
 * Operators of i32: constants fold, sums become address sums, comparisons stay comparisons until
 * somebody needs their value.
 */
import { Opcode } from "../wasm/opcodes";
import {
  Alu,
  B_CONSTANT,
  Bits,
  Compare,
  Condition,
  Divide,
  lastStep,
  Operation,
  removeLastStep,
  Shift,
  Step,
} from "./step";
import { setA, setB } from "./fill";
import {
  Form,
  pop,
  pushAddress,
  pushComparison,
  pushConstant,
  pushRegister,
  pushTemporary,
  pushWideComparison,
  Value,
} from "./value";
import { conditionOf, holds, swapped } from "./conditions";
import { Kind, newVirtual } from "./virtual";

/** Operators from I32_EQZ to I32_GE_U. */
export function lowerCompare32(opcode: i32): void {
  if (opcode == Opcode.I32_EQZ) return lowerEqualZero();
  const condition = conditionOf(opcode - Opcode.I32_EQ);
  const b = pop();
  const a = pop();
  compareWords(condition, a, b);
}

function compareWords(condition: Condition, a: Value, b: Value): void {
  if (a.constant && b.constant) {
    pushConstant(Kind.WORD, holds(condition, a.a, b.a) ? 1 : 0);
    return;
  }
  b.settle();
  a.settle();
  if (a.constant) {
    pushComparison(Compare.WORD, swapped(condition), b.a, a.a, true);
    return;
  }
  if (b.constant && b.a == 0) {
    // Unsigned comparisons with zero have shorter forms that reach the test instruction.
    if (condition == Condition.BELOW) return pushConstant(Kind.WORD, 0);
    if (condition == Condition.ABOVE_EQUAL) return pushConstant(Kind.WORD, 1);
    if (condition == Condition.ABOVE) condition = Condition.NOT_EQUAL;
    if (condition == Condition.BELOW_EQUAL) condition = Condition.EQUAL;
    const isEquality = condition == Condition.EQUAL || condition == Condition.NOT_EQUAL;
    if (isEquality && pushTestOfAnd(condition, a)) return;
  }
  pushComparison(Compare.WORD, condition, a.a, b.a, b.constant);
}

/** If `value` is the `and` just emitted, replaces that step by a lazy `test`. */
function pushTestOfAnd(condition: Condition, value: Value): bool {
  if (value.temporary == 0) return false;
  const step = lastStep();
  if (step === null || step.operation != Operation.ALU || step.part != Alu.AND) return false;
  if (step.target != value.a) return false;
  const a = step.a;
  const b = step.b;
  const constant = step.has(B_CONSTANT);
  removeLastStep();
  pushComparison(Compare.TEST, condition, a, b, constant);
  return true;
}

function lowerEqualZero(): void {
  const value = pop();
  if (value.form == Form.COMPARISON) {
    pushNegated(value);
    return;
  }
  if (value.constant) {
    pushConstant(Kind.WORD, value.a == 0 ? 1 : 0);
    return;
  }
  const register = value.force();
  if (pushTestOfAnd(Condition.EQUAL, value)) return;
  pushComparison(Compare.WORD, Condition.EQUAL, register, 0, true);
}

/** Every condition code, float ones included, is negated by its low bit. */
function pushNegated(value: Value): void {
  pushWideComparison(
    <Condition>(value.condition ^ 1),
    <Compare>value.compare,
    value.flags,
    value.a,
    value.b,
    value.c,
    value.d,
  );
}

/** Makes a popped value a comparison, for whoever wants a condition. Constants stay constants. */
export function asComparison(value: Value): void {
  if (value.form == Form.COMPARISON || value.constant) return;
  const register = value.force();
  if (pushTestOfAnd(Condition.NOT_EQUAL, value)) {
    pop();
    return;
  }
  value.form = <u8>Form.COMPARISON;
  value.compare = <u8>Compare.WORD;
  value.condition = <u8>Condition.NOT_EQUAL;
  value.flags = B_CONSTANT;
  value.a = register;
  value.b = 0;
  value.c = -1;
  value.d = -1;
}

/** Operators from I32_ADD to I32_ROTR. */
export function lowerBinary32(opcode: i32): void {
  const b = pop();
  const a = pop();
  switch (opcode) {
    case Opcode.I32_ADD:
      return add(Kind.WORD, a, b);
    case Opcode.I32_SUB:
      if (b.constant) {
        b.a = -b.a;
        return add(Kind.WORD, a, b);
      }
      return combine(Alu.SUB, Kind.WORD, a, b);
    case Opcode.I32_MUL:
      return multiply(a, b);
    case Opcode.I32_AND:
      return combine(Alu.AND, Kind.WORD, a, b);
    case Opcode.I32_OR:
      return combine(Alu.OR, Kind.WORD, a, b);
    case Opcode.I32_XOR:
      return combine(Alu.XOR, Kind.WORD, a, b);
    case Opcode.I32_SHL:
      return shift(Shift.LEFT, Kind.WORD, a, b);
    case Opcode.I32_SHR_S:
      return shift(Shift.RIGHT_SIGNED, Kind.WORD, a, b);
    case Opcode.I32_SHR_U:
      return shift(Shift.RIGHT_UNSIGNED, Kind.WORD, a, b);
    case Opcode.I32_ROTL:
      return shift(Shift.ROTATE_LEFT, Kind.WORD, a, b);
    case Opcode.I32_ROTR:
      return shift(Shift.ROTATE_RIGHT, Kind.WORD, a, b);
    default:
      return divide(opcode, a, b);
  }
}

function add(kind: Kind, a: Value, b: Value): void {
  if (a.constant && b.constant) return pushConstant(kind, a.a + b.a);
  if (b.constant && b.a == 0 && a.form == Form.REGISTER) return pushRegister(kind, a.a);
  a.address();
  b.address();
  const constant = a.c + b.c;
  const registers = i32(a.a >= 0) + i32(a.b >= 0) + i32(b.a >= 0) + i32(b.b >= 0);
  if (registers <= 1) {
    const base = a.a >= 0 ? a.a : b.a;
    const index = a.b >= 0 ? a.b : b.b;
    return pushAddress(kind, base, index, a.b >= 0 ? a.scale : b.scale, constant);
  }
  if (registers == 2) {
    if (a.a >= 0 && b.a >= 0) return pushAddress(kind, a.a, b.a, 0, constant);
    if (a.a >= 0 && a.b >= 0) return pushAddress(kind, a.a, a.b, a.scale, constant);
    if (b.a >= 0 && b.b >= 0) return pushAddress(kind, b.a, b.b, b.scale, constant);
    if (a.a >= 0) return pushAddress(kind, a.a, b.b, b.scale, constant);
    if (b.a >= 0) return pushAddress(kind, b.a, a.b, a.scale, constant);
    if (a.scale == 0) return pushAddress(kind, a.b, b.b, b.scale, constant);
  }
  const right = b.force();
  const left = a.force();
  pushAddress(kind, left, right, 0, 0);
}

function foldAlu(alu: Alu, a: i32, b: i32): i32 {
  switch (alu) {
    case Alu.AND:
      return a & b;
    case Alu.OR:
      return a | b;
    case Alu.XOR:
      return a ^ b;
    case Alu.SUB:
      return a - b;
    default:
      return a * b;
  }
}

/** target = a alu b for and, or, xor, sub, multiply. */
export function combine(alu: Alu, kind: Kind, a: Value, b: Value): void {
  if (a.constant && b.constant) return pushConstant(kind, foldAlu(alu, a.a, b.a));
  if (a.constant && alu != Alu.SUB) {
    const swap = a;
    a = b;
    b = swap;
  }
  if (b.constant && simplified(alu, kind, a, b.a)) return;
  b.settle();
  a.settle();
  const target = newVirtual(kind);
  const step = Step.emit(Operation.ALU);
  step.part = <u8>alu;
  step.target = target;
  setA(step, a);
  setB(step, b);
  pushTemporary(kind, target);
}

/** Identities, and masks that are zero extensions. */
function simplified(alu: Alu, kind: Kind, a: Value, b: i32): bool {
  if (alu == Alu.AND && b == 0) {
    pushConstant(kind, 0);
    return true;
  }
  const identity = alu == Alu.AND ? -1 : 0;
  if (b == identity && alu != Alu.MULTIPLY) {
    pushRegister(kind, a.force());
    return true;
  }
  if (alu == Alu.AND && (b == 0xff || b == 0xffff)) {
    a.force();
    // movzx costs nothing, `and` an ALU operation; a test on it needs the `and` (it looks there).
    const target = newVirtual(kind);
    const step = Step.emit(Operation.ALU);
    step.part = <u8>Alu.AND;
    step.target = target;
    setA(step, a);
    step.b = b;
    step.flags |= B_CONSTANT;
    pushTemporary(kind, target);
    return true;
  }
  return false;
}

function multiply(a: Value, b: Value): void {
  if (a.constant) {
    const swap = a;
    a = b;
    b = swap;
  }
  if (b.constant && !a.constant) {
    const factor = b.a;
    if (factor == 0) return pushConstant(Kind.WORD, 0);
    if (popcnt(factor) == 1) return shiftLeft(Kind.WORD, a, ctz(factor));
    if (factor == 3 || factor == 5 || factor == 9) {
      const register = a.force();
      return pushAddress(Kind.WORD, register, register, ctz(factor - 1), 0);
    }
  }
  combine(Alu.MULTIPLY, Kind.WORD, a, b);
}

function shiftLeft(kind: Kind, a: Value, amount: u32): void {
  if (amount == 0) return pushRegister(kind, a.force());
  if (amount <= 3) {
    if (a.form == Form.ADDRESS && a.b < 0) return pushAddress(kind, -1, a.a, amount, a.c << amount);
    return pushAddress(kind, -1, a.force(), amount, 0);
  }
  shiftBy(Shift.LEFT, kind, a, amount);
}

function shiftBy(part: Shift, kind: Kind, a: Value, amount: u32): void {
  const register = a.force();
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT);
  step.part = <u8>part;
  step.target = target;
  step.a = register;
  step.b = amount;
  step.flags = B_CONSTANT;
  pushTemporary(kind, target);
}

function foldShift(part: Shift, a: i32, amount: i32): i32 {
  switch (part) {
    case Shift.LEFT:
      return a << amount;
    case Shift.RIGHT_SIGNED:
      return a >> amount;
    case Shift.RIGHT_UNSIGNED:
      return <i32>(<u32>a >> amount);
    case Shift.ROTATE_LEFT:
      return rotl<i32>(a, amount);
    default:
      return rotr<i32>(a, amount);
  }
}

export function shift(part: Shift, kind: Kind, a: Value, b: Value): void {
  if (b.constant) {
    const amount = b.a & 31;
    if (a.constant) return pushConstant(kind, foldShift(part, a.a, amount));
    if (amount == 0) return pushRegister(kind, a.force());
    if (part == Shift.LEFT) return shiftLeft(kind, a, amount);
    return shiftBy(part, kind, a, amount);
  }
  b.settle();
  a.settle();
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT);
  step.part = <u8>part;
  step.target = target;
  setA(step, a);
  setB(step, b);
  pushTemporary(kind, target);
}

function divide(opcode: i32, a: Value, b: Value): void {
  const part = <Divide>(opcode - Opcode.I32_DIV_S);
  if (b.constant && b.a != 0) {
    const power = popcnt(b.a) == 1;
    if (power && part == Divide.QUOTIENT_UNSIGNED) {
      b.a = ctz(b.a);
      return shift(Shift.RIGHT_UNSIGNED, Kind.WORD, a, b);
    }
    if (power && part == Divide.REMAINDER_UNSIGNED) {
      b.a -= 1;
      return combine(Alu.AND, Kind.WORD, a, b);
    }
  }
  b.settle();
  a.settle();
  const target = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.DIVIDE);
  step.part = <u8>part;
  step.target = target;
  setA(step, a);
  setB(step, b);
  pushTemporary(Kind.WORD, target);
}

/** I32_CLZ, I32_CTZ; the population count is a routine. */
export function lowerBits32(opcode: i32): void {
  const value = pop();
  if (value.constant) {
    const bits = opcode == Opcode.I32_CLZ ? clz<i32>(value.a) : ctz<i32>(value.a);
    return pushConstant(Kind.WORD, bits);
  }
  const register = value.force();
  const target = newVirtual(Kind.WORD);
  const step = Step.emit(Operation.BITS);
  step.part = <u8>(opcode == Opcode.I32_CLZ ? Bits.LEADING_ZEROS : Bits.TRAILING_ZEROS);
  step.target = target;
  step.a = register;
  pushTemporary(Kind.WORD, target);
}

/** target = sign extension of the low `bits` (8 or 16). */
export function lowerExtend(kind: Kind, bits: u32): void {
  const value = pop();
  if (value.constant) {
    const unused = 32 - bits;
    return pushConstant(kind, (value.a << unused) >> unused);
  }
  const register = value.force();
  const target = newVirtual(kind);
  const step = Step.emit(Operation.EXTEND);
  step.part = <u8>bits;
  step.target = target;
  step.a = register;
  pushTemporary(kind, target);
}
