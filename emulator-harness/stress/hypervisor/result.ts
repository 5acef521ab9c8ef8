// What one way of sharing came to: the same figures for all three.
import type { Scenario } from "../file/scenario.ts";
import type { MemoryRecord, StressRun, TaskRecord } from "../run-record.ts";
import { type Demand, idleWaitingLeast, servedPart } from "./demand.ts";
import type { Tenant, Way } from "./ways.ts";

export interface TenantResult {
  path: string;
  /** Requests, and the work in them. */
  asked: number;
  answered: number;
  askedNs: number;
  doneNs: number;
  p50Ns: number;
  p99Ns: number;
  maxNs: number;
  /** End of a bucket in ns, and how many requests were in it. */
  latencies: [number, number][];
  hits: number;
  misses: number;
  /** Misses of entries that had never been there, which no memory would have kept. */
  firstReads: number;
  /** Pages that its caches got, of those that they wanted. */
  cachePages: number;
  cacheWanted: number;
  growWorstNs: number;
  holdsRefused: number;
  /** Nanoseconds of the processor, by epochs. */
  usedNs: number[];
  /** Pages, by epochs: held hard, soft, and of its own part lent to others. */
  hardPages: number[];
  softPages: number[];
  lentPages: number[];
}

export interface WayResult {
  way: Way;
  exitCode: number;
  tenants: TenantResult[];
  /** Part of the processor's time that tenants used. */
  utilisation: number;
  /** Of what an ideal machine does in each epoch, the part done in it. */
  served: number;
  idleNs: number;
  /** Idle while somebody had work at hand; `exact`, or at least so much. */
  waitingNs: number;
  exact: boolean;
}

/** What was measured of a way, before anything is derived from it. */
export interface Measured {
  exitCode: number;
  /** By tenant. */
  usedNs: number[][];
  tasks: TaskRecord[];
  /** Rows of MemoryRecord, by tenant. */
  memory: MemoryRecord["groups"][];
  idleNs: number;
  /** Null where nobody knows it exactly. */
  waitingNs: number | null;
}

export function resultOf(
  way: Way,
  scenario: Scenario,
  tenants: Tenant[],
  demand: Demand,
  measured: Measured,
): WayResult {
  const { exitCode, usedNs, idleNs, waitingNs } = measured;
  const epochs = demand.idealNs.length;
  const used = demand.idealNs.map((_, epoch) => sum(usedNs.map((row) => row[epoch] ?? 0)));
  const least = () => idleWaitingLeast(demand.requests, usedNs, epochs);
  return {
    ...{ way, exitCode, idleNs, exact: waitingNs !== null },
    tenants: tenants.map((_, index) => tenantResult(scenario, tenants, demand, measured, index)),
    utilisation: sum(used) / scenario.durationNs,
    served: servedPart(used, demand.idealNs),
    waitingNs: waitingNs ?? least(),
  };
}

function tenantResult(
  scenario: Scenario,
  tenants: Tenant[],
  demand: Demand,
  measured: Measured,
  index: number,
): TenantResult {
  const { path, group } = tenants[index];
  const own = scenario.tasks.filter((task) => isBelow(scenario, task.group, group));
  const records = measured.tasks.filter((record) => own.some(({ name }) => name === record.task));
  const requests = demand.requests[index];
  const answered = sum(records.map((record) => record.answered));
  const latencies = merged(records.map((record) => record.latencies));
  const maxNs = Math.max(0, ...records.map((record) => record.maxNs));
  const of = (key: "hits" | "misses" | "firstReads" | "cachePages" | "holdsRefused") =>
    sum(records.map((record) => record[key]));
  return {
    ...{ path, answered, latencies, maxNs, usedNs: measured.usedNs[index] },
    hardPages: measured.memory[index].map(([held]) => held),
    softPages: measured.memory[index].map(([, soft]) => soft),
    lentPages: measured.memory[index].map(([, , lent]) => lent),
    asked: requests.length,
    askedNs: sum(requests.map(({ workNs }) => workNs)),
    // A task answers in the order of arrival.
    doneNs: sum(requests.slice(0, answered).map(({ workNs }) => workNs)),
    p50Ns: Math.min(quantile(latencies, 0.5), maxNs),
    p99Ns: Math.min(quantile(latencies, 0.99), maxNs),
    ...{
      hits: of("hits"),
      misses: of("misses"),
      firstReads: of("firstReads"),
      cachePages: of("cachePages"),
    },
    cacheWanted: sum(own.map((task) => task.instances * cacheOf(task.phases))),
    growWorstNs: Math.max(0, ...records.map((record) => record.growWorstNs)),
    holdsRefused: of("holdsRefused"),
  };
}

function cacheOf(phases: Scenario["tasks"][number]["phases"]): number {
  const events = phases.flatMap((phase) => phase.events);
  return Math.max(0, ...events.map((event) => (event.kind === "cache" ? event.pages : 0)));
}

function isBelow({ groups }: Scenario, index: number, ancestor: number): boolean {
  for (let at = index; at >= 0; at = groups[at].parent) if (at === ancestor) return true;
  return false;
}

function merged(lists: [number, number][][]): [number, number][] {
  const counts = new Map<number, number>();
  for (const [end, count] of lists.flat()) counts.set(end, (counts.get(end) ?? 0) + count);
  return [...counts].sort(([one], [other]) => one - other);
}

/** The end of the bucket that the quantile falls into; 0 of nothing. */
export function quantile(latencies: [number, number][], part: number): number {
  const total = sum(latencies.map(([, count]) => count));
  let seen = 0;
  for (const [end, count] of latencies) {
    seen += count;
    if (seen >= part * total) return end;
  }
  return 0;
}

/** Nanoseconds of the processor per epoch, by tenant, from the books of a run with all tenants. */
export function usedOf(run: StressRun, tenants: Tenant[]): number[][] {
  return tenants.map(({ group }) => run.epochs.map(({ groups }) => groups[group][1] * 1000));
}

/** Rows of MemoryRecord of one group of a run. */
export function memoryOf(run: StressRun, group: number): MemoryRecord["groups"] {
  return (run.memory ?? []).map(({ groups }) => groups[group]);
}

export function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
