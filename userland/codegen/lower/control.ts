/**
 * Structured control: labels, branches and the values they carry.
 *
 * While code cannot be reached nothing is lowered; `unreachable` counts the blocks opened there. A
 * label exists only if something branches to it, so straight code stays one block.
 */
import { TrapKind } from "../elf/trap-kinds";
import { Opcode } from "../wasm/opcodes";
import { Reader } from "../wasm/reader";
import { BlockType, carriers, Frame, FrameKind, makeCarriers } from "./frames";
import { leaveInline } from "./inline";
import { asComparison } from "./integer";
import {
  emitJump,
  emitLabel,
  emitLoopLabel,
  lists,
  loopDepth,
  newLabel,
  Operation,
  setLoopDepth,
  Step,
} from "./step";
import { fillComparison, settleTop } from "./fill";
import {
  dropTo,
  height,
  peek,
  pop,
  pushCopy,
  pushRegister,
  stabilise,
  Value,
  Value as Entry,
  VALUE_SIZE,
  writeInto,
} from "./value";
import { Vector } from "./vector";
import { Virtual } from "./virtual";

/** True while the code being read cannot be reached. */
let dead: bool = false;
/** Blocks opened since then. */
let deadBlocks: u32 = 0;
/** Copies of the parameters of ifs. */
const saved: Vector = changetype<Vector>(memory.data(12));
let stamp: u32 = 0;

export function resetControl(): void {
  dead = false;
  deadBlocks = 0;
  stamp = 0;
  saved.clear();
}

export function forgetControl(): void {
  saved.forget();
}

export function isDead(): bool {
  return dead;
}

export function becomeDead(): void {
  dead = true;
  deadBlocks = 0;
}

/** In dead code: follows the nesting. Returns true when the operator must be lowered after all. */
export function deadControl(opcode: i32): bool {
  if (opcode == Opcode.BLOCK || opcode == Opcode.LOOP || opcode == Opcode.IF) {
    deadBlocks++;
    return false;
  }
  if (opcode == Opcode.ELSE) return deadBlocks == 0;
  if (opcode != Opcode.END) return false;
  if (deadBlocks == 0) return true;
  deadBlocks--;
  return false;
}

export function lowerBlock(): void {
  BlockType.read();
  stabilise();
  const words = parameterWords();
  const frame = Frame.push(FrameKind.BLOCK);
  frame.height = height() - words;
  openFrame(frame);
}

function parameterWords(): u32 {
  let words: u32 = 0;
  for (let i: u32 = 0; i < BlockType.parameterCount; i++) {
    words += load<u8>(BlockType.parameters + i) == 0x7e ? 2 : 1;
  }
  return words;
}

/** Label, results, and branches that carry the results. */
export function openFrame(frame: Frame): void {
  frame.label = newLabel();
  frame.depth = loopDepth();
  frame.results = makeCarriers(BlockType.results, BlockType.resultCount, false);
  frame.resultCount = carriers.words - frame.results;
  frame.targets = frame.results;
  frame.targetCount = frame.resultCount;
}

export function lowerLoop(): void {
  BlockType.read();
  stabilise();
  const words = parameterWords();
  const frame = Frame.push(FrameKind.LOOP);
  frame.height = height() - words;
  openFrame(frame);
  // A branch to a loop carries its parameters, not its results.
  frame.targetCount = 0;
  if (words != 0) enterWithParameters(frame, words);
  setLoopDepth(loopDepth() + 1);
  emitLoopLabel(frame.label);
  for (let i: u32 = 0; i < words; i++) pushCarrier(frame.targets + i);
}

/** Parameters of a loop live in mutable registers that branches back write. */
function enterWithParameters(frame: Frame, words: u32): void {
  frame.targets = makeCarriers(BlockType.parameters, BlockType.parameterCount, true);
  frame.targetCount = words;
  carry(frame, true);
  dropTo(frame.height);
}

function pushCarrier(place: u32): void {
  const register = <i32>carriers.word(place);
  pushRegister(Virtual.at(register).kind, register);
}

export function lowerIf(): void {
  BlockType.read();
  const condition = pop();
  asComparison(condition);
  const elseLabel = newLabel();
  const words = parameterWords();
  branchUnless(condition, elseLabel);
  const frame = Frame.push(FrameKind.IF);
  frame.elseLabel = elseLabel;
  frame.height = height() - words;
  frame.saved = saved.length;
  frame.savedCount = words;
  for (let i: u32 = 0; i < words; i++) {
    const copy = saved.append(<u32>VALUE_SIZE);
    memory.copy(copy, changetype<usize>(Entry.at(frame.height + i)), VALUE_SIZE);
  }
  openFrame(frame);
}

/** Emits a branch to `label` when the condition does not hold; the stack is stable after it. */
function branchUnless(condition: Value, label: u32): void {
  // `condition` is off the stack, where pushes may overwrite it: take it along first.
  const copy = changetype<Entry>(kept);
  memory.copy(kept, changetype<usize>(condition), VALUE_SIZE);
  stabilise();
  branchOn(copy, label, true);
}

const kept: usize = memory.data(24);

/** Branches to `label` when the popped comparison or constant holds (does not, if negated). */
function branchOn(condition: Value, label: u32, negated: bool): void {
  if (condition.constant) {
    if ((condition.a != 0) != negated) emitJump(label);
    return;
  }
  const step = Step.emit(Operation.BRANCH);
  fillComparison(step, condition);
  if (negated) step.condition ^= 1;
  step.extra = label;
}

