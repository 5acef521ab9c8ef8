/**
 * Numbers of the ledger and the scheduler that the kernel, programs and the harness share.
 *
 * Only const enums: AssemblyScript folds them, and esbuild inlines them on the Node side.
 */

/** How large things may be; every table is fixed, and every number here may be raised. */
export const enum SchedulerLimit {
  ACCOUNTS_MAX = 1024,
  /** The model is also built with more (emulator-harness/stress/scheduler.ts). */
  THREADS_MAX = 1280,
  /** Accounts whose wake-up latencies are counted by length at any one time. */
  HISTOGRAMS_MAX = 256,
  /** The root is at depth 0; an account at depth 8 cannot have children. */
  DEPTH_MAX = 8,
  WEIGHT_MAX = 10000,
  /** Pairs of lender and borrower, by class of memory. */
  LOANS_MAX = 2048,
}

export const enum Account {
  /** The root owns the machine. It never holds threads; every other account hangs below it. */
  ROOT = 0,
  /** "No account", "no thread". */
  NONE = -1,
}

/** Parts per million of the processor. */
export const enum Ppm {
  ONE = 1000000,
  /** The children of the root may reserve this much together: 5 % stay unpromised. */
  ROOT_RESERVE = 950000,
}

/** The group of the system's own programs: the shell stays alive beside whatever runs. */
export const enum SystemGroup {
  RESERVE_PPM = 20000,
  WEIGHT = 10,
  /** Kernel records that it gets of the machine's. */
  PROCESSES = 128,
  THREADS = 192,
  GROUPS = 16,
}

export const enum SchedulerTime {
  /** Request length of every queue, and the period of every reservation server. */
  QUANTUM_NS = 4000000,
  /** The ledger's books are closed once per epoch. */
  EPOCH_NS = 100000000,
  /** A limited account's bucket holds this much time at the rate of its limit. */
  LIMIT_PERIOD_NS = 20000000,
  /** A longer span between two charges means that the host had paused the machine. */
  HOST_PAUSE_NS = 16000000,
}

/** What the kernel may take back by itself, in this order. (C, swap, comes with storage.) */
export const enum LoanClass {
  /** Clean: whoever made it can make it again from something else. */
  A = 0,
  /** Soft: its holder has said that it may vanish. */
  B = 1,
}

/** The part of an idle soft frame's price that its holder pays on top: k = 1 / (1 - tax). */
export const enum MemoryTax {
  DEFAULT_PERCENT = 75,
  PERCENT_MAX = 99,
}

/** Why an account or thread operation was refused; functions return it negated where they return an index. */
export const enum LedgerRefusal {
  OK = 0,
  ACCOUNTS_EXHAUSTED = 1,
  NO_SUCH_ACCOUNT = 2,
  TOO_DEEP = 3,
  /** The reserves of siblings together would exceed what their parent reserved. */
  RESERVE_EXCEEDS_PARENT = 4,
  WEIGHT_OUT_OF_RANGE = 5,
  /** A limit is within 1..1,000,000 ppm and not below the reserve. */
  LIMIT_OUT_OF_RANGE = 6,
  /** Threads live in leaf accounts only; an account with threads cannot get children. */
  NOT_A_LEAF = 7,
  /** The account still has children, threads or frames. */
  ACCOUNT_IN_USE = 8,
  FRAMES_EXHAUSTED = 9,
}

/** Byte offsets in the record that `accountRead` writes; u32 unless said otherwise. */
export const enum AccountRecord {
  PARENT = 0,
  DEPTH = 4,
  RESERVE_PPM = 8,
  WEIGHT = 12,
  LIMIT_PPM = 16,
  /** max(reserve, weight share) of the machine, as things are now. */
  ENTITLED_PPM = 20,
  THREADS = 24,
  RUNNABLE = 28,
  /** u64 sums over all closed epochs since the account was opened. */
  ENTITLED_NS = 32,
  USED_NS = 40,
  LENT_NS = 48,
  BORROWED_NS = 56,
  /** u64, up to the latest charge rather than to the latest closed epoch. */
  CHARGED_NS = 64,
  /** u64, the part of CHARGED_NS that was served by the reservation phase. */
  RESERVED_NS = 72,
  /** The same four of the latest closed epoch. */
  EPOCH_ENTITLED_NS = 80,
  EPOCH_USED_NS = 84,
  EPOCH_LENT_NS = 88,
  EPOCH_BORROWED_NS = 92,
  FRAMES_USED = 96,
  FRAMES_RESERVED = 100,
  FRAMES_LIMIT = 104,
  /** Wake-ups measured, and the longest and (u64) summed wait from wake to run. */
  WAKES = 108,
  WAKE_MAX_NS = 112,
  /** The longest such wait of the latest closed epoch. */
  EPOCH_WAKE_MAX_NS = 116,
  WAKE_SUM_NS = 120,
  /** i64: what others consumed of its idle time less what it consumed of theirs, capped. */
  CREDIT_NS = 128,
  /** Frames in use of those asked for (FRAMES_USED); the rest waits for its first touch. */
  FRAMES_HELD = 136,
  /** Soft frames here and below. */
  FRAMES_SOFT = 140,
  /** Of the account's own part in use by others; soft frames of its own on others' parts. */
  FRAMES_LENT = 144,
  FRAMES_BORROWED = 148,
  /** Soft frames taken from it since it was opened. */
  FRAMES_TAKEN = 152,
  /** Memory pressure (some = full): parts per million of the last 10, 60 and 300 s; u64 total. */
  PRESSURE_10_PPM = 156,
  PRESSURE_60_PPM = 160,
  PRESSURE_300_PPM = 164,
  PRESSURE_NS = 168,
  SIZE = 176,
}

/** Byte offsets in the record that `scheduleRead` writes; all u64. */
export const enum ScheduleRecord {
  NOW_NS = 0,
  IDLE_NS = 8,
  /** Idle although a thread was ready and not held back by a limit. Must stay 0. */
  IDLE_WHILE_READY_NS = 16,
  /** Time that the host took from the machine (spans beyond HOST_PAUSE_NS). */
  HOST_NS = 24,
  DECISIONS = 32,
  SWITCHES = 40,
  /** Closed epochs, and when the open one began. */
  EPOCHS = 48,
  EPOCH_START_NS = 56,
  EPOCH_END_NS = 64,
  /** Until when the books are closed: EPOCH_START_NS, or less while that is still being done, step by step. */
  BOOKED_NS = 72,
  /** Sums of credit that appeared and that expired, because an account's was beyond its cap. */
  CREDIT_MINTED_NS = 80,
  CREDIT_EXPIRED_NS = 88,
  SIZE = 96,
}

/**
 * Wake-up latencies are counted log-linearly: 16 steps per power of two, in units of 64 ns.
 * Bucket b < 16 holds b units; else it begins at (16 + b % 16) << (b / 16 - 1) units.
 */
export const enum LatencyHistogram {
  UNIT_SHIFT = 6,
  STEPS = 16,
  BUCKETS = 384,
  /** u32 per bucket. */
  SIZE = 1536,
}
