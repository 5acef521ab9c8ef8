/**
 * The voter: grants, renews and releases leases, and learns after a start what it had better not grant.
 *
 * Nothing is on a disk. A voter that starts is silent until every lease that it can have granted has run out, then it
 * asks the other voters. Of any majority that ever granted an epoch, those that have not started since outnumber
 * what a round of learning can miss; when too few of them are left, everybody must answer, and a new era begins.
 */
import { Setting } from "../abi";
import { node } from "../node";
import { Denial, OwnerTime } from "./abi";
import { Group, NO_VOTER, owners } from "./record";

const ERA_SHIFT: u64 = 32;

/** May this node vote now? */
export function voterReady(): bool {
  return owners().self !== NO_VOTER && owners().ready !== 0;
}

/** Milliseconds that the group's lease has left. */
export function leaseLeft(group: Group): u32 {
  const now = owners().time;
  return group.owner !== 0 && now < group.expires ? <u32>(group.expires - now) : 0;
}

function heldByOther(group: Group, address: u32, life: u32): bool {
  if (leaseLeft(group) === 0) return false;
  return group.owner !== address || group.ownerLife !== life;
}

/** Would it, but for the epoch, grant this one a lease? */
export function voteWould(group: Group, address: u32, life: u32): Denial {
  if (!voterReady()) return Denial.SILENT;
  return heldByOther(group, address, life) ? Denial.LEASED : Denial.NONE;
}

/** A first lease: the epoch must be one that this voter has granted to nobody. */
export function voteRequest(group: Group, epoch: u64, address: u32, life: u32, id: u32): Denial {
  const denial = voteWould(group, address, life);
  if (denial !== Denial.NONE) return denial;
  if (epoch <= group.highest) return Denial.STALE;
  const other = group.owner !== address || group.ownerLife !== life;
  if (other && group.owner !== 0 && group.acted !== 0) {
    group.previous = group.owner;
    group.previousLife = group.ownerLife;
  }
  if (other) group.acted = 0;
  lease(group, epoch, address, life, id);
  return Denial.NONE;
}

/**
 * A renewal. Only an owner sends one, so this voter need not have granted that epoch itself; and a later epoch that it
 * did grant came to nothing, because whoever is still the owner kept a majority from it. `acts`: its programs run, so
 * its predecessors do not.
 */
export function voteRenew(
  group: Group,
  epoch: u64,
  address: u32,
  life: u32,
  id: u32,
  acts: bool,
): Denial {
  const denial = voteWould(group, address, life);
  if (denial !== Denial.NONE) return denial;
  // One that comes late, of an epoch that its sender owned before: taken in, it would be the lease at hand.
  const same = group.owner === address && group.ownerLife === life;
  if (same && id < group.leaseId) return Denial.STALE;
  if (acts) {
    group.acted = 1;
    group.previous = 0;
  } else if (group.owner !== address || group.ownerLife !== life) group.acted = 0;
  lease(group, epoch, address, life, id);
  return Denial.NONE;
}

function lease(group: Group, epoch: u64, address: u32, life: u32, id: u32): void {
  const same = group.leased === epoch && group.owner === address && group.ownerLife === life;
  // A question that comes late does not make the lease an older one.
  if (!same || id > group.leaseId) group.leaseId = id;
  if (epoch > group.highest) group.highest = epoch;
  group.leased = epoch;
  group.owner = address;
  group.ownerLife = life;
  group.expires = owners().time + OwnerTime.LEASE + OwnerTime.GUARD;
}

/**
 * The owner has stopped, or does not use what it was granted. A candidate asks for one epoch again: what it said of an
 * earlier round, come late, says nothing of this one.
 */
export function voteRelease(group: Group, epoch: u64, address: u32, life: u32, id: u32): void {
  if (group.leased !== epoch || group.owner !== address || group.ownerLife !== life) return;
  if (id < group.leaseId) return;
  group.owner = 0;
  group.acted = 0;
}

/** Is it time to ask the others? */
export function learnDue(): bool {
  const all = owners();
  return (
    all.self !== NO_VOTER && all.ready === 0 && all.time >= all.speakAt && all.time >= all.learnAt
  );
}

/** Begins a round of learning. */
export function learnBegin(): void {
  const all = owners();
  all.learnAt = all.time + OwnerTime.LEARN;
  all.learnId = ++all.nextId;
  all.learnAnswered = 0;
  all.learnReady = 0;
  all.learnLife = node.setting(Setting.INCARNATION);
  all.learnedFloor = 0;
  for (let i: u32 = 0; i < all.groupCount; i++) Group.at(i).learned = 0;
  learnEnd();
}

/** A voter has answered; what it knows of the groups is in their `learned`. */
export function learnHear(voter: u32, ready: bool, life: u32, floor: u64): void {
  const all = owners();
  all.learnAnswered |= 1 << voter;
  if (ready) all.learnReady |= 1 << voter;
  if (life > all.learnLife) all.learnLife = life;
  if (floor > all.learnedFloor) all.learnedFloor = floor;
  learnEnd();
}

/** Ends the round when enough is known. */
function learnEnd(): void {
  const all = owners();
  const knowing = <u32>popcnt(all.learnReady);
  const enough = knowing >= (all.voterCount + 1) >> 1;
  const everybody = <u32>popcnt(all.learnAnswered) === all.voterCount - 1;
  if (!enough && !everybody) return;
  all.floor = enough ? all.learnedFloor : newEra(knowing > 0) << ERA_SHIFT;
  for (let i: u32 = 0; i < all.groupCount; i++) {
    const group = Group.at(i);
    group.highest = group.learned > all.floor ? group.learned : all.floor;
    // The wait of its rank begins now: before, nobody could have had it.
    group.troubled = 0;
    group.nextAt = 0;
  }
  all.ready = 1;
}

/** Above every era that anybody remembers; and when nobody does, the time at which the last voter started. */
function newEra(known: bool): u64 {
  const all = owners();
  let era: u64 = all.learnLife;
  if (!known) return era;
  let highest = all.learnedFloor;
  for (let i: u32 = 0; i < all.groupCount; i++) {
    if (Group.at(i).learned > highest) highest = Group.at(i).learned;
  }
  const next = (highest >> ERA_SHIFT) + 1;
  return next > era ? next : era;
}
