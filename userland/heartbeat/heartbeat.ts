/**
 * The daemon: start, input, poll, leave. No clock, no socket, no random source, no heap of its own.
 *
 * The caller gives the time with every call, sends the datagrams that the call left in the ring, and
 * calls `poll` at the deadline. The node's own time stands still while it was not called: a paused
 * machine does not wake up and declare everybody else dead.
 */
import {
  Drop,
  EventKind,
  Index,
  Limit,
  MemberState,
  MessageType,
  Profile,
  SerfType,
  Setting,
} from "./abi";
import { gossipStep, gossipWaits, JOINS, reconnectStep } from "./gossip";
import { sealedOpen } from "./keyring";
import { Member } from "./member";
import { die, forget, setSender } from "./membership";
import {
  badSetting,
  configuration,
  configuredMeta,
  configuredName,
  layOut,
  node,
  select,
} from "./node";
import { randomBelow } from "./numbers";
import { eventOwn, outboxEmpty } from "./outbox";
import {
  groupRelease,
  ownersDueMs,
  ownersEnter,
  ownersFarewell,
  ownersLeave,
  ownersStep,
} from "./owner/owner";
import { ownersOn } from "./owner/record";
import { tagsWithOwn } from "./owner/tags";
import { probeDeadline, probeForget, probeStep, relayStep } from "./probe";
import { queueAdd } from "./queue";
import { receive } from "./receive";
import { intent } from "./serf";
import { suspectAt, suspicionEndMs } from "./suspicion";
import { add, remove } from "./table";

/** How late a call may be before the node takes it for having been away, in intervals of probing. */
const LATE_PROBES: u64 = 2;
/** Between the intent to leave, the farewell, and the end. */
const LEAVE_STEP_MS: u64 = 1000;
const REAP_MS: u64 = 2000;
const LEFT_DONE: u32 = 3;

function set(which: Setting, value: u32): void {
  store<u32>(configuration + ((<usize>which) << 2), value);
}

/** Fills the timing into the configuration. */
export function configureProfile(profile: Profile): void {
  const own = profile === Profile.OWN;
  set(Setting.PROBE_MS, own ? 240 : 1000);
  set(Setting.PROBE_TIMEOUT_MS, own ? 80 : 500);
  set(Setting.GOSSIP_MS, own ? 50 : 200);
  set(Setting.GOSSIP_NODES, 3);
  set(Setting.INDIRECT_CHECKS, own ? 6 : 3);
  set(Setting.SUSPICION_MULTIPLIER, own ? 8 : 4);
  set(Setting.SUSPICION_MAX_MULTIPLIER, 6);
  set(Setting.RETRANSMIT_MULTIPLIER, 4);
  set(Setting.DEAD_GOSSIP_MS, 30000);
  set(Setting.RECONNECT_MS, own ? 5000 : 10000);
  set(Setting.HEALTH_MAX, 8);
  set(Setting.PACKET_BYTES, 1400);
}

/** Starts a node at `base` from the configuration; 0, or the number of the bad setting plus one. */
export function start(base: usize, now: u64): u32 {
  const bad = badSetting();
  if (bad !== 0) return bad;
  layOut(base, true);
  outboxEmpty();
  node.random = node.setting(Setting.SEED);
  node.last = now;
  node.time = now;
  // Others remember this name's latest intent of an earlier life and take none that is not later; nobody tells by UDP
  // what they remember, but the incarnation grows from life to life.
  node.memberClock = node.setting(Setting.INCARNATION);
  node.eventClock = 1;
  node.queryClock = 1;
  addSelf();
  const probe = node.setting(Setting.PROBE_MS);
  const gossip = node.setting(Setting.GOSSIP_MS);
  const reconnect = node.setting(Setting.RECONNECT_MS);
  // Everybody's first tick is somewhere in its interval, so that a cluster does not beat as one.
  node.probeAt = now + 1 + randomBelow(probe);
  node.gossipAt = now + 1 + randomBelow(gossip);
  node.reconnectAt = now + reconnect + randomBelow(reconnect);
  node.reapAt = now + REAP_MS;
  schedule();
  return 0;
}

function addSelf(): void {
  const index = add(configuredName, node.setting(Setting.NAME_SIZE));
  const self = Member.at(index);
  self.state = <u8>MemberState.ALIVE;
  self.incarnation = node.setting(Setting.INCARNATION);
  self.address = node.setting(Setting.ADDRESS);
  self.port = <u16>node.setting(Setting.PORT);
  self.changedMs = node.time;
  self.metaSize = <u16>node.setting(Setting.META_SIZE);
  memory.copy(self.metaAddress, configuredMeta, self.metaSize);
  // Protocol 1 to 5, speaking 2; Serf 2 to 5, speaking 5: what Debian's agents say.
  store<u32>(self.versions, 0x02020501);
  store<u16>(self.versions + 4, 0x0505);
  node.active = 1;
  queueAdd(index, MessageType.ALIVE, index);
}

/** A node to announce oneself to; false when there are too many. */
export function seedAdd(address: u32, port: u32): bool {
  if (node.seedCount >= <u32>Limit.SEEDS || address === 0 || port === 0) return false;
  const place = node.seeds + ((<usize>node.seedCount) << 3);
  node.seedCount += 1;
  store<u32>(place, address);
  store<u32>(place + 4, port);
  node.joinsLeft = JOINS;
  node.seedUnknown = 1;
  schedule();
  return true;
}

