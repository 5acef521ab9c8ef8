/**
 * Floating-point registers, switched lazily: they stay with the thread that used them last until another
 * one touches them and gets exception 7. The kernel itself never does.
 */
import { floatingPointClose, floatingPointOpen, floatingPointSwap } from "../machine/processor";
import { NO_THREAD, Thread } from "./thread";

/** Whose registers they hold. */
let owner: u32 = NO_THREAD;
let open: bool = true;

/** What every switch of threads does, in line. */
export class FloatingPoint {
  /** A thread is about to run: its first use faults unless the registers are still its own. */
  @inline
  static allow(index: u32): void {
    if (owner === index) {
      if (open) return;
      open = true;
      floatingPointOpen();
    } else if (open) {
      open = false;
      floatingPointClose();
    }
  }
}

/** Exception 7: gives the registers to the running thread. */
export function floatingPointGive(index: u32): void {
  floatingPointOpen();
  open = true;
  assert(owner !== index);
  const from: usize = owner === NO_THREAD ? 0 : Thread.at(owner).floatingPoint;
  floatingPointSwap(from, Thread.at(index).floatingPoint);
  owner = index;
}

/** The thread is gone; its registers are nobody's. */
export function floatingPointForget(index: u32): void {
  if (owner === index) owner = NO_THREAD;
}
