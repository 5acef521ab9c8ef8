/** Sorts registers by priority, highest first: radix sort on the bits of a float, linear. */
import { Vector } from "../lower/vector";
import { Virtual } from "../lower/virtual";

/** The result of the last sort. */
export const sorted: Vector = changetype<Vector>(memory.data(12));
const other: Vector = changetype<Vector>(memory.data(12));
const counts: usize = memory.data(4 * 2048);

const SMALL: u32 = 24;

export function forgetSort(): void {
  sorted.forget();
  other.forget();
}

/** Puts the registers listed in `source` into `sorted`. */
export function sortByPriority(source: Vector): void {
  sorted.clear();
  sorted.pushBytes(source.base, source.length);
  if (source.words <= SMALL) return insertionSort();
  other.clear();
  other.append(source.length);
  pass(sorted, other, 0);
  pass(other, sorted, 11);
  pass(sorted, other, 22);
  memory.copy(sorted.base, other.base, sorted.length);
}

/** The priority's bits, inverted so that small keys are high. Priorities are not negative. */
function keyOf(register: u32): u32 {
  return ~reinterpret<u32>(Virtual.at(register).priority);
}

function insertionSort(): void {
  const count = sorted.words;
  for (let i: u32 = 1; i < count; i++) {
    const register = sorted.word(i);
    const key = keyOf(register);
    let k = i;
    while (k > 0 && keyOf(sorted.word(k - 1)) > key) {
      sorted.setWord(k, sorted.word(k - 1));
      k--;
    }
    sorted.setWord(k, register);
  }
}

function pass(source: Vector, target: Vector, shift: u32): void {
  memory.fill(counts, 0, 4 * 2048);
  const count = source.words;
  for (let i: u32 = 0; i < count; i++) {
    const cell = counts + (((keyOf(source.word(i)) >> shift) & 2047) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
  let sum: u32 = 0;
  for (let i: u32 = 0; i < 2048; i++) {
    const cell = counts + (i << 2);
    const here = load<u32>(cell);
    store<u32>(cell, sum);
    sum += here;
  }
  for (let i: u32 = 0; i < count; i++) {
    const register = source.word(i);
    const cell = counts + (((keyOf(register) >> shift) & 2047) << 2);
    const place = load<u32>(cell);
    store<u32>(cell, place + 1);
    target.setWord(place, register);
  }
}
