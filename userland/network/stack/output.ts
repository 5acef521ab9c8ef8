/**
 * Frames that wait for the card: a ring of places, filled in order and taken in order.
 */
import { count, Count } from "./counters";

export const PLACES: u32 = 64;
const STRIDE: u32 = 1536;
const frames: usize = memory.data(64 * 1536, 8);
const sizes: usize = memory.data(64 * 2, 4);
let head: u32 = 0;
let tail: u32 = 0;

export function outputClear(): void {
  head = 0;
  tail = 0;
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
