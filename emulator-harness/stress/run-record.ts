// One finished run: what was printed for people, and the `@` records (userland/stress/lines.ts) behind it.

export interface StartRecord {
  stress: "start";
  scenario: string;
  durationMs: number;
  epochMs: number;
  seed: number;
  groups: {
    path: string;
    reservePpm: number;
    weight: number;
    limitPpm: number;
    leaf: boolean;
    hungry: boolean;
  }[];
}

export interface EpochRecord {
  stress: "epoch";
  ms: number;
  /** Per group: entitled, used, lent, borrowed in microseconds. */
  groups: [number, number, number, number][];
}

export interface GroupResult {
  path: string;
  entitledNs: number;
  usedNs: number;
  lentNs: number;
  borrowedNs: number;
  idealNs?: number;
  errorPpm?: number;
  wakeCount: number;
  wakeP50Ns: number;
  wakeP99Ns: number;
  wakeP999Ns: number;
  wakeMaxNs: number;
  /** End of a latency bucket in ns, and how many waits fell into it. */
  wakes: [number, number][];
}

export interface ExpectResult {
  name: string;
  group?: string;
  least?: number;
  most?: number;
  measured: number;
  met: boolean;
}

export interface EndRecord {
  stress: "end";
  failed: number;
  idleNs: number;
  idleWhileReadyNs: number;
  hostNs: number;
  switches: number;
  shareErrorPpm: number;
  jainPpm: number;
  groups: GroupResult[];
  expect: ExpectResult[];
}

export interface EventsRecord {
  stress: "events";
  /** By the names of rt-app. */
  counts: Record<string, number>;
  forksRefused: number;
}

/** One pass of a phase: the worker, then the words of LogWord (userland/stress/plan.ts). */
export interface LogRecord {
  stress: "log";
  row: number[];
}

export interface MemoryRecord {
  stress: "memory";
  ms: number;
  /** Pages per group: held, soft, lent, borrowed, soft ones taken so far. */
  groups: [number, number, number, number, number][];
}

/** What became of a task's requests and memory. */
export interface TaskRecord {
  stress: "task";
  task: string;
  answered: number;
  p50Ns: number;
  p99Ns: number;
  maxNs: number;
  sumNs: number;
  hits: number;
  misses: number;
  /** Misses of entries that had never been there. */
  firstReads: number;
  cachePages: number;
  growPages: number;
  growNs: number;
  growWorstNs: number;
  holdsRefused: number;
  /** End of a latency bucket in ns, and how many requests took at most so long. */
  latencies: [number, number][];
}

export interface StressRun {
  file: string;
  on: "model" | "v86";
  /** 0 all expectations met, 1 some failed, 3 the run did not come to its end. */
  exitCode: number;
  start: StartRecord | null;
  epochs: EpochRecord[];
  end: EndRecord | null;
  /** Only where events are counted. */
  events?: EventsRecord;
  /** Only of tasks with requests or memory of their own. */
  tasks?: TaskRecord[];
  /** Where some task holds memory or caches, in LendOS: the groups' pages at the ends of epochs. */
  memory?: MemoryRecord[];
  /** Only with --log: rows of LogRecord. */
  log?: number[][];
}

/** Sorts the records of a run. */
export function runOf(
  file: string,
  on: StressRun["on"],
  exitCode: number,
  records: Record<string, unknown>[],
): StressRun {
  const of = <T>(kind: string) => records.filter((record) => record.stress === kind) as T[];
  const events = of<EventsRecord>("events")[0];
  const tasks = of<TaskRecord>("task");
  const memory = of<MemoryRecord>("memory");
  const log = of<LogRecord>("log").map(({ row }) => row);
  return {
    file,
    on,
    exitCode,
    start: of<StartRecord>("start")[0] ?? null,
    epochs: of<EpochRecord>("epoch"),
    end: of<EndRecord>("end")[0] ?? null,
    ...(events === undefined ? {} : { events }),
    ...(memory.length === 0 ? {} : { memory }),
    ...(tasks.length === 0 ? {} : { tasks }),
    ...(log.length === 0 ? {} : { log }),
  };
}
