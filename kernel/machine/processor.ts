/**
 * Registers of the processor that no Wasm value lives in: address space, floating point, task state.
 */

import { clts, fxrstor, fxsave, readCr0, writeCr0, writeCr3 } from "./machine";
import { Physical, TaskState, TrapFrame, Virtual } from "./memory-map";

const TASK_SWITCHED: u32 = 8;
/** Where the default control word and MXCSR lie in an FXSAVE area. */
const CONTROL_WORD: u32 = 0x37f;
const MXCSR_OFFSET: usize = 24;
const MXCSR_DEFAULT: u32 = 0x1f80;

let space: usize = Physical.PAGE_DIRECTORY;

/** Makes `directory` the current address space; nothing happens if it is already. */
export function spaceSwitch(directory: usize): void {
  if (space === directory) return;
  space = directory;
  writeCr3(<u32>directory);
}

/** The current page directory. */
export function spaceCurrent(): usize {
  return space;
}

/** Forgets translations of the current address space that were taken away. */
export function spaceFlush(): void {
  writeCr3(<u32>space);
}

/** The trap frame that the processor pushes into when ring 3 is left. */
export function trapFrameUse(frame: usize): void {
  const end = <u32>frame + TrapFrame.BYTES + Virtual.KERNEL;
  store<u32>(Physical.TASK_STATE + TaskState.STACK, end);
}

/** The next floating-point instruction raises exception 7. */
export function floatingPointClose(): void {
  writeCr0(readCr0() | TASK_SWITCHED);
}

export function floatingPointOpen(): void {
  clts();
}

/** Moves the registers from one 512-byte area to another thread's; 0: nobody's are loaded. */
export function floatingPointSwap(from: usize, to: usize): void {
  if (from !== 0) fxsave(from);
  fxrstor(to);
}

/** What a new thread finds in its registers. */
export function floatingPointReset(area: usize): void {
  memory.fill(area, 0, 512);
  store<u32>(area, CONTROL_WORD);
  store<u32>(area + MXCSR_OFFSET, MXCSR_DEFAULT);
}
