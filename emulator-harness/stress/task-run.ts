// One thread of a scenario as a machine of phases: what it wants to do next.
import { memoryNs } from "./costs.ts";
import { eventKind } from "./compile-plan.ts";
import type { ScenarioEvent, ScenarioTask } from "./file/scenario.ts";
import type { TaskMemory } from "./task-memory.ts";
import type { PassLog } from "./pass-log.ts";

type Of<Kind extends ScenarioEvent["kind"]> = Extract<ScenarioEvent, { kind: Kind }>;

export type Step =
  | { kind: "work"; ns: number }
  /** Work until that time. */
  | { kind: "until"; at: number }
  | { kind: "sleep"; at: number }
  | { kind: "yield" }
  | { kind: "fork"; task: number }
  /** Ask whether to wait. */
  | { kind: "ask"; event: ScenarioEvent }
  /** Ask a shared timer how long to sleep. */
  | { kind: "expire"; event: Of<"shared-timer"> }
  | { kind: "exit" };

/** What all threads of a run have in common. */
export interface Common {
  bufferBytes: number;
  /** Events by EventKind. */
  counts: Uint32Array;
}

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
    private readonly startNs: number,
    private readonly common: Common,
    readonly log: PassLog | null = null,
    private readonly memory: TaskMemory | null = null,
  ) {
    this.timers = new Array<number>(task.timers).fill(startNs);
  }

  /** The zero of its timers: when its task's first event is due. */
  get begin(): number {
    return this.startNs;
  }

  /** The next thing to do, at time `now`; events without effect are passed over. */
  next(now: number, served: number): Step {
    this.log?.settle(now, served);
    for (let i = 0; i < EMPTY_STEPS_MAX; i++) {
      if (this.loop >= this.task.loop) return { kind: "exit" };
      if (this.event === 0) this.log?.end(now);
      const first = this.event === 0;
      const event = this.take();
      if (event === null) continue;
      if (first) this.log?.begin(now);
      this.common.counts[eventKind(event)]++;
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
      case "runtime":
        return this.work(event.kind, event.ns, now);
      case "sleep":
        return event.ns > 0 ? { kind: "sleep", at: now + event.ns } : null;
      case "yield":
        return { kind: "yield" };
      case "timer":
        return this.timer(event.timer, event.ns, event.absolute, now);
      case "shared-timer":
        return { kind: "expire", event };
      case "mem":
      case "iorun":
      case "memrun": {
        const ns = memoryNs(event, this.common.bufferBytes);
        return ns > 0 ? { kind: "work", ns } : null;
      }
      case "hold":
      case "cache": {
        const ns = event.kind === "hold" ? this.memory!.hold(event) : this.memory!.cache(event);
        return ns > 0 ? { kind: "work", ns } : null;
      }
      case "arrive": {
        const at = this.memory!.arrive(event);
        return now < at ? { kind: "sleep", at } : null;
      }
      case "answer":
        this.memory!.answer(now);
        return null;
      case "fork":
        return { kind: "fork", task: event.task };
      default:
        return { kind: "ask", event };
    }
  }

  private work(kind: "run" | "runtime", ns: number, now: number): Step | null {
    const fixed = kind === "run";
    this.log?.work(now, fixed ? ns : 0, ns);
    if (ns === 0) return null;
    return fixed ? { kind: "work", ns } : { kind: "until", at: now + ns };
  }

  /** rt-app's timer: a period after the last expiry; a missed relative one starts afresh from now. */
  private timer(timer: number, period: number, absolute: boolean, now: number): Step | null {
    const at = this.timers[timer] + period;
    this.timers[timer] = at;
    this.log?.timer(now, at, period);
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
