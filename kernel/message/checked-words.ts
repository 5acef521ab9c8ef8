/**
 * Words of the checker: moves as the harness writes them, and what an edge leaves; the Wasm and Node read this file.
 */

export const enum Own {
  GO_ON = 0,
  BLOCK = 1,
  YIELD = 2,
  /** Dismisses its thread and closes its account. */
  CLOSE = 3,
  /** Calls a server; replies and receives; replies and goes on. */
  CALL = 4,
  ANSWER = 5,
  REPLY = 6,
}

/** What is done to another thread. */
export const enum Other {
  SUSPEND = 0,
  CLOSE = 1,
  OPEN = 2,
  /** Its call ends in vain. */
  ABORT = 3,
}

/** What follows a move: time as usual, a slice's end that comes late, a pause of the host, a long one. */
export const enum Passing {
  USUAL = 0,
  LATE = 1,
  PAUSE = 2,
  LONG_PAUSE = 3,
}

/** What `edge` leaves, as i32 words. */
export const enum Report {
  RUNNING = 0,
  /** Masks of threads: asleep, waiting in a call, without an account. */
  ASLEEP = 1,
  IN_CALL = 2,
  CLOSED = 3,
  /** 1: the running thread owes a reply. */
  SERVES = 4,
  /** 1: the lender is awake with budget and does not run. */
  WAITING = 5,
  SPAN = 6,
  /** What somebody was served of it. */
  SERVED = 7,
  VICTIM_RUNS = 8,
  /** VictimRests: a guest that goes forgoes what it was owed. */
  VICTIM_RESTS = 9,
  SIZE = 10,
  HASH = 11,
  LAW = 12,
  /** The part of SPAN that belongs to the host. */
  HOST = 13,
  /** Who ran in the edge. */
  RAN = 14,
}
