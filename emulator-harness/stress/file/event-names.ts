// The twenty events of rt-app by name. A key is known by its prefix ("run1" is a run), as in rt-app.
import { OBSOLETE } from "./read-properties.ts";

export const EVENT_NAMES = [
  ...["run", "runtime", "sleep", "timer", "lock", "unlock", "wait", "signal", "broad", "sync"],
  ...["suspend", "resume", "sem_post", "sem_wait", "barrier", "mem", "memrun", "iorun"],
  ...["yield", "fork"],
] as const;
export type EventName = (typeof EVENT_NAMES)[number];

/** Longest first: "runtime" before "run", "memrun" before "mem". */
const BY_LENGTH = [...EVENT_NAMES].sort((one, other) => other.length - one.length);

/** The event whose name the key begins with, or null. The obsolete grammar has keys of that kind. */
export function eventOf(key: string): EventName | null {
  if (key in OBSOLETE) return null;
  return BY_LENGTH.find((name) => key.startsWith(name)) ?? null;
}

/** Does the key go on like another word, so that the event may be an accident? */
export function surprising(key: string, name: EventName): boolean {
  return /^[a-z]/.test(key.slice(name.length));
}
