// One thread of a scenario as a machine of phases: what it wants to do next.
import type { ScenarioEvent, ScenarioTask } from "./file/scenario.ts";

export type Step =
  | { kind: "work"; ns: number }
  /** Work until that time. */
  | { kind: "until"; at: number }
  | { kind: "sleep"; at: number }
  | { kind: "yield" }
  | { kind: "exit" };

/** Steps without any time that a thread may take in a row; more is an endless loop. */
const EMPTY_STEPS_MAX = 100_000;

export class TaskRun {
  private loop = 0;
  private phase = 0;
  private phaseLoop = 0;
  private event = 0;
  private readonly timers: number[];

  constructor(
    readonly task: ScenarioTask,
    startNs: number,
  ) {
    this.timers = new Array<number>(task.timers).fill(startNs);
  }

  /** The next thing to do, at time `now`; events without effect are passed over. */
  next(now: number): Step {
    for (let i = 0; i < EMPTY_STEPS_MAX; i++) {
      if (this.loop >= this.task.loop) return { kind: "exit" };
      const event = this.take();
      if (event === null) continue;
      const step = this.step(event, now);
      if (step !== null) return step;
    }
    throw new Error(`the task "${this.task.name}" loops without taking any time`);
  }

  /** Moves on by one event; null at the end of a phase or of the list of phases. */
  private take(): ScenarioEvent | null {
    const phase = this.task.phases[this.phase];
    if (this.phaseLoop >= phase.loop) {
      this.phaseLoop = 0;
      if (++this.phase === this.task.phases.length) {
        this.phase = 0;
        this.loop++;
      }
      return null;
    }
    const event = phase.events[this.event];
    if (++this.event === phase.events.length) {
      this.event = 0;
      this.phaseLoop++;
    }
    return event;
  }

  private step(event: ScenarioEvent, now: number): Step | null {
    switch (event.kind) {
      case "run":
        return event.ns > 0 ? { kind: "work", ns: event.ns } : null;
      case "runtime":
        return event.ns > 0 ? { kind: "until", at: now + event.ns } : null;
      case "sleep":
        return event.ns > 0 ? { kind: "sleep", at: now + event.ns } : null;
      case "yield":
        return { kind: "yield" };
      case "timer":
        return this.timer(event.timer, event.ns, event.absolute, now);
    }
  }

  /** rt-app's timer: a period after the last expiry; a missed relative one starts afresh from now. */
  private timer(timer: number, period: number, absolute: boolean, now: number): Step | null {
    const at = this.timers[timer] + period;
    this.timers[timer] = at;
    if (now < at) return { kind: "sleep", at };
    if (!absolute) this.timers[timer] = now;
    return null;
  }
}

/** The random part of an instance's delay: the same figure as userland/stress/worker.ts draws. */
export function jitterUs(seed: number, task: number, instance: number, most: number): number {
  if (most === 0) return 0;
  let mixed = (seed ^ Math.imul(task + 1, 0x9e3779b1) ^ Math.imul(instance + 1, 0x85ebca77)) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d) >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b) >>> 0;
  mixed = (mixed ^ (mixed >>> 16)) >>> 0;
  return mixed % (most + 1);
}
