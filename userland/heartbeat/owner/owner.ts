/**
 * The candidate and the owner of a group.
 *
 * A round asks every voter for one epoch; a majority of grants before the lease's end makes this node the owner, from
 * the sending of the round. The owner's end is on the caller's clock, as it is: whatever happens to that clock can only
 * make it end early, except being set back while nobody looks (see README.md).
 */
import { EventKind, Index, MemberState, Setting } from "../abi";
import { Member } from "../member";
import { node } from "../node";
import { randomBelow } from "../numbers";
import { eventSay } from "../outbox";
import { Denial, GroupState, OwnerLimit, OwnerMessage, OwnerTime, RANK_MAX } from "./abi";
import { findHolders, rankGroup } from "./placement";
import { Group, majority, NO_VOTER, owners, ownersOn } from "./record";
import { tellOwnership } from "./tags";
import {
  leaseLeft,
  learnBegin,
  learnDue,
  voteRelease,
  voteRenew,
  voteRequest,
  voteWould,
} from "./voter";
import { askFence, askVoters, tellVoter, tellVoters } from "./wire";

/** So that two candidates do not meet for ever. */
const JITTER_MS: u32 = 50;
const HOLDERS_MS: u64 = 1000;

/** First thing in a call: whose lease has ended, or whose clock is not to be trusted, owns nothing any more. */
export function ownersEnter(now: u64, passed: u64, until: u64): void {
  if (!ownersOn()) return;
  const all = owners();
  all.time += passed > until + OwnerTime.LATE ? until : passed;
  const back = now < node.last;
  let lost = false;
  for (let i: u32 = 0; i < all.groupCount; i++) {
    const group = Group.at(i);
    if (group.state === GroupState.OWNER && (back || now >= group.until)) {
      lose(group, i);
      lost = true;
    } else if (group.state === GroupState.ASKING && back) giveUp(group);
    else if (group.state === GroupState.FENCING && (back || now >= group.until)) giveUp(group);
  }
  if (lost) tellOwnership();
}

function lose(group: Group, index: u32): void {
  group.state = GroupState.WAITING;
  group.until = 0;
  group.troubled = 0;
  group.nextAt = owners().time + OwnerTime.LEASE;
  say(EventKind.OWNER_LOST, group, index);
}

/** Another epoch fits no event of 32 bits: `by` has its era, `incarnation` its number in the era. */
function say(kind: EventKind, group: Group, index: u32): void {
  eventSay(kind, index, <u32>(group.epoch >> 32), <u32>group.epoch);
}

/** Does what is due. */
export function ownersStep(): void {
  if (!ownersOn()) return;
  const all = owners();
  if (learnDue()) {
    learnBegin();
    askVoters(all.learnId);
  }
  if (all.holdersSeen !== node.events || all.time >= all.holdersAt) {
    all.holdersSeen = node.events;
    all.holdersAt = all.time + HOLDERS_MS;
    findHolders();
  }
  for (let i: u32 = 0; i < all.groupCount; i++) step(Group.at(i), i);
}

function mayNotVoteYet(): bool {
  return owners().self !== NO_VOTER && owners().ready === 0;
}

function step(group: Group, index: u32): void {
  if (group.state === GroupState.WAITING) {
    // A voter that may not vote yet asks nobody: the others have mostly started with it.
    if (mayNotVoteYet()) return;
    waitStep(group);
  }
  if (owners().time < group.nextAt) return;
  if (group.state === GroupState.OWNER) renew(group, index);
  else if (group.state === GroupState.FENCING) fenceStep(group, index);
  else if (group.state === GroupState.ASKING) giveUp(group);
  else if (group.state === GroupState.WAITING && wants(group)) ask(group, index);
}

/** Looks whether the group has a healthy owner; a candidate with a worse rank begins later. */
function waitStep(group: Group): void {
  const well =
    group.holder !== <u32>Index.NONE &&
    group.holder !== <u32>Index.SELF &&
    Member.at(group.holder).state === <u8>MemberState.ALIVE;
  if (well) {
    group.troubled = 0;
    return;
  }
  if (group.troubled !== 0) return;
  group.troubled = 1;
  postpone(group, 0);
}

function wants(group: Group): bool {
  return group.troubled !== 0 || owners().time >= group.checkAt;
}

/** The next try: so many milliseconds from now, and this node's rank after that. */
function postpone(group: Group, ms: u64): void {
  rankGroup(group);
  const rank = min<u32>(group.rank, RANK_MAX);
  const due = owners().time + ms + rank * <u32>OwnerTime.RANK + randomBelow(JITTER_MS);
  if (due > group.nextAt) group.nextAt = due;
  group.checkAt = owners().time + OwnerTime.CHECK;
}

