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
  /** Where lag is expected: group, and the worst deficit of a window that ended in the epoch, in ppm of a quantum. */
  lag?: [number, number][];
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

/** The table of delays: per group, then per task. */
export interface DelaysRecord {
  stress: "delays";
  /** Records of the trace that were overwritten before they were read. */
  lost: number;
  /** Path or name, runtime, switches, delays, their sum, the longest and when it ended: ns. */
  rows: [string, number, number, number, number, number, number][];
}

/** Whom the numbers in the trace mean: pairs of process and task, account and group. */
export interface WhoRecord {
  stress: "who";
  startNs: number;
  workers: [number, number][];
  accounts: [number, number][];
}

/** A part of the trace in base64; the last one says how many records could not be kept. */
export interface TraceRecord {
  stress: "trace";
  records?: string;
  unkept?: number;
}

/** The kernel's records (kernel/abi/records.ts) of a whole run. */
export interface RunTrace extends Omit<WhoRecord, "stress"> {
  records: Uint8Array;
  unkept: number;
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
  /** Only where the kernel's trace is read. */
  delays?: DelaysRecord;
  /** Only with --trace; not part of --json. */
  trace?: RunTrace;
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
  const delays = of<DelaysRecord>("delays")[0];
  const trace = traceOf(of<WhoRecord>("who")[0], of<TraceRecord>("trace"));
  return {
    file,
    on,
    exitCode,
    start: of<StartRecord>("start")[0] ?? null,
    epochs: of<EpochRecord>("epoch"),
    end: of<EndRecord>("end")[0] ?? null,
    ...(events === undefined ? {} : { events }),
    ...(delays === undefined ? {} : { delays }),
    ...(trace === null ? {} : { trace }),
    ...(memory.length === 0 ? {} : { memory }),
    ...(tasks.length === 0 ? {} : { tasks }),
    ...(log.length === 0 ? {} : { log }),
  };
}

function traceOf(who: WhoRecord | undefined, parts: TraceRecord[]): RunTrace | null {
  if (who === undefined) return null;
  const bytes = parts.map(({ records = "" }) => Buffer.from(records, "base64"));
  const unkept = parts.reduce((sum, part) => sum + (part.unkept ?? 0), 0);
  const { startNs, workers, accounts } = who;
  return { startNs, workers, accounts, records: new Uint8Array(Buffer.concat(bytes)), unkept };
}
