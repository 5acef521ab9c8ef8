/**
 * Frames that wait for the card: a ring of places, filled in order and taken in order.
 */
import { count, Count } from "./counters";

export const PLACES: u32 = 64;
const STRIDE: u32 = 1536;
const frames: usize = memory.data(64 * 1536, 8);
const sizes: usize = memory.data(64 * 2, 4);
/** The clock from which a frame must not leave any more. */
const ends: usize = memory.data(64 * 8, 8);
/** That of what is being built. */
let end: u64 = u64.MAX_VALUE;
let head: u32 = 0;
let tail: u32 = 0;

export function outputClear(): void {
  head = 0;
  tail = 0;
}

/** What is built from now on must leave before that clock; u64.MAX_VALUE: whenever it can. */
export function outputUntil(ns: u64): void {
  end = ns;
}

/** The end of what is being built: a packet that waits for its neighbour keeps it. */
export function outputEnd(): u64 {
  return end;
}

/** Is the oldest frame's time over? Then it is dropped, and counted. */
export function outputLate(now: u64): bool {
  assert(head !== tail);
  if (now < load<u64>(ends + ((<usize>(head & (PLACES - 1))) << 3))) return false;
  head++;
  count(Count.TOO_LATE);
  return true;
}

/** Where the next frame is built; 0: the ring is full. Nothing happens before `outputCommit`. */
export function outputPlace(): usize {
  if (tail - head < PLACES) return frames + <usize>(tail & (PLACES - 1)) * STRIDE;
  count(Count.OUTPUT_FULL);
  return 0;
}

/** The frame that was built in `outputPlace` has this size: it goes out. */
export function outputCommit(size: u32): void {
  assert(tail - head < PLACES);
  assert(size <= STRIDE);
  store<u16>(sizes + ((<usize>(tail & (PLACES - 1))) << 1), <u16>size);
  store<u64>(ends + ((<usize>(tail & (PLACES - 1))) << 3), end);
  tail++;
  count(Count.FRAMES_OUT);
}

/** The oldest frame; 0: none waits. */
export function outputFirst(): usize {
  return head === tail ? 0 : frames + <usize>(head & (PLACES - 1)) * STRIDE;
}

export function outputSize(): u32 {
  assert(head !== tail);
  return <u32>load<u16>(sizes + ((<usize>(head & (PLACES - 1))) << 1));
}

/** The oldest frame is on its way. */
export function outputDone(): void {
  assert(head !== tail);
  head++;
}
