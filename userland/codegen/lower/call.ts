/** Call operators: arguments off the operand stack into a step; small bodies are put in place. */
import { TrapKind } from "../elf/trap-kinds";
import { Routine, useRoutine } from "../runtime/routines";
import { FunctionType, Module, WasmFunction } from "../wasm/module";
import { Reader } from "../wasm/reader";
import { argumentBytes, resultBytes } from "./convention";
import { lowerMachineCall } from "./machine";
import { B_CONSTANT, Compare, Condition, lists, Operation, Step } from "./step";
import { settleTop } from "./fill";
import { Form, peek, pop, pushTemporary } from "./value";
import { Kind, kindOfType, newVirtual, wordsOfType } from "./virtual";
import { tryInline } from "./inline";
import { codegenMode, Mode } from "../mode";

/** First word in `lists`, and number, of the arguments collected last: (is constant, value). */
let argumentsStart: u32 = 0;
let argumentsCount: u32 = 0;

/** Takes `count` words off the operand stack into an argument list. */
export function routineArguments(count: u32): void {
  settleTop(count);
  argumentsStart = lists.words;
  argumentsCount = count;
  for (let i: u32 = 0; i < count; i++) {
    const value = peek(count - 1 - i);
    lists.push32(value.form == Form.CONSTANT ? 1 : 0);
    lists.push32(value.a);
  }
  for (let i: u32 = 0; i < count; i++) pop();
}

/** Calls a run-time routine with the collected arguments; pushes its result. */
export function callRoutine(routine: Routine, result: Kind): void {
  useRoutine(routine);
  const target = newVirtual(result);
  const second = result == Kind.LOW ? newVirtual(Kind.HIGH) : -1;
  const step = callStep(Operation.CALL);
  step.b = ~(<i32>routine);
  step.flags = B_CONSTANT;
  step.target = target;
  step.target2 = second;
  pushTemporary(result, target);
  if (result == Kind.LOW) pushTemporary(Kind.HIGH, second);
}

/** A step that takes the collected arguments. */
export function callStep(operation: Operation): Step {
  const step = Step.emit(operation);
  step.extra = argumentsStart;
  step.count = argumentsCount;
  return step;
}

/** Takes the status word of a routine: zero traps. */
export function trapUnless(kind: TrapKind): void {
  const register = pop().force();
  const step = Step.emit(Operation.TRAP_IF);
  step.kind = <u8>kind;
  step.compare = <u8>Compare.WORD;
  step.condition = <u8>Condition.EQUAL;
  step.a = register;
  step.b = 0;
  step.flags = B_CONSTANT;
}

function parameterWords(type: FunctionType): u32 {
  let words: u32 = 0;
  for (let i: u32 = 0; i < type.parameterCount; i++) words += wordsOfType(type.parameter(i));
  return words;
}

/** Pushes the results of the call step just emitted. */
function takeResults(step: Step, type: FunctionType): void {
  if (type.resultCount == 0) return;
  if (type.resultCount == 1) {
    const kind = kindOfType(type.result(0));
    const target = newVirtual(kind);
    step.target = target;
    if (kind == Kind.LOW) step.target2 = newVirtual(Kind.HIGH);
    const second = step.target2;
    pushTemporary(kind, target);
    if (kind == Kind.LOW) pushTemporary(Kind.HIGH, second);
    return;
  }
  let offset = argumentBytes(type);
  step.displacement = offset + resultBytes(type);
  for (let i: u32 = 0; i < type.resultCount; i++) {
    const kind = kindOfType(type.result(i));
    takeResult(kind, offset);
    offset += 4;
    if (kind == Kind.LOW) takeResult(Kind.HIGH, offset);
    if (kind == Kind.LOW || kind == Kind.DOUBLE) offset += 4;
  }
}

function takeResult(kind: Kind, offset: u32): void {
  const target = newVirtual(kind);
  const step = Step.emit(Operation.RESULT_LOAD);
  step.kind = <u8>kind;
  step.target = target;
  step.displacement = offset;
  pushTemporary(kind, target);
}

export function lowerCall(): void {
  const index = Reader.u32();
  const called = WasmFunction.at(index);
  const type = called.type();
  if (index < Module.importedFunctionCount && codegenMode(Mode.KERNEL)) {
    lowerMachineCall(called);
    return;
  }
  if (index >= Module.importedFunctionCount && tryInline(index)) return;
  routineArguments(parameterWords(type));
  const step = callStep(Operation.CALL);
  step.b = index;
  step.flags = B_CONSTANT;
  takeResults(step, type);
}

export function lowerCallIndirect(): void {
  const typeIndex = Reader.u32();
  const tableIndex = Reader.u32();
  const type = FunctionType.at(typeIndex);
  const index = pop();
  index.settle();
  const entry = index.a;
  const constant = index.constant;
  routineArguments(parameterWords(type));
  const step = callStep(Operation.CALL_INDIRECT);
  step.b = entry;
  step.flags = constant ? B_CONSTANT : 0;
  // The type and the table travel in the list, after the arguments.
  lists.push32(type.canonical);
  lists.push32(tableIndex);
  takeResults(step, type);
}
