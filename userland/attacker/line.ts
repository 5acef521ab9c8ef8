/**
 * A line of etc/attacks: words, in this order; what follows goes to the attacker.
 */
export const enum LineWord {
  NAME = 0,
  KIT = 1,
  ACTION = 2,
  /** Rounds of the victim. */
  ROUNDS = 3,
  /** Milliseconds after which the attacker's group is ended. */
  DEADLINE_MS = 4,
  /** Of the attacker's group. */
  FRAMES = 5,
  PROCESSES = 6,
  THREADS = 7,
  GROUPS = 8,
  /** Of the attacker's space. */
  SLOTS = 9,
  ARGUMENTS = 10,
}

export const enum Action {
  NONE = 0,
  /** The arena revokes the attacker's endpoint after a while. */
  REVOKE = 1,
  /** The arena waits before the attack until what was taken back during the last one is lent again. */
  REST = 2,
}
