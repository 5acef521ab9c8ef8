/**
 * What a test is given, where it finds it, and the page in which it says how it went.
 *
 * Partners that a test starts have what the test grants them and nothing else; they have no report.
 */

/** Slots of what has no slot of its own in kernel/abi. */
export const enum Place {
  /** The group above the test's own, in which no thread is: CREATE, OBSERVE. */
  HOME = 9,
  /** The ports of the clock's chip, and its interrupt line. */
  PORTS = 10,
  INTERRUPT = 11,
  /** The page for the report. */
  REPORT = 12,
  /** Of a partner: what it is about, in the order of the grants. */
  FIRST = 20,
  SECOND = 21,
  THIRD = 22,
  FOURTH = 23,
}

/** The real time clock: two ports, line 8. */
export const enum ClockChip {
  INDEX = 0x70,
  DATA = 0x71,
  COUNT = 2,
  LINE = 8,
}

/** Byte offsets in the page that the test and the runner share. */
export const enum Report {
  /** 1: a check failed; what was expected and what came. */
  FAILED = 0,
  EXPECTED = 4,
  ACTUAL = 8,
  /** What the check is about, and what the test measured: sizes, then bytes. */
  TEXT_SIZE = 12,
  NOTE_SIZE = 16,
  TEXT = 64,
  NOTE = 512,
  END = 4096,
}

/** Exit codes: a check failed; no test has that name. */
export const CODE_FAILED: i32 = 1;
export const CODE_UNKNOWN: i32 = 2;
