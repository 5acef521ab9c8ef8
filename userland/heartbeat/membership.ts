/**
 * What is believed of the members, and how messages change it: alive, suspect, dead, refute.
 *
 * An incarnation is the member's own word; a greater one wins, at the same one dead beats suspect
 * beats alive. Only the member itself raises it.
 */
import { Drop, EventKind, Index, MemberState, MessageType, Setting } from "./abi";
import { encodeAlive, encodeClaim } from "./encode";
import { Field, fields } from "./fields";
import { Member } from "./member";
import { node } from "./node";
import { eventSay, packetClose, packetOpen } from "./outbox";
import { queueAdd, queueRemove } from "./queue";
import { suspicionBegin, suspicionConfirm, suspicionDrop } from "./suspicion";
import { syncAdd } from "./sync";
import { add, find } from "./table";

/** Members told in one interval of probing that they are taken for dead. */
const TELLS_MAX: u32 = 64;

/** Where the packet at hand came from; 0 while nothing is being received. */
export let senderAddress: u32 = 0;
export let senderPort: u32 = 0;

export function setSender(address: u32, port: u32): void {
  senderAddress = address;
  senderPort = port;
}

export function receiveAlive(): void {
  if (!aliveWhole()) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  if (fields.nodeSize > node.nameBytes || fields.metaSize > node.metaBytes) {
    node.countDrop(Drop.TOO_LONG);
    return;
  }
  const port = fields.port === 0 ? node.setting(Setting.PORT) : fields.port;
  const index = find(fields.nodeAddress, fields.nodeSize);
  if (index === <u32>Index.SELF) {
    aboutSelf(port);
    return;
  }
  if (index === <u32>Index.NONE) {
    const added = add(fields.nodeAddress, fields.nodeSize);
    if (added === <u32>Index.NONE) return;
    Member.at(added).state = <u8>MemberState.LEFT;
    accept(added, port, EventKind.JOINED);
    return;
  }
  aboutKnown(index, port);
}

/** Without all six versions one member makes every push/pull of memberlist fail: not taken in. */
function aliveWhole(): bool {
  const needed: u32 = Field.NODE | Field.INCARNATION | Field.ADDRESS | Field.VERSIONS;
  if ((fields.present & needed) !== needed || fields.nodeSize === 0) return false;
  if (fields.address === 0 || fields.port > 65535) return false;
  const least = load<u8>(fields.versions);
  const most = load<u8>(fields.versions + 1);
  return least !== 0 && most !== 0 && least <= most;
}

function aboutSelf(port: u32): void {
  const self = Member.at(Index.SELF);
  if (node.leaving !== 0 || fields.incarnation < self.incarnation) return;
  if (self.address !== fields.address || <u32>self.port !== port) {
    eventSay(EventKind.CONFLICT, Index.SELF, Index.NONE, fields.incarnation);
    return;
  }
  if (fields.incarnation === self.incarnation && sameMeta(self) && sameVersions(self)) return;
  refute(fields.incarnation);
}

function sameMeta(member: Member): bool {
  if (<u32>member.metaSize !== fields.metaSize) return false;
  return memory.compare(member.metaAddress, fields.metaAddress, fields.metaSize) === 0;
}

function sameVersions(member: Member): bool {
  return memory.compare(member.versions, fields.versions, 6) === 0;
}

function aboutKnown(index: u32, port: u32): void {
  const member = Member.at(index);
  const state = member.state;
  const moved = member.address !== fields.address || <u32>member.port !== port;
  if (moved && state !== <u8>MemberState.LEFT && state !== <u8>MemberState.FORGOTTEN) {
    eventSay(EventKind.CONFLICT, index, Index.NONE, fields.incarnation);
    return;
  }
  const fresh = fields.incarnation > member.incarnation;
  if (!fresh && !moved && state !== <u8>MemberState.FORGOTTEN) {
    if (state === <u8>MemberState.DEAD) tell(index);
    return;
  }
  const gone = state === <u8>MemberState.LEFT || state === <u8>MemberState.FORGOTTEN;
  if (gone) accept(index, port, EventKind.JOINED);
  else if (state === <u8>MemberState.DEAD) accept(index, port, EventKind.RETURNED);
  else accept(index, port, EventKind.UPDATED);
}

