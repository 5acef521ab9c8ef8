// A scenario as the binary plan that the stress programs in LendOS read (userland/stress/plan.ts).
import {
  EventKind,
  ExpectKind,
  Plan,
  PlanEvent,
  PlanExpect,
  PlanFlag,
  PlanGroup,
  PlanHeader,
  PlanObject,
  PlanPhase,
  PlanTask,
} from "../../userland/stress/plan.ts";
import { streamOf } from "./file/stream-name.ts";
import {
  meets,
  plain,
  type Scenario,
  type ScenarioEvent,
  type ScenarioGroup,
  type ScenarioTask,
} from "./file/scenario.ts";

export class PlanTooLarge extends Error {}

export function compilePlan(scenario: Scenario): Uint8Array {
  return new PlanWriter(scenario).write();
}

/** Where each table begins, known before anything is written. */
class PlanWriter {
  private readonly bytes = new Uint8Array(Plan.BYTES_MAX);
  private readonly view = new DataView(this.bytes.buffer);
  private readonly groupsAt = PlanHeader.BYTES;
  private readonly tasksAt: number;
  private readonly phasesAt: number;
  private readonly eventsAt: number;
  private readonly objectsAt: number;
  private readonly expectsAt: number;
  private textAt: number;
  private phase = 0;
  private event = 0;

  constructor(private readonly scenario: Scenario) {
    const phases = scenario.tasks.flatMap((task) => task.phases);
    const events = phases.flatMap((phase) => phase.events);
    this.tasksAt = this.groupsAt + scenario.groups.length * PlanGroup.BYTES;
    this.phasesAt = this.tasksAt + scenario.tasks.length * PlanTask.BYTES;
    this.eventsAt = this.phasesAt + phases.length * PlanPhase.BYTES;
    this.objectsAt = this.eventsAt + events.length * PlanEvent.BYTES;
    this.expectsAt = (this.objectsAt + scenario.objects.length * PlanObject.BYTES + 7) & ~7;
    this.textAt = this.expectsAt + scenario.expects.length * PlanExpect.BYTES;
    if (this.textAt > Plan.BYTES_MAX) throw new PlanTooLarge(this.limitText());
  }

  write(): Uint8Array {
    const { scenario } = this;
    scenario.groups.forEach((group, index) => {
      this.writeGroup(this.groupsAt + index * PlanGroup.BYTES, group);
    });
    scenario.tasks.forEach((task, index) => {
      this.writeTask(this.tasksAt + index * PlanTask.BYTES, task);
    });
    scenario.objects.forEach((users, index) => {
      this.word(this.objectsAt + index * PlanObject.BYTES + PlanObject.USERS, users);
    });
    scenario.expects.forEach((expect, index) => {
      const at = this.expectsAt + index * PlanExpect.BYTES;
      this.word(at + PlanExpect.KIND, expect.kind);
      this.word(at + PlanExpect.GROUP, expect.group);
      this.word(at + PlanExpect.LEAST, expect.least ? 1 : 0);
      this.long(at + PlanExpect.BOUND, expect.bound);
    });
    this.writeHeader();
    return this.bytes.slice(0, this.textAt);
  }

  private writeHeader(): void {
    const { scenario } = this;
    this.text(PlanHeader.NAME_AT, PlanHeader.NAME_SIZE, scenario.name);
    this.word(PlanHeader.MAGIC, Plan.MAGIC);
    this.word(PlanHeader.VERSION, Plan.VERSION);
    this.word(PlanHeader.SEED, scenario.seed);
    this.long(PlanHeader.DURATION_NS, scenario.durationNs);
    this.word(PlanHeader.GROUPS, scenario.groups.length);
    this.word(PlanHeader.GROUPS_AT, this.groupsAt);
    this.word(PlanHeader.TASKS, scenario.tasks.length);
    this.word(PlanHeader.TASKS_AT, this.tasksAt);
    this.word(PlanHeader.PHASES_AT, this.phasesAt);
    this.word(PlanHeader.EVENTS_AT, this.eventsAt);
    this.word(PlanHeader.EXPECTS, scenario.expects.length);
    this.word(PlanHeader.EXPECTS_AT, this.expectsAt);
    this.word(PlanHeader.THREADS, threadsOf(scenario));
    this.word(PlanHeader.OBJECTS, scenario.objects.length);
    this.word(PlanHeader.OBJECTS_AT, this.objectsAt);
    this.word(PlanHeader.FLAGS, flagsOf(scenario));
    this.word(PlanHeader.BUFFER_BYTES, scenario.bufferBytes);
    this.word(PlanHeader.MEMORY_BYTES, memoryOf(scenario));
    this.word(PlanHeader.SIZE, this.textAt);
  }

