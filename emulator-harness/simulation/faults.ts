// What goes wrong, and when: read from a file, or drawn from a seed.
import { readFileSync } from "node:fs";
import { UsageError } from "../command.ts";
import type { Random } from "../fuzz/random.ts";

export type FaultKind =
  | "kill"
  | "restart"
  | "leave"
  | "pause"
  | "clock"
  | "partition"
  | "oneway"
  | "link"
  | "loss";

export interface Fault {
  /** Milliseconds from the start. */
  at: number;
  kind: FaultKind;
  /** The nodes it happens to; of `oneway` those that are not heard, of `link` the two ends. */
  nodes: number[];
  /** How long it lasts; a kill, a restart, a leave and a step of a clock happen at once. */
  ms: number;
  /** Milliseconds of a clock's step, or percent of loss. */
  value: number;
}

const LASTING: FaultKind[] = ["pause", "partition", "oneway", "link", "loss"];
const KINDS: FaultKind[] = ["kill", "restart", "leave", "clock", ...LASTING];

/** After this everything must agree again. */
export const QUIET_MS = 60_000;
/** Nothing goes wrong before the cluster has come together. */
export const SETTLE_MS = 15_000;

export function endOf(fault: Fault): number {
  return fault.at + fault.ms;
}

/** `[{"at": 20, "kind": "kill", "nodes": [3]}, {"at": 30, "kind": "partition", "nodes": [0, 1], "seconds": 10}]` */
export function readFaults(path: string, nodes: number): Fault[] {
  const text = readText(path);
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
  if (!Array.isArray(list)) throw new UsageError(`${path}: a list of faults is expected`);
  const faults = list.map((entry, index) => readFault(entry, `${path}: fault ${index + 1}`, nodes));
  return faults.sort((one, other) => one.at - other.at);
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
}

function readFault(entry: Record<string, unknown>, where: string, nodes: number): Fault {
  const kind = entry?.kind as FaultKind;
  if (!KINDS.includes(kind)) {
    throw new UsageError(`${where}: kind "${kind}" is not one of ${KINDS.join(", ")}`);
  }
  const known = ["at", "kind", "nodes", "seconds", "percent", "ms"];
  for (const key of Object.keys(entry)) {
    if (!known.includes(key)) throw new UsageError(`${where}: there is no "${key}" in a fault`);
  }
  const list = (entry.nodes ?? []) as number[];
  const whole = Array.isArray(list) && list.every((one) => Number.isInteger(one) && one >= 0);
  if (!whole || list.some((one) => one >= nodes)) {
    throw new UsageError(`${where}: "nodes" are numbers from 0 to ${nodes - 1}`);
  }
  const counts = kind === "loss" ? list.length === 0 : list.length > 0;
  if (!counts)
    throw new UsageError(`${where}: "nodes" must ${kind === "loss" ? "not " : ""}be given`);
  if (kind === "link" && list.length !== 2) throw new UsageError(`${where}: a link has two nodes`);
  const lasts = LASTING.includes(kind);
  const ms = lasts ? numberOf(entry, "seconds", where) * 1000 : 0;
  const value =
    kind === "loss"
      ? numberOf(entry, "percent", where)
      : kind === "clock"
        ? numberOf(entry, "ms", where, true)
        : 0;
  if (kind === "loss" && value > 100) throw new UsageError(`${where}: "percent" is at most 100`);
  return { at: numberOf(entry, "at", where) * 1000, kind, nodes: list, ms, value };
}

function numberOf(
  entry: Record<string, unknown>,
  key: string,
  where: string,
  negative = false,
): number {
  const value = entry[key];
  if (typeof value === "number" && Number.isFinite(value) && (negative || value >= 0)) return value;
  throw new UsageError(`${where}: "${key}" must be a number${negative ? "" : " from 0"}`);
}

/** One node killed and restarted after another: what detection is measured with. */
export function killsInTurn(random: Random, nodes: number, from: number, until: number): Fault[] {
  const faults: Fault[] = [];
  const [down, up] = [40_000, 20_000];
  for (let at = from; at + down + up <= until; at += down + up) {
    const when = at + random.below(5000);
    const node = [random.below(nodes)];
    faults.push({ at: when, kind: "kill", nodes: node, ms: 0, value: 0 });
    faults.push({ at: when + down, kind: "restart", nodes: node, ms: 0, value: 0 });
  }
  return faults;
}

/** Anything, at any time that leaves the quiet end. */
export function randomFaults(random: Random, nodes: number, until: number): Fault[] {
  const faults: Fault[] = [];
  const end = until - QUIET_MS - 5000;
  let at = SETTLE_MS + random.below(5000);
  const down = new Set<number>();
  while (at < end) {
    const fault = randomFault(random, nodes, at, down);
    fault.ms = Math.min(fault.ms, end - at);
    faults.push(fault);
    at += random.below(12_000);
  }
  // Who was killed comes back, except one: a view must be right about the dead as well.
  for (const node of [...down].slice(1)) {
    faults.push({ at: end, kind: "restart", nodes: [node], ms: 0, value: 0 });
  }
  return faults.sort((one, other) => one.at - other.at);
}

function randomFault(random: Random, nodes: number, at: number, down: Set<number>): Fault {
  const node = random.below(nodes);
  const kind = random.pick(KINDS);
  const fault: Fault = { at, kind, nodes: [node], ms: 1000 + random.below(20_000), value: 0 };
  if (kind === "restart" || ((kind === "kill" || kind === "leave") && down.size >= nodes / 2)) {
    fault.kind = down.size > 0 ? "restart" : "pause";
    if (fault.kind === "restart") fault.nodes = [[...down][random.below(down.size)]];
  }
  if (fault.kind === "restart") down.delete(fault.nodes[0]);
  if (fault.kind === "kill" || fault.kind === "leave") down.add(node);
  if (kind === "clock") fault.value = (random.oneIn(2) ? 1 : -1) * random.below(60_000);
  if (kind === "loss") Object.assign(fault, { nodes: [], value: 5 + random.below(25) });
  if (kind === "partition" || kind === "oneway") fault.nodes = half(random, nodes);
  if (kind === "link") fault.nodes = [node, (node + 1 + random.below(nodes - 1)) % nodes];
  if (fault.kind === "partition") fault.ms = 1000 + random.below(60_000);
  if (!LASTING.includes(fault.kind)) fault.ms = 0;
  return fault;
}

function half(random: Random, nodes: number): number[] {
  const share = 1 + random.below(3);
  const chosen = [...Array(nodes).keys()].filter(() => random.below(4) < share);
  return chosen.length > 0 ? chosen : [0];
}
