/**
 * One pass over the operators of a validated body: each goes to its theme, which works on the
 * operand stack and appends steps.
 */
import { Instance } from "../elf/instance";
import { Failure, FailureClass } from "../wasm/failure";
import { Global, Module, WasmFunction } from "../wasm/module";
import { Opcode, PREFIX, ValueType } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { Routine } from "../runtime/routines";
import { callRoutine, lowerCall, lowerCallIndirect, routineArguments } from "./call";
import {
  deadControl,
  forgetControl,
  isDead,
  lowerBlock,
  lowerBranch,
  lowerBranchIf,
  lowerBranchTable,
  lowerElse,
  lowerEnd,
  lowerIf,
  lowerLoop,
  lowerReturn,
  lowerUnreachable,
  openFrame,
  resetControl,
} from "./control";
import { lowerArithmeticFloat, lowerCompareFloat, lowerConvert, lowerSaturate } from "./float";
import { BlockType, forgetFrames, Frame, FrameKind, resetFrames } from "./frames";
import { lowerBinary32, lowerBits32, lowerCompare32, lowerExtend } from "./integer";
import {
  addRegister,
  declareLocals,
  forgetLocals,
  lowerLocalGet,
  lowerLocalSet,
  resetLocals,
} from "./locals";
import {
  loadInstance,
  lowerLoad,
  lowerMemoryOther,
  lowerStore,
  pushExtended,
  storeInstance,
} from "./memory";
import { lowerSelect } from "./select";
import { skipOperator } from "./skip";
import { lists, markSource, Operation, resetSteps, Step, steps } from "./step";
import { lowerReference, lowerTableAccess, lowerTableOther } from "./table";
import {
  forgetValues,
  pop,
  pushConstant,
  pushFloatConstant,
  pushTemporary,
  resetValues,
} from "./value";
import { Kind, kindOfType, resetVirtuals, virtuals } from "./virtual";
import { pushWide } from "./wide-operands";
import { lowerBinary64, lowerBits64, lowerCompare64, lowerExtendWide } from "./wide";

/** Forgets all storage: the arena was reset. */
export function forgetFunction(): void {
  steps.forget();
  lists.forget();
  virtuals.forget();
  forgetValues();
  forgetFrames();
  forgetLocals();
  forgetControl();
}

/** Reserves what the largest function will probably need: growing by copies would cost twice that. */
export function reserveFunction(): void {
  let operators: u32 = 0;
  for (let i = Module.importedFunctionCount; i < Module.functionCount; i++) {
    operators = max(operators, WasmFunction.at(i).operatorCount);
  }
  steps.reserve(operators * 32);
  virtuals.reserve(operators * 24);
}

/** Fills the step list with the body of a defined function. */
export function lowerFunction(called: WasmFunction): void {
  resetSteps();
  resetVirtuals();
  resetValues();
  resetFrames();
  resetControl();
  resetLocals();
  Reader.position = called.bodyStart;
  Reader.end = called.bodyEnd;
  markSource();
  // Block 0 must not be the target of a branch: parameters are written before it.
  Step.emit(Operation.NOTHING);
  const type = called.type();
  for (let i: u32 = 0; i < type.parameterCount; i++) addRegister(type.parameter(i));
  declareLocals(called);
  const frame = Frame.push(FrameKind.FUNCTION);
  BlockType.use(type);
  openFrame(frame);
  lowerBody();
}

function lowerBody(): void {
  for (;;) {
    markSource();
    const opcode = <i32>Reader.byte();
    if (isDead() && !deadControl(opcode)) {
      skipOperator(opcode);
      continue;
    }
    if (opcode == Opcode.END) {
      if (lowerEnd()) return;
    } else {
      lowerOperator(opcode);
    }
  }
}

/** Every operator but END, by ranges of the binary code. */
function lowerOperator(opcode: i32): void {
  if (opcode < Opcode.I32_LOAD) return lowerBasic(opcode);
  if (opcode <= Opcode.I64_LOAD32_U) return lowerLoad(opcode);
  if (opcode <= Opcode.I64_STORE32) return lowerStore(opcode);
  if (opcode <= Opcode.MEMORY_GROW) return lowerMemoryOther(opcode);
  if (opcode <= Opcode.F64_CONST) return lowerConstant(opcode);
  if (opcode <= Opcode.I32_GE_U) return lowerCompare32(opcode);
  if (opcode <= Opcode.I64_GE_U) return lowerCompare64(opcode);
  if (opcode <= Opcode.F64_GE) return lowerCompareFloat(opcode);
  if (opcode == Opcode.I32_POPCNT) return lowerPopulation();
  if (opcode <= Opcode.I32_POPCNT) return lowerBits32(opcode);
  if (opcode <= Opcode.I32_ROTR) return lowerBinary32(opcode);
  if (opcode <= Opcode.I64_POPCNT) return lowerBits64(opcode);
  if (opcode <= Opcode.I64_ROTR) return lowerBinary64(opcode);
  if (opcode <= Opcode.F64_COPYSIGN) return lowerArithmeticFloat(opcode);
  if (opcode <= Opcode.F64_REINTERPRET_I64) return lowerConversion(opcode);
  if (opcode <= Opcode.I64_EXTEND32_S) return lowerSignExtension(opcode);
  if (opcode <= Opcode.REF_FUNC) return lowerReference(opcode);
  if (opcode == PREFIX) return lowerPrefixed(<i32>(0xfc00 | Reader.u32()));
  Failure.raise(FailureClass.INTERNAL, Reader.position - 1, "operator that validation let pass");
}