  private writeGroup(at: number, group: ScenarioGroup): void {
    this.word(at + PlanGroup.PARENT, group.parent);
    this.word(at + PlanGroup.RESERVE_PPM, group.reservePpm);
    this.word(at + PlanGroup.WEIGHT, group.weight);
    this.word(at + PlanGroup.LIMIT_PPM, group.limitPpm);
    this.word(at + PlanGroup.HUNGRY, group.hungry ? 1 : 0);
    this.word(at + PlanGroup.SLEEPS, group.sleeps ? 1 : 0);
    this.word(at + PlanGroup.FRAMES_RESERVE, group.framesReserve);
    this.word(at + PlanGroup.FRAMES_LIMIT, group.framesLimit);
    this.word(at + PlanGroup.MEMORY_TAX, group.memoryTax);
    this.text(at + PlanGroup.NAME_AT, at + PlanGroup.NAME_SIZE, group.path);
  }

  private writeTask(at: number, task: ScenarioTask): void {
    this.word(at + PlanTask.GROUP, task.group);
    this.word(at + PlanTask.INSTANCES, task.instances);
    this.word(at + PlanTask.DELAY_US, task.delayUs);
    this.word(at + PlanTask.JITTER_US, task.jitterUs);
    this.word(at + PlanTask.LOOP, loopWord(task.loop));
    this.word(at + PlanTask.PHASE, this.phase);
    this.word(at + PlanTask.PHASES, task.phases.length);
    this.word(at + PlanTask.FORKS, task.forks);
    this.word(at + PlanTask.CACHE_PAGES, cachePages(task));
    this.word(at + PlanTask.HOLDS, eventsOf(task).some(({ kind }) => kind === "hold") ? 1 : 0);
    this.word(at + PlanTask.STREAM, streamOf(task.name, this.scenario.seed));
    this.text(at + PlanTask.NAME_AT, at + PlanTask.NAME_SIZE, task.name);
    for (const phase of task.phases) {
      const phaseAt = this.phasesAt + this.phase++ * PlanPhase.BYTES;
      this.word(phaseAt + PlanPhase.LOOP, loopWord(phase.loop));
      this.word(phaseAt + PlanPhase.EVENT, this.event);
      this.word(phaseAt + PlanPhase.EVENTS, phase.events.length);
      for (const event of phase.events) this.writeEvent(event);
    }
  }

  private writeEvent(event: ScenarioEvent): void {
    const at = this.eventsAt + this.event++ * PlanEvent.BYTES;
    this.word(at + PlanEvent.KIND, eventKind(event));
    this.word(at + PlanEvent.OBJECT, objectOf(event));
    this.word(at + PlanEvent.SECOND, secondOf(event));
    if (event.kind === "memrun") {
      this.word(at + PlanEvent.NS_LOW, event.count);
      this.word(at + PlanEvent.NS_HIGH, event.bytes);
    } else if (event.kind === "cache") {
      this.long(at + PlanEvent.NS_LOW, event.missNs);
    } else if (event.kind === "hold") {
      this.long(at + PlanEvent.NS_LOW, event.holdBytes);
    } else {
      this.long(at + PlanEvent.NS_LOW, "ns" in event ? event.ns : bytesOf(event));
    }
  }

  private text(addressAt: number, sizeAt: number, text: string): void {
    const encoded = new TextEncoder().encode(text);
    if (this.textAt + encoded.length > Plan.BYTES_MAX) throw new PlanTooLarge(this.limitText());
    this.bytes.set(encoded, this.textAt);
    this.word(addressAt, this.textAt);
    this.word(sizeAt, encoded.length);
    this.textAt += encoded.length;
  }

  private limitText(): string {
    return `the scenario's plan is larger than ${Plan.BYTES_MAX} bytes`;
  }

  private word(at: number, value: number): void {
    this.view.setUint32(at, value, true);
  }

