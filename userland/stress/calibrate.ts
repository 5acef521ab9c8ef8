/**
 * Work: a loop of known cost, and how many rounds of it take a nanosecond.
 *
 * A `run` event is fixed work, so it is counted in rounds and not in time. A round is ten machine
 * instructions or so; the exact figure is measured once, by the stress program on the idle machine, and
 * handed to every worker. On the instruction clock one instruction is one nanosecond.
 */
import { clock } from "../lib/kernel";

/** Rounds of one call of the loop. */
const CHUNK_ROUNDS: u32 = 4096;
const MEASURED_ROUNDS: u64 = 262144;
const REPEATS: u32 = 3;

let state: u32 = 88172645;

/** Works for that many rounds, in chunks, as the measurement does. */
export function work(rounds: u64): void {
  let left = rounds;
  while (left > <u64>CHUNK_ROUNDS) {
    chunk(CHUNK_ROUNDS);
    left -= <u64>CHUNK_ROUNDS;
  }
  chunk(<u32>left);
}

/** One xorshift per round, which no compiler can leave out. */
function chunk(rounds: u32): void {
  let value = state;
  for (let i: u32 = 0; i < rounds; i++) {
    value ^= value << 13;
    value ^= value >> 17;
    value ^= value << 5;
  }
  state = value;
}

/** Rounds per millisecond: the best of a few measurements, because interruptions only slow down. */
export function roundsPerMs(): u32 {
  work(MEASURED_ROUNDS >> 3);
  let best: u64 = u64.MAX_VALUE;
  for (let i: u32 = 0; i < REPEATS; i++) {
    const start = clock();
    work(MEASURED_ROUNDS);
    best = min<u64>(best, clock() - start);
  }
  return <u32>((MEASURED_ROUNDS * 1000000) / max<u64>(best, 1));
}
