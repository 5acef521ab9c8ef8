// Generators: entries of the top-level "generate" that become tasks before anything else reads them.
//
//   "generate": { "shop": { "kind": "on-off", "taskgroup": "/web", "instance": 3, "on_us": 2000, "off_us": 8000 } }
//
// What they make is rt-app's own grammar, so everything behind (checks, plan, model, LendOS) knows tasks only.
// A generator draws from the seed and its own name: neither its place in the file nor other generators matter.
import type { JsonValue, Member, Position } from "../json.ts";
import { Random } from "../../random.ts";
import { integerOf, numberOf, objectOf, refuse, stringOf } from "../value.ts";
import { arrivals, burst, diurnal, forkBomb, heavyTail } from "./shapes.ts";
import { hackbench, schbench } from "./exchanges.ts";

/** Tasks as plain values, by what follows the generator's name ("" for the name itself). */
export type Made = Record<string, Record<string, unknown>>;

export interface Draw {
  random: Random;
  /** A number of the generator's entry, or the kind's own. */
  number(key: string): number;
  /** Several of them with a random course of their own. */
  instances: number;
  /** The full name of what the generator made with that suffix. */
  name(suffix: string): string;
}

/** A number that a kind takes: its default, and the range it has to be in. */
export type Setting = [fallback: number, least: number, most: number, whole?: boolean];

export interface Kind {
  settings: Record<string, Setting>;
  make(draw: Draw): Made;
}

const KINDS: Record<string, Kind> = {
  "on-off": burst,
  arrivals,
  diurnal,
  "heavy-tail": heavyTail,
  hackbench,
  schbench,
  "fork-bomb": forkBomb,
};

const COMMON = ["kind", "taskgroup", "instance", "delay"];
const INSTANCES_MAX = 64;

/** Adds the tasks that `generate` makes to those that are written out. */
export function expandGenerators(
  member: Member | undefined,
  tasks: Map<string, Member>,
  seed: number,
): Map<string, Member> {
  const all = new Map(tasks);
  if (member === undefined) return all;
  for (const [name, { at, value }] of objectOf(member.value, "generate")) {
    if (!/^[A-Za-z0-9_.-]{1,20}$/.test(name)) {
      refuse(at, `"${name}" is not a generator's name: 1 to 20 letters, digits, "_", "." or "-"`);
    }
    for (const [made, task] of expandOne(name, value, seed)) {
      const known = all.get(made);
      if (known !== undefined) {
        const { line } = known.at;
        refuse(at, `the generator "${name}" makes a task "${made}", which line ${line} has too`);
      }
      all.set(made, task);
    }
  }
  return all;
}

function expandOne(name: string, value: JsonValue, seed: number): [string, Member][] {
  const members = objectOf(value, `the generator "${name}"`);
  const named = members.get("kind");
  const kinds = Object.keys(KINDS).join(", ");
  if (named === undefined) refuse(value.at, `the generator "${name}" needs a "kind": ${kinds}`);
  const kindName = stringOf(named.value, "kind");
  if (!Object.hasOwn(KINDS, kindName)) {
    refuse(named.value.at, `a generator's kind is one of ${kinds}, not "${kindName}"`);
  }
  const kind = KINDS[kindName];
  const numbers = readNumbers(kindName, kind, members);
  const count = members.get("instance");
  const draw: Draw = {
    random: new Random((seed ^ hashText(name)) >>> 0),
    number: (key) => numbers[key],
    instances: count === undefined ? 1 : integerOf(count.value, "instance", 1, INSTANCES_MAX),
    name: (suffix) => (suffix === "" ? name : `${name}-${suffix}`),
  };
  const carried = ["taskgroup", "delay"].flatMap((key): [string, Member][] => {
    const given = members.get(key);
    return given === undefined ? [] : [[key, given]];
  });
  return Object.entries(kind.make(draw)).map(([suffix, task]) => {
    // What is only forked runs in the groups of its parents.
    const given = carried.filter(([key]) => key !== "taskgroup" || task.instance !== 0);
    const built = jsonOf(task, value.at);
    if (built.kind !== "object") throw new Error("a generator made something that is no task");
    return [
      draw.name(suffix),
      { at: value.at, value: { ...built, members: new Map([...given, ...built.members]) } },
    ];
  });
}

/** Every setting of the kind, given or not; a key that it does not have is refused. */
function readNumbers(kindName: string, kind: Kind, members: Map<string, Member>) {
  const numbers: Record<string, number> = {};
  for (const [key, [fallback]] of Object.entries(kind.settings)) numbers[key] = fallback;
  for (const [key, { at, value }] of members) {
    if (COMMON.includes(key)) continue;
    if (!Object.hasOwn(kind.settings, key)) {
      const known = [...COMMON, ...Object.keys(kind.settings)].join(", ");
      refuse(at, `"${key}" is nothing that "${kindName}" has: ${known}`);
    }
    const [, least, most, whole = true] = kind.settings[key];
    numbers[key] = (whole ? integerOf : numberOf)(value, key, least, most);
  }
  for (const [low, high] of [
    ["min_us", "max_us"],
    ["low_pct", "high_pct"],
  ]) {
    if (low in numbers && numbers[low] >= numbers[high]) {
      const { at } = (members.get(low) ?? members.get(high) ?? members.get("kind"))!;
      refuse(at, `${low} is below ${high}, not ${numbers[low]} beside ${numbers[high]}`);
    }
  }
  return numbers;
}

/** FNV-1a. */
function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** A plain value as if it had been read where the generator stands. */
function jsonOf(value: unknown, at: Position): JsonValue {
  if (typeof value === "number") {
    return { kind: "number", at, number: value, integer: Number.isInteger(value) };
  }
  if (typeof value === "string") return { kind: "string", at, text: value };
  const members = new Map<string, Member>();
  for (const [key, inner] of Object.entries(value as object)) {
    members.set(key, { at, value: jsonOf(inner, at) });
  }
  return { kind: "object", at, members };
}
