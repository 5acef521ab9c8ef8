/**
 * Settling: what is left to do once pages were taken, before a program runs again.
 *
 * Stale translations are flushed, watchers are told, and the time goes into the books of pressure.
 */
import { Account as AccountIndex } from "../abi/scheduler";
import { clockNow } from "../machine/clock";
import { spaceFlush } from "../machine/processor";
import { Memory } from "../memory/memory-records";
import {
  framesTaken,
  noticeTake,
  softRefills,
  takenFrom,
  translationsFlushed,
  unsettled,
} from "../memory/soft";
import { Notification } from "../object/notification";
import { chargeAccount, pressureStall } from "../sched/schedule";
import { signal } from "./signal";

/** What was settled already. */
let takenBefore: u32 = 0;
let refillsBefore: u32 = 0;

/** A call of this group has taken pages; `now`: when it began. It pays for that itself. */
export function settle(group: u32, now: u64): void {
  settleTimeless();
  if (held()) pressureStall(group, clockNow() - now, now);
  if (unsettled) tell(now);
}

/**
 * A page fault of this group has taken pages, or filled one that was taken. Taking is paid by whoever had borrowed
 * them; the time by then.
 */
export function settleFault(group: u32, now: u64): u64 {
  const taken = framesTaken !== takenBefore;
  settle(group, now);
  if (!taken || takenFrom === AccountIndex.ROOT) return now;
  const end = clockNow();
  chargeAccount(takenFrom, end - now, end);
  return end;
}

/** Did somebody have to wait since the last time? */
function held(): bool {
  const taken = framesTaken;
  const refills = softRefills;
  if (taken === takenBefore && refills === refillsBefore) return false;
  takenBefore = taken;
  refillsBefore = refills;
  return true;
}

/** The same in a call that nobody has looked at the clock for: watchers are told at the next entry. */
export function settleTimeless(): void {
  spaceFlush();
  translationsFlushed();
}

function tell(now: u64): void {
  let address = noticeTake();
  while (address !== 0) {
    const memory = Memory.at(address);
    signal(Notification.at(memory.watcher), memory.watcherBits, now);
    address = noticeTake();
  }
  translationsFlushed();
}
