// One task of a scenario in rt-app's grammar: properties, phases and events.
//
// An event's key is known by its prefix ("run1" is a run), as in rt-app; any other key is a property or,
// unlike in rt-app, refused: a misspelt key would silently change the workload.
import { eventOf } from "./event-names.ts";
import type { JsonValue, Member, Position } from "./json.ts";
import type { Groups } from "./read-groups.ts";
import type { Names } from "./names.ts";
import { ourEventOf, readOurEvent } from "./our-events.ts";
import { type Draft, MICROSECONDS_MAX, readEvent } from "./read-event.ts";
import { type Note, readProperty } from "./read-properties.ts";
import type { ScenarioEvent, ScenarioPhase, ScenarioTask } from "./scenario.ts";
import { integerOf, objectOf, refuse, stringOf } from "./value.ts";

const INSTANCES_MAX = 1024;

export function readTask(
  name: string,
  value: JsonValue,
  groups: Groups,
  names: Names,
  note: Note,
): { task: ScenarioTask; groupPath: string; at: Position } {
  const members = objectOf(value, `the task "${name}"`);
  const task: ScenarioTask = {
    ...{ name, group: 0, instances: 1, delayUs: 0, jitterUs: 0 },
    ...{ loop: Number.POSITIVE_INFINITY, phases: [], timers: 0, forks: 0 },
  };
  const draft: Draft = { task, timers: new Map(), names, note };
  const groupPath = readProperties(draft, members);
  groupsKnow(groups, groupPath, value.at);

  const phases = members.get("phases");
  if (phases === undefined) readSinglePhase(draft, members, value.at);
  else readPhases(draft, phases, members, groupPath);
  task.timers = draft.timers.size;
  return { task, groupPath, at: value.at };
}

/** Makes the path known before anything asks which groups are leaves. */
function groupsKnow(groups: Groups, path: string, at: Position): void {
  if (path !== "" && path !== "/") groups.find(path, at);
}

/** Sets the task's own numbers -> its group's path. */
function readProperties(draft: Draft, members: Map<string, Member>): string {
  const { task } = draft;
  let groupPath = "/";
  for (const [key, { at, value }] of members) {
    if (isEvent(key) || key === "phases") continue;
    if (key === "instance") task.instances = integerOf(value, key, 0, INSTANCES_MAX);
    else if (key === "delay") task.delayUs = integerOf(value, key, 0, MICROSECONDS_MAX);
    else if (key === "jitter_us") task.jitterUs = integerOf(value, key, 0, MICROSECONDS_MAX);
    else if (key === "loop") task.loop = loopOf(value);
    else if (key === "taskgroup") groupPath = stringOf(value, key);
    else if (!readProperty(key, at, value, draft.note)) {
      refuse(at, `"${key}" is neither an event nor a property of a task`);
    }
  }
  return groupPath;
}

function loopOf(value: JsonValue): number {
  const loop = integerOf(value, "loop", -1, 0x7fff_ffff);
  return loop === -1 ? Number.POSITIVE_INFINITY : loop;
}

/** Without `phases`, the task's events are one phase and `loop` counts it. */
function readSinglePhase(draft: Draft, members: Map<string, Member>, at: Position): void {
  const { task } = draft;
  task.phases = [readPhase(draft, members, task.loop, at)];
  task.loop = 1;
}

function readPhases(
  draft: Draft,
  { value }: Member,
  members: Map<string, Member>,
  groupPath: string,
): void {
  for (const [key, { at }] of members) {
    if (isEvent(key)) refuse(at, `the task has "phases", so "${key}" belongs in one`);
  }
  for (const [name, phase] of objectOf(value, "phases")) {
    const inner = objectOf(phase.value, `the phase "${name}"`);
    let loop = 1;
    for (const [key, member] of inner) {
      if (isEvent(key)) continue;
      if (key === "loop") loop = loopOf(member.value);
      else if (key === "taskgroup") {
        if (stringOf(member.value, key) === groupPath) continue;
        refuse(member.at, "a task stays in one group: taskgroup belongs to the task");
      } else if (!readProperty(key, member.at, member.value, draft.note)) {
        refuse(member.at, `"${key}" is neither an event nor a property of a phase`);
      }
    }
    draft.task.phases.push(readPhase(draft, inner, loop, phase.at));
  }
  if (draft.task.phases.length === 0) refuse(value.at, "there is no phase");
}

function readPhase(
  draft: Draft,
  members: Map<string, Member>,
  loop: number,
  at: Position,
): ScenarioPhase {
  const events: ScenarioEvent[] = [];
  for (const [key, member] of members) {
    const ours = ourEventOf(key);
    const event = eventOf(key);
    if (ours !== null) events.push(readOurEvent(ours, key, member.value));
    else if (event !== null) events.push(readEvent(draft, event, key, member));
  }
  if (events.length === 0) refuse(at, "there is no event: what should the task do?");
  if (loop === Number.POSITIVE_INFINITY && !events.some(takesTime)) {
    refuse(at, "this loops for ever without taking any time");
  }
  return { loop, events };
}

function isEvent(key: string): boolean {
  return ourEventOf(key) !== null || eventOf(key) !== null;
}

function takesTime(event: ScenarioEvent): boolean {
  if (event.kind === "cache") return true;
  if (event.kind === "hold" || event.kind === "answer") return false;
  if ("ns" in event) return event.ns > 0;
  if ("bytes" in event) return event.bytes > 0;
  return event.kind !== "yield";
}
