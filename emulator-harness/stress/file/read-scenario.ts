// A scenario file: rt-app's JSON with our `groups`, `seed` and `expect`.
import { Plan } from "../../../userland/stress/plan.ts";
import { readCluster } from "../cluster/settings.ts";
import { readHypervisor } from "../hypervisor/settings.ts";
import { type JsonValue, type Member, type Position, parseJson, ScenarioError } from "./json.ts";
import { expandGenerators } from "./generate/expand.ts";
import { readExpects } from "./read-expect.ts";
import { Names } from "./names.ts";
import { Groups } from "./read-groups.ts";
import { BUFFER_BYTES_MAX, type Globals, readGlobal } from "./read-global.ts";
import { type Note, OBSOLETE, obsolete } from "./read-properties.ts";
import { checkOurEvents } from "./our-events.ts";
import { readTask } from "./read-task.ts";
import type { Scenario, ScenarioEvent, ScenarioTask } from "./scenario.ts";
import { sleeps, waits } from "./scenario.ts";
import { integerOf, objectOf, refuse } from "./value.ts";

/** 64 groups of 16 threads, each a process, and some: the kernel has 1,280. */
const THREADS_MAX = 1088;

export interface ScenarioOptions {
  seed?: number;
  durationS?: number;
  /** Log every pass of a phase. */
  log?: boolean;
  /** Read the kernel's trace for a table of delays; keep it. */
  delays?: boolean;
  trace?: boolean;
}

/** Reads a scenario; errors carry the file's name, a line and a column. */
export function readScenario(file: string, text: string, options: ScenarioOptions = {}): Scenario {
  try {
    return read(nameOf(file), text, options);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(error.at, error.rule, file);
  }
}

function read(name: string, text: string, options: ScenarioOptions): Scenario {
  const warnings: { at: Position; text: string }[] = [];
  const top = objectOf(parseJson(text, warnings), "a scenario");
  const note = (at: Position, text: string) => void warnings.push({ at, text });
  checkKeys(top, note);
  const globals = readGlobal(top.get("global"), note);
  const durationNs = durationOf(globals, options);
  const seed = options.seed ?? optional(top, "seed", (value) => seedOf(value), 1);
  const groups = new Groups();
  const declared = top.get("groups");
  if (declared !== undefined) groups.read(declared.value);
  const names = new Names();
  const tasks = readTasks(tasksOf(top, seed), groups, names, note);
  groups.check();
  markHungry(tasks, groups, durationNs);
  markMemory(tasks, groups);
  for (const task of tasks) {
    if (eventsOf(task).some(sleeps)) groups.list[task.group].sleeps = true;
  }
  const expect = top.get("expect");
  const [hypervisor, cluster] = [top.get("hypervisor"), top.get("cluster")];
  if (hypervisor !== undefined && cluster !== undefined) {
    refuse(cluster.at, '"cluster" and "hypervisor" exclude each other');
  }
  return {
    name,
    durationNs,
    seed,
    groups: groups.list,
    tasks,
    expects: expect === undefined ? [] : readExpects(expect.value, groups.list),
    objects: names.users,
    bufferBytes: Math.min(globals.bufferBytes, BUFFER_BYTES_MAX),
    log: options.log ?? false,
    delays: options.delays ?? false,
    trace: options.trace ?? false,
    cumulativeSlack: globals.cumulativeSlack,
    ...(hypervisor === undefined ? {} : { hypervisor: readHypervisor(hypervisor.value) }),
    ...(cluster === undefined ? {} : { cluster: readCluster(cluster.value) }),
    warnings: warnings.map(({ at, text }) => `${at.line}:${at.column}: ${text}`),
  };
}

function nameOf(file: string): string {
  const name = file.replace(/^.*[/\\]/, "").replace(/\.json$/, "");
  return name.replace(/[^A-Za-z0-9_.-]/g, "-").slice(0, 24);
}

const KNOWN = [
  ...["tasks", "global", "resources", "groups", "seed", "expect"],
  ...["generate", "hypervisor", "cluster"],
];

function checkKeys(top: Map<string, Member>, note: (at: Position, text: string) => void): void {
  for (const [key, { at, value }] of top) {
    if (key === "resources") note(at, "resources are made on use; this list has no effect");
    else if (!KNOWN.includes(key)) refuse(at, unknownKey(key, value));
  }
}

