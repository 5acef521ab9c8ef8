/**
 * Comparisons and what depends on them: SET, SELECT, BRANCH, TRAP_IF. v86 fuses a compare only with
 * the instruction right after it, so operands are fetched before and nothing comes between.
 */
import {
  A_CONSTANT,
  Alu,
  B_CONSTANT,
  BASE_CONSTANT,
  Compare,
  Condition,
  INDEX_CONSTANT,
  Step,
} from "../lower/step";
import { FIRST_SLOT } from "../lower/virtual";
import { TrapKind } from "../elf/trap-kinds";
import {
  aluConstant,
  aluFrom,
  aluTo,
  moveConstant,
  moveFrom,
  setByte,
  sse,
  storeConstant,
  testConstant,
  testRegisters,
  wideOpcode,
  zeroExtendByte,
} from "./encoder";
import { scratchPlace } from "./emit-integer";
import {
  EAX,
  fetch,
  fetchFloat,
  inRegister,
  inXmm,
  load32,
  loadFloat,
  placeOf,
  put,
  putFloat,
  targetRegister,
  X6,
  X7,
} from "./operands";
import {
  closeSkip,
  jumpIf,
  jumpTo,
  localLabel,
  openSkip,
  openSkipAlways,
  placeLabel,
  room,
  trapWhen,
} from "./text";

/** Sets the flags for a comparison of words; the condition is the step's. */
function compareWords(step: Step): void {
  const place = placeOf(step.a);
  if (step.compare == Compare.TEST) {
    if (step.has(B_CONSTANT)) return testConstant(place, step.b);
    if (place < FIRST_SLOT) return testRegisters(place, placeOf(step.b));
    return testRegisters(fetch(step.b, EAX), place);
  }
  if (step.has(B_CONSTANT)) {
    if (step.b == 0 && place < FIRST_SLOT) return testRegisters(place, place);
    return aluConstant(Alu.CMP, place, step.b);
  }
  if (place < FIRST_SLOT) return aluFrom(Alu.CMP, place, placeOf(step.b));
  if (inRegister(step.b)) return aluTo(Alu.CMP, place, placeOf(step.b));
  moveFrom(EAX, place);
  aluFrom(Alu.CMP, EAX, placeOf(step.b));
}

function compareFloats(step: Step): void {
  const left = fetchFloat(step.a, X7);
  const place = inXmm(step.b) ? placeOf(step.b) & 7 : placeOf(step.b);
  sse(step.compare == Compare.DOUBLE ? 0x66 : 0, 0x2e, left, place);
}

/** eax = the low or high word on the left; then `alu` with the right word. */
function againstWide(step: Step, alu: u32, high: bool): void {
  const left = high ? step.base : step.a;
  const right = high ? step.index : step.b;
  const leftConstant = step.has(high ? BASE_CONSTANT : A_CONSTANT);
  const rightConstant = step.has(high ? INDEX_CONSTANT : B_CONSTANT);
  if (alu == Alu.CMP && !leftConstant && rightConstant) {
    const place = placeOf(left);
    if (right == 0 && place < FIRST_SLOT) return testRegisters(place, place);
    return aluConstant(alu, place, right);
  }
  let register = EAX;
  if (alu == Alu.CMP && !leftConstant) register = fetch(left, EAX);
  else load32(EAX, left, leftConstant);
  if (rightConstant) aluConstant(alu, register, right);
  else aluFrom(alu, register, placeOf(right));
}

function isEquality(condition: u32): bool {
  return condition == Condition.EQUAL || condition == Condition.NOT_EQUAL;
}

/** The unsigned condition that decides on the low halves when the high ones are equal. */
function unsignedOf(condition: u32): u32 {
  switch (condition) {
    case Condition.LESS:
      return Condition.BELOW;
    case Condition.GREATER_EQUAL:
      return Condition.ABOVE_EQUAL;
    case Condition.LESS_EQUAL:
      return Condition.BELOW_EQUAL;
    case Condition.GREATER:
      return Condition.ABOVE;
    default:
      return condition;
  }
}

/** For high halves that differ: the strict form of the condition. */
function strictOf(condition: u32): u32 {
  switch (condition) {
    case Condition.LESS_EQUAL:
      return Condition.LESS;
    case Condition.GREATER_EQUAL:
      return Condition.GREATER;
    case Condition.BELOW_EQUAL:
      return Condition.BELOW;
    case Condition.ABOVE_EQUAL:
      return Condition.ABOVE;
    default:
      return condition;
  }
}

function comparesWithZero(step: Step): bool {
  return (
    step.has(B_CONSTANT) &&
    step.has(INDEX_CONSTANT) &&
    step.b == 0 &&
    step.index == 0 &&
    !step.has(A_CONSTANT) &&
    !step.has(BASE_CONSTANT)
  );
}