/** Believes an alive message, passes it on, and brings a member up to date that came by itself. */
function accept(index: u32, port: u32, event: EventKind): void {
  const member = Member.at(index);
  const changed = !sameMeta(member) || member.state === <u8>MemberState.SUSPECT;
  suspicionDrop(index);
  countIn(member);
  member.address = fields.address;
  member.port = <u16>port;
  member.incarnation = fields.incarnation;
  member.metaSize = <u16>fields.metaSize;
  memory.copy(member.metaAddress, fields.metaAddress, fields.metaSize);
  memory.copy(member.versions, fields.versions, 6);
  member.state = <u8>MemberState.ALIVE;
  member.changedMs = node.time;
  queueAdd(index, MessageType.ALIVE, Index.SELF);
  if (event !== EventKind.UPDATED || changed) eventSay(event, index, index, member.incarnation);
  const direct = senderAddress === member.address && senderPort === <u32>member.port;
  if (direct && event !== EventKind.UPDATED) syncAdd(member.address, member.port);
}

/** Moves a member among the counts to the active ones. */
function countIn(member: Member): void {
  if (member.active) return;
  node.active += 1;
  if (member.state === <u8>MemberState.FORGOTTEN) node.failed -= 1;
  if (member.state === <u8>MemberState.DEAD) {
    node.failed -= 1;
    node.recent -= 1;
  }
  // A new member begins as one that left, and was never counted among the recent.
  if (member.state === <u8>MemberState.LEFT && member.address !== 0) node.recent -= 1;
}

/** Tells a member that lives that it is taken for dead, so that it can say otherwise. */
export function tell(index: u32): void {
  if (node.tells >= TELLS_MAX) return;
  node.tells += 1;
  const member = Member.at(index);
  packetOpen(member.address, member.port);
  encodeClaim(MessageType.SUSPECT, member, Member.at(Index.SELF));
  packetClose();
}

/** A member that is known by a ping only: its own alive message will follow. */
export function receivePinger(address: u32, port: u32): void {
  if (fields.sourceNodeSize === 0 || fields.sourceNodeSize > node.nameBytes) return;
  const index = find(fields.sourceNodeAddress, fields.sourceNodeSize);
  if (index === <u32>Index.SELF) return;
  if (index === <u32>Index.NONE) {
    const added = add(fields.sourceNodeAddress, fields.sourceNodeSize);
    if (added === <u32>Index.NONE) return;
    memory.copy(Member.at(added).versions, Member.at(Index.SELF).versions, 6);
    Member.at(added).address = address;
    Member.at(added).port = <u16>port;
    Member.at(added).state = <u8>MemberState.FORGOTTEN;
    node.failed += 1;
    pinged(added);
    return;
  }
  const member = Member.at(index);
  const state = member.state;
  const same = member.address === address && <u32>member.port === port;
  if (state === <u8>MemberState.DEAD || state === <u8>MemberState.FORGOTTEN) tell(index);
  if (state === <u8>MemberState.FORGOTTEN && same) pinged(index);
}

/** One that is unknown, or forgotten, shows itself. Only it can tell its incarnation. */
function pinged(index: u32): void {
  const member = Member.at(index);
  countIn(member);
  member.state = <u8>MemberState.ALIVE;
  member.changedMs = node.time;
  eventSay(EventKind.JOINED, index, Index.SELF, member.incarnation);
}

