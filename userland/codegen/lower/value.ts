/**
 * The operand stack while a function is lowered: values that may not have been computed yet.
 *
 * An entry is one word of a Wasm operand (an i64 is two entries, low below high) in one of five
 * forms: a constant, a float constant, a register, an address sum (base + index << scale + c) or a
 * comparison. Address sums and comparisons are pure, so they are emitted where they are used; that
 * is how addressing modes, `lea` and fused compares come about without a selector.
 *
 * Invariant: `references` of a mutable register counts the entries that name it. Before such a
 * register is written, `keepOld` copies those entries; before control splits, `stabilise` does.
 */
import {
  A_CONSTANT,
  B_CONSTANT,
  BASE_CONSTANT,
  Compare,
  Condition,
  INDEX_CONSTANT,
  lastStep,
  Operation,
  Step,
} from "./step";
import { fillComparison } from "./fill";
import { Vector } from "./vector";
import { Kind, newVirtual, Virtual } from "./virtual";

export const enum Form {
  CONSTANT,
  FLOAT_CONSTANT,
  REGISTER,
  ADDRESS,
  COMPARISON,
}

/** Above this height locals are copied when pushed, which bounds every scan for references. */
const LAZY_HEIGHT_MAX: u32 = 200;

const entries: Vector = changetype<Vector>(memory.data(12));
/** References to mutable registers from all entries. */
let referencesTotal: u32 = 0;

@unmanaged
@final
export class Value {
  form: u8;
  kind: u8;
  condition: u8;
  compare: u8;
  scale: u8;
  /** 1 when the register was made for this entry alone. */
  temporary: u8;
  flags: u8;
  reserved: u8;
  /** Constant bits; register; base; left operand. */
  a: i32;
  /** High bits of a double; index; right operand. */
  b: i32;
  /** Displacement; high half of the left operand. */
  c: i32;
  /** High half of the right operand. */
  d: i32;

  @inline
  static at(index: u32): Value {
    return changetype<Value>(entries.base + <usize>index * VALUE_SIZE);
  }

  @inline
  get constant(): bool {
    return this.form == Form.CONSTANT;
  }

  /** A constant or a register afterwards: what a step's operand can be. */
  settle(): void {
    if (this.form == Form.ADDRESS || this.form == Form.COMPARISON) this.force();
  }

  /** A register afterwards; returns it. */
  force(): i32 {
    if (this.form == Form.REGISTER) return this.a;
    const register = newVirtual(<Kind>this.kind);
    writeInto(register, this, true);
    this.form = <u8>Form.REGISTER;
    this.temporary = 1;
    this.a = register;
    return register;
  }

  /** Like `settle`, for an entry that stays on the stack. */
  settleInPlace(): void {
    if (this.form == Form.ADDRESS || this.form == Form.COMPARISON) freeze(this);
    else if (this.form == Form.FLOAT_CONSTANT) this.force();
  }

  /** An address sum afterwards. */
  address(): void {
    if (this.form == Form.ADDRESS) return;
    if (this.form == Form.COMPARISON) this.force();
    const constant = this.form == Form.CONSTANT;
    const a = this.a;
    this.form = <u8>Form.ADDRESS;
    this.a = constant ? -1 : a;
    this.b = -1;
    this.c = constant ? a : 0;
    this.scale = 0;
  }
}

export const VALUE_SIZE: usize = 24;
if (offsetof<Value>() !== VALUE_SIZE) ERROR("VALUE_SIZE is out of date");

export function resetValues(): void {
  entries.clear();
  referencesTotal = 0;
}

export function forgetValues(): void {
  entries.forget();
}

export function height(): u32 {
  return entries.length / <u32>VALUE_SIZE;
}

/** Drops entries down to `height`, without using them. */
export function dropTo(target: u32): void {
  while (height() > target) pop();
}

/** The entry `distance` below the top. */
export function peek(distance: u32): Value {
  return Value.at(height() - 1 - distance);
}

export function pop(): Value {
  entries.length -= <u32>VALUE_SIZE;
  const value = changetype<Value>(entries.base + entries.length);
  if (<i32>value.form >= Form.REGISTER) release(value);
  return value;
}

