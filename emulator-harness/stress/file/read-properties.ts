// rt-app's properties that a task and each of its phases may have, beside `loop` and the events.
//
// There is one processor and one policy, so most are checked and noted: the file still means something
// else under rt-app, and its reader should know.
import type { JsonValue, Position } from "./json.ts";
import { integerOf, refuse, stringOf } from "./value.ts";

/** Tells the reader of the file something that is no error. */
export type Note = (at: Position, text: string) => void;

export const POLICIES = ["OTHER", "BATCH", "IDLE", "RR", "FIFO", "DEADLINE"].map(
  (name) => `SCHED_${name}`,
);

/** Keys of the grammar before phases and events, and what to write today. */
export const OBSOLETE: Record<string, string> = {
  exec: 'write a "run" event',
  period: 'write a "timer" event with "period" (for SCHED_DEADLINE: "dl-period")',
  deadline: 'write a "timer" event (for SCHED_DEADLINE: "dl-deadline")',
  budget: 'write "dl-runtime"',
  lock_order: 'write "lock", "run" and "unlock" events in that order',
  resources: 'write "lock", "run" and "unlock" events; resources are made on use',
  sleep_delay: 'write a "sleep" event',
  affinity: 'write "cpus"',
};

const NICE = [-20, 19];
const REALTIME = [1, 99];
const MICROSECONDS_MAX = 4e9;
const UTILISATION_MAX = 1024;

type Reader = (value: JsonValue, key: string) => void;
const READERS: Record<string, [Reader, string]> = {
  policy: [policyOf, "a group's reserve is what guarantees time"],
  priority: [
    (value, key) => void integerOf(value, key, NICE[0], REALTIME[1]),
    "threads of a group are equals; groups have weights",
  ],
  "dl-runtime": [deadlineOf, "a group's reserve is what guarantees time"],
  "dl-period": [deadlineOf, "a group's reserve is what guarantees time"],
  "dl-deadline": [deadlineOf, "a group's reserve is what guarantees time"],
  cpus: [integersOf, "there is one processor"],
  nodes_membind: [integersOf, "there is one memory node"],
  util_min: [utilisationOf, "the processor has one speed"],
  util_max: [utilisationOf, "the processor has one speed"],
};

/** Is it a property that is the same for tasks and phases? Then its value is checked and noted. */
export function readProperty(key: string, at: Position, value: JsonValue, note: Note): boolean {
  if (key in OBSOLETE) refuse(at, obsolete(key));
  if (!(key in READERS)) return false;
  const [read, why] = READERS[key];
  read(value, key);
  const usual = value.kind === "string" && ["SCHED_OTHER", "SCHED_BATCH"].includes(value.text);
  if (!usual) note(at, `"${key}" is accepted and has no effect here: ${why}`);
  return true;
}

export function obsolete(key: string): string {
  return `"${key}" is rt-app's obsolete grammar: ${OBSOLETE[key]}`;
}

function policyOf(value: JsonValue, key: string): void {
  const policy = stringOf(value, key);
  if (!POLICIES.includes(policy)) {
    refuse(value.at, `${key} is one of ${POLICIES.join(", ")}, not "${policy}"`);
  }
}

function deadlineOf(value: JsonValue, key: string): void {
  integerOf(value, key, 0, MICROSECONDS_MAX);
}

function utilisationOf(value: JsonValue, key: string): void {
  integerOf(value, key, 0, UTILISATION_MAX);
}

function integersOf(value: JsonValue, key: string): void {
  if (value.kind !== "array") refuse(value.at, `${key} is a list of whole numbers such as [0]`);
  for (const item of value.items) integerOf(item, `a number of ${key}`, 0, 4095);
}
