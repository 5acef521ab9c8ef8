/**
 * The state of one node: one record with its tables behind it, addressed by a base.
 *
 * A program has one node; the simulator keeps many in one memory and selects. Nothing outside the
 * record survives a call but the ring of datagrams and the ring of events, which the caller empties.
 *
 * words:  Node | levels of the broadcast queue | relays | syncs | seeds | seen | user messages
 *              | order of probing | suspects | names (hash) | owner store | members
 */
import { Index, Limit, MemberOffset, Setting } from "./abi";
import { OWNER_BYTES } from "./owner/record";

export const RELAY_BYTES: usize = 32;
export const SYNC_BYTES: usize = 12;
export const USER_HEADER_BYTES: usize = 8;

@unmanaged
@final
export class Node {
  /** Time in milliseconds as this node lived it: without what it slept through, never backwards. */
  time: u64;
  /** The caller's clock at the latest call. */
  last: u64;
  deadline: u64;
  probeAt: u64;
  probeStarted: u64;
  probeTimeoutAt: u64;
  probeEndsAt: u64;
  gossipAt: u64;
  reconnectAt: u64;
  reapAt: u64;
  leaveAt: u64;
  memberClock: u64;
  eventClock: u64;
  queryClock: u64;
  levels: usize;
  relays: usize;
  syncs: usize;
  seeds: usize;
  seen: usize;
  users: usize;
  order: usize;
  suspects: usize;
  names: usize;
  members: usize;
  memberStride: usize;
  userStride: usize;
  nameBytes: u32;
  metaBytes: u32;
  userBytes: u32;
  capacity: u32;
  namesMask: u32;
  /** Places of the table that were ever used. */
  high: u32;
  /** Alive or suspect, this node included. */
  active: u32;
  /** Dead or gone and not yet forgotten. */
  recent: u32;
  /** Dead or forgotten: worth another try. */
  failed: u32;
  orderCount: u32;
  orderAt: u32;
  suspectCount: u32;
  queued: u32;
  usersQueued: u32;
  userNumber: u32;
  seenAt: u32;
  syncCount: u32;
  seedCount: u32;
  /** Is there a seed that no member stands for? */
  seedUnknown: u32;
  joinsLeft: u32;
  random: u32;
  sequence: u32;
  health: u32;
  probing: u32;
  probeSequence: u32;
  /** Direct, indirect, or none of both: see probe.ts. */
  probePhase: u32;
  nacksExpected: u32;
  nacksReceived: u32;
  tells: u32;
  leaving: u32;
  /** Packets encrypted: the last part of the nonce. */
  sealed: u32;
  /** Events said since the start: whoever caches what they change compares it. */
  events: u32;
  owners: usize;

  setting(which: Setting): u32 {
    return load<u32>(changetype<usize>(this) + NODE_BYTES + ((<usize>which) << 2));
  }

  countDrop(why: u32): void {
    const place = changetype<usize>(this) + NODE_BYTES + ((<usize>Setting.COUNT) << 2) + (why << 2);
    store<u32>(place, load<u32>(place) + 1);
  }

  dropsOf(why: u32): u32 {
    const base = changetype<usize>(this) + NODE_BYTES + ((<usize>Setting.COUNT) << 2);
    return load<u32>(base + ((<usize>why) << 2));
  }
}

/** The record, then the settings, then the counts of drops; all below this. */
const NODE_BYTES: usize = (offsetof<Node>() + 7) & ~7;
const HEAD_BYTES: usize = (NODE_BYTES + ((<usize>Setting.COUNT) << 2) + 64 + 7) & ~7;

/** What the caller fills in before `start`: words by `Setting`, the name, the tags, the seeds. */
export const configuration: usize = memory.data(128, 8);
export const configuredName: usize = memory.data(128, 8);
export const configuredMeta: usize = memory.data(512, 8);

export let node: Node = changetype<Node>(0);

export function select(base: usize): void {
  node = changetype<Node>(base);
}

function configured(which: Setting): u32 {
  return load<u32>(configuration + ((<usize>which) << 2));
}

/** Size of the hash of names: a power of two with at most half of its places used. */
function namesSize(capacity: u32): u32 {
  let size: u32 = 8;
  while (size < capacity << 1) size <<= 1;
  return size;
}

