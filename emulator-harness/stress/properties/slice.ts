// What a tenant that sleeps after each piece of work is sure to have done on a static slice of the processor.
//
// A slice of a part r is Q = r * q of time in every period of one quantum q, wherever in the period it lies: more is in
// nobody's power to give to all tenants at once, for a slice that waits for its owner to wake takes the others' place.
// (A limit of r on an empty machine is no such slice: it is there at every moment.) A script that sleeps meets it at
// the wrong time again and again, so how far it comes depends on luck; what does not is each piece of c:
//
//   done within  c + (ceil(c / Q) + 1) * (q - Q)  of its wake-up.
//
// For a slice: it was there at the beginning of a period, comes at the end of the next, and so on. For LendOS's
// servers (kernel/sched/server.ts): a fresh budget at the wake-up is served within q, and so is each of those that
// follow. A budget of which b is left until the deadline d is kept; the rest Q - b has been used since d - q, so
// d - t <= q - Q + b: what is left is done by d, the other c - b takes ceil((c - b) / Q) periods after it, the
// last of them up to where it ends.
import { SchedulerTime } from "../../../kernel/abi/scheduler.ts";
import type { DraftEvent, DraftTask } from "./draft.ts";

const QUANTUM_US = SchedulerTime.QUANTUM_NS / 1000;
const EPOCH_US = SchedulerTime.EPOCH_NS / 1000;
/** A wake-up comes with a poll of the timer, and costs switches. */
const LATE_US = 120;

/** Can the bound be told: one thread that works and sleeps, each for a given time? */
export function isClosedLoop({ instances, lender, events }: DraftTask): boolean {
  const plain = events.every(({ kind }) => kind !== "timer");
  return instances === 1 && !lender && plain && events.some(({ kind }) => kind === "sleep");
}

/** The longest that a piece of work takes from its wake-up, in us; `reserve` in percent. */
export function pieceUs(work: number, reserve: number): number {
  const budget = (QUANTUM_US * reserve) / 100;
  return work + (Math.ceil(work / budget) + 1) * (QUANTUM_US - budget);
}

/** Work in us that is certainly done by the end of each of so many epochs. */
export function certainWork(task: DraftTask, reserve: number, epochs: number): number[] {
  const pieces = piecesOf(task.events);
  const done: number[] = [];
  // An account's first budget comes a period after it was opened.
  let now = task.delayUs + QUANTUM_US + LATE_US;
  let sum = 0;
  for (let at = 0; done.length < epochs; at = (at + 1) % pieces.length) {
    const { work, sleep } = pieces[at];
    now += pieceUs(work, reserve);
    while (done.length < epochs && (done.length + 1) * EPOCH_US < now) done.push(sum);
    sum += work;
    now += sleep + LATE_US;
  }
  return done;
}

/** The loop as pieces of work and the sleeps behind them; work at its end goes on at its beginning. */
function piecesOf(events: DraftEvent[]): { work: number; sleep: number }[] {
  const last = events.findLastIndex(({ kind }) => kind === "sleep");
  const pieces: { work: number; sleep: number }[] = [];
  let work = 0;
  for (const { kind, us } of [...events.slice(last + 1), ...events.slice(0, last + 1)]) {
    if (kind === "run") work += us;
    if (kind !== "sleep") continue;
    pieces.push({ work, sleep: us });
    work = 0;
  }
  return pieces;
}
