/** Writes the machine code of one function from its steps, whose registers have been assigned. */
import { TrapKind } from "../elf/trap-kinds";
import { Compare, labelCount, Operation, Step } from "../lower/step";
import { FIRST_XMM, Virtual } from "../lower/virtual";
import { blockLoads } from "../registers/block-copies";
import { copyLoads } from "../registers/copies";
import { moveFrom, moveTo } from "./encoder";
import { loadFloat, placeOf, putFloat } from "./operands";
import { stepCount } from "../registers/blocks";
import { forgetChecks, forgetChecksOf } from "./bounds";
import {
  emitCall,
  emitCallIndirect,
  emitPrologue,
  emitResultLoad,
  emitReturn,
  emitTableLoad,
  emitTableStore,
} from "./emit-call";
import { emitBranch, emitFloatSelect, emitSelect, emitSet, emitTrapIf } from "./emit-compare";
import {
  emitConvert,
  emitFloatBinary,
  emitFloatConstant,
  emitFloatMove,
  emitFloatSign,
  emitFloatUnary,
} from "./emit-float";
import {
  emitAddress,
  emitAlu,
  emitBits,
  emitConstant,
  emitDivide,
  emitExtend,
  emitLea,
  emitMove,
  emitShift,
} from "./emit-integer";
import { emitMachine } from "./emit-machine";
import { emitAluMemory, emitFloatLoad, emitFloatStore, emitLoad, emitStore } from "./emit-memory";
import { emitBranchTable } from "./emit-table";
import { emitAddWide, emitMultiplyWide, emitShiftDouble, emitShiftVariable } from "./emit-wide";
import { jumpTo, patchJumps, placeLabel, room, startLabels, trap } from "./text";

/** No step's code is longer than this between two calls of `room`. */
const STEP_ROOM: u32 = 96;

/**
 * `argumentsSize` and `several` describe the function's own type, for its returns. `shorten` asks
 * for short jumps and needs a round without before; the answer is whether they all reach.
 */
export function emitFunction(argumentsSize: u32, several: bool, shorten: bool): bool {
  startLabels(labelCount(), shorten);
  forgetChecks();
  copyCursor = 0;
  blockCursor = 0;
  emitPrologue();
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    const operation = step.operation;
    if (operation == Operation.NOTHING) continue;
    if (operation == Operation.LABEL) {
      loadCopies(i);
      placeLabel(step.extra);
      forgetChecks();
      continue;
    }
    if (operation == Operation.JUMP) {
      if (!leadsTo(i + 1, count, step.extra)) {
        room(16);
        jumpTo(step.extra);
      }
      continue;
    }
    loadBlockCopies(i);
    room(STEP_ROOM);
    if (operation == Operation.RETURN) emitReturn(step, argumentsSize, several);
    else emitStep(step);
    if (step.target >= 0) finishTarget(step.target);
    if (step.target2 >= 0) finishTarget(step.target2);
  }
  return patchJumps();
}

/** True for steps without code: nothing, or a move that has nothing to move. */
function isEmpty(step: Step): bool {
  if (step.operation == Operation.NOTHING) return true;
  if (step.operation != Operation.MOVE && step.operation != Operation.FLOAT_MOVE) return false;
  return placeOf(step.target) == placeOf(step.a) && Virtual.at(step.target).mirror < 0;
}

/** A branch over a jump becomes the opposite branch to where the jump goes. */
export function invertBranches(): void {
  const count = stepCount();
  for (let i: u32 = 0; i + 1 < count; i++) {
    const branch = Step.at(i);
    if (branch.operation != Operation.BRANCH) continue;
    if (branch.compare != Compare.WORD && branch.compare != Compare.TEST) continue;
    let next = i + 1;
    while (next + 1 < count && isEmpty(Step.at(next))) next++;
    const jump = Step.at(next);
    if (jump.operation != Operation.JUMP || !leadsTo(next + 1, count, branch.extra)) continue;
    branch.condition ^= 1;
    branch.extra = jump.extra;
    jump.operation = <u8>Operation.NOTHING;
  }
}

/** Next pairs of `copyLoads` and of `blockLoads`. */
let copyCursor: u32 = 0;
let blockCursor: u32 = 0;

/** Loads the copies of the loop whose label is step `i`. */
function loadCopies(i: u32): void {
  while (copyCursor < copyLoads.words && copyLoads.word(copyCursor) == i) {
    loadCopy(<i32>copyLoads.word(copyCursor + 1));
    copyCursor += 2;
  }
}