function pushEntry(form: Form, kind: Kind): Value {
  const value = changetype<Value>(entries.append(<u32>VALUE_SIZE));
  store<u64>(changetype<usize>(value), <u64>form | ((<u64>kind) << 8));
  return value;
}

export function pushConstant(kind: Kind, bits: i32): void {
  const value = pushEntry(Form.CONSTANT, kind);
  value.a = bits;
}

export function pushFloatConstant(kind: Kind, low: u32, high: u32): void {
  const value = pushEntry(Form.FLOAT_CONSTANT, kind);
  value.a = low;
  value.b = high;
}

/** A register that nothing else refers to yet. */
export function pushTemporary(kind: Kind, register: i32): void {
  const value = pushEntry(Form.REGISTER, kind);
  value.a = register;
  value.temporary = 1;
}

/** A register that others may refer to as well; a local when it is mutable. */
export function pushRegister(kind: Kind, register: i32): void {
  const value = pushEntry(Form.REGISTER, kind);
  value.a = register;
  if (Virtual.at(register).mutable == 0) return;
  if (height() > LAZY_HEIGHT_MAX) {
    value.a = copyOf(register);
    return;
  }
  retain(value);
}

export function pushAddress(kind: Kind, base: i32, index: i32, scale: u32, constant: i32): void {
  if (base < 0 && index < 0) {
    pushConstant(kind, constant);
    return;
  }
  if (index < 0 && constant == 0) {
    pushRegister(kind, base);
    return;
  }
  const value = pushEntry(Form.ADDRESS, kind);
  value.a = base;
  value.b = index;
  value.c = constant;
  value.scale = <u8>scale;
  keepLow(value);
}

/** Pushes a comparison of two settled operands (a not constant). */
export function pushComparison(
  compare: Compare,
  condition: Condition,
  a: i32,
  b: i32,
  bConstant: bool,
): void {
  const value = pushEntry(Form.COMPARISON, Kind.WORD);
  value.compare = <u8>compare;
  value.condition = <u8>condition;
  value.a = a;
  value.b = b;
  value.c = -1;
  value.d = -1;
  value.flags = bConstant ? B_CONSTANT : 0;
  keepLow(value);
}

/** Pushes a 64-bit comparison; `flags` tells which of the four halves are constants. */
export function pushWideComparison(
  condition: Condition,
  compare: Compare,
  flags: u8,
  a: i32,
  b: i32,
  c: i32,
  d: i32,
): void {
  const value = pushEntry(Form.COMPARISON, Kind.WORD);
  value.compare = <u8>compare;
  value.condition = <u8>condition;
  value.flags = flags;
  value.a = a;
  value.b = b;
  value.c = c;
  value.d = d;
  keepLow(value);
}

/** Pushes a copy of an entry that is not on the stack any more. */
export function pushCopy(source: usize): void {
  const value = changetype<Value>(entries.append(<u32>VALUE_SIZE));
  memory.copy(changetype<usize>(value), source, VALUE_SIZE);
  value.temporary = 0;
  retain(value);
}

/** High up on the stack only immutable registers may be named; computes the entry if need be. */
function keepLow(value: Value): void {
  retain(value);
  if (height() > LAZY_HEIGHT_MAX) freezeIfMutable(value);
}

function copyOf(register: i32): i32 {
  const copy = newVirtual(<Kind>Virtual.at(register).kind);
  emitMove(copy, register);
  return copy;
}

export function emitMove(target: i32, source: i32): void {
  const integer = Virtual.at(target).integer;
  const step = Step.emit(integer ? Operation.MOVE : Operation.FLOAT_MOVE);
  step.kind = Virtual.at(target).kind;
  step.target = target;
  step.a = source;
}

function count(register: i32, change: i32): void {
  if (register < 0) return;
  const virtual = Virtual.at(register);
  if (virtual.mutable == 0) return;
  virtual.references += change;
  referencesTotal += change;
}

