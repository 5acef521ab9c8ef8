/**
 * What a client asks the cluster's daemon, and how it answers.
 *
 * A request is word 0 and word 1; the answer's word 0 is a ClusterStatus. The request MEMBER names a place of the
 * table; places that are free are passed over by the client.
 */
export const enum ClusterRequest {
  /** Word 1: a place, 0 is the node itself. */
  MEMBER = 1,
}

/**
 * Answer to MEMBER, if OK: word 1 state (MemberState), size of the name << 8, port << 16; word 2 the address; word 3
 * the incarnation; then the name.
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
}

/** Where clients find the service: boot/policy.txt. */
export const CLUSTER_SLOT: u32 = 19;
