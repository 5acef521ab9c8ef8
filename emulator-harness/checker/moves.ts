// Moves: what the adversaries do at one moment, as one number, and in words.
//
// Order at one moment: the running adversary acts, others are suspended, then sleepers wake (by number).
import type { Configuration } from "./configuration.ts";

export const enum Own {
  GO_ON = 0,
  BLOCK = 1,
  YIELD = 2,
}

export interface Move {
  own: Own;
  /** Masks of threads. */
  suspended: number;
  woken: number;
  /** The slice that follows ends late. */
  late: boolean;
}

const GO_ON: Move = { own: Own.GO_ON, suspended: 0, woken: 0, late: false };

/** Every move that is open to the adversaries while `running` runs and the mask `asleep` sleeps. */
export function movesOf(plan: Configuration, running: number, asleep: number): Move[] {
  const mine = plan.threads[running]?.role === "adversary" && (asleep & (1 << running)) === 0;
  const owns = mine ? [Own.GO_ON, Own.BLOCK, Own.YIELD] : [Own.GO_ON];
  const moves: Move[] = [];
  for (const own of owns) {
    // A nap may be as short as the moment itself.
    const sleepers = own === Own.BLOCK ? asleep | (1 << running) : asleep;
    for (const suspended of suspensions(plan, running, asleep)) {
      for (let woken = sleepers; ; woken = (woken - 1) & sleepers) {
        moves.push({ ...GO_ON, own, suspended, woken });
        if (plan.late !== undefined) moves.push({ own, suspended, woken, late: true });
        if (woken === 0) break;
      }
    }
  }
  return moves;
}

/** Nobody, or one ready adversary that does not run. */
function suspensions(plan: Configuration, running: number, asleep: number): number[] {
  if (!plan.suspend) return [0];
  const masks = plan.threads.map(({ role }, thread) =>
    role === "adversary" && thread !== running ? 1 << thread : 0,
  );
  return [0, ...masks.filter((mask) => mask !== 0 && (asleep & mask) === 0)];
}

/** One step of a path: a move, who ran then, and for how long. */
export interface Step {
  previous: Step | null;
  move: Move;
  /** Who ran before the move. */
  before: number;
  running: number;
  span: number;
}

/** A path as lines, oldest first; runs of the same thread without a move are one line. */
export function scriptOf(last: Step | null, quantum: number): string[] {
  const steps: Step[] = [];
  for (let step = last; step !== null; step = step.previous) steps.push(step);
  steps.reverse();
  const lines: string[] = [];
  let at = 0;
  let line = "";
  let running = -2;
  let span = 0;
  const flush = () => {
    if (line !== "") lines.push(`${line}${(span / quantum).toFixed(3)} q`);
  };
  for (const step of steps) {
    const words = wordsOf(step);
    if (words.length > 0 || step.running !== running) {
      flush();
      const who = step.running < 0 ? "nobody" : `thread ${step.running}`;
      line = `${(at / quantum).toFixed(3).padStart(9)} q  ${[...words, who].join(", ")} runs `;
      running = step.running;
      span = 0;
    }
    span += step.span;
    at += step.span;
  }
  flush();
  return lines;
}

function wordsOf({ move, before }: Step): string[] {
  const words: string[] = [];
  if (move.own === Own.BLOCK) words.push(`${before} blocks`);
  if (move.own === Own.YIELD) words.push(`${before} yields`);
  for (let thread = 0; thread < 31; thread++) {
    if (move.suspended & (1 << thread)) words.push(`${thread} is suspended`);
    if (move.woken & (1 << thread)) words.push(`${thread} wakes`);
  }
  if (move.late) words.push("late");
  return words;
}