function adjust(value: Value, change: i32): void {
  const form = value.form;
  if (form == Form.REGISTER) {
    count(value.a, change);
  } else if (form == Form.ADDRESS) {
    count(value.a, change);
    count(value.b, change);
  } else if (form == Form.COMPARISON) {
    const flags = value.flags;
    if ((flags & A_CONSTANT) == 0) count(value.a, change);
    if ((flags & B_CONSTANT) == 0) count(value.b, change);
    if ((flags & BASE_CONSTANT) == 0) count(value.c, change);
    if ((flags & INDEX_CONSTANT) == 0) count(value.d, change);
  }
}

function retain(value: Value): void {
  adjust(value, 1);
}

function release(value: Value): void {
  if (referencesTotal != 0) adjust(value, -1);
}

function names(value: Value, register: i32): bool {
  const form = value.form;
  if (form == Form.REGISTER) return value.a == register;
  if (form == Form.ADDRESS) return value.a == register || value.b == register;
  if (form != Form.COMPARISON) return false;
  const flags = value.flags;
  return (
    ((flags & A_CONSTANT) == 0 && value.a == register) ||
    ((flags & B_CONSTANT) == 0 && value.b == register) ||
    ((flags & BASE_CONSTANT) == 0 && value.c == register) ||
    ((flags & INDEX_CONSTANT) == 0 && value.d == register)
  );
}

function freeze(value: Value): void {
  release(value);
  const register = newVirtual(<Kind>value.kind);
  writeInto(register, value, false);
  value.form = <u8>Form.REGISTER;
  value.temporary = 1;
  value.a = register;
}

function freezeIfMutable(value: Value): void {
  if (<i32>value.form < Form.REGISTER) return;
  const before = referencesTotal;
  if (before == 0) return;
  adjust(value, -1);
  const named = referencesTotal != before;
  adjust(value, 1);
  if (named) freeze(value);
}

/** Called before `register` is written: entries that name it keep its old value in a copy. */
export function keepOld(register: i32): void {
  const virtual = Virtual.at(register);
  if (virtual.references == 0) return;
  let index = height() < LAZY_HEIGHT_MAX + 1 ? height() : LAZY_HEIGHT_MAX + 1;
  while (index > 0 && virtual.references != 0) {
    index--;
    const value = Value.at(index);
    if (names(value, register)) freeze(value);
  }
}

/** Called before control splits or merges: no entry names a mutable register afterwards. */
export function stabilise(): void {
  if (referencesTotal == 0) return;
  let index = height() < LAZY_HEIGHT_MAX + 1 ? height() : LAZY_HEIGHT_MAX + 1;
  while (index > 0 && referencesTotal != 0) {
    index--;
    freezeIfMutable(Value.at(index));
  }
}

/**
 * Emits `target = value`. With `last` the value is not used again, and if the step just emitted
 * made it, that step is redirected instead of followed by a move.
 */
export function writeInto(target: i32, value: Value, last: bool): void {
  const form = value.form;
  if (form == Form.REGISTER) {
    writeRegister(target, value.a, last && value.temporary != 0);
  } else if (form == Form.CONSTANT) {
    const step = Step.emit(Operation.CONSTANT);
    step.target = target;
    step.displacement = value.a;
  } else if (form == Form.FLOAT_CONSTANT) {
    const step = Step.emit(Operation.FLOAT_CONSTANT);
    step.kind = value.kind;
    step.target = target;
    step.displacement = value.a;
    step.extra = value.b;
  } else if (form == Form.ADDRESS) {
    const step = Step.emit(Operation.LEA);
    step.target = target;
    step.base = value.a;
    step.index = value.b;
    step.displacement = value.c;
    step.scale = value.scale;
  } else {
    const step = Step.emit(Operation.SET);
    step.target = target;
    fillComparison(step, value);
  }
}

function writeRegister(target: i32, source: i32, redirect: bool): void {
  if (target == source) return;
  if (redirect) {
    const step = lastStep();
    if (step !== null && step.target == source && step.target2 < 0) {
      step.target = target;
      return;
    }
  }
  emitMove(target, source);
}