/** Branches to `label` when the 64-bit comparison holds. */
function branchWide(step: Step, label: u32): void {
  const condition = step.condition;
  if (isEquality(condition)) {
    if (comparesWithZero(step)) {
      moveFrom(EAX, placeOf(step.a));
      aluFrom(Alu.OR, EAX, placeOf(step.base));
      return jumpIf(condition, label);
    }
    if (condition == Condition.NOT_EQUAL) {
      againstWide(step, Alu.CMP, false);
      jumpIf(Condition.NOT_EQUAL, label);
      againstWide(step, Alu.CMP, true);
      return jumpIf(Condition.NOT_EQUAL, label);
    }
    const differ = localLabel();
    againstWide(step, Alu.CMP, false);
    jumpIf(Condition.NOT_EQUAL, differ);
    againstWide(step, Alu.CMP, true);
    jumpIf(Condition.EQUAL, label);
    return placeLabel(differ);
  }
  const signTest =
    step.has(INDEX_CONSTANT) && step.index == 0 && step.has(B_CONSTANT) && step.b == 0;
  const signOnly = condition == Condition.LESS || condition == Condition.GREATER_EQUAL;
  if (signTest && signOnly) {
    againstWide(step, Alu.CMP, true);
    return jumpIf(condition, label);
  }
  const differ = localLabel();
  const done = localLabel();
  againstWide(step, Alu.CMP, true);
  jumpIf(Condition.NOT_EQUAL, differ);
  againstWide(step, Alu.CMP, false);
  jumpIf(unsignedOf(condition), label);
  jumpTo(done);
  room(48);
  placeLabel(differ);
  againstWide(step, Alu.CMP, true);
  jumpIf(strictOf(condition), label);
  placeLabel(done);
}

/** eax = 1 when the 64-bit comparison holds, else 0. */
function setWide(step: Step): void {
  const condition = step.condition;
  if (isEquality(condition) && comparesWithZero(step)) {
    moveFrom(EAX, placeOf(step.a));
    aluFrom(Alu.OR, EAX, placeOf(step.base));
    setByte(condition, EAX);
    return zeroExtendByte(EAX, EAX);
  }
  const yes = localLabel();
  const done = localLabel();
  branchWide(step, yes);
  room(24);
  moveConstant(EAX, 0);
  jumpTo(done);
  placeLabel(yes);
  moveConstant(EAX, 1);
  placeLabel(done);
}

export function emitSet(step: Step): void {
  if (placeOf(step.target) < 0) return;
  if (step.compare == Compare.WIDE) {
    setWide(step);
    return put(step.target, EAX);
  }
  if (<i32>step.compare >= Compare.SINGLE) {
    setFloat(step);
  } else {
    compareWords(step);
    setByte(step.condition, EAX);
  }
  const target = targetRegister(step.target);
  zeroExtendByte(target, EAX);
  put(step.target, target);
}

/** al = 1 when the comparison of floats holds. Equality must not hold for NaN. */
function setFloat(step: Step): void {
  compareFloats(step);
  const condition = step.condition;
  if (<i32>condition < Condition.FLOAT_EQUAL) return setByte(condition, EAX);
  const equal = condition == Condition.FLOAT_EQUAL;
  setByte(equal ? Condition.EQUAL : Condition.NOT_EQUAL, EAX);
  const ordered = openSkip(Condition.NOT_PARITY);
  moveConstant(EAX, equal ? 0 : 1);
  closeSkip(ordered);
}

export function emitBranch(step: Step): void {
  if (step.compare == Compare.WIDE) return branchWide(step, step.extra);
  if (<i32>step.compare < Compare.SINGLE) {
    compareWords(step);
    return jumpIf(step.condition, step.extra);
  }
  compareFloats(step);
  const condition = step.condition;
  if (<i32>condition < Condition.FLOAT_EQUAL) return jumpIf(condition, step.extra);
  if (condition == Condition.FLOAT_NOT_EQUAL) {
    jumpIf(Condition.PARITY, step.extra);
    return jumpIf(Condition.NOT_EQUAL, step.extra);
  }
  const unordered = openSkip(Condition.PARITY);
  jumpIf(Condition.EQUAL, step.extra);
  closeSkip(unordered);
}

export function emitTrapIf(step: Step): void {
  if (<i32>step.compare >= Compare.SINGLE && step.compare != Compare.WIDE) compareFloats(step);
  else compareWords(step);
  trapWhen(step.condition, step.source, <TrapKind>step.kind);
}

/** target = condition ? base : index, by a conditional move into eax. */
export function emitSelect(step: Step): void {
  if (placeOf(step.target) < 0) return;
  const spilled = !inRegister(step.a);
  const needsEax = spilled && !step.has(B_CONSTANT) && !inRegister(step.b);
  const constant = step.has(BASE_CONSTANT);
  if (needsEax) return selectByBranch(step);
  load32(EAX, step.index, step.has(INDEX_CONSTANT));
  if (constant) storeConstant(scratchPlace(), step.base);
  compareForSelect(step);
  wideOpcode(0x40 | step.condition, EAX, constant ? scratchPlace() : placeOf(step.base));
  put(step.target, EAX);
}

/** Like `compareWords`, without eax. */
function compareForSelect(step: Step): void {
  if (step.compare == Compare.TEST && !step.has(B_CONSTANT) && !inRegister(step.a)) {
    return testRegisters(placeOf(step.b), placeOf(step.a));
  }
  compareWords(step);
}

function selectByBranch(step: Step): void {
  compareWords(step);
  const skip = openSkip(step.condition);
  load32(EAX, step.index, step.has(INDEX_CONSTANT));
  const done = openSkipAlways();
  closeSkip(skip);
  load32(EAX, step.base, step.has(BASE_CONSTANT));
  closeSkip(done);
  put(step.target, EAX);
}

export function emitFloatSelect(step: Step): void {
  compareWords(step);
  const skip = openSkip(step.condition);
  loadFloat(X6, step.index);
  const done = openSkipAlways();
  closeSkip(skip);
  loadFloat(X6, step.base);
  closeSkip(done);
  putFloat(step.target, X6);
}
