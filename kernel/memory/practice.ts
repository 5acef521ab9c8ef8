/**
 * Practice frames: memory for tests that need frames of their own; only tests import this file.
 */
import { framesConfigure, scheduleStart } from "../sched/schedule";
import { weighted } from "../sched/timetable";
import { FRAME_BYTES, framesStart } from "./frames";

const FRAMES: u32 = 160;
const WASM_PAGE_SHIFT: u32 = 16;
const NO_LIMIT: u32 = 0xffffffff;

/** An empty schedule, and frames behind everything that the module has. */
export function practiceBegin(): void {
  scheduleStart(0, FRAMES);
  const pages = (FRAMES * FRAME_BYTES) >> WASM_PAGE_SHIFT;
  const start = (<usize>memory.grow(<i32>pages)) << WASM_PAGE_SHIFT;
  framesStart(start, start + FRAMES * FRAME_BYTES);
}

/** An account that may have every frame. */
export function practiceAccount(): u32 {
  return practiceLimited(NO_LIMIT);
}

export function practiceLimited(frames: u32): u32 {
  const account = weighted(100);
  const refusal = framesConfigure(account, 0, frames);
  assert(refusal === 0);
  return account;
}
