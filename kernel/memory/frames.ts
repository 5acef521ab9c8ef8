/**
 * Frames: the pages of physical memory that programs can have, one free list for all of them.
 *
 * Frames that were never used lie above `fresh`; those that came back are chained through their own first
 * word. Nothing is touched at boot. An account is charged before a frame is taken (`framesPromise`), and
 * its place is empty when it is (hold.ts): taking a promised frame cannot fail.
 */
import { framesCharge, framesRelease } from "../sched/schedule";

export const FRAME_BYTES: u32 = 4096;
/** Never a frame: physical page 0. */
export const NO_FRAME: usize = 0;

let fresh: usize = 0;
let end: usize = 0;
let returned: usize = NO_FRAME;
export let framesTotal: u32 = 0;
export let framesFree: u32 = 0;

/** Once, at boot: the frames between two physical addresses. */
export function framesStart(first: usize, last: usize): void {
  fresh = (first + FRAME_BYTES - 1) & ~(<usize>FRAME_BYTES - 1);
  end = last & ~(<usize>FRAME_BYTES - 1);
  assert(fresh < end);
  framesTotal = <u32>(end - fresh) / FRAME_BYTES;
  framesFree = framesTotal;
}

/** Promises frames to an account, to be touched later (hold.ts); false changes nothing. */
export function framesPromise(account: u32, count: u32): bool {
  return count === 0 || framesCharge(account, count) === 0;
}

export function framesUnpromise(account: u32, count: u32): void {
  if (count !== 0) framesRelease(account, count);
}

/** Takes a promised frame; its contents are anything. */
function frameTake(): usize {
  assert(framesFree !== 0);
  framesFree--;
  if (returned !== NO_FRAME) {
    const frame = returned;
    returned = load<u32>(frame);
    return frame;
  }
  const frame = fresh;
  fresh += FRAME_BYTES;
  assert(frame < end);
  return frame;
}

/** Takes a promised frame full of zeros. */
export function frameTakeZeroed(): usize {
  const frame = frameTake();
  memory.fill(frame, 0, FRAME_BYTES);
  return frame;
}

export function frameReturn(frame: usize): void {
  assert(frame !== NO_FRAME && (frame & (FRAME_BYTES - 1)) === 0);
  assert(framesFree < framesTotal);
  store<u32>(frame, <u32>returned);
  returned = frame;
  framesFree++;
}
