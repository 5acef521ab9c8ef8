/**
 * Parallel moves: all sources are read before any target is written. Used where values must be in
 * the places of the calling convention, on entry, at calls and at returns.
 */
import { FIRST_SLOT, FIRST_XMM } from "../lower/virtual";
import { exchange, moveConstant, moveFrom, sse } from "./encoder";
import { moveFloat, X6 } from "./operands";
import { room } from "./text";

const MOVES_MAX: u32 = 32;
/** Records of three words: target place, source (place or constant), is constant. */
const moves: usize = memory.data(12 * 32);
let count: u32 = 0;

export function startMoves(): void {
  count = 0;
}

/** Targets are registers only; at most eleven moves are ever collected. */
export function addMove(target: i32, source: i32, constant: bool): void {
  if (!constant && target == source) return;
  const move = moves + count * 12;
  store<i32>(move, target);
  store<i32>(move + 4, source);
  store<u32>(move + 8, u32(constant));
  count++;
}

function targetOf(index: u32): i32 {
  return load<i32>(moves + index * 12);
}

function sourceOf(index: u32): i32 {
  return load<i32>(moves + index * 12 + 4);
}

function constantOf(index: u32): bool {
  return load<u32>(moves + index * 12 + 8) != 0;
}

function remove(index: u32): void {
  count--;
  memory.copy(moves + index * 12, moves + count * 12, 12);
}

/** True when no other pending move reads the target of this one. */
function ready(index: u32): bool {
  const target = targetOf(index);
  for (let i: u32 = 0; i < count; i++) {
    if (i != index && !constantOf(i) && sourceOf(i) == target) return false;
  }
  return true;
}

export function emitMoves(): void {
  while (count > 0) {
    room(16);
    let done = false;
    for (let i: u32 = 0; i < count; i++) {
      if (!ready(i)) continue;
      emitOne(targetOf(i), sourceOf(i), constantOf(i));
      remove(i);
      done = true;
      break;
    }
    if (!done) breakCycle();
  }
}

function emitOne(target: i32, source: i32, constant: bool): void {
  if (target < FIRST_XMM) {
    if (constant) moveConstant(target, source);
    else moveFrom(target, source);
  } else if (source < FIRST_SLOT) {
    moveFloat(target - FIRST_XMM, source - FIRST_XMM);
  } else {
    sse(0xf2, 0x10, target - FIRST_XMM, source);
  }
}

/** Every pending move is part of a cycle of registers: swaps one pair. */
function breakCycle(): void {
  const target = targetOf(0);
  const source = sourceOf(0);
  if (target < FIRST_XMM) {
    exchange(target, source);
  } else {
    moveFloat(X6, target - FIRST_XMM);
    moveFloat(target - FIRST_XMM, source - FIRST_XMM);
    moveFloat(source - FIRST_XMM, X6);
  }
  remove(0);
  for (let i: u32 = 0; i < count; i++) {
    if (constantOf(i)) continue;
    const from = sourceOf(i);
    if (from == target) store<i32>(moves + i * 12 + 4, source);
    else if (from == source) store<i32>(moves + i * 12 + 4, target);
  }
  dropIdentities();
}

function dropIdentities(): void {
  let i: u32 = 0;
  while (i < count) {
    if (!constantOf(i) && targetOf(i) == sourceOf(i)) remove(i);
    else i++;
  }
}
