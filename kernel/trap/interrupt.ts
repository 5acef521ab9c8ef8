/**
 * Hardware interrupts: the timer only ends a wait; every other line signals whoever has bound it, and stays
 * masked until that driver acknowledges it.
 */
import { countInterrupt } from "../counters";
import { interruptDone, Line, lineMask } from "../machine/interrupts";
import { timerFired } from "../machine/timer";
import { signal } from "../message/signal";
import { InterruptLine } from "../object/interrupt";
import { Notification } from "../object/notification";

export function interrupt(line: u32, now: u64): void {
  countInterrupt();
  if (line === Line.TIMER) {
    timerFired();
  } else {
    lineMask(line);
    const bound = InterruptLine.at(line);
    if (bound.notification !== 0) signal(Notification.at(bound.notification), bound.bits, now);
  }
  interruptDone(line);
}
