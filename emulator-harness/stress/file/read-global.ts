// The `global` object of rt-app: every key has its type; what means something here is kept.
import type { JsonValue, Member, Position } from "./json.ts";
import { type Note, POLICIES } from "./read-properties.ts";
import { booleanOf, integerOf, numberOf, objectOf, refuse, stringOf } from "./value.ts";

const DURATION_S_MAX = 3600;
const LOG_SIZES = ["file", "disable", "auto"];

export interface Globals {
  /** Seconds; -1: not said. */
  duration: number;
  /** Bytes of the buffer of each thread that `mem` and `iorun` write to. */
  bufferBytes: number;
  /** The log's slack adds up the loops instead of telling each. */
  cumulativeSlack: boolean;
  at: Position;
}

/** Buffers are larger than a cache either way; memory here is what the machine has. */
export const BUFFER_BYTES_MAX = 65_536;
const BUFFER_BYTES_DEFAULT = 4_194_304;

/** Reads one key; what has another meaning than in rt-app is noted. */
type Reader = (value: JsonValue, key: string, globals: Globals, note: Note) => void;

const READERS: Record<string, Reader> = {
  duration: (value, key, globals) => {
    globals.duration = numberOf(value, key, -1, DURATION_S_MAX);
  },
  calibration: readCalibration,
  default_policy: (value, key, _, note) => {
    const policy = stringOf(value, key);
    if (!POLICIES.includes(policy)) refuse(value.at, `${key} is one of ${POLICIES.join(", ")}`);
    if (policy !== "SCHED_OTHER") noEffect(value, key, "there is one policy, and reserves", note);
  },
  pi_enabled: flag("a lock does not lend priority: there is none"),
  lock_pages: (value, key) => void booleanOf(value, key),
  logdir: (value, key) => void stringOf(value, key),
  log_basename: (value, key) => void stringOf(value, key),
  log_size: (value, key) => {
    if (value.kind === "number") integerOf(value, key, 0, 2 ** 31 - 1);
    else if (!LOG_SIZES.includes(stringOf(value, key))) {
      refuse(value.at, `${key} is a number of MB or one of ${LOG_SIZES.join(", ")}`);
    }
  },
  ftrace: (value, key, _, note) => {
    const off = value.kind === "boolean" ? !value.value : stringOf(value, key) === "none";
    if (!off) noEffect(value, key, "there is no ftrace", note);
  },
  gnuplot: flag("--report draws"),
  io_device: (value, key, _, note) => {
    if (stringOf(value, key) !== "/dev/null") noEffect(value, key, "iorun writes memory", note);
  },
  mem_buffer_size: (value, key, globals, note) => {
    const bytes = integerOf(value, key, 1, 2 ** 31 - 1);
    globals.bufferBytes = bytes;
    if (bytes > BUFFER_BYTES_MAX) {
      note(value.at, `${key} counts up to ${BUFFER_BYTES_MAX} here: buffers are reused sooner`);
    }
  },
  cumulative_slack: (value, key, globals) => {
    globals.cumulativeSlack = booleanOf(value, key);
  },
};

/** Checks the types of all globals -> those that matter. */
export function readGlobal(member: Member | undefined, note: Note): Globals {
  const globals: Globals = {
    duration: -1,
    bufferBytes: BUFFER_BYTES_DEFAULT,
    cumulativeSlack: false,
    at: member?.at ?? { line: 1, column: 1 },
  };
  if (member === undefined) return globals;
  for (const [key, { at, value }] of objectOf(member.value, "global")) {
    if (key === "spacing") refuse(at, '"spacing" is obsolete: give each task a "delay" in us');
    if (!(key in READERS)) refuse(at, `"${key}" is not a global setting`);
    READERS[key](value, key, globals, note);
  }
  return globals;
}

function readCalibration(value: JsonValue, key: string, _: Globals, note: Note): void {
  if (value.kind !== "string") {
    integerOf(value, key, 1, 1e9);
    noEffect(value, key, "work is calibrated before every run", note);
  } else if (!/^CPU\d+$/.test(value.text)) {
    refuse(value.at, `${key} is "CPU<n>" or nanoseconds per round, not "${value.text}"`);
  }
}

/** A setting that does nothing here when it is on. */
function flag(why: string): Reader {
  return (value, key, _, note) => {
    if (booleanOf(value, key)) noEffect(value, key, why, note);
  };
}

function noEffect(value: JsonValue, key: string, why: string, note: Note): void {
  note(value.at, `"${key}" is accepted and has no effect here: ${why}`);
}
