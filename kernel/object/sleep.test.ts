/**
 * Sleepers leave the heap in the order of their due times, whoever else comes and goes.
 */
import { Limit } from "../abi/limits";
import { sleepAdd, sleepFirst, sleepNext, sleepRemove } from "./sleep";
import { Thread } from "./thread";

const NEVER: u64 = 0xffffffffffffffff;
let seed: u32 = 1;

function random(below: u32): u32 {
  seed = seed * 1664525 + 1013904223;
  return (seed >>> 8) % below;
}

function sleepUntil(index: u32, due: u64): void {
  Thread.at(index).dueNs = due;
  sleepAdd(index);
}

function drain(): u32 {
  let count: u32 = 0;
  let latest: u64 = 0;
  while (sleepNext() !== NEVER) {
    const due = sleepNext();
    assert(due >= latest);
    latest = due;
    sleepRemove(sleepFirst());
    count++;
  }
  return count;
}

export function test_an_empty_heap_is_never_due(): void {
  assert(sleepNext() === NEVER);
}

export function test_sleepers_wake_in_order(): void {
  for (let index: u32 = 0; index < <u32>Limit.THREADS; index++) {
    sleepUntil(index, <u64>random(1000000));
  }
  assert(drain() === <u32>Limit.THREADS);
}

export function test_the_killed_are_taken_out_anywhere(): void {
  for (let round: u32 = 0; round < 50; round++) {
    const count: u32 = 1 + random(40);
    for (let index: u32 = 0; index < count; index++) sleepUntil(index, <u64>random(100));
    let left = count;
    for (let index: u32 = 0; index < count; index++) {
      if (random(3) !== 0) continue;
      sleepRemove(index);
      assert(Thread.at(index).sleeping === 0);
      left--;
    }
    assert(drain() === left);
  }
}
