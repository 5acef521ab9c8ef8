/** The select operator: a conditional move of one word, two words or a float. */
import { asComparison } from "./integer";
import { B_CONSTANT, Compare, Condition, Operation, Step } from "./step";
import { fillComparison, setBase, setIndex } from "./fill";
import { Form, pop, pushCopy, pushTemporary, Value, VALUE_SIZE } from "./value";
import { Kind, newVirtual } from "./virtual";

const first: usize = memory.data(24);
const firstHigh: usize = memory.data(24);
const second: usize = memory.data(24);
const secondHigh: usize = memory.data(24);

function keep(place: usize, value: Value): Value {
  memory.copy(place, changetype<usize>(value), VALUE_SIZE);
  return changetype<Value>(place);
}

export function lowerSelect(): void {
  const condition = pop();
  asComparison(condition);
  if (simpleCondition(condition)) {
    // The operands below are untouched; a known condition picks one of them.
    if (condition.constant) return pick(condition.a != 0);
  } else {
    const register = condition.force();
    condition.form = <u8>Form.COMPARISON;
    condition.compare = <u8>Compare.WORD;
    condition.condition = <u8>Condition.NOT_EQUAL;
    condition.flags = B_CONSTANT;
    condition.a = register;
    condition.b = 0;
  }
  const top = pop();
  if (top.kind == Kind.HIGH) {
    const bHigh = keep(secondHigh, top);
    const b = keep(second, pop());
    const aHigh = keep(firstHigh, pop());
    const a = keep(first, pop());
    selectOne(Kind.LOW, condition, a, b);
    return selectOne(Kind.HIGH, condition, aHigh, bHigh);
  }
  const b = keep(second, top);
  const a = keep(first, pop());
  selectOne(<Kind>b.kind, condition, a, b);
}

/** What one compare instruction and one condition code can decide. */
function simpleCondition(condition: Value): bool {
  if (condition.constant) return true;
  if (condition.compare == Compare.WORD || condition.compare == Compare.TEST) return true;
  return false;
}

function pick(takeFirst: bool): void {
  const top = pop();
  const wide = top.kind == Kind.HIGH;
  const bHigh = keep(secondHigh, top);
  const b = wide ? keep(second, pop()) : bHigh;
  if (takeFirst) return;
  pop();
  if (wide) pop();
  pushCopy(changetype<usize>(b));
  if (wide) pushCopy(changetype<usize>(bHigh));
}

function selectOne(kind: Kind, condition: Value, a: Value, b: Value): void {
  const float = kind == Kind.SINGLE || kind == Kind.DOUBLE;
  if (float) {
    b.force();
    a.force();
  } else {
    b.settle();
    a.settle();
  }
  const target = newVirtual(kind);
  const step = Step.emit(float ? Operation.FLOAT_SELECT : Operation.SELECT);
  step.kind = <u8>kind;
  step.target = target;
  fillComparison(step, condition);
  setBase(step, a);
  setIndex(step, b);
  pushTemporary(kind, target);
}
