/**
 * A line of etc/contract: what a test is called, how long it may take, and what its group may have.
 */
export const enum LineWord {
  NAME = 0,
  PATIENCE_MS = 1,
  /** Slots of the test's space. */
  SLOTS = 2,
  /** Of the group above the test's own: frames it may have, and its quotas. */
  FRAMES = 3,
  PROCESSES = 4,
  THREADS = 5,
  GROUPS = 6,
  RESERVE_PPM = 7,
}