function ask(group: Group, index: u32): void {
  const all = owners();
  if (group.highest > group.known) group.known = group.highest;
  group.state = GroupState.ASKING;
  group.epoch = group.known + 1;
  group.gained = 0;
  group.acts = 0;
  // What a round before this one counted up to may be of another clock than this one's.
  group.until = 0;
  memory.fill(group.target(0), 0, OwnerLimit.VOTERS * 8);
  begin(group);
  group.nextAt = all.time + OwnerTime.ROUND;
  group.denial = Denial.NO_ANSWER;
  tellVoters(OwnerMessage.REQUEST, group, group.epoch, group.id);
  if (all.self === NO_VOTER) return;
  const denial = voteWould(group, ownAddress(), ownLife());
  if (denial === Denial.NONE) count(group, index, NO_VOTER);
  else ownerDenied(group, all.self, group.id, denial, group.owner, leaseLeft(group));
}

/**
 * The own vote comes last: a round that fails leaves no epoch behind at home, and a machine that is cut off does not
 * count epochs up.
 */
function ownVote(group: Group): void {
  const self = owners().self;
  if (self === NO_VOTER || group.state !== GroupState.ASKING) return;
  if (((group.grants >> self) & 1) !== 0 || <u32>popcnt(group.grants) + 1 !== majority()) return;
  const denial = voteRequest(group, group.epoch, ownAddress(), ownLife(), group.id);
  if (denial !== Denial.NONE) return;
  group.grants |= 1 << self;
  targetAdd(group, self, group.previous, group.previousLife);
}

/** A voter knows of a predecessor that acted and never said that it stopped. This machine itself is here, so it did. */
function targetAdd(group: Group, voter: u32, address: u32, life: u32): void {
  if (owners().fence === 0 || address === ownAddress()) return;
  store<u32>(group.target(voter), address);
  store<u32>(group.target(voter), life, 4);
}

/** Asks for the end of every predecessor; when there is none, the renewal says that this node acts. */
function fenceStep(group: Group, index: u32): void {
  let left = false;
  for (let voter: u32 = 0; voter < owners().voterCount; voter++) {
    const address = load<u32>(group.target(voter));
    if (address === 0) continue;
    left = true;
    askFence(address, load<u32>(group.target(voter), 4), group.id);
  }
  group.acts = left ? 0 : 1;
  renew(group, index);
}

/** That machine is destroyed, or has been started again since. */
export function ownerFenced(address: u32, life: u32): void {
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    if (group.state !== GroupState.FENCING) continue;
    for (let voter: u32 = 0; voter < owners().voterCount; voter++) {
      const target = group.target(voter);
      if (load<u32>(target) !== address || load<u32>(target, 4) !== life) continue;
      store<u32>(target, 0);
      group.nextAt = owners().time;
    }
  }
}

function renew(group: Group, index: u32): void {
  const all = owners();
  begin(group);
  group.nextAt = all.time + OwnerTime.RENEW;
  tellVoters(OwnerMessage.RENEW, group, group.epoch, group.id);
  if (all.self === NO_VOTER) return;
  const denial = voteRenew(group, group.epoch, ownAddress(), ownLife(), group.id, group.acts !== 0);
  if (denial === Denial.NONE) count(group, index, all.self);
}

function begin(group: Group): void {
  group.id = ++owners().nextId;
  group.sentAt = node.last;
  group.grants = 0;
  group.denials = 0;
  group.leftMs = 0;
}

function ownAddress(): u32 {
  return node.setting(Setting.ADDRESS);
}

function ownLife(): u32 {
  return node.setting(Setting.INCARNATION);
}

/** A voter has granted this epoch. */
export function ownerGranted(
  group: Group,
  voter: u32,
  epoch: u64,
  id: u32,
  previous: u32,
  previousLife: u32,
): void {
  if (group.state >= GroupState.ASKING && epoch === group.epoch) {
    if (id !== group.id) return;
    if (group.state === GroupState.ASKING) targetAdd(group, voter, previous, previousLife);
    count(group, indexOf(group), voter);
    return;
  }
  // What it owned it stopped by itself, and perhaps is still stopping: that lease runs out.
  if (epoch === group.epoch && group.gained !== 0) return;
  // Too late to be of use: the voter shall not wait for the end of a lease that nobody has.
  tellVoter(voter, OwnerMessage.RELEASE, group, epoch, id);
}

