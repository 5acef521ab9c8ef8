/**
 * The compiled form of a scenario: what the harness writes and the stress programs read.
 *
 * Little-endian u32 words; the header, then tables at the offsets it names, then text (not terminated).
 * Only const enums: AssemblyScript folds them, and esbuild inlines them on the Node side.
 */
export const enum Plan {
  MAGIC = 0x4e414c50,
  VERSION = 2,
  GROUPS_MAX = 96,
  BYTES_MAX = 65536,
  /** Group of a table entry: none (a parent: the root). */
  NO_GROUP = -1,
  /** Loop count: until the run is over. */
  FOREVER = -1,
}

/** Byte offsets in the header. */
export const enum PlanHeader {
  MAGIC = 0,
  VERSION = 4,
  SIZE = 8,
  SEED = 12,
  /** u64 */
  DURATION_NS = 16,
  GROUPS = 24,
  GROUPS_AT = 28,
  TASKS = 32,
  TASKS_AT = 36,
  PHASES_AT = 40,
  EVENTS_AT = 44,
  EXPECTS = 48,
  EXPECTS_AT = 52,
  NAME_AT = 56,
  NAME_SIZE = 60,
  /** Threads of all tasks together. */
  THREADS = 64,
  BYTES = 72,
}

/** Groups in an order in which parents come before their children. */
export const enum PlanGroup {
  PARENT = 0,
  RESERVE_PPM = 4,
  WEIGHT = 8,
  LIMIT_PPM = 12,
  /** Its path, such as "/web/api". */
  NAME_AT = 16,
  NAME_SIZE = 20,
  /** 1: something in it always wants to run, so its share can be compared with an ideal. */
  HUNGRY = 24,
  /** 1: something in it sleeps, so its wake-ups mean something (and are not just the start). */
  SLEEPS = 28,
  BYTES = 32,
}

export const enum PlanTask {
  GROUP = 0,
  INSTANCES = 4,
  DELAY_US = 8,
  /** How often the list of phases is run. */
  LOOP = 12,
  PHASE = 16,
  PHASES = 20,
  NAME_AT = 24,
  NAME_SIZE = 28,
  /** Largest random addition to the delay, drawn per instance from the seed. */
  JITTER_US = 32,
  BYTES = 36,
}

export const enum PlanPhase {
  LOOP = 0,
  EVENT = 4,
  EVENTS = 8,
  BYTES = 12,
}

export const enum PlanEvent {
  KIND = 0,
  /** Which of the task's timers. */
  TIMER = 4,
  /** Work, time, or period. */
  NS_LOW = 8,
  NS_HIGH = 12,
  BYTES = 16,
}

export const enum EventKind {
  /** Fixed work: that many nanoseconds of the processor. */
  RUN = 1,
  /** Works until that much time has passed. */
  RUNTIME = 2,
  SLEEP = 3,
  /** Sleeps until a period after the last time; a missed one starts afresh. */
  TIMER_RELATIVE = 4,
  /** The same, but keeps to its grid after a miss. */
  TIMER_ABSOLUTE = 5,
  YIELD = 6,
}

/** Timers of one task. */
export const enum TimerLimit {
  TIMERS = 8,
}

export const enum PlanExpect {
  KIND = 0,
  GROUP = 4,
  /** 0: at most, 1: at least. */
  LEAST = 8,
  /** u64, in the unit of its kind. */
  BOUND = 16,
  BYTES = 24,
}

/** What an expectation bounds. Shares in ppm, waits and times in ns. */
export const enum ExpectKind {
  SHARE_ERROR_PPM = 1,
  JAIN_PPM = 2,
  IDLE_WHILE_READY_NS = 3,
  SHARE_PPM = 4,
  WAKE_P50_NS = 5,
  WAKE_P99_NS = 6,
  WAKE_P999_NS = 7,
  WAKE_MAX_NS = 8,
  /** Part of the entitlement its owner left idle that others used. */
  LENT_PPM = 9,
  BORROWED_NS = 10,
  IDLE_NS = 11,
}
