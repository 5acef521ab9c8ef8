/**
 * Numbers that the daemon shares with who runs it: the program, the simulator, the fuzzer.
 *
 * Enumerations only, so that AssemblyScript and Node import the same file.
 */

export const enum Limit {
  /** A node's table is as large as its configuration says, up to this; self is one of them. */
  MEMBERS = 8192,
  NAME_BYTES = 128,
  META_BYTES = 512,
  /** Largest datagram taken in; what leaves is at most the configuration's `packetBytes`. */
  INPUT_BYTES = 65536,
  PACKET_BYTES = 1472,
  /** Datagrams that one call can make; more are dropped and counted. */
  PACKETS = 64,
  EVENTS = 256,
  /** Older members of memberlist multiply in eight bits. */
  COMPOUND_PARTS = 127,
  /** Envelopes inside envelopes. */
  NESTING = 4,
  INFLATED_BYTES = 16384,
  RELAYS = 16,
  SYNCS = 8,
  SEEDS = 8,
  USER_MESSAGES = 16,
  /** Serf messages remembered so that none is passed on twice. */
  SEEN = 64,
  /** One that began the suspicion and at most seven that confirm it. */
  ACCUSERS = 8,
  LEVELS = 32,
  KEYS = 4,
}

/** No member, where an index of one is expected. */
export const enum Index {
  SELF = 0,
  NONE = 65535,
}

export const enum MemberState {
  ALIVE = 0,
  SUSPECT = 1,
  DEAD = 2,
  LEFT = 3,
  /** Dead for so long that its incarnation says nothing any more; its address is kept to try again. */
  FORGOTTEN = 4,
  FREE = 5,
}

/** First byte of a message. */
export const enum MessageType {
  PING = 0,
  INDIRECT_PING = 1,
  ACK = 2,
  SUSPECT = 3,
  ALIVE = 4,
  DEAD = 5,
  COMPOUND = 7,
  USER = 8,
  COMPRESS = 9,
  NACK = 11,
  CRC = 12,
  NOTHING = 255,
}

/** Second byte of a user message: Serf's types. */
export const enum SerfType {
  LEAVE = 0,
  JOIN = 1,
  EVENT = 3,
  QUERY = 4,
  RESPONSE = 5,
}

export const enum EventKind {
  JOINED = 1,
  RETURNED = 2,
  UPDATED = 3,
  SUSPECTED = 4,
  FAILED = 5,
  LEFT = 6,
  /** Somebody said that this node is gone; it has raised its incarnation. */
  REFUTED = 7,
  /** This node did not run for a while: whoever owns something must look at its lease first. */
  AWAY = 8,
  /** Another address claims a name that is in use. */
  CONFLICT = 9,
  USER_EVENT = 10,
  QUERY = 11,
  /** The farewell is said; the program may end. */
  GONE = 12,
  /** Of a group, whose number is in place of the member's; `by` is the epoch's era, `incarnation` its number in it. */
  OWNER_GAINED = 13,
  OWNER_LOST = 14,
}

/** Why a datagram, or a part of one, was not used. */
export const enum Drop {
  MALFORMED = 0,
  UNKNOWN_TYPE = 1,
  BAD_CRC = 2,
  NOT_FOR_US = 3,
  TABLE_FULL = 4,
  TOO_LONG = 5,
  RING_FULL = 6,
  BAD_KEY = 7,
  COUNT = 8,
}

/** Words of `configuration`, in order. */
export const enum Setting {
  CAPACITY = 0,
  NAME_BYTES = 1,
  META_BYTES = 2,
  USER_BYTES = 3,
  ADDRESS = 4,
  PORT = 5,
  INCARNATION = 6,
  SEED = 7,
  PROBE_MS = 8,
  PROBE_TIMEOUT_MS = 9,
  GOSSIP_MS = 10,
  GOSSIP_NODES = 11,
  INDIRECT_CHECKS = 12,
  SUSPICION_MULTIPLIER = 13,
  SUSPICION_MAX_MULTIPLIER = 14,
  RETRANSMIT_MULTIPLIER = 15,
  DEAD_GOSSIP_MS = 16,
  RECONNECT_MS = 17,
  HEALTH_MAX = 18,
  PACKET_BYTES = 19,
  CRC = 20,
  NAME_SIZE = 21,
  META_SIZE = 22,
  COUNT = 23,
}

export const enum Profile {
  /** Serf's LAN defaults, for clusters with real agents. */
  LAN = 0,
  /** A cluster of LendOS nodes. */
  OWN = 1,
}

/** Byte offsets of a member's record, for who looks at a view from outside. */
export const enum MemberOffset {
  INCARNATION = 0,
  ADDRESS = 4,
  NAME_HASH = 8,
  PORT = 12,
  NAME_SIZE = 14,
  STATE = 15,
  CHANGED_MS = 16,
  SUSPICION_MS = 24,
  META_SIZE = 32,
  QUEUED_FROM = 34,
  QUEUE_NEXT = 36,
  QUEUE_PREVIOUS = 38,
  ORDER_INDEX = 40,
  SUSPECT_INDEX = 42,
  QUEUED_KIND = 44,
  QUEUED_SENT = 45,
  CONFIRMATIONS = 46,
  CONFIRMATIONS_MAX = 47,
  VERSIONS = 48,
  ACCUSERS = 56,
  INTENT_TIME = 72,
  NAME = 76,
}
