// What a scenario is, once its file has been read.
import type { ExpectKind } from "../../../userland/stress/plan.ts";
import type { ClusterSettings } from "../cluster/settings.ts";
import type { HypervisorSettings } from "../hypervisor/settings.ts";
import type { Position } from "./json.ts";

export interface Scenario {
  /** The file's base name without extension. */
  name: string;
  durationNs: number;
  seed: number;
  /** Parents before children. */
  groups: ScenarioGroup[];
  tasks: ScenarioTask[];
  expects: ScenarioExpect[];
  /** What threads meet at: how many meet, where it is a barrier. */
  objects: number[];
  /** Bytes of the buffer that `mem` and `iorun` write to. */
  bufferBytes: number;
  /** Every pass of a phase is logged. */
  log: boolean;
  /** The kernel's trace is read, for a table of delays; and kept for --trace. */
  delays: boolean;
  trace: boolean;
  /** The log's slack adds up the passes. */
  cumulativeSlack: boolean;
  /** Three ways to share the machine are compared. */
  hypervisor?: HypervisorSettings;
  /** The workload runs on machines of a cluster in which something goes wrong. */
  cluster?: ClusterSettings;
  warnings: string[];
}

export interface ScenarioGroup {
  path: string;
  /** Index in `groups`, or -1 for the root. */
  parent: number;
  reservePpm: number;
  weight: number;
  limitPpm: number;
  /** Pages of 4 KiB that it is guaranteed, and the most it may have; 0: no limit but its parent's. */
  framesReserve: number;
  framesLimit: number;
  /** The tax on its idle soft pages in percent; 0: the default. */
  memoryTax: number;
  /** A task of its own holds memory, or reads a cache. */
  holds: boolean;
  caches: boolean;
  /** Something in it always wants to run. */
  hungry: boolean;
  /** A thread of its own sleeps now and then. */
  sleeps: boolean;
  /** Has groups below it: its threads live in an extra child. */
  inner: boolean;
  at: Position;
}

export interface ScenarioTask {
  name: string;
  group: number;
  instances: number;
  delayUs: number;
  jitterUs: number;
  /** How often the phases are run; Infinity: until the end. */
  loop: number;
  phases: ScenarioPhase[];
  timers: number;
  /** Threads that one instance may have forked at a time. */
  forks: number;
}

export interface ScenarioPhase {
  loop: number;
  events: ScenarioEvent[];
}

export type ScenarioEvent =
  | { kind: "run" | "runtime" | "sleep"; ns: number }
  | { kind: "timer"; ns: number; timer: number; absolute: boolean }
  /** A timer of several threads. */
  | { kind: "shared-timer"; ns: number; object: number; absolute: boolean }
  | { kind: "yield" }
  | { kind: "mem" | "iorun"; bytes: number }
  /** `bits` as MemoryRun in userland/stress/plan.ts. */
  | { kind: "memrun"; bits: number; bytes: number; count: number; stride: number }
  /** The mutex keeps threads of one process from taking the same place. */
  | { kind: "fork"; task: number; mutex: number }
  | { kind: "lock" | "unlock" | "signal" | "broad" | "sem_post" | "sem_wait"; object: number }
  | { kind: "suspend"; object: number }
  | { kind: "resume"; object: number }
  | { kind: "barrier"; object: number }
  | { kind: "wait" | "sync"; object: number; mutex: number }
  /** Ours. Holds so many bytes of memory. */
  | { kind: "hold"; holdBytes: number }
  /** Reads entries of a page each of a cache; one that is gone costs work. */
  | { kind: "cache"; pages: number; reads: number; missNs: number }
  /** The next request of the task's stream: so long after the one before, or so long on average. */
  | { kind: "arrive"; ns: number; random: boolean }
  | { kind: "answer" };

/** May the event make its thread sleep? */
export function sleeps({ kind }: ScenarioEvent): boolean {
  return ["sleep", "timer", "shared-timer", "arrive"].includes(kind);
}

/** May the event make its thread wait for another one? */
export function waits({ kind }: ScenarioEvent): boolean {
  return ["lock", "wait", "sync", "sem_wait", "suspend", "barrier"].includes(kind);
}

/** Do threads of different processes take part in it? Then the hub is asked. */
export function meets(event: ScenarioEvent): boolean {
  return "object" in event || event.kind === "fork";
}

/** Is it one of the events that every scenario had from the start? */
export function plain({ kind }: ScenarioEvent): boolean {
  return ["run", "runtime", "sleep", "timer", "yield"].includes(kind);
}

export interface ScenarioExpect {
  kind: ExpectKind;
  /** Index of the group, or -1 for the run as a whole. */
  group: number;
  least: boolean;
  /** In the unit of its kind (userland/stress/plan.ts). */
  bound: number;
}

export const NO_GROUP = -1;
