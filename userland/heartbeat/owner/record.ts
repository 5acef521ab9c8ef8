/**
 * The owner store's part of a node's state: what it has granted as a voter, and what it owns itself.
 *
 * It lies behind the node's tables and is all zero until `voterAdd`: a node without voters owns nothing and grants
 * nothing.
 *
 * words:  OwnerStore | voters (address u32, port u32) | groups
 */
import { Setting } from "../abi";
import { node } from "../node";
import { hashBytes } from "../numbers";
import { Denial, GroupState, OwnerLimit, OwnerTime } from "./abi";

const VOTER_BYTES: usize = 8;
export const NO_VOTER: u32 = 0xffff;

@unmanaged
@final
export class OwnerStore {
  /** The voters' clock, in milliseconds lived: it may lag, it never runs ahead of the real one. */
  time: u64;
  /** Until then a voter that has started says nothing: what it granted before has run out by then. */
  speakAt: u64;
  learnAt: u64;
  /** A group of which this voter knows nothing has had no epoch above this. */
  floor: u64;
  learnedFloor: u64;
  holdersAt: u64;
  voterCount: u32;
  /** This node among the voters, or NO_VOTER. */
  self: u32;
  /** Hash of the list of voters, whatever its order. */
  list: u32;
  groupCount: u32;
  /** Does this voter know what it may grant? */
  ready: u32;
  learnId: u32;
  /** Bits of voters that answered in this round, and of those that know. */
  learnAnswered: u32;
  learnReady: u32;
  /** The latest start of any voter that answered. */
  learnLife: u32;
  nextId: u32;
  /** Count of the node's events when holders were looked for last. */
  holdersSeen: u32;
  /** Who destroys machines when asked; 0: nobody, and clocks alone are trusted. */
  fence: u32;
  fencePort: u32;
  pad: u32;
}

@unmanaged
@final
export class Group {
  // As a voter: the highest epoch granted; the epoch of the lease, whose it is, and until when (`OwnerStore.time`).
  highest: u64;
  leased: u64;
  expires: u64;
  /** The highest that other voters told while this one learns. */
  learned: u64;
  // As a candidate or owner.
  epoch: u64;
  /** The highest epoch heard of. */
  known: u64;
  /** The caller's clock when the round at hand was sent, and when what it owns ends. */
  sentAt: u64;
  until: u64;
  /** `OwnerStore.time` of the next step, and from when the group is asked about though its owner seems well. */
  nextAt: u64;
  checkAt: u64;
  owner: u32;
  ownerLife: u32;
  /** Number of the question that was granted last: its sender counts them up. */
  leaseId: u32;
  /** The lease was renewed by one that acts; and the one before it that acted and never said that it stopped. */
  acted: u32;
  previous: u32;
  previousLife: u32;
  state: GroupState;
  id: u32;
  grants: u32;
  denials: u32;
  /** Milliseconds that the longest lease in the way has left, as told in this round. */
  leftMs: u32;
  /** Member that says that it owns the group, or Index.NONE. */
  holder: u32;
  /** This node has been the owner in `epoch`. */
  gained: u32;
  /** The latest renewal said that this node acts. */
  acts: u32;
  /** Nobody healthy seems to own it. */
  troubled: u32;
  rank: u32;
  /** What the group's reserve needs: per mille of the processor, KiB. */
  needCpu: u32;
  needKib: u32;
  nameHash: u32;
  nameSize: u32;
  // What the latest round failed by, for people.
  denial: Denial;
  denialOwner: u32;
  denialVoter: u32;

  static at(index: u32): Group {
    const first = node.owners + STORE_BYTES + VOTER_BYTES * OwnerLimit.VOTERS;
    return changetype<Group>(first + <usize>index * GROUP_BYTES);
  }

  get nameAddress(): usize {
    return changetype<usize>(this) + offsetof<Group>();
  }

  /** Whom this voter named as a predecessor: address u32, life u32; address 0: nobody, or destroyed. */
  target(voter: u32): usize {
    return this.nameAddress + OwnerLimit.NAME_BYTES + ((<usize>voter) << 3);
  }
}

const STORE_BYTES: usize = (offsetof<OwnerStore>() + 7) & ~7;
const GROUP_BYTES: usize =
  (offsetof<Group>() + OwnerLimit.NAME_BYTES + OwnerLimit.VOTERS * 8 + 7) & ~7;
export const OWNER_BYTES: usize =
  STORE_BYTES + VOTER_BYTES * OwnerLimit.VOTERS + GROUP_BYTES * OwnerLimit.GROUPS;

export function owners(): OwnerStore {
  return changetype<OwnerStore>(node.owners);
}

/** Does this node take part in owning at all? */
export function ownersOn(): bool {
  return owners().voterCount > 0;
}

/** A node that votes; false when there are too many, or it is one twice. All nodes must be told the same ones. */
export function voterAdd(address: u32, port: u32): bool {
  const store_ = owners();
  if (store_.voterCount >= <u32>OwnerLimit.VOTERS || address === 0 || port === 0) return false;
  if (voterFind(address, port) !== NO_VOTER) return false;
  if (store_.voterCount === 0) {
    store_.self = NO_VOTER;
    store_.speakAt = store_.time + OwnerTime.LEASE + OwnerTime.GUARD;
  }
  const place = voterPlace(store_.voterCount);
  store<u32>(place, address);
  store<u32>(place, port, 4);
  const own = address === node.setting(Setting.ADDRESS) && port === node.setting(Setting.PORT);
  if (own) store_.self = store_.voterCount;
  store_.voterCount += 1;
  store_.list += hashBytes(place, 8) | 1;
  return true;
}

/** Names who destroys machines: an owner begins when its predecessor is gone for certain. */
export function fenceSet(address: u32, port: u32): void {
  owners().fence = address;
  owners().fencePort = port;
}

function voterPlace(index: u32): usize {
  return node.owners + STORE_BYTES + <usize>index * VOTER_BYTES;
}

export function voterAddress(index: u32): u32 {
  return load<u32>(voterPlace(index));
}

export function voterPort(index: u32): u32 {
  return load<u32>(voterPlace(index), 4);
}

export function voterFind(address: u32, port: u32): u32 {
  for (let i: u32 = 0; i < owners().voterCount; i++) {
    if (voterAddress(i) === address && voterPort(i) === port) return i;
  }
  return NO_VOTER;
}

export function majority(): u32 {
  return (owners().voterCount >> 1) + 1;
}

/**
 * A group that has one owner in the cluster. `wanted`: this node would run it. Returns its number, or -1 when there are
 * too many, the name is none, or it is there already.
 */
export function groupAdd(name: usize, size: u32, cpu: u32, kib: u32, wanted: bool): i32 {
  const count = owners().groupCount;
  const bad = size === 0 || size > <u32>OwnerLimit.NAME_BYTES || groupFind(name, size) >= 0;
  if (bad || count >= <u32>OwnerLimit.GROUPS) return -1;
  const group = Group.at(count);
  group.nameSize = size;
  group.nameHash = hashBytes(name, size);
  memory.copy(group.nameAddress, name, size);
  group.needCpu = cpu;
  group.needKib = kib;
  group.state = wanted ? GroupState.WAITING : GroupState.UNWANTED;
  group.highest = owners().floor;
  owners().groupCount = count + 1;
  return <i32>count;
}

export function groupFind(name: usize, size: u32): i32 {
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    if (group.nameSize !== size) continue;
    if (memory.compare(group.nameAddress, name, size) === 0) return <i32>i;
  }
  return -1;
}
