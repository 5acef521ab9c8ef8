/**
 * Locals of the function in hand, and of the calls inlined into it. A local is a register (two for
 * an i64, the high one next to the low), or a constant when it is a parameter of an inlined call.
 */
import { WasmFunction } from "../wasm/module";
import { ValueType } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { Operation, Step } from "./step";
import { Form, keepOld, pop, peek, pushConstant, pushRegister, Value, writeInto } from "./value";
import { Vector } from "./vector";
import { Kind, kindOfType, newMutable } from "./virtual";

const locals: Vector = changetype<Vector>(memory.data(12));
/** Index of local 0 of the function that is being read. */
let first: u32 = 0;

/** One local: low word, high word (of an i64), kind, which words are constants. */
@unmanaged
@final
class Local {
  low: i32;
  high: i32;
  kind: u8;
  lowConstant: u8;
  highConstant: u8;
  reserved: u8;

  @inline
  static at(index: u32): Local {
    return changetype<Local>(locals.base + <usize>(first + index) * LOCAL_SIZE);
  }

  static add(kind: Kind): Local {
    const local = changetype<Local>(locals.append(<u32>LOCAL_SIZE));
    local.kind = <u8>kind;
    local.lowConstant = 0;
    local.highConstant = 0;
    return local;
  }
}

const LOCAL_SIZE: usize = 12;
if (offsetof<Local>() !== LOCAL_SIZE) ERROR("LOCAL_SIZE is out of date");

export function resetLocals(): void {
  locals.clear();
  first = 0;
}

export function forgetLocals(): void {
  locals.forget();
}

export function localCount(): u32 {
  return locals.length / <u32>LOCAL_SIZE;
}

/** Opens a scope: the next local is number 0. Returns the old start for `closeScope`. */
export function openScope(): u32 {
  const before = first;
  first = localCount();
  return before;
}

export function closeScope(before: u32): void {
  locals.length = first * <u32>LOCAL_SIZE;
  first = before;
}

/** A parameter: registers without a value yet. */
export function addRegister(type: u32): void {
  const kind = kindOfType(type);
  const low = newMutable(kind);
  const high = kind == Kind.LOW ? newMutable(Kind.HIGH) : -1;
  const local = Local.add(kind);
  local.low = low;
  local.high = high;
}

/** A parameter of an inlined call that is never written: it is its argument. */
export function addBound(type: u32, low: Value, high: Value | null): void {
  const local = Local.add(kindOfType(type));
  local.low = low.a;
  local.lowConstant = low.form == Form.CONSTANT ? 1 : 0;
  if (high === null) return;
  local.high = high.a;
  local.highConstant = high.form == Form.CONSTANT ? 1 : 0;
}

export function localRegister(index: u32): i32 {
  return Local.at(index).low;
}

export function localHighRegister(index: u32): i32 {
  return Local.at(index).high;
}

/** Reads the declarations of a body and sets the locals to zero; the reader ends at the code. */
export function declareLocals(called: WasmFunction): void {
  Reader.position = called.bodyStart;
  for (let groups = Reader.u32(); groups > 0; groups--) {
    const count = Reader.u32();
    const type = Reader.byte();
    for (let i: u32 = 0; i < count; i++) {
      addRegister(type);
      zero(Local.at(localCount() - first - 1));
    }
  }
}

function zero(local: Local): void {
  const float = local.kind == Kind.SINGLE || local.kind == Kind.DOUBLE;
  const step = Step.emit(float ? Operation.FLOAT_CONSTANT : Operation.CONSTANT);
  step.kind = local.kind;
  step.target = local.low;
  if (local.kind != Kind.LOW) return;
  const high = Step.emit(Operation.CONSTANT);
  high.target = local.high;
}

export function lowerLocalGet(): void {
  pushLocal(Local.at(Reader.u32()));
}

function pushLocal(local: Local): void {
  const kind = <Kind>local.kind;
  if (local.lowConstant != 0) pushConstant(kind, local.low);
  else pushRegister(kind, local.low);
  if (kind != Kind.LOW) return;
  if (local.highConstant != 0) pushConstant(Kind.HIGH, local.high);
  else pushRegister(Kind.HIGH, local.high);
}

export function lowerLocalSet(tee: bool): void {
  const local = Local.at(Reader.u32());
  if (local.kind == Kind.LOW) {
    setWide(local);
  } else {
    const value = pop();
    keepOld(local.low);
    writeInto(local.low, value, true);
  }
  if (tee) pushLocal(local);
}

/** Both halves are evaluated before either register is written. */
function setWide(local: Local): void {
  const high = peek(0);
  const low = peek(1);
  // While still on the stack, halves that name a register about to change are copied by `keepOld`.
  if (!(low.form == Form.REGISTER && low.a == local.low)) keepOld(local.low);
  if (!(high.form == Form.REGISTER && high.a == local.high)) keepOld(local.high);
  pop();
  pop();
  writeInto(local.high, high, true);
  writeInto(local.low, low, true);
}

export function valueTypeWords(type: u32): u32 {
  return type == ValueType.I64 ? 2 : 1;
}

export function scopeStart(): u32 {
  return first;
}
