// Scenario: a script of the checker as a file for `npx lendos stress`, in which each thread repeats its part.
//
// Threads of a scenario work and sleep; what a script needs beyond that (calls, new names, pauses) has no words there.
import type { Configuration } from "./configuration.ts";
import type { Step } from "./moves.ts";

/** A quantum in microseconds, whatever the build of the script. */
const QUANTUM_US = 4000;
const SECONDS = 2;
/** The system's own group takes up to this much of the machine in a stress run. */
const SYSTEM_PCT = 2;

type Event = Record<string, number | string>;

/** The scenario, or why there is none. */
export function scenarioOf(plan: Configuration, steps: Step[], quantum: number): object | string {
  const strange = steps.some(({ move }) => {
    const kind = (move >> 12) & 15;
    return (move & 15) > 2 || ((move >> 8) & 15 && kind !== 0) || (move >> 24) & 7;
  });
  if (strange) return "scenarios have no calls, new names, late slices or pauses";
  if (plan.accounts.some(({ parent = -1 }) => parent >= 0)) return "its groups are nested";
  const us = (span: number) => Math.round((span * QUANTUM_US) / quantum);
  const groups = plan.accounts.map(({ weight = 2, reserve, limit }, index) => [
    `/g${index}`,
    {
      cpu: {
        weight,
        ...(reserve ? { reserve: percent(reserve) } : {}),
        ...(limit ? { limit: `${percent(limit)}%` } : {}),
      },
    },
  ]);
  const tasks = plan.threads.map(({ account, role }, thread) => [
    `${role}-${thread}`,
    { taskgroup: `/g${account}`, ...partOf(thread, role === "adversary", steps, us) },
  ]);
  // The books are a group's: what a thread owns of one that it shares cannot be expected of it.
  const shared = plan.threads.filter(({ account }) => account === 0).length > 1;
  const [part, whole] = plan.share;
  const lost = (plan.bound * QUANTUM_US) / (SECONDS * 10_000);
  const least = (part / whole) * (100 - SYSTEM_PCT) - lost - 1;
  return {
    global: { duration: SECONDS },
    groups: Object.fromEntries(groups),
    tasks: Object.fromEntries(tasks),
    ...(part > 0 && least > 0 && !shared
      ? { expect: { share_pct: { "/g0": [Math.round(least * 10) / 10, 100] } } }
      : {}),
  };
}

function percent(sixtyFourths: number): number {
  return (sixtyFourths * 100) / 64;
}

/** What one thread does in the script. */
function partOf(
  thread: number,
  moves: boolean,
  steps: Step[],
  us: (span: number) => number,
): object {
  if (!moves) return { run: 1000 };
  const events: Event[] = [];
  let worked = 0;
  let slept = 0;
  let asleep = true;
  let delay: number | null = null;
  const work = () => {
    if (worked > 0) events.push({ run: us(worked) });
    worked = 0;
  };
  for (const { move, before, running, span } of steps) {
    const own = before === thread ? move & 15 : 0;
    const stopped = own === 1 || ((move >> 8) & 15) === thread + 1;
    const wakes = ((move >> 16) & (1 << thread)) !== 0;
    if (own === 2) {
      work();
      events.push({ yield: "" });
    }
    if (stopped) {
      work();
      asleep = true;
      slept = 0;
    }
    if (wakes) {
      if (delay === null) delay = us(slept);
      else events.push({ sleep: us(slept) });
      asleep = false;
    }
    if (asleep) slept += span;
    if (running === thread) worked += span;
  }
  work();
  if (asleep && slept > 0 && delay !== null) events.push({ sleep: us(slept) });
  if (events.length === 0) return { delay: SECONDS * 1_000_000, run: 1 };
  const phases = events.map((event, index) => [`p${index}`, { loop: 1, ...event }]);
  return { delay: delay ?? 0, loop: -1, phases: Object.fromEntries(phases) };
}