function lowerBasic(opcode: i32): void {
  switch (opcode) {
    case Opcode.UNREACHABLE:
      return lowerUnreachable();
    case Opcode.NOP:
      return;
    case Opcode.BLOCK:
      return lowerBlock();
    case Opcode.LOOP:
      return lowerLoop();
    case Opcode.IF:
      return lowerIf();
    case Opcode.ELSE:
      return lowerElse();
    case Opcode.BR:
      return lowerBranch();
    case Opcode.BR_IF:
      return lowerBranchIf();
    case Opcode.BR_TABLE:
      return lowerBranchTable();
    case Opcode.RETURN:
      return lowerReturn();
    case Opcode.CALL:
      return lowerCall();
    case Opcode.CALL_INDIRECT:
      return lowerCallIndirect();
    default:
      return lowerVariable(opcode);
  }
}

function lowerVariable(opcode: i32): void {
  switch (opcode) {
    case Opcode.DROP:
      if (pop().kind == Kind.HIGH) pop();
      return;
    case Opcode.SELECT:
      return lowerSelect();
    case Opcode.SELECT_TYPED:
      skipOperator(opcode);
      return lowerSelect();
    case Opcode.LOCAL_GET:
      return lowerLocalGet();
    case Opcode.LOCAL_SET:
      return lowerLocalSet(false);
    case Opcode.LOCAL_TEE:
      return lowerLocalSet(true);
    case Opcode.GLOBAL_GET:
      return lowerGlobalGet();
    case Opcode.GLOBAL_SET:
      return lowerGlobalSet();
    default:
      return lowerTableAccess(opcode);
  }
}

function lowerConstant(opcode: i32): void {
  switch (opcode) {
    case Opcode.I32_CONST:
      return pushConstant(Kind.WORD, Reader.s32());
    case Opcode.I64_CONST:
      return pushWide(Reader.s64());
    case Opcode.F32_CONST:
      return pushFloatConstant(Kind.SINGLE, Reader.word32(), 0);
    default: {
      const bits = Reader.word64();
      return pushFloatConstant(Kind.DOUBLE, <u32>bits, <u32>(bits >> 32));
    }
  }
}

function lowerPopulation(): void {
  pushConstant(Kind.WORD, 0);
  routineArguments(2);
  callRoutine(Routine.POPULATION, Kind.WORD);
}

function lowerConversion(opcode: i32): void {
  const integers =
    opcode == Opcode.I32_WRAP_I64 ||
    opcode == Opcode.I64_EXTEND_I32_S ||
    opcode == Opcode.I64_EXTEND_I32_U;
  if (integers) lowerExtendWide(opcode);
  else lowerConvert(opcode);
}

function lowerSignExtension(opcode: i32): void {
  switch (opcode) {
    case Opcode.I32_EXTEND8_S:
      return lowerExtend(Kind.WORD, 8);
    case Opcode.I32_EXTEND16_S:
      return lowerExtend(Kind.WORD, 16);
    case Opcode.I64_EXTEND32_S:
      return lowerExtendWide(opcode);
    default: {
      pop();
      lowerExtend(Kind.LOW, opcode == Opcode.I64_EXTEND8_S ? 8 : 16);
      const low = pop();
      if (low.constant) return pushWide(<i64>low.a);
      return pushExtended(low.force(), true);
    }
  }
}

function lowerPrefixed(opcode: i32): void {
  if (opcode <= Opcode.I64_TRUNC_SAT_F64_U) return lowerSaturate(opcode);
  if (opcode <= Opcode.MEMORY_FILL) return lowerMemoryOther(opcode);
  lowerTableOther(opcode);
}

/** A global that never changes is its initial value. */
function lowerGlobalGet(): void {
  const index = Reader.u32();
  const global = Global.at(index);
  if (global.mutable == 0 && Instance.globalKnown(index))
    return pushKnownGlobal(index, global.type);
  const address = Instance.globalAddress(index);
  const kind = kindOfType(global.type);
  const low = loadInstance(kind, address);
  if (kind != Kind.LOW) return pushTemporary(kind, low);
  const high = loadInstance(Kind.HIGH, address + 4);
  pushTemporary(Kind.LOW, low);
  pushTemporary(Kind.HIGH, high);
}

function pushKnownGlobal(index: u32, type: u32): void {
  const low = Instance.globalLow(index);
  const high = Instance.globalHigh(index);
  switch (type) {
    case ValueType.F32:
      return pushFloatConstant(Kind.SINGLE, low, 0);
    case ValueType.F64:
      return pushFloatConstant(Kind.DOUBLE, low, high);
    case ValueType.I64:
      pushConstant(Kind.LOW, <i32>low);
      return pushConstant(Kind.HIGH, <i32>high);
    default:
      return pushConstant(Kind.WORD, <i32>low);
  }
}

function lowerGlobalSet(): void {
  const index = Reader.u32();
  const address = Instance.globalAddress(index);
  if (Global.at(index).type == ValueType.I64) storeInstance(pop(), address + 4);
  storeInstance(pop(), address);
}