export function receiveSuspect(): void {
  const index = claimed();
  if (index === <u32>Index.NONE) return;
  if (index === <u32>Index.SELF) {
    if (node.leaving === 0) refute(fields.incarnation);
    return;
  }
  const member = Member.at(index);
  if (fields.incarnation < member.incarnation) return;
  const from = find(fields.fromAddress, fields.fromSize);
  if (member.state === <u8>MemberState.SUSPECT) suspicionConfirm(index, from);
  if (member.state !== <u8>MemberState.ALIVE) return;
  member.incarnation = fields.incarnation;
  suspicionBegin(index, from);
}

export function receiveDead(): void {
  const index = claimed();
  if (index === <u32>Index.NONE) return;
  if (index === <u32>Index.SELF) {
    if (node.leaving === 0) refute(fields.incarnation);
    return;
  }
  const member = Member.at(index);
  if (fields.incarnation < member.incarnation || !member.active) return;
  member.incarnation = fields.incarnation;
  const from = find(fields.fromAddress, fields.fromSize);
  die(index, from, false);
}

/** The member that a suspicion or a death is about; NONE when unknown, or when the message is not whole. */
function claimed(): u32 {
  const needed: u32 = Field.NODE | Field.INCARNATION | Field.FROM;
  if ((fields.present & needed) !== needed) {
    node.countDrop(Drop.MALFORMED);
    return Index.NONE;
  }
  const index = find(fields.nodeAddress, fields.nodeSize);
  if (index !== <u32>Index.SELF) return index;
  if (fields.incarnation >= Member.at(index).incarnation) return index;
  // Who says this has not heard the latest of this node: nothing to refute, but to say again.
  if (node.leaving === 0) sayAlive();
  return Index.NONE;
}

/** This node's own alive message to the sender of the packet at hand. */
function sayAlive(): void {
  if (senderAddress === 0) return;
  packetOpen(senderAddress, senderPort);
  encodeAlive(Member.at(Index.SELF));
  packetClose();
}

/** A member is dead, or has left when it says so itself. `own` when this node's own timer ran out. */
export function die(index: u32, from: u32, own: bool): void {
  const member = Member.at(index);
  const left = from === index && !own;
  suspicionDrop(index);
  member.state = left ? <u8>MemberState.LEFT : <u8>MemberState.DEAD;
  member.changedMs = node.time;
  node.active -= 1;
  node.recent += 1;
  if (!left) node.failed += 1;
  queueAdd(index, MessageType.DEAD, from === <u32>Index.NONE ? Index.SELF : from);
  eventSay(left ? EventKind.LEFT : EventKind.FAILED, index, from, member.incarnation);
}

/** A failed member is said to have left (Serf's force-leave). */
export function leaveFailed(index: u32): void {
  const member = Member.at(index);
  if (member.state !== <u8>MemberState.DEAD) return;
  member.state = <u8>MemberState.LEFT;
  node.failed -= 1;
  eventSay(EventKind.LEFT, index, Index.NONE, member.incarnation);
}

/** This node lives: it says so with an incarnation that beats the claim, to all and to the sender. */
export function refute(claimedIncarnation: u32): void {
  const self = Member.at(Index.SELF);
  // Beyond the greatest number there is no answer; the claim can only be forged.
  if (claimedIncarnation === u32.MAX_VALUE || self.incarnation === u32.MAX_VALUE) return;
  if (claimedIncarnation < self.incarnation) return;
  self.incarnation = claimedIncarnation + 1;
  healthWorse(1);
  queueAdd(Index.SELF, MessageType.ALIVE, Index.SELF);
  eventSay(EventKind.REFUTED, Index.SELF, Index.SELF, self.incarnation);
  sayAlive();
}

export function healthWorse(by: u32): void {
  const most = node.setting(Setting.HEALTH_MAX) - 1;
  node.health = node.health + by > most ? most : node.health + by;
}

export function healthBetter(): void {
  if (node.health > 0) node.health -= 1;
}

/** The dead are forgotten after a while, and those that left are taken out: see heartbeat.ts. */
export function forget(index: u32): void {
  const member = Member.at(index);
  queueRemove(index);
  node.recent -= 1;
  member.state = <u8>MemberState.FORGOTTEN;
}
