// A fault script: what goes wrong in a cluster, and when. Errors name line, column and rule.
//
//   { "link": { "delay_us": 200, "jitter_us": 100, "loss_pct": 5 },
//     "nodes": { "n2": { "drift_ppm": 50, "offset_ms": 20 } },
//     "faults": [ { "at_ms": 2000, "partition": [["n1"], ["n2", "n3"]], "for_ms": 1000 },
//                 { "at_ms": 5000, "kill": "n1" } ] }
import {
  type JsonValue,
  type Member,
  parseJson,
  type Position,
  ScenarioError,
} from "../stress/file/json.ts";
import { numberOf, objectOf, refuse, stringOf } from "../stress/file/value.ts";
import type { LinkSettings } from "./link.ts";

export type Action =
  | { kind: "kill" | "restart" | "pause" | "resume"; node: string }
  | { kind: "slow"; node: string; factor: number }
  | { kind: "cut"; name: number; ways: { from: string[]; to: string[] }[] }
  | { kind: "heal"; name: number | null }
  | { kind: "link"; from: string | null; to: string | null; settings: Partial<LinkSettings> }
  | { kind: "type"; node: string; text: string }
  | { kind: "frame"; from: string; to: string | null; text: string };

export interface Fault {
  atNs: number;
  action: Action;
}

export interface NodeTime {
  driftPpm: number;
  /** Switched on so much after the others. */
  offsetNs: number;
}

export interface FaultScript {
  link: Partial<LinkSettings>;
  nodes: Map<string, NodeTime>;
  /** By time; those of one time in the order of the file. */
  faults: Fault[];
}

export const NO_FAULTS: FaultScript = { link: {}, nodes: new Map(), faults: [] };

const MS = 1e6;
const MS_MAX = 86_400_000;
const FAULTS = [
  ...["kill", "restart", "pause", "resume", "slow", "partition", "heal", "link"],
  ...["type", "frame"],
];

/** Reads a script for the nodes n1..n<count>. */
export function readFaults(file: string, text: string, nodes: string[]): FaultScript {
  try {
    return readScript(parseJson(text), nodes);
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    throw new ScenarioError(error.at, error.rule, file);
  }
}

/** A script that is a part of another file. */
export function readScript(value: JsonValue, nodes: string[]): FaultScript {
  return new ScriptReader(nodes).read(value);
}

class ScriptReader {
  private readonly faults: Fault[] = [];
  private cuts = 0;

  constructor(private readonly names: string[]) {}

  read(value: JsonValue): FaultScript {
    const top = objectOf(value, "a fault script");
    known(top, ["link", "nodes", "faults"], "a fault script");
    const link = top.has("link") ? readLink(top.get("link")!.value) : {};
    const nodes = this.times(top.get("nodes"));
    const list = top.get("faults");
    if (list !== undefined) for (const item of arrayOf(list.value, "faults")) this.fault(item);
    // Sorting is stable: the file's order holds within one moment.
    this.faults.sort((one, other) => one.atNs - other.atNs);
    return { link, nodes, faults: this.faults };
  }

  private times(member: Member | undefined): Map<string, NodeTime> {
    const times = new Map<string, NodeTime>();
    if (member === undefined) return times;
    for (const [name, { at, value }] of objectOf(member.value, "nodes")) {
      this.check(name, at);
      const settings = objectOf(value, `"${name}"`);
      known(settings, ["drift_ppm", "offset_ms"], `"${name}"`);
      const drift = settings.get("drift_ppm");
      const offset = settings.get("offset_ms");
      times.set(name, {
        driftPpm: drift === undefined ? 0 : numberOf(drift.value, "drift_ppm", -100_000, 100_000),
        offsetNs: offset === undefined ? 0 : MS * numberOf(offset.value, "offset_ms", 0, MS_MAX),
      });
    }
    return times;
  }

  private fault(value: JsonValue): void {
    const members = objectOf(value, "a fault");
    const at = members.get("at_ms");
    if (at === undefined) refuse(value.at, 'a fault needs "at_ms"');
    const atNs = Math.round(MS * numberOf(at.value, "at_ms", 0, MS_MAX));
    const kinds = [...members.keys()].filter((key) => FAULTS.includes(key));
    if (kinds.length !== 1) {
      refuse(value.at, `a fault is exactly one of ${FAULTS.join(", ")}; here ${kinds.length}`);
    }
    const [kind] = kinds;
    const { action, undo } = this.action(kind, members);
    this.faults.push({ atNs, action });
    const lasts = members.get("for_ms");
    if (lasts === undefined) return;
    if (undo === null) refuse(lasts.at, `"${kind}" has no end, so it takes no "for_ms"`);
    const untilNs = atNs + Math.round(MS * numberOf(lasts.value, "for_ms", 0.001, MS_MAX));
    this.faults.push({ atNs: untilNs, action: undo });
  }

