/**
 * What a client asks the cluster's daemon, and how it answers.
 *
 * A request is word 0 and word 1; the answer's word 0 is a ClusterStatus. The request MEMBER names a place of the
 * table; places that are free are passed over by the client.
 */
export const enum ClusterRequest {
  /** Word 1: a place, 0 is the node itself. */
  MEMBER = 1,
  /** Word 1: 0 is the oldest event that is kept. */
  EVENT = 2,
  /** The daemon says farewell and rests; whoever waits for that asks MEMBER until it hears HAS_LEFT. */
  LEAVE = 3,
  /** Word 1: a place. Answer: word 1 the size of the member's tags, then at most 240 bytes of them, as on the wire. */
  TAGS = 4,
  /** Word 1: the number of a group. Answer: its WhyRecord behind the words. */
  WHY = 5,
}

/** Byte offsets of what WHY answers; u32 each. */
export const enum WhyRecord {
  /** GroupState. */
  STATE = 0,
  EPOCH_NUMBER = 4,
  EPOCH_ERA = 8,
  /** Milliseconds until the end of this node's own lease; 0: it has none. */
  OWN_MS = 12,
  /** What this node granted as a voter: to which address, for how many milliseconds more. */
  GRANTED_TO = 16,
  GRANTED_MS = 20,
  /** Why the latest round failed: Denial, the address that had the lease, the voter that said so. */
  DENIAL = 24,
  DENIAL_OWNER = 28,
  DENIAL_VOTER = 32,
  /** Milliseconds until this node asks. */
  WAIT_MS = 36,
  /** Place of the member that says that it owns the group, 65535: none. */
  HOLDER = 40,
  NEED_CPU = 44,
  NEED_KIB = 48,
  /** Number of voters; 1 if this node is one, 3 if it is and may vote by now. */
  VOTERS = 52,
  VOTING = 56,
  ADDRESSES = 60,
  NAME_SIZE = 88,
  NAME = 92,
  BYTES = 116,
}

/**
 * Answer to MEMBER, if OK: word 1 state (MemberState), size of the name << 8, port << 16; word 2 the address; word 3
 * the incarnation; then the name. Answer to EVENT: word 1 kind (EventKind), size of the name << 8; words 2 and 3 the
 * milliseconds since the machine's start, low word first; then the name, empty if it is the node itself.
 */
export const enum ClusterStatus {
  OK = 0,
  /** The place lies behind the last one that was ever used. */
  NO_MORE = 1,
  /** The daemon was not told to join, or was told wrongly. */
  NO_CLUSTER = 2,
  /** It waits for the network, or for the next second. */
  STARTING = 3,
  BAD_REQUEST = 4,
  /** Somebody asked it to leave. */
  HAS_LEFT = 5,
}

/** Where clients find the service: boot/policy.txt. */
export const CLUSTER_SLOT: u32 = 19;
