// What events name: mutexes, conditions, semaphores, barriers, timers and tasks, over the whole file.
//
// Names are numbered as they come. Only when all tasks are read is it known who meets at a barrier, which
// timers several threads have, and which task a fork starts.
import { Plan, TimerLimit } from "../../../userland/stress/plan.ts";
import type { Position } from "./json.ts";
import type { ScenarioEvent, ScenarioTask } from "./scenario.ts";
import { refuse } from "./value.ts";

/** Names of different kinds do not meet, as in rt-app; a suspended task waits at its own name. */
export type ObjectKind = "mutex" | "condition" | "semaphore" | "barrier" | "task" | "timer";

/** Threads that forks may add to a scenario. */
const FORKED_MAX = 512;
/** A worker has 64 threads, its own included. */
const FORKS_PER_THREAD = 63;

interface Use<Event> {
  name: string;
  at: Position;
  task: ScenarioTask;
  event: Event;
}
type Of<Kind extends ScenarioEvent["kind"]> = Extract<ScenarioEvent, { kind: Kind }>;

export class Names {
  /** How many threads meet at each object; of barriers only. */
  readonly users: number[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly forks: Use<Of<"fork">>[] = [];
  private readonly resumes: Use<Of<"resume">>[] = [];
  private readonly barriers: Use<Of<"barrier">>[] = [];
  private readonly timers: Use<Of<"timer">>[] = [];

  object(kind: ObjectKind, name: string, at: Position): number {
    const key = `${kind}:${name}`;
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    if (this.users.length === Plan.OBJECTS_MAX) {
      refuse(at, `at most ${Plan.OBJECTS_MAX} mutexes, conditions, semaphores and the like`);
    }
    this.numbers.set(key, this.users.length);
    return this.users.push(0) - 1;
  }

  fork(task: ScenarioTask, name: string, at: Position): ScenarioEvent {
    const event: Of<"fork"> = { kind: "fork", task: -1, mutex: this.object("mutex", "\0fork", at) };
    this.forks.push({ name, at, task, event });
    return event;
  }

  resume(task: ScenarioTask, name: string, at: Position): ScenarioEvent {
    const event: Of<"resume"> = { kind: "resume", object: this.object("task", name, at) };
    this.resumes.push({ name, at, task, event });
    return event;
  }

  barrier(task: ScenarioTask, name: string, at: Position): ScenarioEvent {
    const event: Of<"barrier"> = { kind: "barrier", object: this.object("barrier", name, at) };
    this.barriers.push({ name, at, task, event });
    return event;
  }

  timer(task: ScenarioTask, name: string, at: Position, event: Of<"timer">): ScenarioEvent {
    this.timers.push({ name, at, task, event });
    return event;
  }

  /** All tasks are read: ties the names together. */
  finish(tasks: ScenarioTask[]): void {
    this.finishForks(tasks);
    for (const { name, at } of this.resumes) {
      if (!tasks.some((task) => task.name === name)) refuse(at, `there is no task "${name}"`);
    }
    const forkable = new Set(this.forks.map(({ event }) => event.task));
    for (const { name, at, task, event } of this.barriers) {
      if (forkable.has(tasks.indexOf(task))) {
        refuse(at, `the barrier "${name}" cannot know how often "${task.name}" is forked`);
      }
      this.users[event.object] += task.instances;
    }
    this.finishTimers(forkable, tasks);
  }

  private finishForks(tasks: ScenarioTask[]): void {
    for (const { name, at, event } of this.forks) {
      event.task = tasks.findIndex((task) => task.name === name);
      if (event.task < 0) refuse(at, `there is no task "${name}" to fork`);
    }
    // Whoever forks a task that forks has its forks too: all of them are threads of one worker.
    const forking = tasks.filter((task) => this.forks.some((fork) => fork.task === task));
    const threads = forking.reduce((sum, task) => sum + task.instances, 0);
    const each = Math.min(FORKS_PER_THREAD, Math.floor(FORKED_MAX / Math.max(threads, 1)));
    for (const task of forking) task.forks = each;
  }

  /** A timer that several threads have is the hub's, unless its name begins with "unique". */
  private finishTimers(forkable: Set<number>, tasks: ScenarioTask[]): void {
    for (const { name, at, task, event } of this.timers) {
      const alone = this.timers.every((other) => other.name !== name || other.task === task);
      const single = task.instances === 1 && !forkable.has(tasks.indexOf(task));
      if (name.startsWith("unique") || (alone && single)) continue;
      const { ns, absolute } = event;
      const shared = { kind: "shared-timer", ns, absolute, object: this.object("timer", name, at) };
      Object.assign(event, shared);
      delete (event as Partial<Of<"timer">>).timer;
    }
    for (const task of tasks) {
      if (task.timers > TimerLimit.TIMERS) {
        const own = this.timers.find((use) => use.task === task)!;
        refuse(own.at, `a task has at most ${TimerLimit.TIMERS} timers`);
      }
    }
  }
}
