/**
 * Basic blocks of the step list, and which virtual registers cross from one to another. Only those
 * take part in the liveness sets; the rest live and die inside a block.
 */
import {
  A_CONSTANT,
  B_CONSTANT,
  BASE_CONSTANT,
  INDEX_CONSTANT,
  labelCount,
  lists,
  Operation,
  Step,
  STEP_SIZE,
  steps,
} from "../lower/step";
import { Vector } from "../lower/vector";
import { Virtual } from "../lower/virtual";

export const blocks: Vector = changetype<Vector>(memory.data(12));
/** Block of each label. */
const labelBlocks: Vector = changetype<Vector>(memory.data(12));

@unmanaged
@final
export class Block {
  /** First and last step. */
  first: u32;
  last: u32;
  /** Header block of the innermost loop around it, or -1. */
  loop: i32;
  /** Last block of the loop that this one is the header of, or -1. */
  loopEnd: i32;
  /** The last union of successors that has it already. */
  stamp: u32;

  @inline
  static at(index: u32): Block {
    return changetype<Block>(blocks.base + <usize>index * BLOCK_SIZE);
  }
}

export const BLOCK_SIZE: usize = 20;
if (offsetof<Block>() !== BLOCK_SIZE) ERROR("BLOCK_SIZE is out of date");

export function forgetBlocks(): void {
  blocks.forget();
  labelBlocks.forget();
}

export function blockCount(): u32 {
  return blocks.length / <u32>BLOCK_SIZE;
}

export function stepCount(): u32 {
  return steps.length / <u32>STEP_SIZE;
}

export function blockOfLabel(label: u32): u32 {
  return labelBlocks.word(label);
}

export function endsBlock(operation: u32): bool {
  return (
    operation == Operation.JUMP ||
    operation == Operation.BRANCH ||
    operation == Operation.BRANCH_TABLE ||
    operation == Operation.RETURN ||
    operation == Operation.TRAP
  );
}

/** True when control can go on to the next block. */
export function fallsThrough(operation: u32): bool {
  return !endsBlock(operation) || operation == Operation.BRANCH;
}

/** True for steps whose `count` words in `lists` are (is constant, value) pairs they read. */
export function hasArguments(step: Step): bool {
  return step.count != 0 && step.operation != Operation.BRANCH_TABLE;
}

/** Weight of a use in a loop: 8 per level. */
export function weightOf(step: Step): f32 {
  const depth = <u32>step.depth;
  return <f32>(1 << (3 * (depth < 6 ? depth : 6)));
}

export function findBlocks(): void {
  blocks.clear();
  labelBlocks.zeroed(labelCount() << 2);
  const count = stepCount();
  let first: u32 = 0;
  let onlyLabels = true;
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    if (i == first) onlyLabels = true;
    if (step.operation != Operation.LABEL) onlyLabels = false;
    if (step.operation == Operation.LABEL) {
      if (!onlyLabels) {
        addBlock(first, i - 1);
        first = i;
        onlyLabels = true;
      }
      labelBlocks.setWord(step.extra, blockCount());
    } else if (endsBlock(step.operation)) {
      addBlock(first, i);
      first = i + 1;
    }
    mention(step, <i32>blockCount() - (endsBlock(step.operation) ? 1 : 0));
  }
  if (first < count) addBlock(first, count - 1);
  markLoops();
}

function addBlock(first: u32, last: u32): void {
  const block = changetype<Block>(blocks.append(<u32>BLOCK_SIZE));
  block.first = first;
  block.last = last;
  block.loop = -1;
  block.loopEnd = -1;
  block.stamp = 0;
}

/** Notes the block and the weight of every register that a step names. */
function mention(step: Step, block: i32): void {
  const weight = weightOf(step);
  const flags = step.flags;
  if (step.a >= 0 && (flags & A_CONSTANT) == 0) mentionRegister(step.a, block, weight);
  if (step.b >= 0 && (flags & B_CONSTANT) == 0) mentionRegister(step.b, block, weight);
  if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) mentionRegister(step.base, block, weight);
  if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) mentionRegister(step.index, block, weight);
  if (step.target >= 0) mentionRegister(step.target, block, weight);
  if (step.target2 >= 0) mentionRegister(step.target2, block, weight);
  if (!hasArguments(step)) return;
  for (let i: u32 = 0; i < step.count; i++) {
    const place = step.extra + i * 2;
    if (lists.word(place) == 0) mentionRegister(<i32>lists.word(place + 1), block, weight);
  }
}

function mentionRegister(register: i32, block: i32, weight: f32): void {
  const virtual = Virtual.at(register);
  virtual.weight += weight;
  if (virtual.block == block) return;
  if (virtual.block >= 0) virtual.crossing = 1;
  else virtual.block = block;
}

/** Finds branches back, how far loops reach, then the innermost loop of each block. */
function markLoops(): void {
  const count = blockCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(Block.at(i).last);
    if (step.operation == Operation.JUMP || step.operation == Operation.BRANCH) {
      noteBranch(i, step.extra);
    } else if (step.operation == Operation.BRANCH_TABLE) {
      for (let k: u32 = 0; k < step.count; k++) noteBranch(i, lists.word(step.extra + k));
    }
  }
  nestLoops();
  let loop: i32 = -1;
  for (let i: u32 = 0; i < count; i++) {
    while (loop >= 0 && Block.at(loop).loopEnd < <i32>i) loop = Block.at(loop).loop;
    const block = Block.at(i);
    block.loop = loop;
    if (block.loopEnd >= 0) loop = i;
  }
}

/**
 * A loop reaches as far as the loops that begin in it: an inner loop may go on behind the last
 * branch back to the outer one, and from there return through its own header.
 *
 * Last header first; `loop` links the outermost loops found so far, in rising order.
 */
function nestLoops(): void {
  let next: i32 = -1;
  for (let i = <i32>blockCount() - 1; i >= 0; i--) {
    const header = Block.at(i);
    if (header.loopEnd < 0) continue;
    while (next >= 0 && next <= header.loopEnd) {
      header.loopEnd = max(header.loopEnd, Block.at(next).loopEnd);
      next = Block.at(next).loop;
    }
    header.loop = next;
    next = i;
  }
}

function noteBranch(from: u32, label: u32): void {
  const to = blockOfLabel(label);
  if (to > from) return;
  const header = Block.at(to);
  if (header.loopEnd < <i32>from) header.loopEnd = from;
}
