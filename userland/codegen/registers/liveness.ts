/**
 * Which crossing registers are live where blocks begin: bit sets, one row per block.
 *
 * Work is linear in the function: the rows together never take more than BITS_PER_STEP bits per
 * step. When there are more crossing registers than that allows, the lightest ones stay in memory
 * (they have no bit, and get a stack slot of their own). The backward pass runs until nothing
 * changes, at most ROUNDS_MAX times; after that, what is live at a loop's header is taken to be
 * live in the whole loop, which is always safe.
 */
import {
  A_CONSTANT,
  B_CONSTANT,
  BASE_CONSTANT,
  INDEX_CONSTANT,
  lists,
  Operation,
  Step,
} from "../lower/step";
import { Vector } from "../lower/vector";
import { Virtual, virtualCount } from "../lower/virtual";
import { Block, blockCount, blockOfLabel, fallsThrough, hasArguments, stepCount } from "./blocks";
import { sortByPriority, sorted } from "./sort";

const BITS_PER_STEP: u32 = 16;
const BITS_FLOOR: u32 = 1 << 20;
const ROUNDS_MAX: u32 = 8;

/** Rows of words: live at entry; used before written; written. */
const live: Vector = changetype<Vector>(memory.data(12));
const used: Vector = changetype<Vector>(memory.data(12));
const written: Vector = changetype<Vector>(memory.data(12));
/** The row that is being computed. */
const scratch: Vector = changetype<Vector>(memory.data(12));
/** Register of each bit. */
const registers: Vector = changetype<Vector>(memory.data(12));
let rowWords: u32 = 0;
let stamp: u32 = 0;

export function forgetLiveness(): void {
  live.forget();
  used.forget();
  written.forget();
  scratch.forget();
  registers.forget();
}

export function rowLength(): u32 {
  return rowWords;
}

export function registerOfBit(bit: u32): i32 {
  return <i32>registers.word(bit);
}

/** Address of the live set at the entry of a block. */
export function liveRow(block: u32): usize {
  return live.base + ((<usize>block * rowWords) << 2);
}

export function findLiveness(): void {
  stamp = 0;
  chooseRegisters();
  const count = blockCount();
  const bytes = (count * rowWords) << 2;
  live.zeroed(bytes);
  used.zeroed(bytes);
  written.zeroed(bytes);
  for (let i: u32 = 0; i < count; i++) collect(i);
  memory.copy(live.base, used.base, bytes);
  if (rowWords == 0) return;
  for (let round: u32 = 0; round < ROUNDS_MAX; round++) {
    if (!propagate()) return;
  }
  closeLoops();
}

/** Gives a bit to every crossing register, or to the heaviest ones. */
function chooseRegisters(): void {
  registers.clear();
  const count = virtualCount();
  for (let i: i32 = 0; i < count; i++) {
    const virtual = Virtual.at(i);
    virtual.dense = -1;
    if (virtual.crossing != 0) registers.push32(i);
  }
  let allowed = (stepCount() * BITS_PER_STEP + BITS_FLOOR) / (blockCount() + 1);
  if (allowed < 32) allowed = 32;
  if (registers.words > allowed) keepHeaviest(allowed);
  for (let bit: u32 = 0; bit < registers.words; bit++) Virtual.at(registerOfBit(bit)).dense = bit;
  rowWords = (registers.words + 31) >> 5;
  scratch.zeroed(rowWords << 2);
}

function keepHeaviest(allowed: u32): void {
  for (let i: u32 = 0; i < registers.words; i++) {
    const virtual = Virtual.at(registerOfBit(i));
    virtual.priority = virtual.weight;
  }
  sortByPriority(registers);
  registers.clear();
  for (let i: u32 = 0; i < allowed; i++) registers.push32(sorted.word(i));
}

export function setBit(row: usize, bit: u32): void {
  const word = row + ((bit >> 5) << 2);
  store<u32>(word, load<u32>(word) | (1 << (bit & 31)));
}