/** The old grammar had `threads`, or one thread's settings right at the top. */
function unknownKey(key: string, value: JsonValue): string {
  if (key === "threads") return '"threads" is rt-app\'s obsolete grammar: write "tasks"';
  if (key in OBSOLETE) return obsolete(key);
  const old = value.kind === "object" ? [...value.members.keys()].find((k) => k in OBSOLETE) : "";
  if (old) return `${obsolete(old)}, and put the task "${key}" into "tasks"`;
  return `"${key}" is not one of ${KNOWN.join(", ")}`;
}

/** The command line's duration goes before the file's, in whole epochs. */
function durationOf({ duration, at }: Globals, options: ScenarioOptions): number {
  const seconds = options.durationS ?? duration;
  if (seconds <= 0) {
    refuse(at, 'say how long: "global": {"duration": <seconds>}, or --duration');
  }
  const epochs = Math.max(2, Math.round(seconds * 10));
  return epochs * 100_000_000;
}

function seedOf(value: JsonValue): number {
  return integerOf(value, "seed", 0, 0xffff_ffff);
}

function optional<T>(
  members: Map<string, Member>,
  key: string,
  read: (value: JsonValue) => T,
  fallback: T,
): T {
  const member = members.get(key);
  return member === undefined ? fallback : read(member.value);
}

/** The tasks that are written out, and those that generators make. */
function tasksOf(top: Map<string, Member>, seed: number): Member {
  const [written, generate] = [top.get("tasks"), top.get("generate")];
  const member = written ?? generate;
  if (member === undefined)
    refuse({ line: 1, column: 1 }, 'a scenario needs "tasks" or "generate"');
  const own = written === undefined ? new Map() : objectOf(written.value, "tasks");
  const members = expandGenerators(generate, own, seed);
  return { at: member.at, value: { kind: "object", at: member.at, members } };
}

function readTasks(member: Member, groups: Groups, names: Names, note: Note): ScenarioTask[] {
  const read = [...objectOf(member.value, "tasks")].map(([name, { at, value }]) => {
    if (!/^[A-Za-z0-9_.-]{1,31}$/.test(name)) refuse(at, `"${name}" is not a task's name`);
    return readTask(name, value, groups, names, note);
  });
  // Only now is it known which groups have children and so cannot hold threads themselves.
  for (const { task, groupPath, at } of read) {
    // Forked threads are where their parents are.
    if (task.instances > 0) task.group = groups.leafOf(groupPath, at);
    else if (groupPath !== "/") note(at, `"${task.name}" runs in the groups of its parents`);
  }
  const tasks = read.map(({ task }) => task);
  names.finish(tasks);
  const forked = new Set(tasks.flatMap(eventsOf).map((event) => "task" in event && event.task));
  read.forEach(({ task, at }, index) => void checkOurEvents(task, forked.has(index), at));
  const threads = tasks.reduce((sum, task) => sum + task.instances, 0);
  if (tasks.length > Plan.TASKS_MAX) refuse(member.at, `at most ${Plan.TASKS_MAX} tasks`);
  if (threads === 0) refuse(member.at, "there is no thread to run");
  if (threads > THREADS_MAX) refuse(member.at, `${threads} threads; at most ${THREADS_MAX}`);
  return tasks;
}

/** A group always wants to run when one of its tasks starts at once, loops to the end and never sleeps. */
function markHungry(tasks: ScenarioTask[], groups: Groups, durationNs: number): void {
  for (const task of tasks) {
    if (!alwaysBusy(task, durationNs)) continue;
    for (let group = task.group; group >= 0; group = groups.list[group].parent) {
      groups.list[group].hungry = true;
    }
  }
}

/** Whose tasks have memory to tell of. */
function markMemory(tasks: ScenarioTask[], groups: Groups): void {
  for (const task of tasks) {
    const group = groups.list[task.group];
    const kinds = eventsOf(task).map(({ kind }) => kind);
    group.holds ||= kinds.includes("hold");
    group.caches ||= kinds.includes("cache");
  }
}

function eventsOf(task: ScenarioTask): ScenarioEvent[] {
  return task.phases.flatMap(({ events }) => events);
}

function alwaysBusy(task: ScenarioTask, durationNs: number): boolean {
  if (task.instances === 0 || task.delayUs > 0 || task.jitterUs > 0) return false;
  if (eventsOf(task).some((event) => sleeps(event) || waits(event))) return false;
  let work = 0;
  for (const phase of task.phases) {
    const once = phase.events.reduce((sum, event) => sum + workNs(event), 0);
    work += once * phase.loop;
    if (work * task.loop >= durationNs) return true;
  }
  return false;
}

/** What an event certainly works; memory has its price on the model only. */
function workNs(event: ScenarioEvent): number {
  return "ns" in event && event.kind !== "arrive" ? event.ns : 0;
}
