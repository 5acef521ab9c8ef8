/**
 * Webs: a register that serves several purposes one after the other becomes one register for each.
 *
 * Compilers to Wasm share locals among variables that are never live together. Taken apart again,
 * each finds its own place: the counter of an inner loop does not suffer from what else its local is
 * used for. Two live segments of a register belong together when control goes from the end of a
 * block in the one to the start of a block in the other; the first web keeps the register's number,
 * because parameters arrive in it.
 *
 * Work: each branch is followed once, for what is live behind it.
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
import { Kind, newVirtual, Virtual, virtualCount } from "../lower/virtual";
import {
  Block,
  blockCount,
  blockOfLabel,
  fallsThrough,
  hasArguments,
  stepCount,
  weightOf,
} from "./blocks";
import { liveRow, newStamp, registerOfBit, rowLength } from "./liveness";
import { Segment, segmentCount } from "./segments";

/** Union-find: a node per segment, then one per register live at the entry of each block. */
const parents: Vector = changetype<Vector>(memory.data(12));
/** First node of each block. */
const entries: Vector = changetype<Vector>(memory.data(12));
/** Register of the web with this root, plus one. */
const owners: Vector = changetype<Vector>(memory.data(12));

export function forgetWebs(): void {
  parents.forget();
  entries.forget();
  owners.forget();
}

export function splitWebs(): void {
  const registers = virtualCount();
  if (!startCursors(registers)) return;
  makeNodes();
  const count = blockCount();
  for (let i: u32 = 0; i < count; i++) joinBlock(i);
  if (!nameWebs(registers)) return;
  startCursors(registers);
  renameSteps();
  relink(registers);
}

/** `open` becomes a cursor into the segments of every register that has several; else -1. */
function startCursors(registers: i32): bool {
  let any = false;
  for (let i = 0; i < registers; i++) {
    const virtual = Virtual.at(i);
    virtual.open = -1;
    const inMemory = virtual.crossing != 0 && virtual.dense < 0;
    if (inMemory || virtual.segments < 0 || Segment.at(virtual.segments).next < 0) continue;
    virtual.open = virtual.segments;
    any = true;
  }
  return any;
}

/** The segment with this moment, or -1. Moments must not fall from call to call. */
function segmentAt(virtual: Virtual, moment: u32): i32 {
  let index = virtual.open;
  let segment = Segment.at(index);
  while (segment.end < moment && segment.next >= 0) {
    index = segment.next;
    segment = Segment.at(index);
  }
  virtual.open = index;
  return segment.start <= moment && moment <= segment.end ? index : -1;
}

function makeNodes(): void {
  const blocks = blockCount();
  const words = rowLength();
  let nodes = segmentCount();
  entries.zeroed(blocks << 2);
  for (let block: u32 = 0; block < blocks; block++) {
    entries.setWord(block, nodes);
    const row = liveRow(block);
    for (let word: u32 = 0; word < words; word++) nodes += popcnt(load<u32>(row + (word << 2)));
  }
  parents.zeroed(nodes << 2);
  for (let node: u32 = 0; node < nodes; node++) parents.setWord(node, node);
  owners.zeroed(nodes << 2);
}

function rootOf(node: u32): u32 {
  let parent = parents.word(node);
  while (parent != node) {
    const above = parents.word(parent);
    parents.setWord(node, above);
    node = above;
    parent = parents.word(node);
  }
  return node;
}

/** The entry of a block, and the ways out of it. */
function joinBlock(index: u32): void {
  const block = Block.at(index);
  joinEntry(index, block.first * 3);
  const end = block.last * 3 + 2;
  const step = Step.at(block.last);
  const operation = step.operation;
  if (operation == Operation.JUMP || operation == Operation.BRANCH) {
    joinEntry(blockOfLabel(step.extra), end);
  } else if (operation == Operation.BRANCH_TABLE) {
    const stamp = newStamp();
    for (let k: u32 = 0; k < step.count; k++) {
      const target = blockOfLabel(lists.word(step.extra + k));
      if (Block.at(target).stamp == stamp) continue;
      Block.at(target).stamp = stamp;
      joinEntry(target, end);
    }
  }
  if (fallsThrough(operation) && index + 1 < blockCount()) joinEntry(index + 1, end);
}

/** What is live where `block` begins is, at `moment`, in the segment that comes from there. */
function joinEntry(block: u32, moment: u32): void {
  const row = liveRow(block);
  const words = rowLength();
  let node = entries.word(block);
  for (let word: u32 = 0; word < words; word++) {
    let bits = load<u32>(row + (word << 2));
    while (bits != 0) {
      const virtual = Virtual.at(registerOfBit((word << 5) + ctz(bits)));
      bits &= bits - 1;
      if (virtual.open >= 0) {
        const segment = segmentAt(virtual, moment);
        if (segment >= 0) parents.setWord(rootOf(node), rootOf(segment));
      }
      node++;
    }
  }
}

/** Gives every web its register; false when no register came apart. */
function nameWebs(registers: i32): bool {
  for (let i = 0; i < registers; i++) {
    if (Virtual.at(i).open < 0) continue;
    let index = Virtual.at(i).segments;
    owners.setWord(rootOf(index), i + 1);
    while (index >= 0) {
      const root = rootOf(index);
      if (owners.word(root) == 0) owners.setWord(root, newVirtual(<Kind>Virtual.at(i).kind) + 1);
      index = Segment.at(index).next;
    }
  }
  return virtualCount() != registers;
}

/** The register of the web that `register` belongs to at a moment; its weight moves along. */
function renamed(register: i32, moment: u32, weight: f32): i32 {
  const virtual = Virtual.at(register);
  if (virtual.open < 0) return register;
  const segment = segmentAt(virtual, moment);
  if (segment < 0) return register;
  const owner = <i32>owners.word(rootOf(segment)) - 1;
  if (owner == register) return register;
  virtual.weight -= weight;
  Virtual.at(owner).weight += weight;
  return owner;
}

function renameSteps(): void {
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    const moment = i * 3;
    const weight = weightOf(step);
    const flags = step.flags;
    if (step.a >= 0 && (flags & A_CONSTANT) == 0) step.a = renamed(step.a, moment, weight);
    if (step.b >= 0 && (flags & B_CONSTANT) == 0) step.b = renamed(step.b, moment, weight);
    if (step.base >= 0 && (flags & BASE_CONSTANT) == 0)
      step.base = renamed(step.base, moment, weight);
    if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) {
      step.index = renamed(step.index, moment, weight);
    }
    if (hasArguments(step)) renameArguments(step, moment, weight);
    if (step.target >= 0) step.target = renamed(step.target, moment + 2, weight);
    if (step.target2 >= 0) step.target2 = renamed(step.target2, moment + 2, weight);
  }
}

function renameArguments(step: Step, moment: u32, weight: f32): void {
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    if (lists.word(place) != 0) continue;
    lists.setWord(place + 1, renamed(<i32>lists.word(place + 1), moment, weight));
  }
}

/** Deals the segments out to the webs, in order; `open` is the last one of each list. */
function relink(registers: i32): void {
  for (let i = 0; i < registers; i++) {
    const virtual = Virtual.at(i);
    if (virtual.open < 0) continue;
    let index = virtual.segments;
    virtual.open = -1;
    while (index >= 0) {
      const owner = Virtual.at(<i32>owners.word(rootOf(index)) - 1);
      const segment = Segment.at(index);
      const next = segment.next;
      segment.next = -1;
      if (owner.open < 0) owner.segments = index;
      else Segment.at(owner.open).next = index;
      owner.open = index;
      index = next;
    }
  }
}