/** Lays the tables out behind the record; the bytes of everything. With `place` false only counts. */
export function layOut(base: usize, place: bool): usize {
  const capacity = configured(Setting.CAPACITY);
  const names = namesSize(capacity);
  const userStride = (USER_HEADER_BYTES + configured(Setting.USER_BYTES) + 3) & ~3;
  const tail = configured(Setting.NAME_BYTES) + configured(Setting.META_BYTES);
  const stride = (<usize>MemberOffset.NAME + tail + 7) & ~7;
  const levels = base + HEAD_BYTES;
  const relays = levels + ((<usize>Limit.LEVELS) << 1);
  const syncs = relays + RELAY_BYTES * Limit.RELAYS;
  const seeds = syncs + SYNC_BYTES * Limit.SYNCS;
  const seen = (seeds + ((<usize>Limit.SEEDS) << 3) + 7) & ~7;
  const users = seen + ((<usize>Limit.SEEN) << 3);
  const order = users + <usize>userStride * Limit.USER_MESSAGES;
  const suspects = order + ((<usize>capacity) << 1);
  const hash = suspects + ((<usize>capacity) << 1);
  const store_ = (hash + ((<usize>names) << 1) + 7) & ~7;
  const members = store_ + OWNER_BYTES;
  const size = members + stride * capacity - base;
  if (!place) return size;
  memory.fill(base, 0, size);
  select(base);
  node.levels = levels;
  node.relays = relays;
  node.syncs = syncs;
  node.seeds = seeds;
  node.seen = seen;
  node.users = users;
  node.order = order;
  node.suspects = suspects;
  node.names = hash;
  node.owners = store_;
  node.members = members;
  node.memberStride = stride;
  node.userStride = userStride;
  node.nameBytes = configured(Setting.NAME_BYTES);
  node.metaBytes = configured(Setting.META_BYTES);
  node.userBytes = configured(Setting.USER_BYTES);
  node.capacity = capacity;
  node.namesMask = names - 1;
  memory.copy(base + NODE_BYTES, configuration, (<usize>Setting.COUNT) << 2);
  memory.fill(levels, 0xff, (<usize>Limit.LEVELS) << 1);
  memory.fill(hash, 0xff, (<usize>names) << 1);
  if (Index.NONE !== 0xffff) ERROR("no member is all ones");
  return size;
}

/** The number of the first setting that cannot be, plus one; 0 when all can. */
export function badSetting(): u32 {
  const capacity = configured(Setting.CAPACITY);
  if (capacity < 2 || capacity > <u32>Limit.MEMBERS) return Setting.CAPACITY + 1;
  if (wrong(Setting.NAME_BYTES, 1, Limit.NAME_BYTES)) return Setting.NAME_BYTES + 1;
  if (wrong(Setting.META_BYTES, 2, Limit.META_BYTES)) return Setting.META_BYTES + 1;
  // A node's own intents must fit.
  const intentBytes = configured(Setting.NAME_BYTES) + 48;
  if (wrong(Setting.USER_BYTES, intentBytes, 1200)) return Setting.USER_BYTES + 1;
  if (wrong(Setting.PORT, 1, 65535)) return Setting.PORT + 1;
  if (wrong(Setting.INCARNATION, 1, 0x7fffffff)) return Setting.INCARNATION + 1;
  if (wrong(Setting.PROBE_MS, 10, 60000)) return Setting.PROBE_MS + 1;
  const probe = configured(Setting.PROBE_MS);
  if (wrong(Setting.PROBE_TIMEOUT_MS, 1, probe - 1)) return Setting.PROBE_TIMEOUT_MS + 1;
  if (wrong(Setting.GOSSIP_MS, 5, 60000)) return Setting.GOSSIP_MS + 1;
  if (wrong(Setting.GOSSIP_NODES, 1, 16)) return Setting.GOSSIP_NODES + 1;
  if (wrong(Setting.INDIRECT_CHECKS, 0, 16)) return Setting.INDIRECT_CHECKS + 1;
  if (wrong(Setting.SUSPICION_MULTIPLIER, 1, 9)) return Setting.SUSPICION_MULTIPLIER + 1;
  if (wrong(Setting.SUSPICION_MAX_MULTIPLIER, 1, 16)) return Setting.SUSPICION_MAX_MULTIPLIER + 1;
  if (wrong(Setting.RETRANSMIT_MULTIPLIER, 1, 7)) return Setting.RETRANSMIT_MULTIPLIER + 1;
  if (wrong(Setting.DEAD_GOSSIP_MS, 100, 3600000)) return Setting.DEAD_GOSSIP_MS + 1;
  if (wrong(Setting.RECONNECT_MS, 100, 3600000)) return Setting.RECONNECT_MS + 1;
  if (wrong(Setting.HEALTH_MAX, 1, 16)) return Setting.HEALTH_MAX + 1;
  if (wrong(Setting.PACKET_BYTES, 512, 1400)) return Setting.PACKET_BYTES + 1;
  if (wrong(Setting.NAME_SIZE, 1, configured(Setting.NAME_BYTES))) return Setting.NAME_SIZE + 1;
  if (wrong(Setting.META_SIZE, 0, configured(Setting.META_BYTES))) return Setting.META_SIZE + 1;
  return 0;
}

function wrong(which: Setting, least: u32, most: u32): bool {
  const value = configured(which);
  return value < least || value > most;
}
