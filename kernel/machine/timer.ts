/**
 * The one-shot timer: counter 0 of the PIT, armed for a point in time.
 *
 * An earlier point than asked for is harmless (the kernel looks at the clock and arms again), so a timer
 * that will fire early enough is left alone: a switch of threads then costs no port access.
 */
import { outb } from "./machine";

const PIT_COMMAND: u32 = 0x43;
const PIT_COUNTER: u32 = 0x40;
const ONE_SHOT: u32 = 0x30;
const COUNT_MAX: u32 = 0xffff;
/** 1,193,182 ticks per second, as a fraction of 2^32 per nanosecond. */
const TICKS_PER_NS: u64 = 5124678;
const LONGEST_NS: u64 = 54000000;
const NEVER: u64 = 0xffffffffffffffff;

let armedFor: u64 = NEVER;

/** The timer has fired. */
export function timerFired(): void {
  armedFor = NEVER;
}

/** Is the timer still to fire? */
export function timerArmed(): bool {
  return armedFor !== NEVER;
}

/** Should the timer have fired by now? Its interrupt is on the way. */
export function timerLate(now: u64): bool {
  return armedFor <= now;
}

/** Makes the timer fire at `due` or earlier. */
export function timerArm(now: u64, due: u64): void {
  if (due === NEVER) return;
  if (armedFor !== NEVER && armedFor <= due && armedFor > now) return;
  const wait = due > now ? due - now : 0;
  const span = wait > LONGEST_NS ? LONGEST_NS : wait;
  let count = <u32>((span * TICKS_PER_NS) >> 32) + 1;
  if (count > COUNT_MAX) count = COUNT_MAX;
  outb(PIT_COMMAND, ONE_SHOT);
  outb(PIT_COUNTER, count & 255);
  outb(PIT_COUNTER, count >> 8);
  armedFor = now + span;
}