/** A datagram that came in. */
export function input(address: usize, size: u32, from: u32, port: u32, now: u64): void {
  enter(now);
  const plain = sealedOpen(address, size);
  if (plain < 0) node.countDrop(Drop.BAD_KEY);
  else {
    setSender(from, port);
    receive(address, plain);
    setSender(0, 0);
  }
  schedule();
}

/** Does what is due. */
export function poll(now: u64): void {
  enter(now);
  setSender(0, 0);
  suspicionStep();
  probeStep();
  relayStep();
  gossipStep();
  reconnectStep();
  reapStep();
  leaveStep();
  ownersStep();
  schedule();
}

/** Begins to leave: the intent first, the farewell in a later packet, the end after that. */
export function leave(now: u64): void {
  enter(now);
  if (node.leaving === 0) {
    node.leaving = 1;
    node.leaveAt = node.time + LEAVE_STEP_MS;
    intent(SerfType.LEAVE);
    ownersLeave();
  }
  schedule();
}

/** Ends this node's ownership of a group, whose programs have stopped; for `waitMs` it does not ask for it again. */
export function release(index: u32, waitMs: u32, now: u64): bool {
  enter(now);
  const done = groupRelease(index, waitMs);
  schedule();
  return done;
}

/** Gives this node other tags; false when they are too long. They are passed on with a new incarnation. */
export function retag(address: usize, size: u32, now: u64): bool {
  if (size > node.metaBytes) return false;
  enter(now);
  const self = Member.at(Index.SELF);
  self.metaSize = <u16>size;
  memory.copy(self.metaAddress, address, size);
  if (ownersOn()) tagsWithOwn(address, size);
  self.incarnation += 1;
  queueAdd(Index.SELF, MessageType.ALIVE, Index.SELF);
  schedule();
  return true;
}

/** Moves the node's time on by what it lived through. */
function enter(now: u64): void {
  outboxEmpty();
  const lateMs = LATE_PROBES * node.setting(Setting.PROBE_MS);
  let passed: u64 = now > node.last ? now - node.last : 0;
  const until = node.deadline > node.time ? node.deadline - node.time : 0;
  ownersEnter(now, passed, until);
  if (passed > until + lateMs) {
    // Half of the way to the next deadline: what arrived meanwhile is read before anybody is judged.
    passed = (until + 1) >> 1;
    eventOwn(EventKind.AWAY);
  }
  node.time += passed;
  node.last = now;
}

function suspicionStep(): void {
  for (let i: u32 = 0; i < node.suspectCount; ) {
    const index = suspectAt(i);
    if (node.time < suspicionEndMs(Member.at(index))) {
      i += 1;
      continue;
    }
    probeForget(index);
    // Takes the suspect out of the list: another one stands at its place now.
    die(index, Index.SELF, true);
  }
}

/** Forgets who has been dead for long, and takes out who has left. */
function reapStep(): void {
  if (node.recent === 0 || node.time < node.reapAt) return;
  node.reapAt = node.time + REAP_MS;
  const age: u64 = node.setting(Setting.DEAD_GOSSIP_MS);
  for (let index: u32 = 1; index < node.high; index++) {
    const member = Member.at(index);
    const gone = member.state === <u8>MemberState.DEAD || member.state === <u8>MemberState.LEFT;
    if (!gone || node.time - member.changedMs < age) continue;
    probeForget(index);
    if (member.state === <u8>MemberState.DEAD) {
      forget(index);
      continue;
    }
    node.recent -= 1;
    remove(index);
  }
}

function leaveStep(): void {
  if (node.leaving === 0 || node.leaving === LEFT_DONE || node.time < node.leaveAt) return;
  node.leaveAt = node.time + LEAVE_STEP_MS;
  node.leaving += 1;
  if (node.leaving === LEFT_DONE) {
    eventOwn(EventKind.GONE);
    return;
  }
  queueAdd(Index.SELF, MessageType.DEAD, Index.SELF);
  ownersFarewell();
}

/** Finds the next deadline, in the node's time. */
function schedule(): void {
  let due = probeDeadline();
  if (gossipWaits() && node.gossipAt < due) due = node.gossipAt;
  for (let i: u32 = 0; i < node.suspectCount; i++) {
    const end = suspicionEndMs(Member.at(suspectAt(i)));
    if (end < due) due = end;
  }
  const alone = node.active === 1 && node.seedCount > 0;
  const missed = node.failed > 0 || node.seedUnknown !== 0 || alone;
  if (missed && node.reconnectAt < due) due = node.reconnectAt;
  if (node.recent > 0 && node.reapAt < due) due = node.reapAt;
  const leaving = node.leaving !== 0 && node.leaving !== LEFT_DONE;
  if (leaving && node.leaveAt < due) due = node.leaveAt;
  const owning = ownersDueMs();
  if (owning < due - node.time || due < node.time)
    due = due < node.time ? node.time : node.time + owning;
  node.deadline = due;
}

/** The caller's time of the next poll. */
export function deadline(): u64 {
  return node.last + (node.deadline - node.time);
}

/** Another of the nodes in this memory. */
export function selectNode(base: usize): void {
  select(base);
}
