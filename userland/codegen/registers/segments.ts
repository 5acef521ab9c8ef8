/**
 * Live segments: where each virtual register needs a place, with the holes in between.
 *
 * Step i has three moments: 3i its inputs are read, 3i + 1 it destroys what it destroys, 3i + 2 its
 * targets are written. A segment is an inclusive range of moments; a register's segments form a
 * list in rising order. On the way, pure steps whose target nobody reads are removed.
 */
import {
  A_CONSTANT,
  B_CONSTANT,
  BASE_CONSTANT,
  INDEX_CONSTANT,
  LATE_INPUTS,
  lists,
  Operation,
  Step,
} from "../lower/step";
import { Vector } from "../lower/vector";
import { Virtual } from "../lower/virtual";
import { Block, blockCount, hasArguments, weightOf } from "./blocks";
import { liveAtExit, liveRow, registerOfBit, rowLength } from "./liveness";

const segments: Vector = changetype<Vector>(memory.data(12));

@unmanaged
@final
export class Segment {
  start: u32;
  end: u32;
  /** Index of the next segment of the same register, or -1. */
  next: i32;

  @inline
  static at(index: i32): Segment {
    return changetype<Segment>(segments.base + <usize>index * SEGMENT_SIZE);
  }
}

export const SEGMENT_SIZE: usize = 12;
if (offsetof<Segment>() !== SEGMENT_SIZE) ERROR("SEGMENT_SIZE is out of date");

export function forgetSegments(): void {
  segments.forget();
}

export function segmentCount(): u32 {
  return segments.length / <u32>SEGMENT_SIZE;
}

export function findSegments(): void {
  segments.clear();
  for (let index = <i32>blockCount() - 1; index >= 0; index--) {
    openLive(liveAtExit(index), Block.at(index).last * 3 + 2);
    walk(index);
    closeLive(liveRow(index), Block.at(index).first * 3);
  }
}

function openLive(row: usize, end: u32): void {
  const words = rowLength();
  for (let word: u32 = 0; word < words; word++) {
    let bits = load<u32>(row + (word << 2));
    while (bits != 0) {
      Virtual.at(registerOfBit((word << 5) + ctz(bits))).open = end;
      bits &= bits - 1;
    }
  }
}

function closeLive(row: usize, start: u32): void {
  const words = rowLength();
  for (let word: u32 = 0; word < words; word++) {
    let bits = load<u32>(row + (word << 2));
    while (bits != 0) {
      close(registerOfBit((word << 5) + ctz(bits)), start);
      bits &= bits - 1;
    }
  }
}

/** Ends the open segment of a register at its start, walking backwards. */
export function close(register: i32, start: u32): void {
  const virtual = Virtual.at(register);
  if (virtual.open < 0) return;
  add(virtual, start, virtual.open);
  virtual.open = -1;
}

export function add(virtual: Virtual, start: u32, end: u32): void {
  const head = virtual.segments;
  if (head >= 0) {
    const first = Segment.at(head);
    if (first.start <= end + 1) {
      if (start < first.start) first.start = start;
      return;
    }
  }
  const index = <i32>(segments.length / <u32>SEGMENT_SIZE);
  const segment = changetype<Segment>(segments.append(<u32>SEGMENT_SIZE));
  segment.start = start;
  segment.end = end;
  segment.next = head;
  virtual.segments = index;
}

function walk(index: u32): void {
  const block = Block.at(index);
  for (let i = <i32>block.last; i >= <i32>block.first; i--) {
    const step = Step.at(i);
    if (unwanted(step)) {
      step.operation = <u8>Operation.NOTHING;
      lighten(step);
      step.target = -1;
      step.target2 = -1;
      step.a = -1;
      step.b = -1;
      step.base = -1;
      step.index = -1;
      step.count = 0;
      continue;
    }
    const moment = <u32>i * 3;
    if (step.target >= 0) define(step.target, moment + 2);
    if (step.target2 >= 0) define(step.target2, moment + 2);
    useInputs(step, moment);
  }
}

/** The weight of what a removed step used is taken back. */
function lighten(step: Step): void {
  const weight = weightOf(step);
  const flags = step.flags;
  if (step.a >= 0 && (flags & A_CONSTANT) == 0) Virtual.at(step.a).weight -= weight;
  if (step.b >= 0 && (flags & B_CONSTANT) == 0) Virtual.at(step.b).weight -= weight;
  if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) Virtual.at(step.base).weight -= weight;
  if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) Virtual.at(step.index).weight -= weight;
  if (!hasArguments(step)) return;
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    if (lists.word(place) == 0) Virtual.at(<i32>lists.word(place + 1)).weight -= weight;
  }
}

function define(register: i32, moment: u32): void {
  const virtual = Virtual.at(register);
  // Registers in memory have no segments that tell; they are always wanted.
  if (virtual.open < 0) add(virtual, moment, moment);
  else close(register, moment);
}

function use(register: i32, moment: u32): void {
  const virtual = Virtual.at(register);
  if (virtual.open < <i32>moment) virtual.open = <i32>moment;
}

function useInputs(step: Step, moment: u32): void {
  const flags = step.flags;
  const all = (flags & LATE_INPUTS) != 0 ? moment + 2 : moment;
  // The high halves of a 64-bit sum are read after its low half is written.
  const high = step.operation == Operation.ADD_WIDE ? moment + 2 : all;
  if (step.a >= 0 && (flags & A_CONSTANT) == 0) use(step.a, all);
  if (step.b >= 0 && (flags & B_CONSTANT) == 0) use(step.b, high);
  if (step.base >= 0 && (flags & BASE_CONSTANT) == 0) use(step.base, all);
  if (step.index >= 0 && (flags & INDEX_CONSTANT) == 0) use(step.index, high);
  if (!hasArguments(step)) return;
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    if (lists.word(place) == 0) use(<i32>lists.word(place + 1), moment);
  }
}

/** True for a step without effects whose targets are not live. */
function unwanted(step: Step): bool {
  if (!pure(step.operation) || step.target < 0) return false;
  if (wanted(step.target)) return false;
  return step.target2 < 0 || !wanted(step.target2);
}

function wanted(register: i32): bool {
  const virtual = Virtual.at(register);
  return virtual.open >= 0 || (virtual.crossing != 0 && virtual.dense < 0);
}

function pure(operation: u32): bool {
  switch (<i32>operation) {
    case Operation.CONSTANT:
    case Operation.MOVE:
    case Operation.LEA:
    case Operation.ALU:
    case Operation.SHIFT:
    case Operation.BITS:
    case Operation.EXTEND:
    case Operation.SET:
    case Operation.SELECT:
    case Operation.FLOAT_CONSTANT:
    case Operation.FLOAT_MOVE:
    case Operation.FLOAT_BINARY:
    case Operation.FLOAT_UNARY:
    case Operation.FLOAT_SELECT:
    case Operation.FLOAT_SIGN:
    case Operation.ADD_WIDE:
    case Operation.MULTIPLY_WIDE:
    case Operation.SHIFT_WIDE:
    case Operation.SHIFT_WIDE_VARIABLE:
    case Operation.RESULT_LOAD:
    case Operation.ADDRESS:
      return true;
    default:
      return false;
  }
}
