// The events that rt-app does not have: memory that a task holds, a cache that may vanish, requests.
//
// Their names begin with no event's name of rt-app, which would take them by their prefix; as with its own,
// a digit behind the name makes a second key of the same event ("cache2").
import { CacheLimit } from "../../../userland/stress/plan.ts";
import type { JsonValue, Position } from "./json.ts";
import type { ScenarioEvent, ScenarioTask } from "./scenario.ts";
import { booleanOf, bytesOf, integerOf, objectOf, refuse } from "./value.ts";

export const OUR_EVENTS = ["hold", "cache", "arrive", "answer"] as const;
export type OurEvent = (typeof OUR_EVENTS)[number];

const READS_MAX = 1_000_000;
/** 1,000 s: a mean of more would overflow what the program computes. */
const GAP_US_MAX = 1e9;
const HOLD_MAX = 1024 * 2 ** 20;

/** The event of ours that the key names, or null. */
export function ourEventOf(key: string): OurEvent | null {
  const name = /^([a-z]+)[0-9_]*$/.exec(key)?.[1];
  return OUR_EVENTS.find((event) => event === name) ?? null;
}

export function readOurEvent(name: OurEvent, key: string, value: JsonValue): ScenarioEvent {
  switch (name) {
    case "hold":
      return { kind: "hold", holdBytes: bytesOf(value, key, 0, HOLD_MAX) };
    case "cache":
      return readCache(key, value);
    case "arrive":
      return readArrive(key, value);
    case "answer":
      return { kind: "answer" };
  }
}

/** {"bytes": "8 MiB", "reads": 4, "miss_us": 200} */
function readCache(key: string, value: JsonValue): ScenarioEvent {
  const most = CacheLimit.PAGES * CacheLimit.ENTRY_BYTES;
  const read = members(key, value, ["bytes", "reads", "miss_us"]);
  const bytes = bytesOf(read("bytes"), `bytes of ${key}`, CacheLimit.ENTRY_BYTES, most);
  const reads = integerOf(read("reads"), `reads of ${key}`, 1, READS_MAX);
  const missNs = integerOf(read("miss_us"), `miss_us of ${key}`, 0, GAP_US_MAX) * 1000;
  return { kind: "cache", pages: Math.floor(bytes / CacheLimit.ENTRY_BYTES), reads, missNs };
}

/** {"every_us": 5000, "random": true} */
function readArrive(key: string, value: JsonValue): ScenarioEvent {
  const read = members(key, value, ["every_us"], ["random"]);
  const ns = integerOf(read("every_us"), `every_us of ${key}`, 1, GAP_US_MAX) * 1000;
  const random = objectOf(value, key).get("random");
  const drawn = random === undefined ? false : booleanOf(random.value, `random of ${key}`);
  return { kind: "arrive", ns, random: drawn };
}

function members(key: string, value: JsonValue, needed: string[], optional: string[] = []) {
  const all = objectOf(value, key);
  const known = [...needed, ...optional];
  for (const [name, { at }] of all) {
    if (!known.includes(name)) refuse(at, `${key} has ${known.join(", ")}, not "${name}"`);
  }
  return (name: string): JsonValue => {
    const member = all.get(name);
    if (member === undefined) refuse(value.at, `${key} needs "${name}"`);
    return member.value;
  };
}

/** Requests are one stream per instance, and memory is a process's: a forked thread has neither. */
export function checkOurEvents(task: ScenarioTask, forkable: boolean, at: Position): void {
  let open = false;
  for (const { events } of task.phases) {
    for (const event of events) {
      const ours = OUR_EVENTS.find((name) => name === event.kind);
      if (ours !== undefined && forkable) {
        refuse(at, `"${task.name}" is forked, and a forked thread cannot "${ours}"`);
      }
      if (event.kind === "answer" && !open) {
        refuse(at, `the "answer" of "${task.name}" has no "arrive" before it`);
      }
      if (event.kind === "arrive" && open) {
        refuse(at, `"${task.name}" takes a request before the one before is answered`);
      }
      if (event.kind === "arrive") open = true;
      if (event.kind === "answer") open = false;
    }
    if (open) refuse(at, `a phase of "${task.name}" ends before its request is answered`);
  }
}
