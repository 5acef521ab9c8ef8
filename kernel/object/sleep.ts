/**
 * Sleepers: threads in a binary heap, the earliest due time on top.
 *
 * `Thread.sleeping` is the thread's position plus one, so that a killed sleeper is taken out directly.
 */
import { Limit } from "../abi/limits";
import { Thread } from "./thread";

const NEVER: u64 = 0xffffffffffffffff;
const heap: usize = memory.data(Limit.THREADS * 4, 4);
let count: u32 = 0;

/** When the next sleeper is due; NEVER without one. */
export function sleepNext(): u64 {
  return count === 0 ? NEVER : Thread.at(at(0)).dueNs;
}

/** The sleeper that is due first; there must be one. */
export function sleepFirst(): u32 {
  assert(count !== 0);
  return at(0);
}

export function sleepAdd(index: u32): void {
  assert(Thread.at(index).sleeping === 0);
  count++;
  place(index, count - 1);
  rise(count - 1);
}

export function sleepRemove(index: u32): void {
  const position = Thread.at(index).sleeping - 1;
  assert(at(position) === index);
  Thread.at(index).sleeping = 0;
  count--;
  if (position === count) return;
  place(at(count), position);
  rise(position);
  sink(position);
}

function at(position: u32): u32 {
  return load<u32>(heap + ((<usize>position) << 2));
}

function place(index: u32, position: u32): void {
  store<u32>(heap + ((<usize>position) << 2), index);
  Thread.at(index).sleeping = position + 1;
}

function earlier(one: u32, other: u32): bool {
  return Thread.at(at(one)).dueNs < Thread.at(at(other)).dueNs;
}

function swap(one: u32, other: u32): void {
  const index = at(one);
  place(at(other), one);
  place(index, other);
}

function rise(start: u32): void {
  let position = start;
  while (position > 0) {
    const parent = (position - 1) >> 1;
    if (!earlier(position, parent)) return;
    swap(position, parent);
    position = parent;
  }
}

function sink(start: u32): void {
  let position = start;
  while (true) {
    let least = position;
    const left = position * 2 + 1;
    if (left < count && earlier(left, least)) least = left;
    if (left + 1 < count && earlier(left + 1, least)) least = left + 1;
    if (least === position) return;
    swap(position, least);
    position = least;
  }
}
