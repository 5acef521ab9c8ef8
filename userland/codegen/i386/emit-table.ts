/**
 * Branch tables as binary trees of compares: 0.4 ns a level on v86, an indirect jump costs 5. Runs
 * of equal targets are one leaf.
 */
import { Alu, Condition, lists, Step } from "../lower/step";
import { Vector } from "../lower/vector";
import { aluConstant } from "./encoder";
import { EAX, fetch } from "./operands";
import { jumpIf, jumpTo, localLabel, placeLabel, room } from "./text";

/** Runs of equal targets: first index, label. */
const runs: Vector = changetype<Vector>(memory.data(12));
/** Ranges of runs still to be written: first, last, label of their code (or NONE). */
const pending: Vector = changetype<Vector>(memory.data(12));
const NONE: u32 = 0xffffffff;

export function forgetTables(): void {
  runs.forget();
  pending.forget();
}

export function emitBranchTable(step: Step): void {
  runs.clear();
  for (let i: u32 = 0; i < step.count; i++) {
    const label = lists.word(step.extra + i);
    if (runs.words != 0 && runs.word(runs.words - 1) == label) continue;
    runs.push32(i);
    runs.push32(label);
  }
  const register = fetch(step.a, EAX);
  pending.clear();
  pushRange(0, (runs.words >> 1) - 1, NONE);
  while (pending.length != 0) {
    const label = popWord();
    const last = popWord();
    const first = popWord();
    room(40);
    if (label != NONE) placeLabel(label);
    emitRange(register, first, last);
  }
}

function pushRange(first: u32, last: u32, label: u32): void {
  pending.push32(first);
  pending.push32(last);
  pending.push32(label);
}

function popWord(): u32 {
  pending.length -= 4;
  return load<u32>(pending.base + pending.length);
}

/** Halves a range until one run is left, and jumps there; upper halves wait in `pending`. */
function emitRange(register: u32, first: u32, last: u32): void {
  while (first < last) {
    room(40);
    const middle = (first + last + 1) >> 1;
    aluConstant(Alu.CMP, register, runs.word(middle * 2));
    if (middle == last) {
      jumpIf(Condition.ABOVE_EQUAL, runs.word(middle * 2 + 1));
    } else {
      const label = localLabel();
      jumpIf(Condition.ABOVE_EQUAL, label);
      pushRange(middle, last, label);
    }
    last = middle - 1;
  }
  jumpTo(runs.word(first * 2 + 1));
}
