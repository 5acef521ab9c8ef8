// One event of a phase: its value's type and meaning.
import { MemoryRun } from "../../../userland/stress/plan.ts";
import { EVENT_NAMES, type EventName, surprising } from "./event-names.ts";
import type { JsonValue, Member } from "./json.ts";
import type { Names } from "./names.ts";
import type { Note } from "./read-properties.ts";
import type { ScenarioEvent, ScenarioTask } from "./scenario.ts";
import { integerOf, objectOf, refuse, stringOf } from "./value.ts";

export interface Draft {
  task: ScenarioTask;
  timers: Map<string, number>;
  names: Names;
  note: Note;
}

export const MICROSECONDS_MAX = 4e9;
const BYTES_MAX = 2 ** 31 - 1;
/** What a memrun may walk over; a process has to have it. */
const MEMORY_MAX = 4 * 2 ** 20;
const STRIDE_DEFAULT = 64;
const ACCESSES = { read: MemoryRun.READ, write: MemoryRun.WRITE, chase: MemoryRun.CHASE };
const PATTERNS = ["random", "sequential"];

export function readEvent(draft: Draft, name: EventName, key: string, member: Member) {
  if (surprising(key, name) && !EVENT_NAMES.some((event) => event === key)) {
    draft.note(member.at, `"${key}" is read as the event "${name}": it begins with that name`);
  }
  return eventOf(draft, name, key, member.value);
}

function eventOf(draft: Draft, name: EventName, key: string, value: JsonValue): ScenarioEvent {
  const { names, task } = draft;
  switch (name) {
    case "run":
    case "runtime":
    case "sleep":
      return { kind: name, ns: integerOf(value, key, 0, MICROSECONDS_MAX) * 1000 };
    case "yield":
      return { kind: "yield" };
    case "timer":
      return readTimer(draft, key, value);
    case "mem":
    case "iorun":
      return { kind: name, bytes: integerOf(value, key, 0, BYTES_MAX) };
    case "memrun":
      return readMemoryRun(key, value);
    case "fork":
      return names.fork(task, nameOf(value, key), value.at);
    case "suspend":
      return { kind: "suspend", object: names.object("task", task.name, value.at) };
    case "resume":
      return names.resume(task, nameOf(value, key), value.at);
    case "barrier":
      return names.barrier(task, nameOf(value, key), value.at);
    case "lock":
    case "unlock":
      return { kind: name, object: names.object("mutex", nameOf(value, key), value.at) };
    case "signal":
    case "broad":
      return { kind: name, object: names.object("condition", nameOf(value, key), value.at) };
    case "sem_post":
    case "sem_wait":
      return { kind: name, object: names.object("semaphore", nameOf(value, key), value.at) };
    case "wait":
    case "sync":
      return readWait(draft, name, key, value);
  }
}

function nameOf(value: JsonValue, key: string): string {
  const name = stringOf(value, key);
  if (name === "") refuse(value.at, `${key} needs a name`);
  return name;
}

function readWait({ names }: Draft, kind: "wait" | "sync", key: string, value: JsonValue) {
  const members = known(value, key, ["ref", "mutex"]);
  const reference = needed(members, "ref", key, value);
  const mutex = needed(members, "mutex", key, value);
  const object = names.object("condition", nameOf(reference, "ref"), reference.at);
  return { kind, object, mutex: names.object("mutex", nameOf(mutex, "mutex"), mutex.at) };
}

function readTimer(draft: Draft, key: string, value: JsonValue): ScenarioEvent {
  const members = known(value, key, ["ref", "period", "mode"]);
  const reference = needed(members, "ref", key, value);
  const period = needed(members, "period", key, value);
  const name = stringOf(reference, "ref");
  const mode = members.get("mode");
  const modeText = mode === undefined ? "relative" : stringOf(mode.value, "mode");
  if (modeText !== "relative" && modeText !== "absolute") {
    refuse(mode!.at, `a timer's mode is "relative" or "absolute", not "${modeText}"`);
  }
  if (!draft.timers.has(name)) draft.timers.set(name, draft.timers.size);
  const ns = integerOf(period, "period", 1, MICROSECONDS_MAX) * 1000;
  const timer = draft.timers.get(name)!;
  const absolute = modeText === "absolute";
  return draft.names.timer(draft.task, name, value.at, { kind: "timer", ns, timer, absolute });
}

/** `ref` shares a buffer in rt-app; here all threads of a process do, which nobody can see. */
function readMemoryRun(key: string, value: JsonValue): ScenarioEvent {
  const members = known(value, key, ["type", "size", "count", "stride", "pattern", "ref"]);
  const type = needed(members, "type", key, value);
  const access = stringOf(type, "type");
  if (!Object.hasOwn(ACCESSES, access)) {
    refuse(type.at, `a memrun's type is read, write or chase, not "${access}"`);
  }
  const bytes = integerOf(needed(members, "size", key, value), "size", 4, MEMORY_MAX);
  const count = integerOf(needed(members, "count", key, value), "count", 0, BYTES_MAX);
  const stride = members.get("stride");
  const strideBytes =
    stride === undefined ? STRIDE_DEFAULT : integerOf(stride.value, "stride", 4, MEMORY_MAX);
  const pattern = members.get("pattern");
  const patternText = pattern === undefined ? PATTERNS[0] : stringOf(pattern.value, "pattern");
  if (!PATTERNS.includes(patternText)) {
    refuse(pattern!.at, `a memrun's pattern is random or sequential, not "${patternText}"`);
  }
  const reference = members.get("ref");
  if (reference !== undefined) stringOf(reference.value, "ref");
  const bits =
    ACCESSES[access as keyof typeof ACCESSES] | (patternText === "random" ? MemoryRun.RANDOM : 0);
  return { kind: "memrun", bits, bytes, count, stride: strideBytes };
}

function known(value: JsonValue, key: string, keys: string[]): Map<string, Member> {
  const members = objectOf(value, key);
  for (const [name, { at }] of members) {
    if (!keys.includes(name)) refuse(at, `${key} has ${keys.join(", ")}, not "${name}"`);
  }
  return members;
}

function needed(
  members: Map<string, Member>,
  name: string,
  key: string,
  { at }: JsonValue,
): JsonValue {
  const member = members.get(name);
  if (member === undefined) refuse(at, `${key} needs "${name}"`);
  return member.value;
}
