/**
 * Numbers of the owner store that the daemon shares with who runs it: the program and the simulator.
 */

export const enum OwnerLimit {
  /** Groups that one cluster can have: all of a call's messages about them fit the ring of datagrams. */
  GROUPS = 8,
  VOTERS = 7,
  NAME_BYTES = 24,
}

/** Milliseconds. */
export const enum OwnerTime {
  /** So long an owner acts from the sending of the renewal that a majority granted. */
  LEASE = 2000,
  /** So much longer a voter waits before it grants another one: for errors of clocks, and for a group to be stopped. */
  GUARD = 750,
  RENEW = 400,
  /** Nothing that an owner store decides is looked at less often: no step of a clock hides in a longer wait. */
  LOOK = 200,
  /** A call later than this was not late but away: the voters' clock does not count it. */
  LATE = 20,
  /** A round without a majority ends after this. */
  ROUND = 500,
  /** The next best candidate waits so much longer. */
  RANK = 300,
  LEARN = 500,
  /** A lease in the way can be released before its end: it is asked about again after this. */
  PATIENCE = 1000,
  /** A group whose owner seems well is asked about all the same. */
  CHECK = 10000,
}

/** Ranks behind this one wait no longer. */
export const RANK_MAX: u32 = 10;

/** Second byte of a user message of the owner store; Serf's own types are small numbers. */
export const OWNER_TYPE: u32 = 0x4f;

/** Third byte of the message. */
export const enum OwnerMessage {
  REQUEST = 1,
  RENEW = 2,
  RELEASE = 3,
  GRANT = 4,
  DENY = 5,
  LEARN = 6,
  LEARNED = 7,
  /** To whoever can destroy machines, and back. */
  FENCE = 8,
  FENCED = 9,
}

/** Why a voter does not grant. */
export const enum Denial {
  NONE = 0,
  /** Another one's lease has not run out. */
  LEASED = 1,
  /** It has granted that epoch or a later one. */
  STALE = 2,
  /** It has just started and does not know yet what it granted before. */
  SILENT = 3,
  UNKNOWN_GROUP = 4,
  /** Its list of voters is another one: two lists could elect two owners. */
  OTHER_VOTERS = 5,
  /** No answer came in time. */
  NO_ANSWER = 6,
}

export const enum GroupState {
  /** This node does not run it: a witness, or one that leaves. */
  UNWANTED = 0,
  /** Somebody else owns it, or this node's turn has not come. */
  WAITING = 1,
  ASKING = 2,
  OWNER = 3,
  /** A majority has granted it; its predecessors, which never said that they stopped, are being destroyed. */
  FENCING = 4,
}