export function clearBit(row: usize, bit: u32): void {
  const word = row + ((bit >> 5) << 2);
  store<u32>(word, load<u32>(word) & ~(1 << (bit & 31)));
}

/** Fills `used` and `written` of a block, last step first. */
function collect(index: u32): void {
  const block = Block.at(index);
  const offset = (<usize>index * rowWords) << 2;
  const usedRow = used.base + offset;
  const writtenRow = written.base + offset;
  for (let i = <i32>block.last; i >= <i32>block.first; i--) {
    const step = Step.at(i);
    if (step.target >= 0) define(usedRow, writtenRow, step.target);
    if (step.target2 >= 0) define(usedRow, writtenRow, step.target2);
    const flags = step.flags;
    if (step.a >= 0 && (flags & A_CONSTANT) == 0) use(usedRow, step.a);
    if (step.b >= 0 && (flags & B_CONSTANT) == 0) use(usedRow, step.b);
    if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) use(usedRow, step.base);
    if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) use(usedRow, step.index);
    if (!hasArguments(step)) continue;
    for (let k: u32 = 0; k < step.count; k++) {
      const place = step.extra + k * 2;
      if (lists.word(place) == 0) use(usedRow, <i32>lists.word(place + 1));
    }
  }
}

function define(usedRow: usize, writtenRow: usize, register: i32): void {
  const bit = Virtual.at(register).dense;
  if (bit < 0) return;
  setBit(writtenRow, bit);
  clearBit(usedRow, bit);
}

function use(usedRow: usize, register: i32): void {
  const bit = Virtual.at(register).dense;
  if (bit >= 0) setBit(usedRow, bit);
}

/** The union of the live sets of a block's successors, in `scratch`; returns its address. */
export function liveAtExit(index: u32): usize {
  const row = scratch.base;
  for (let i: u32 = 0; i < rowWords; i++) store<u32>(row + (i << 2), 0);
  const last = Step.at(Block.at(index).last);
  const operation = last.operation;
  if (operation == Operation.JUMP || operation == Operation.BRANCH) {
    join(row, blockOfLabel(last.extra));
  } else if (operation == Operation.BRANCH_TABLE) {
    joinTargets(row, last);
  }
  if (fallsThrough(operation) && index + 1 < blockCount()) join(row, index + 1);
  return row;
}

/** A mark for blocks that no earlier walk has used. */
export function newStamp(): u32 {
  return ++stamp;
}

/** The targets of a branch table, each once. */
function joinTargets(row: usize, step: Step): void {
  stamp++;
  for (let k: u32 = 0; k < step.count; k++) {
    const target = blockOfLabel(lists.word(step.extra + k));
    const block = Block.at(target);
    if (block.stamp != stamp) join(row, target);
    block.stamp = stamp;
  }
}

function join(row: usize, block: u32): void {
  const source = liveRow(block);
  const bytes = (<usize>rowWords) << 2;
  for (let i: usize = 0; i < bytes; i += 4) {
    store<u32>(row + i, load<u32>(row + i) | load<u32>(source + i));
  }
}

/** One backward pass; true when something changed. */
function propagate(): bool {
  let changed: u32 = 0;
  const bytes = (<usize>rowWords) << 2;
  for (let index = <i32>blockCount() - 1; index >= 0; index--) {
    const exit = liveAtExit(index);
    const entry = liveRow(index);
    const kill = written.base + <usize>index * bytes;
    for (let i: usize = 0; i < bytes; i += 4) {
      const old = load<u32>(entry + i);
      const now = old | (load<u32>(exit + i) & ~load<u32>(kill + i));
      changed |= old ^ now;
      store<u32>(entry + i, now);
    }
  }
  return changed != 0;
}

/** Everything live at a loop's header is live in the loop. */
function closeLoops(): void {
  const count = blockCount();
  for (let i: u32 = 0; i < count; i++) {
    const loop = Block.at(i).loop;
    if (loop >= 0) join(liveRow(i), loop);
  }
}
