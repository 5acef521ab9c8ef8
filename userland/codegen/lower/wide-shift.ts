/** Shifts and rotations of i64: by constants on the halves, else in fixed registers. */
import { callStep, routineArguments } from "./call";
import { B_CONSTANT, Operation, Shift, Step } from "./step";
import { pop, pushConstant, pushRegister, pushTemporary, Value } from "./value";
import { Kind, newVirtual } from "./virtual";
import { Opcode } from "../wasm/opcodes";
import { pushBack, pushWide, wideOf } from "./wide-operands";

export function shiftWide(opcode: i32): void {
  pop();
  const amount = pop();
  if (!amount.constant) return shiftWideVariable(opcode, amount);
  const distance: u32 = amount.a & 63;
  const high = pop();
  const low = pop();
  if (low.constant && high.constant) {
    return pushWide(foldShiftWide(opcode, wideOf(low, high), distance));
  }
  low.settle();
  high.settle();
  if (distance == 0) return pushBack(low, high);
  switch (opcode) {
    case Opcode.I64_SHL:
      return shiftLeftWide(low, high, distance);
    case Opcode.I64_SHR_S:
      return shiftRightWide(Shift.RIGHT_SIGNED, low, high, distance);
    case Opcode.I64_SHR_U:
      return shiftRightWide(Shift.RIGHT_UNSIGNED, low, high, distance);
    case Opcode.I64_ROTL:
      return rotateWide(low, high, distance);
    default:
      return rotateWide(low, high, 64 - distance);
  }
}

function foldShiftWide(opcode: i32, value: i64, distance: u32): i64 {
  switch (opcode) {
    case Opcode.I64_SHL:
      return value << distance;
    case Opcode.I64_SHR_S:
      return value >> distance;
    case Opcode.I64_SHR_U:
      return <i64>(<u64>value >> distance);
    case Opcode.I64_ROTL:
      return rotl<i64>(value, distance);
    default:
      return rotr<i64>(value, distance);
  }
}

/** register = the half that gets bits from its neighbour: shld or shrd of (a, b). */
function shiftDouble(kind: Kind, left: bool, a: i32, b: i32, distance: u32): i32 {
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT_WIDE);
  step.part = left ? 1 : 0;
  step.target = target;
  step.a = a;
  step.b = b;
  step.displacement = distance;
  return target;
}

/** register = `value` shifted by a constant. */
function shiftHalf(part: Shift, kind: Kind, register: i32, distance: u32): i32 {
  if (distance == 0) return register;
  const target = newVirtual(kind);
  const step = Step.emit(Operation.SHIFT);
  step.part = <u8>part;
  step.target = target;
  step.a = register;
  step.b = distance;
  step.flags = B_CONSTANT;
  return target;
}

function shiftLeftWide(low: Value, high: Value, distance: u32): void {
  const lowRegister = low.force();
  if (distance >= 32) {
    const result = shiftHalf(Shift.LEFT, Kind.HIGH, lowRegister, distance - 32);
    pushConstant(Kind.LOW, 0);
    return pushRegister(Kind.HIGH, result);
  }
  const result = shiftDouble(Kind.HIGH, true, high.force(), lowRegister, distance);
  const below = shiftHalf(Shift.LEFT, Kind.LOW, lowRegister, distance);
  pushRegister(Kind.LOW, below);
  pushRegister(Kind.HIGH, result);
}

function shiftRightWide(part: Shift, low: Value, high: Value, distance: u32): void {
  const signed = part == Shift.RIGHT_SIGNED;
  if (high.constant && high.a == 0 && distance < 32) {
    const result = shiftHalf(Shift.RIGHT_UNSIGNED, Kind.LOW, low.force(), distance);
    pushRegister(Kind.LOW, result);
    return pushConstant(Kind.HIGH, 0);
  }
  const highRegister = high.force();
  if (distance >= 32) {
    const result = shiftHalf(part, Kind.LOW, highRegister, distance - 32);
    if (!signed) {
      pushRegister(Kind.LOW, result);
      return pushConstant(Kind.HIGH, 0);
    }
    const sign = shiftHalf(part, Kind.HIGH, highRegister, 31);
    pushRegister(Kind.LOW, result);
    return pushRegister(Kind.HIGH, sign);
  }
  const result = shiftDouble(Kind.LOW, false, low.force(), highRegister, distance);
  const above = shiftHalf(part, Kind.HIGH, highRegister, distance);
  pushRegister(Kind.LOW, result);
  pushRegister(Kind.HIGH, above);
}

function rotateWide(low: Value, high: Value, distance: u32): void {
  let below = low.force();
  let above = high.force();
  if (distance >= 32) {
    const swap = below;
    below = above;
    above = swap;
    distance -= 32;
  }
  if (distance == 0) {
    pushRegister(Kind.LOW, below);
    return pushRegister(Kind.HIGH, above);
  }
  const lowResult = shiftDouble(Kind.LOW, true, below, above, distance);
  const highResult = shiftDouble(Kind.HIGH, true, above, below, distance);
  pushRegister(Kind.LOW, lowResult);
  pushRegister(Kind.HIGH, highResult);
}

/** The arguments travel like those of a call (low, high, amount in eax, edx, ecx). */
function shiftWideVariable(opcode: i32, amount: Value): void {
  const register = amount.force();
  pushRegister(Kind.WORD, register);
  routineArguments(3);
  const target = newVirtual(Kind.LOW);
  const target2 = newVirtual(Kind.HIGH);
  emitShiftCall(opcode, target, target2);
  pushTemporary(Kind.LOW, target);
  pushTemporary(Kind.HIGH, target2);
}

function emitShiftCall(opcode: i32, target: i32, target2: i32): void {
  const step = callStep(Operation.SHIFT_WIDE_VARIABLE);
  switch (opcode) {
    case Opcode.I64_SHL:
      step.part = <u8>Shift.LEFT;
      break;
    case Opcode.I64_SHR_S:
      step.part = <u8>Shift.RIGHT_SIGNED;
      break;
    case Opcode.I64_SHR_U:
      step.part = <u8>Shift.RIGHT_UNSIGNED;
      break;
    case Opcode.I64_ROTL:
      step.part = <u8>Shift.ROTATE_LEFT;
      break;
    default:
      step.part = <u8>Shift.ROTATE_RIGHT;
  }
  step.target = target;
  step.target2 = target2;
}