function indexOf(group: Group): u32 {
  let index: u32 = 0;
  while (Group.at(index) !== group) index++;
  return index;
}

/** `voter` NO_VOTER: nobody has granted anything yet. */
function count(group: Group, index: u32, voter: u32): void {
  if (voter !== NO_VOTER) group.grants |= 1 << voter;
  ownVote(group);
  if (<u32>popcnt(group.grants) < majority()) return;
  const end = group.sentAt + OwnerTime.LEASE;
  if (node.last >= end) return;
  if (end > group.until) group.until = end;
  if (group.state === GroupState.OWNER) return;
  if (owners().fence !== 0 && group.acts === 0) {
    // Voters must have heard that it acts before it does, or they could not name it to a successor.
    if (group.state === GroupState.ASKING) group.nextAt = owners().time;
    group.state = GroupState.FENCING;
    return;
  }
  group.state = GroupState.OWNER;
  group.gained = 1;
  group.acts = 1;
  group.denial = Denial.NONE;
  group.nextAt = owners().time + OwnerTime.RENEW;
  say(EventKind.OWNER_GAINED, group, index);
  tellOwnership();
}

/** A voter does not grant: when a majority cannot be had any more, the round ends. */
export function ownerDenied(
  group: Group,
  voter: u32,
  id: u32,
  denial: Denial,
  owner: u32,
  leftMs: u32,
): void {
  if (group.state !== GroupState.ASKING || id !== group.id) return;
  group.denials |= 1 << voter;
  group.denial = denial;
  group.denialVoter = voter;
  // What a wrong voter says must not keep the group waiting longer than a lease lasts.
  const left = min<u32>(leftMs, OwnerTime.LEASE + OwnerTime.GUARD);
  if (left > group.leftMs) {
    group.leftMs = left;
    group.denialOwner = owner;
  }
  const possible = owners().voterCount - <u32>popcnt(group.denials);
  if (possible < majority()) giveUp(group);
}

/** The round has failed: gives back what it was granted, and waits for the lease in its way. */
function giveUp(group: Group): void {
  giveBack(group);
  group.state = GroupState.WAITING;
  // A voter that knew a later epoch has told it: the next round can begin at once.
  group.nextAt = owners().time + randomBelow(JITTER_MS);
  if (group.leftMs > 0) postpone(group, min<u64>(<u64>group.leftMs + 1, OwnerTime.PATIENCE));
  else if (group.denial !== Denial.STALE) postpone(group, OwnerTime.LOOK);
}

function giveBack(group: Group): void {
  const all = owners();
  tellVoters(OwnerMessage.RELEASE, group, group.epoch, group.id);
  if (all.self !== NO_VOTER) voteRelease(group, group.epoch, ownAddress(), ownLife(), group.id);
}

/**
 * Ends this node's ownership of a group, whose programs have stopped, and lets another one have it. `waitMs`: so long
 * this node does not ask for it, because it cannot run it.
 */
export function groupRelease(index: u32, waitMs: u32): bool {
  if (index >= owners().groupCount) return false;
  const group = Group.at(index);
  if (group.state !== GroupState.OWNER) return false;
  lose(group, index);
  giveBack(group);
  group.nextAt = owners().time + waitMs;
  tellOwnership();
  return true;
}

/** This node leaves: it takes nothing any more, and says which groups must stop. */
export function ownersLeave(): void {
  let lost = false;
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    if (group.state === GroupState.OWNER) {
      lose(group, i);
      lost = true;
    } else if (group.state !== GroupState.WAITING && group.state !== GroupState.UNWANTED)
      giveBack(group);
    group.state = GroupState.UNWANTED;
  }
  if (lost) tellOwnership();
}

/** The farewell: what this node owned has stopped by now. */
export function ownersFarewell(): void {
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    if (group.gained !== 0) giveBack(group);
    group.gained = 0;
  }
}

/** Milliseconds until the next step, u64.MAX_VALUE without any. */
export function ownersDueMs(): u64 {
  if (!ownersOn()) return u64.MAX_VALUE;
  const now = owners().time;
  let due = now + OwnerTime.LOOK;
  for (let i: u32 = 0; i < owners().groupCount; i++) {
    const group = Group.at(i);
    const waits = group.state === GroupState.WAITING && (!wants(group) || mayNotVoteYet());
    if (group.state !== GroupState.UNWANTED && !waits && group.nextAt < due) due = group.nextAt;
  }
  return due > now ? due - now : 0;
}
