/** Values as operands of steps. */
import { A_CONSTANT, B_CONSTANT, BASE_CONSTANT, INDEX_CONSTANT, Step } from "./step";
import { Form, peek, Value } from "./value";

/** The comparison's operands into a step that compares (SET, BRANCH, TRAP_IF). */
export function fillComparison(step: Step, value: Value): void {
  step.compare = value.compare;
  step.condition = value.condition;
  step.flags = value.flags;
  step.a = value.a;
  step.b = value.b;
  step.base = value.c;
  step.index = value.d;
}

/** Settles the top entries where they are. */
export function settleTop(count: u32): void {
  for (let i: u32 = 0; i < count; i++) peek(i).settleInPlace();
}

/** A settled value as left operand. */
export function setA(step: Step, value: Value): void {
  step.a = value.a;
  if (value.form != Form.REGISTER) step.flags |= A_CONSTANT;
}

export function setB(step: Step, value: Value): void {
  step.b = value.a;
  if (value.form != Form.REGISTER) step.flags |= B_CONSTANT;
}

export function setBase(step: Step, value: Value): void {
  step.base = value.a;
  if (value.form != Form.REGISTER) step.flags |= BASE_CONSTANT;
}

export function setIndex(step: Step, value: Value): void {
  step.index = value.a;
  if (value.form != Form.REGISTER) step.flags |= INDEX_CONSTANT;
}