/** Loads the block copies that step `i` reads first. */
function loadBlockCopies(i: u32): void {
  while (blockCursor < blockLoads.words && blockLoads.word(blockCursor) == i) {
    loadCopy(<i32>blockLoads.word(blockCursor + 1));
    blockCursor += 2;
  }
}

function loadCopy(register: i32): void {
  room(24);
  const copy = Virtual.at(register);
  const place = copy.location;
  if (copy.integer) moveFrom(place, placeOf(copy.mirror));
  else loadFloat(place - FIRST_XMM, copy.mirror);
}

/** The step wrote a register: its loop mirror follows, and what was known about it is gone. */
function finishTarget(register: i32): void {
  const virtual = Virtual.at(register);
  if (virtual.mirror >= 0) {
    room(24);
    if (virtual.integer) moveTo(placeOf(virtual.mirror), virtual.location);
    else putFloat(virtual.mirror, virtual.location - FIRST_XMM);
    forgetChecksOf(virtual.mirror);
  }
  forgetChecksOf(register);
}

/** True when `label` is among the labels that stand at step `i`. */
function leadsTo(i: u32, count: u32, label: u32): bool {
  for (; i < count; i++) {
    const step = Step.at(i);
    if (step.operation == Operation.NOTHING) continue;
    if (step.operation != Operation.LABEL) return false;
    if (step.extra == label) return true;
  }
  return false;
}

function emitStep(step: Step): void {
  switch (<i32>step.operation) {
    case Operation.CONSTANT:
      return emitConstant(step);
    case Operation.ADDRESS:
      return emitAddress(step);
    case Operation.MOVE:
      return emitMove(step);
    case Operation.LEA:
      return emitLea(step);
    case Operation.ALU:
      return emitAlu(step);
    case Operation.ALU_MEMORY:
      return emitAluMemory(step);
    case Operation.SHIFT:
      return emitShift(step);
    case Operation.DIVIDE:
      return emitDivide(step);
    case Operation.BITS:
      return emitBits(step);
    case Operation.EXTEND:
      return emitExtend(step);
    case Operation.SET:
      return emitSet(step);
    case Operation.SELECT:
      return emitSelect(step);
    case Operation.BRANCH:
      return emitBranch(step);
    case Operation.BRANCH_TABLE:
      return emitBranchTable(step);
    case Operation.TRAP:
      return trap(step.source, <TrapKind>step.kind);
    case Operation.TRAP_IF:
      return emitTrapIf(step);
    case Operation.LOAD:
      return emitLoad(step);
    case Operation.STORE:
      return emitStore(step);
    default:
      return emitOther(step);
  }
}

function emitOther(step: Step): void {
  switch (<i32>step.operation) {
    case Operation.ADD_WIDE:
      return emitAddWide(step);
    case Operation.MULTIPLY_WIDE:
      return emitMultiplyWide(step);
    case Operation.SHIFT_WIDE:
      return emitShiftDouble(step);
    case Operation.SHIFT_WIDE_VARIABLE:
      return emitShiftVariable(step);
    case Operation.CALL:
      return emitCall(step);
    case Operation.CALL_INDIRECT:
      return emitCallIndirect(step);
    case Operation.RESULT_LOAD:
      return emitResultLoad(step);
    case Operation.TABLE_LOAD:
      return emitTableLoad(step);
    case Operation.TABLE_STORE:
      return emitTableStore(step);
    case Operation.MACHINE:
      return emitMachine(step);
    default:
      return emitFloat(step);
  }
}

function emitFloat(step: Step): void {
  switch (<i32>step.operation) {
    case Operation.FLOAT_LOAD:
      return emitFloatLoad(step);
    case Operation.FLOAT_STORE:
      return emitFloatStore(step);
    case Operation.FLOAT_CONSTANT:
      return emitFloatConstant(step);
    case Operation.FLOAT_MOVE:
      return emitFloatMove(step);
    case Operation.FLOAT_BINARY:
      return emitFloatBinary(step);
    case Operation.FLOAT_UNARY:
      return emitFloatUnary(step);
    case Operation.FLOAT_SIGN:
      return emitFloatSign(step);
    case Operation.FLOAT_SELECT:
      return emitFloatSelect(step);
    default:
      return emitConvert(step);
  }
}
