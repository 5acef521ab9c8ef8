/**
 * Random numbers of a worker: xorshift from a seed that depends on the task's name and not on its place, so that
 * a task draws the same whatever else is in the scenario. emulator-harness/stress/stream.ts draws the same.
 */

/** The seed of one instance; never 0. */
export function streamSeed(task: u32, instance: u32): u32 {
  let mixed = task ^ ((instance + 1) * 0x9e3779b1);
  mixed = (mixed ^ (mixed >> 16)) * 0x7feb352d;
  mixed = (mixed ^ (mixed >> 15)) * 0x846ca68b;
  mixed ^= mixed >> 16;
  return mixed === 0 ? 1 : mixed;
}

/** The next number; also the state after it. */
export function streamNext(state: u32): u32 {
  let value = state;
  value ^= value << 13;
  value ^= value >> 17;
  value ^= value << 5;
  return value;
}

/**
 * A time of the given mean, distributed nearly exponentially: -log2 of the number, its fraction by a straight
 * line, which makes the mean 3/2. Whole numbers only, so that every machine draws the same.
 */
export function streamGap(mean: u64, drawn: u32): u64 {
  const zeros = clz(drawn);
  const fraction = (drawn << (zeros + 1)) >> 16;
  const units = (zeros << 16) + 65536 - fraction;
  return (mean * <u64>units) / 98304;
}

/** A whole number in 0..bound-1. */
export function streamBelow(bound: u32, drawn: u32): u32 {
  return <u32>((<u64>drawn * <u64>bound) >> 32);
}
