/**
 * The compiled form of a scenario: what the harness writes and the stress programs read.
 *
 * Little-endian u32 words; the header, then tables at the offsets it names, then text (not terminated).
 * Only const enums: AssemblyScript folds them, and esbuild inlines them on the Node side.
 */
export const enum Plan {
  MAGIC = 0x4e414c50,
  VERSION = 5,
  GROUPS_MAX = 96,
  /** Mutexes, conditions, semaphores, barriers and shared timers together. */
  OBJECTS_MAX = 256,
  TASKS_MAX = 512,
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
  OBJECTS = 68,
  OBJECTS_AT = 72,
  /** PlanFlag bits. */
  FLAGS = 76,
  /** Bytes of the buffer that `mem` and `iorun` write to, over and over. */
  BUFFER_BYTES = 80,
  /** Bytes of memory that a worker needs for that and for `memrun`. */
  MEMORY_BYTES = 84,
  BYTES = 88,
}

export const enum PlanFlag {
  /** Threads meet: some event asks the hub. */
  MEETS = 1,
  /** Events are counted by kind, in an area of each worker's. */
  COUNTS = 2,
  /** Every pass of a phase is logged there. */
  LOG = 4,
  /** The log's slack adds up the passes. */
  CUMULATIVE = 8,
  /** The kernel's trace is read: there is a table of delays, and lag can be expected. */
  DELAYS = 16,
  /** It is also kept and printed after the run. */
  TRACE = 32,
  /** Some task holds memory or caches: the groups' memory is told at the end of every epoch. */
  MEMORY = 64,
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
  /** Pages of 4 KiB that it is guaranteed, and the most it may have (0: no limit but its parent's). */
  FRAMES_RESERVE = 32,
  FRAMES_LIMIT = 36,
  /** On its idle soft pages, in percent; 0: the default. */
  MEMORY_TAX = 40,
  BYTES = 44,
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
  /** Threads that one instance may have forked and that still run. */
  FORKS = 36,
  /** Pages of its soft cache; 0: it has none. */
  CACHE_PAGES = 40,
  /** 1: it holds memory that grows and shrinks. */
  HOLDS = 44,
  /** Where its random numbers begin, by its name and the seed: not 0. */
  STREAM = 48,
  BYTES = 52,
}

export const enum PlanPhase {
  LOOP = 0,
  EVENT = 4,
  EVENTS = 8,
  BYTES = 12,
}

export const enum PlanEvent {
  KIND = 0,
  /**
   * Which of the task's timers, of the plan's objects, or of its tasks; of a memrun: MemoryRun bits; of a
   * cache: its entries; of an arrival: 1 if the times between are random.
   */
  OBJECT = 4,
  /**
   * Work, time, period, or bytes; of a memrun: accesses; of a cache: work for an entry that is gone; of an
   * arrival: the mean time between two.
   */
  NS_LOW = 8,
  /** Of a memrun: bytes of its buffer. */
  NS_HIGH = 12,
  /** The mutex of a condition; of a memrun: bytes from one access to the next; of a cache: reads. */
  SECOND = 16,
  BYTES = 24,
}

export const enum EventKind {
  /** Not an event: where forks that were refused are counted. */
  REFUSED = 0,
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
  /** Writes bytes to the buffer. */
  MEM = 7,
  /** Reads, writes or chases through a buffer of its own. */
  MEMRUN = 8,
  /** As MEM, with a system call for each bufferful. */
  IORUN = 9,
  /** Starts a thread that does what another task says. */
  FORK = 10,
  /** From here on the hub is asked (meeting.ts). */
  SUSPEND = 11,
  RESUME = 12,
  LOCK = 13,
  UNLOCK = 14,
  WAIT = 15,
  SIGNAL = 16,
  BROAD = 17,
  SYNC = 18,
  SEM_POST = 19,
  SEM_WAIT = 20,
  BARRIER = 21,
  /** Timers of several threads. */
  SHARED_RELATIVE = 22,
  SHARED_ABSOLUTE = 23,
  /** From here on ours. Holds so many bytes of hard memory. */
  HOLD = 24,
  /** Reads random entries of the soft cache; those that are gone are made again. */
  CACHE = 25,
  /** Takes the next request of the task's own stream, when it is there. */
  ARRIVE = 26,
  /** The request is answered. */
  ANSWER = 27,
  COUNT = 28,
}

/** Bits of a memrun's OBJECT. */
export const enum MemoryRun {
  READ = 0,
  WRITE = 1,
  /** Each address depends on what was read before. */
  CHASE = 2,
  ACCESS_MASK = 3,
  RANDOM = 4,
}

/** Something that threads meet at. */
export const enum PlanObject {
  /** Of a barrier: how many threads meet. */
  USERS = 0,
  BYTES = 4,
}

/** The memory that a worker shares with the stress program, when the plan counts or logs. */
export const enum Area {
  /** A row of counters, one per EventKind, for every thread of the worker. */
  ROW_BYTES = 128,
  /** Then a page with the worker's results (Results). */
  RESULTS_AT = 8192,
  /** Then a count of log records, and the records. */
  LOG_AT = 12288,
  RECORDS_AT = 12304,
  COUNT_PAGES = 3,
  LOG_PAGES = 19,
  RECORDS_MAX = 1638,
}

/** What became of a worker's requests, and of its memory. */
export const enum Results {
  /** From a request's arrival to its answer: buckets as of LatencyHistogram, in units of 1,024 ns. */
  LATENCIES = 0,
  LATENCY_SHIFT = 10,
  /** u64 */
  LATENCY_SUM_NS = 1536,
  LATENCY_MAX_NS = 1544,
  /** u64: growing of what is held, from the call to the last touch. */
  GROW_NS = 1552,
  GROW_PAGES = 1560,
  /** The longest that the first touch of a page took. */
  GROW_WORST_NS = 1564,
  /** Holds that the group could not pay for. */
  HOLDS_REFUSED = 1568,
  /** Reads of the cache; of the misses those of entries that had never been there. */
  HITS = 1572,
  MISSES = 1576,
  FIRST_READS = 1584,
  /** Pages of the cache that had a frame when that was last asked. */
  CACHE_PAGES = 1580,
  BYTES = 1592,
}

/** The largest cache of a task. */
export const enum CacheLimit {
  /** Entries are pages. */
  ENTRY_BYTES = 4096,
  PAGES = 6144,
}

/** A record of the log: u32 words, microseconds; SLACK is signed. */
export const enum LogWord {
  TASK = 0,
  /** 0: the worker's first thread; else a forked one. */
  THREAD = 1,
  PERF = 2,
  RUN = 3,
  START = 4,
  END = 5,
  SLACK = 6,
  DURATION = 7,
  PERIOD = 8,
  LATENCY = 9,
  COUNT = 10,
}

/** How the kernel's trace is read: often enough for its ring, and as much as is kept. */
export const enum TraceReading {
  PERIOD_NS = 5000000,
  /** What the stress program takes each time, and for each record: measured in v86, charged on the model. */
  BASE_NS = 2000,
  RECORD_NS = 200,
  /** Records that are kept for the end of the run. */
  KEPT_MAX = 262144,
}

/** Groups whose lag one scenario can bound. */
export const enum LagLimit {
  GROUPS_MAX = 8,
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
  /** Largest deficit of service over any window, in millionths of a quantum; the group is always ready. */
  LAG_PPM_Q = 12,
  /** The longest that a first touch of a page of held memory took. */
  RECLAIM_NS = 13,
  /** Reads of the cache that found their entry, of those that were not its first. */
  FOUND_PPM = 14,
}
