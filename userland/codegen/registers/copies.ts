/**
 * Loop copies: a register that lives on the stack, read in a loop over which some machine register
 * is free all the time, is copied there for the length of the loop.
 *
 * The copy is loaded before the loop's label, which only falling into the loop passes, and every
 * write to it is also made to the stack slot, so ways out of the loop need nothing. This is what a
 * live range split at loops would do, without moving anything that has been decided.
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
import { FIRST_SLOT, FIRST_XMM, Kind, newVirtual, Virtual } from "../lower/virtual";
import { Register, savedRegisters, useSaved } from "./assign";
import { Block, blockCount, hasArguments, stepCount, weightOf } from "./blocks";
import { addBlockCopies, forgetBlockCopies } from "./block-copies";
import { isRangeFree, takeRange } from "./occupancy";

/** Pairs in the order of steps: label step of the loop, copy to load before it. */
export const copyLoads: Vector = changetype<Vector>(memory.data(12));
/** Registers on the stack that the loop in hand mentions. */
const candidates: Vector = changetype<Vector>(memory.data(12));

/** Steps looked at, in multiples of the function: deep nests are not walked for every level. */
const WALKS_MAX: u32 = 6;
/** A fresh callee-saved register is worth saving from this gain on. */
const GAIN_SAVING: f32 = 24;

export function forgetCopies(): void {
  copyLoads.forget();
  candidates.forget();
  forgetBlockCopies();
}

/** Copies for loops, then for what is left in single blocks. */
export function addCopies(): void {
  addLoopCopies();
  addBlockCopies();
}

function addLoopCopies(): void {
  copyLoads.clear();
  const count = blockCount();
  let budget = stepCount() * WALKS_MAX;
  for (let i: u32 = 0; i < count; i++) {
    const block = Block.at(i);
    if (block.loopEnd < 0) continue;
    const last = Block.at(block.loopEnd).last;
    const size = last - block.first + 1;
    if (size > budget) return;
    budget -= size;
    copyForLoop(block.first, last);
  }
}

/** The label that branches back go to, after labels that branches forward go to. */
function loopLabel(first: u32): u32 {
  let label = first;
  while (Step.at(label).operation == Operation.LABEL && Step.at(label).part == 0) label++;
  return label;
}

function copyForLoop(first: u32, last: u32): void {
  const label = loopLabel(first);
  if (Step.at(label).operation != Operation.LABEL) return;
  collect(first, last);
  let copied = false;
  while (candidates.length != 0) {
    const best = takeBest();
    const virtual = Virtual.at(best);
    const register = freeRegister(virtual, first, last);
    if (register < 0) continue;
    const copy = newVirtual(<Kind>virtual.kind);
    Virtual.at(copy).location = register;
    Virtual.at(copy).mirror = best;
    Virtual.at(best).copy = copy;
    takeRange(register & 15, first * 3, last * 3 + 2);
    copyLoads.push32(label);
    copyLoads.push32(copy);
    copied = true;
  }
  if (!copied) return;
  rename(first, last);
  for (let i: u32 = 0; i < copyLoads.words; i += 2) {
    Virtual.at(Virtual.at(<i32>copyLoads.word(i + 1)).mirror).copy = -1;
  }
}

/** The candidate with the largest gain; it leaves the list. */
function takeBest(): i32 {
  let best: u32 = 0;
  const count = candidates.words;
  for (let i: u32 = 1; i < count; i++) {
    const gain = Virtual.at(<i32>candidates.word(i)).priority;
    if (gain > Virtual.at(<i32>candidates.word(best)).priority) best = i;
  }
  const register = <i32>candidates.word(best);
  candidates.setWord(best, candidates.word(count - 1));
  candidates.length -= 4;
  return register;
}

/** A machine register that is free from step `first` to step `last`, or -1. */
export function freeRegister(virtual: Virtual, first: u32, last: u32): i32 {
  const start = first * 3;
  const end = last * 3 + 2;
  if (!virtual.integer) {
    for (let x = FIRST_XMM; x < FIRST_XMM + 6; x++) {
      if (isRangeFree(x, start, end)) return x;
    }
    return -1;
  }
  for (let register: i32 = Register.ECX; register <= Register.EDI; register++) {
    if (register == Register.ESP || !isRangeFree(register, start, end)) continue;
    const free = register == Register.ECX || register == Register.EDX;
    if (!free && (savedRegisters() & (1 << register)) == 0) {
      if (virtual.priority < GAIN_SAVING) continue;
      useSaved(register);
    }
    return register;
  }
  return -1;
}

/** Fills `candidates`, at most 64, with what the steps mention; the gain goes to `priority`. */
function collect(first: u32, last: u32): void {
  candidates.clear();
  for (let i = first; i <= last; i++) {
    const step = Step.at(i);
    const weight = weightOf(step);
    const flags = step.flags;
    if (step.a >= 0 && (flags & A_CONSTANT) == 0) mention(step.a, weight);
    if (step.b >= 0 && (flags & B_CONSTANT) == 0) mention(step.b, weight);
    if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) mention(step.base, weight);
    if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) mention(step.index, weight);
    // A write costs a store in either case; only reads gain.
    if (!hasArguments(step)) continue;
    for (let k: u32 = 0; k < step.count; k++) {
      const place = step.extra + k * 2;
      if (lists.word(place) == 0) mention(<i32>lists.word(place + 1), weight);
    }
  }
  for (let i: u32 = 0; i < candidates.words; i++) {
    Virtual.at(<i32>candidates.word(i)).copy = -1;
  }
}

/** `copy` is -2 while the register is on the list. */
function mention(register: i32, weight: f32): void {
  const virtual = Virtual.at(register);
  const onStack = virtual.location >= FIRST_SLOT || virtual.homed != 0;
  if (!onStack) return;
  // What lives inside one block is gone before a copy would pay.
  if (virtual.crossing == 0) return;
  if (virtual.copy == -2) {
    virtual.priority += weight;
  } else if (candidates.words < 64) {
    virtual.copy = -2;
    virtual.priority = weight;
    candidates.push32(register);
  }
}

function copyOf(register: i32): i32 {
  const copy = Virtual.at(register).copy;
  return copy >= 0 ? copy : register;
}

/** Puts the copies in place of the registers in a range of steps. */
export function rename(first: u32, last: u32): void {
  for (let i = first; i <= last; i++) {
    const step = Step.at(i);
    const flags = step.flags;
    if (step.a >= 0 && (flags & A_CONSTANT) == 0) step.a = copyOf(step.a);
    if (step.b >= 0 && (flags & B_CONSTANT) == 0) step.b = copyOf(step.b);
    if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) step.base = copyOf(step.base);
    if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) step.index = copyOf(step.index);
    if (step.target >= 0) step.target = copyOf(step.target);
    if (step.target2 >= 0) step.target2 = copyOf(step.target2);
    if (!hasArguments(step)) continue;
    for (let k: u32 = 0; k < step.count; k++) {
      const place = step.extra + k * 2;
      if (lists.word(place) == 0) {
        lists.setWord(place + 1, copyOf(<i32>lists.word(place + 1)));
      }
    }
  }
}
