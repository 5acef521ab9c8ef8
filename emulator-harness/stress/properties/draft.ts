// A random scenario while it is drawn and shrunk: groups and tasks as plain values, and as a scenario file.
//
// What the file expects follows from what it holds, so a smaller draft expects what is right for it:
//   G1, G2  an always-ready group without a limit lags at most 2 quanta per level
//   G3      a lender whose short work fits its reserve runs within one quantum of its wake-up
//   G4      the processor never idles beside somebody who may run
//   limit   nobody gets more than its limit and one bucket
import { SchedulerTime } from "../../../kernel/abi/scheduler.ts";
import { LagLimit } from "../../../userland/stress/plan.ts";

export interface DraftGroup {
  path: string;
  weight?: number;
  /** Percent of the processor. */
  reserve?: number;
  limit?: number;
}

/** Microseconds. */
export interface DraftEvent {
  kind: "run" | "sleep" | "yield" | "timer";
  us: number;
}

export interface DraftTask {
  name: string;
  group: string;
  instances: number;
  delayUs: number;
  events: DraftEvent[];
  /** Its work certainly fits its group's reserve, of which it is the only user. */
  lender: boolean;
}

export interface Draft {
  seed: number;
  durationMs: number;
  groups: DraftGroup[];
  tasks: DraftTask[];
}

const LEVEL_QUANTA = 2;
/** A quantum, and the switches around it. */
const WAKE_US = SchedulerTime.QUANTUM_NS / 1000 + 20;

export function draftText(draft: Draft): string {
  const groups = Object.fromEntries(
    draft.groups.map(({ path, weight, reserve, limit }) => [
      path,
      { cpu: { weight, reserve, limit } },
    ]),
  );
  const tasks = Object.fromEntries(draft.tasks.map((task) => [task.name, taskOf(task)]));
  const global = { duration: draft.durationMs / 1000 };
  return `${JSON.stringify({ global, seed: draft.seed, groups, tasks, expect: expectsOf(draft) }, null, 1)}\n`;
}

function taskOf({ group, instances, delayUs, events }: DraftTask): object {
  const keyed = events.map(({ kind, us }, index) => {
    if (kind === "yield") return [`yield${index}`, ""];
    if (kind !== "timer") return [`${kind}${index}`, us];
    return [`timer${index}`, { ref: "unique", period: us, mode: "absolute" }];
  });
  const delay = delayUs > 0 ? { delay: delayUs } : {};
  return {
    taskgroup: group,
    instance: instances,
    ...delay,
    loop: -1,
    ...Object.fromEntries(keyed),
  };
}

/** The group and those above it. */
function lineage(path: string): string[] {
  const parts = path.split("/").slice(1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`);
}

/** Is there always something in the group that wants to run? */
export function busy(draft: Draft, path: string): boolean {
  return draft.tasks.some(
    ({ group, delayUs, events }) =>
      lineage(group).includes(path) &&
      delayUs === 0 &&
      events.every(({ kind }) => kind === "run" || kind === "yield"),
  );
}

function expectsOf(draft: Draft): object {
  const limited = new Set(
    draft.groups.flatMap(({ path, limit }) => (limit === undefined ? [] : [path])),
  );
  const free = draft.groups.filter(({ path }) => !lineage(path).some((one) => limited.has(one)));
  const lagging = free.filter(({ path }) => busy(draft, path)).slice(0, LagLimit.GROUPS_MAX);
  const lenders = draft.tasks.filter(({ lender }) => lender);
  const bucket = SchedulerTime.LIMIT_PERIOD_NS / 1e6 / draft.durationMs;
  const entries: [string, [string, unknown][]][] = [
    ["lag_q", lagging.map(({ path }) => [path, LEVEL_QUANTA * lineage(path).length])],
    ["wake_max_us", lenders.map(({ group }) => [group, WAKE_US])],
    ["share_pct", draft.groups.flatMap(({ path, limit }) => capped(path, limit, bucket))],
  ];
  const kept = entries.filter(([, bounds]) => bounds.length > 0);
  return {
    idle_while_ready_us: 0,
    ...Object.fromEntries(kept.map(([key, bounds]) => [key, Object.fromEntries(bounds)])),
  };
}

function capped(path: string, limit: number | undefined, bucket: number): [string, unknown][] {
  return limit === undefined ? [] : [[path, [0, Math.min(100, limit * (1 + bucket) + 0.5)]]];
}
