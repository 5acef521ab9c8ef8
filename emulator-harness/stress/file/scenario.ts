// What a scenario is, once its file has been read.
import type { ExpectKind } from "../../../userland/stress/plan.ts";
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
  warnings: string[];
}

export interface ScenarioGroup {
  path: string;
  /** Index in `groups`, or -1 for the root. */
  parent: number;
  reservePpm: number;
  weight: number;
  limitPpm: number;
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
}

export interface ScenarioPhase {
  loop: number;
  events: ScenarioEvent[];
}

export type ScenarioEvent =
  | { kind: "run" | "runtime" | "sleep"; ns: number }
  | { kind: "timer"; ns: number; timer: number; absolute: boolean }
  | { kind: "yield" };

export interface ScenarioExpect {
  kind: ExpectKind;
  /** Index of the group, or -1 for the run as a whole. */
  group: number;
  least: boolean;
  /** In the unit of its kind (userland/stress/plan.ts). */
  bound: number;
}

export const NO_GROUP = -1;