  private long(at: number, value: number): void {
    this.view.setBigUint64(at, BigInt(value), true);
  }
}

export function threadsOf(scenario: Scenario): number {
  return scenario.tasks.reduce((sum, task) => sum + task.instances, 0);
}

function loopWord(loop: number): number {
  return loop === Number.POSITIVE_INFINITY ? Plan.FOREVER : loop;
}

/** PlanFlag bits. The events of old are not counted, so such runs are what they were. */
export function flagsOf(scenario: Scenario): number {
  const events = scenario.tasks.flatMap(eventsOf);
  const counts = scenario.log || !events.every(plain);
  return (
    (events.some(meets) ? PlanFlag.MEETS : 0) |
    (counts ? PlanFlag.COUNTS : 0) |
    (scenario.log ? PlanFlag.LOG : 0) |
    (delaysWanted(scenario) ? PlanFlag.DELAYS : 0) |
    (scenario.trace ? PlanFlag.TRACE : 0) |
    (events.some(({ kind }) => kind === "hold" || kind === "cache") ? PlanFlag.MEMORY : 0) |
    (scenario.cumulativeSlack ? PlanFlag.CUMULATIVE : 0)
  );
}

/** Lag comes from the trace as well. */
export function delaysWanted({ delays, trace, expects }: Scenario): boolean {
  return delays || trace || expects.some(({ kind }) => kind === ExpectKind.LAG_PPM_Q);
}

function eventsOf({ phases }: ScenarioTask): ScenarioEvent[] {
  return phases.flatMap(({ events }) => events);
}

/** Entries of the largest cache that the task reads. */
function cachePages(task: ScenarioTask): number {
  return Math.max(0, ...eventsOf(task).map((event) => (event.kind === "cache" ? event.pages : 0)));
}

/** What a worker's buffers take. */
function memoryOf(scenario: Scenario): number {
  let most = 0;
  for (const event of scenario.tasks.flatMap(eventsOf)) {
    if (event.kind === "memrun") most = Math.max(most, event.bytes);
    if (event.kind === "mem" || event.kind === "iorun") most = Math.max(most, scenario.bufferBytes);
  }
  return most;
}

function bytesOf(event: ScenarioEvent): number {
  return "bytes" in event ? event.bytes : 0;
}

function objectOf(event: ScenarioEvent): number {
  switch (event.kind) {
    case "timer":
      return event.timer;
    case "fork":
      return event.task;
    case "memrun":
      return event.bits;
    case "cache":
      return event.pages;
    case "arrive":
      return event.random ? 1 : 0;
    default:
      return "object" in event ? event.object : 0;
  }
}

function secondOf(event: ScenarioEvent): number {
  if (event.kind === "memrun") return event.stride;
  if (event.kind === "cache") return event.reads;
  return "mutex" in event ? event.mutex : 0;
}

const KINDS: Record<Exclude<ScenarioEvent["kind"], "timer" | "shared-timer">, EventKind> = {
  run: EventKind.RUN,
  runtime: EventKind.RUNTIME,
  sleep: EventKind.SLEEP,
  yield: EventKind.YIELD,
  mem: EventKind.MEM,
  memrun: EventKind.MEMRUN,
  iorun: EventKind.IORUN,
  fork: EventKind.FORK,
  suspend: EventKind.SUSPEND,
  resume: EventKind.RESUME,
  lock: EventKind.LOCK,
  unlock: EventKind.UNLOCK,
  wait: EventKind.WAIT,
  signal: EventKind.SIGNAL,
  broad: EventKind.BROAD,
  sync: EventKind.SYNC,
  sem_post: EventKind.SEM_POST,
  sem_wait: EventKind.SEM_WAIT,
  barrier: EventKind.BARRIER,
  hold: EventKind.HOLD,
  cache: EventKind.CACHE,
  arrive: EventKind.ARRIVE,
  answer: EventKind.ANSWER,
};

export function eventKind(event: ScenarioEvent): EventKind {
  switch (event.kind) {
    case "timer":
      return event.absolute ? EventKind.TIMER_ABSOLUTE : EventKind.TIMER_RELATIVE;
    case "shared-timer":
      return event.absolute ? EventKind.SHARED_ABSOLUTE : EventKind.SHARED_RELATIVE;
    default:
      return KINDS[event.kind];
  }
}
