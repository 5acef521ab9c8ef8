/**
 * Block copies: a register that lives on the stack and is read several times in one basic block is
 * copied from its first to its last mention there, if some machine register is free for so long.
 * As with loop copies, writes go to both.
 */
import { A_CONSTANT, B_CONSTANT, BASE_CONSTANT, INDEX_CONSTANT, lists, Step } from "../lower/step";
import { Vector } from "../lower/vector";
import { FIRST_SLOT, Kind, newVirtual, Virtual } from "../lower/virtual";
import { Block, blockCount, hasArguments, weightOf } from "./blocks";
import { freeRegister, rename } from "./copies";
import { takeRange } from "./occupancy";

/** Pairs in the order of steps: first step that reads the copy, copy to load before it. */
export const blockLoads: Vector = changetype<Vector>(memory.data(12));
/** Of the block in hand: register, first mention, last mention, reads, first mention is a read. */
const mentions: Vector = changetype<Vector>(memory.data(12));

const MENTION_WORDS: u32 = 5;
const MENTIONS_MAX: u32 = 16;
/** Reads in a block that pay for the load. */
const READS_MIN: u32 = 2;

export function forgetBlockCopies(): void {
  blockLoads.forget();
  mentions.forget();
}

export function addBlockCopies(): void {
  blockLoads.clear();
  const count = blockCount();
  for (let i: u32 = 0; i < count; i++) {
    const block = Block.at(i);
    collect(block.first, block.last);
    const start = blockLoads.words;
    for (let place: u32 = 0; place < mentions.words; place += MENTION_WORDS) consider(place);
    sortLoads(start);
  }
}

function collect(first: u32, last: u32): void {
  mentions.clear();
  for (let i = first; i <= last; i++) {
    const step = Step.at(i);
    const flags = step.flags;
    if (step.a >= 0 && (flags & A_CONSTANT) == 0) mention(step.a, i, true);
    if (step.b >= 0 && (flags & B_CONSTANT) == 0) mention(step.b, i, true);
    if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) mention(step.base, i, true);
    if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) mention(step.index, i, true);
    if (hasArguments(step)) mentionArguments(step, i);
    if (step.target >= 0) mention(step.target, i, false);
    if (step.target2 >= 0) mention(step.target2, i, false);
  }
}

function mentionArguments(step: Step, at: u32): void {
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    if (lists.word(place) == 0) mention(<i32>lists.word(place + 1), at, true);
  }
}

function mention(register: i32, at: u32, read: bool): void {
  const virtual = Virtual.at(register);
  if (virtual.location < FIRST_SLOT && virtual.homed == 0) return;
  for (let place: u32 = 0; place < mentions.words; place += MENTION_WORDS) {
    if (<i32>mentions.word(place) != register) continue;
    mentions.setWord(place + 2, at);
    if (read) mentions.setWord(place + 3, mentions.word(place + 3) + 1);
    return;
  }
  if (mentions.words >= MENTIONS_MAX * MENTION_WORDS) return;
  mentions.push32(register);
  mentions.push32(at);
  mentions.push32(at);
  mentions.push32(u32(read));
  mentions.push32(u32(read));
}

function consider(place: u32): void {
  const register = <i32>mentions.word(place);
  const first = mentions.word(place + 1);
  const last = mentions.word(place + 2);
  const reads = mentions.word(place + 3);
  const loaded = mentions.word(place + 4) != 0;
  const wanted = loaded ? READS_MIN : 1;
  if (last == first || reads < wanted) return;
  const virtual = Virtual.at(register);
  virtual.priority = weightOf(Step.at(first)) * <f32>reads;
  const target = freeRegister(virtual, first, last);
  if (target < 0) return;
  const copy = newVirtual(<Kind>virtual.kind);
  Virtual.at(copy).location = target;
  Virtual.at(copy).mirror = register;
  takeRange(target, first * 3, last * 3 + 2);
  if (loaded) {
    blockLoads.push32(first);
    blockLoads.push32(copy);
  }
  Virtual.at(register).copy = copy;
  rename(first, last);
  Virtual.at(register).copy = -1;
}

/** Loads of one block into the order of steps. */
function sortLoads(start: u32): void {
  for (let i = start + 2; i < blockLoads.words; i += 2) {
    const step = blockLoads.word(i);
    const copy = blockLoads.word(i + 1);
    let k = i;
    while (k > start && blockLoads.word(k - 2) > step) {
      blockLoads.setWord(k, blockLoads.word(k - 2));
      blockLoads.setWord(k + 1, blockLoads.word(k - 1));
      k -= 2;
    }
    blockLoads.setWord(k, step);
    blockLoads.setWord(k + 1, copy);
  }
}
