/**
 * Hardware interrupts: the timer only ends a wait; every other line signals whoever has bound it, and stays
 * masked until that driver acknowledges it.
 *
 * What a line costs from here to its end is charged to the group whose process bound it, not to whoever was
 * interrupted; its driver must run to unmask the line, so a flood comes no faster than that group's share allows.
 */
import { countInterrupt } from "../counters";
import { clockNow } from "../machine/clock";
import { interruptDone, Line, lineMask } from "../machine/interrupts";
import { timerFired } from "../machine/timer";
import { softSample } from "../memory/soft";
import { signal } from "../message/signal";
import { InterruptLine } from "../object/interrupt";
import { Notification } from "../object/notification";
import { chargeAccount } from "../sched/schedule";

/** Everything up to `now` is booked; the time when the interrupt is done. */
export function interrupt(line: u32, now: u64): u64 {
  countInterrupt();
  if (line === Line.TIMER) {
    timerFired();
    softSample(now);
    interruptDone(line);
    return now;
  }
  lineMask(line);
  const bound = InterruptLine.at(line);
  if (bound.notification === 0) {
    interruptDone(line);
    return now;
  }
  const account = bound.account;
  signal(Notification.at(bound.notification), bound.bits, now);
  interruptDone(line);
  const end = clockNow();
  chargeAccount(account, end - now, end);
  return end;
}