  private action(
    kind: string,
    members: Map<string, Member>,
  ): { action: Action; undo: Action | null } {
    const { at, value } = members.get(kind)!;
    const extra = { slow: ["factor"], link: ["from", "to"], type: ["text"], frame: ["to", "text"] };
    const more = extra[kind as keyof typeof extra] ?? [];
    known(members, ["at_ms", "for_ms", kind, ...more], `"${kind}"`);
    if (kind === "partition") return this.partition(value);
    if (kind === "heal") {
      if (value.kind !== "boolean" || !value.value)
        refuse(value.at, '"heal" is true: all is healed');
      return { action: { kind, name: null }, undo: null };
    }
    if (kind === "link") {
      const [from, to] = ["from", "to"].map((end) => this.optionalNode(members.get(end)));
      return { action: { kind, from, to, settings: readLink(value) }, undo: null };
    }
    const node = this.node(value);
    if (kind === "kill") return { action: { kind, node }, undo: { kind: "restart", node } };
    if (kind === "restart" || kind === "resume") return { action: { kind, node }, undo: null };
    if (kind === "pause") return { action: { kind, node }, undo: { kind: "resume", node } };
    if (kind === "slow") {
      const factor = numberOf(required(members, "factor", at), "factor", 1, 1000);
      return { action: { kind, node, factor }, undo: { kind, node, factor: 1 } };
    }
    const text = stringOf(required(members, "text", at), "text");
    if (kind === "type") return { action: { kind, node, text }, undo: null };
    const to = this.optionalNode(members.get("to"));
    return { action: { kind: "frame", from: node, to, text }, undo: null };
  }

  /** Sides that hear nothing of each other, or { from, to } for one way only. */
  private partition(value: JsonValue): { action: Action; undo: Action } {
    const name = ++this.cuts;
    const undo: Action = { kind: "heal", name };
    if (value.kind === "object") {
      known(value.members, ["from", "to"], "a partition of one way");
      const [from, to] = ["from", "to"].map((end) =>
        this.nodes(required(value.members, end, value.at)),
      );
      return { action: { kind: "cut", name, ways: [{ from, to }] }, undo };
    }
    const sides = arrayOf(value, "partition").map((side) => this.nodes(side));
    if (sides.length < 2) refuse(value.at, "a partition has at least two sides");
    const twice = sides.flat().find((node, index, all) => all.indexOf(node) !== index);
    if (twice !== undefined) refuse(value.at, `"${twice}" is on two sides of the partition`);
    const ways = sides.flatMap((from) =>
      sides.filter((to) => to !== from).map((to) => ({ from, to })),
    );
    return { action: { kind: "cut", name, ways }, undo };
  }

  private nodes(value: JsonValue): string[] {
    if (value.kind === "string") return [this.node(value)];
    return arrayOf(value, "one side").map((item) => this.node(item));
  }

  private node(value: JsonValue): string {
    const name = stringOf(value, "a node");
    this.check(name, value.at);
    return name;
  }

  private optionalNode(member: Member | undefined): string | null {
    return member === undefined ? null : this.node(member.value);
  }

  private check(name: string, at: Position): void {
    if (this.names.includes(name)) return;
    refuse(at, `there is no node "${name}"; there are ${this.names.join(", ")}`);
  }
}

/** The settings that a file names; the others stay as they are. */
function readLink(value: JsonValue): Partial<LinkSettings> {
  const members = objectOf(value, "link");
  const settings: Partial<LinkSettings> = {};
  const fields: Record<string, [keyof LinkSettings, number, number]> = {
    delay_us: ["delayNs", 1000, 60e6],
    jitter_us: ["jitterNs", 1000, 4e6],
    reorder_us: ["reorderNs", 1000, 60e6],
    loss_pct: ["lossPpm", 10_000, 100],
    duplicate_pct: ["duplicatePpm", 10_000, 100],
    reorder_pct: ["reorderPpm", 10_000, 100],
  };
  known(members, Object.keys(fields), "link");
  for (const [key, { value: number }] of members) {
    const [field, unit, most] = fields[key];
    settings[field] = Math.round(unit * numberOf(number, key, 0, most));
  }
  return settings;
}

function required(members: Map<string, Member>, key: string, at: Position): JsonValue {
  const member = members.get(key);
  if (member === undefined) refuse(at, `"${key}" is missing`);
  return member.value;
}

function known(members: Map<string, Member>, keys: string[], what: string): void {
  for (const [key, { at }] of members) {
    if (!keys.includes(key)) refuse(at, `${what} knows ${keys.join(", ")}, not "${key}"`);
  }
}

function arrayOf(value: JsonValue, what: string): JsonValue[] {
  if (value.kind !== "array") refuse(value.at, `${what} is a list`);
  return value.items;
}