/** Moves the top entries into the carriers of a frame; `last` when they are not used again. */
function carry(frame: Frame, last: bool): void {
  const count = frame.targetCount;
  const first = frame.targets;
  for (let i = count; i > 0; i--) {
    const register = <i32>carriers.word(first + i - 1);
    writeInto(register, peek(count - i), last && i == count);
  }
}

export function lowerElse(): void {
  const frame = Frame.target(0);
  if (!dead) {
    carry(frame, true);
    frame.reached++;
    emitJump(frame.label);
  }
  dropTo(frame.height);
  dead = false;
  setLoopDepth(frame.depth);
  frame.hasElse = 1;
  emitLabel(frame.elseLabel);
  pushSaved(frame);
}

function pushSaved(frame: Frame): void {
  for (let i: u32 = 0; i < frame.savedCount; i++) {
    pushCopy(saved.base + frame.saved + i * <u32>VALUE_SIZE);
  }
}

/** Returns true when this was the end of the function. */
export function lowerEnd(): bool {
  const frame = Frame.target(0);
  setLoopDepth(frame.depth);
  if (frame.kind == FrameKind.IF && frame.hasElse == 0) lowerElse();
  if (frame.kind == FrameKind.LOOP) {
    if (dead) dropTo(frame.height);
    Frame.pop();
    return false;
  }
  if (frame.reached == 0) {
    if (dead) dropTo(frame.height);
  } else {
    if (!dead) carry(frame, true);
    dropTo(frame.height);
    dead = false;
    emitLabel(frame.label);
    for (let i: u32 = 0; i < frame.resultCount; i++) pushCarrier(frame.results + i);
  }
  const kind = frame.kind;
  if (kind == FrameKind.FUNCTION) emitReturn(frame.resultCount);
  if (kind == FrameKind.INLINE) leaveInline(frame);
  Frame.pop();
  return kind == FrameKind.FUNCTION;
}

/** The return of the function: its results are the top entries. */
function emitReturn(count: u32): void {
  if (dead) return;
  settleTop(count);
  const first = lists.words;
  for (let i: u32 = 0; i < count; i++) {
    const value = peek(count - 1 - i);
    lists.push32(value.constant ? 1 : 0);
    lists.push32(value.a);
  }
  const step = Step.emit(Operation.RETURN);
  step.extra = first;
  step.count = count;
}

function branchTo(frame: Frame): void {
  if (frame.targetCount != 0) {
    if (frame.kind == FrameKind.LOOP) stabilise();
    carry(frame, true);
  }
  frame.reached++;
  emitJump(frame.label);
}

export function lowerBranch(): void {
  branchTo(Frame.target(Reader.u32()));
  becomeDead();
}

export function lowerReturn(): void {
  branchTo(returnFrame());
  becomeDead();
}

/** The function, or the call that is inlined. */
function returnFrame(): Frame {
  let frame = Frame.target(0);
  for (let distance: u32 = 1; frame.kind != FrameKind.FUNCTION; distance++) {
    if (frame.kind == FrameKind.INLINE) break;
    frame = Frame.target(distance);
  }
  return frame;
}

export function lowerBranchIf(): void {
  const frame = Frame.target(Reader.u32());
  const condition = pop();
  asComparison(condition);
  if (frame.targetCount == 0) {
    frame.reached++;
    return branchOn(condition, frame.label, false);
  }
  const skip = newLabel();
  branchUnless(condition, skip);
  carry(frame, false);
  frame.reached++;
  emitJump(frame.label);
  emitLabel(skip);
}

export function lowerBranchTable(): void {
  const count = Reader.u32() + 1;
  const index = pop();
  const register = index.force();
  const arity = Frame.target(peekLast(count)).targetCount;
  if (arity != 0) stabilise();
  stamp++;
  const first = lists.words;
  const start = Reader.position;
  for (let i: u32 = 0; i < count; i++) {
    const frame = Frame.target(Reader.u32());
    frame.reached++;
    if (frame.stamp != stamp) {
      frame.stamp = stamp;
      frame.trampoline = arity != 0 ? newLabel() : frame.label;
    }
    lists.push32(frame.trampoline);
  }
  const step = Step.emit(Operation.BRANCH_TABLE);
  step.a = register;
  step.extra = first;
  step.count = count;
  if (arity != 0) emitTrampolines(start, count);
  becomeDead();
}

/** The last immediate of a branch table, its default; the reader stays where it is. */
function peekLast(count: u32): u32 {
  const start = Reader.position;
  let last: u32 = 0;
  for (let i: u32 = 0; i < count; i++) last = Reader.u32();
  Reader.position = start;
  return last;
}

/** Per distinct target: the moves of the carried values, then the jump. */
function emitTrampolines(start: usize, count: u32): void {
  const after = Reader.position;
  Reader.position = start;
  stamp++;
  for (let i: u32 = 0; i < count; i++) {
    const frame = Frame.target(Reader.u32());
    if (frame.stamp == stamp) continue;
    frame.stamp = stamp;
    emitLabel(frame.trampoline);
    carry(frame, false);
    emitJump(frame.label);
  }
  Reader.position = after;
}

export function lowerUnreachable(): void {
  const step = Step.emit(Operation.TRAP);
  step.kind = <u8>TrapKind.UNREACHABLE;
  becomeDead();
}
