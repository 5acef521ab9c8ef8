/**
 * What is to be passed on: at most one message per member, those sent least often first.
 *
 * Levels are lists of members by how often their message went out; the message itself is not stored,
 * because it says what the member's record says. User messages have places of their own.
 *
 * words of a user message:  size u16 | sent u16 | number u32 | bytes
 */
import { Drop, Index, Limit, MemberState, MessageType, Setting } from "./abi";
import { aliveBytesMax, claimBytesMax, encodeAlive, encodeClaim, encodeRaw } from "./encode";
import { Member } from "./member";
import { node, USER_HEADER_BYTES } from "./node";
import { digitsUp } from "./numbers";
import { packetRoom } from "./outbox";

function levelAt(level: u32): usize {
  return node.levels + ((<usize>level) << 1);
}

/** How often a message goes out before it is done with. */
function sendsMax(): u32 {
  const digits = digitsUp(node.active + node.recent + 1);
  const sends = node.setting(Setting.RETRANSMIT_MULTIPLIER) * digits;
  return sends < <u32>Limit.LEVELS ? sends : <u32>Limit.LEVELS;
}

/** A message about a member; an older one about it is forgotten. */
export function queueAdd(index: u32, kind: MessageType, from: u32): void {
  queueRemove(index);
  const member = Member.at(index);
  member.queuedKind = <u8>kind;
  member.queuedFrom = <u16>from;
  member.queuedSent = 0;
  link(index, 0);
  node.queued += 1;
}

export function queueRemove(index: u32): void {
  const member = Member.at(index);
  if (member.queuedKind === <u8>MessageType.NOTHING) return;
  unlink(index);
  member.queuedKind = <u8>MessageType.NOTHING;
  node.queued -= 1;
}

function link(index: u32, level: u32): void {
  const member = Member.at(index);
  const head = load<u16>(levelAt(level));
  member.queuePrevious = <u16>Index.NONE;
  member.queueNext = head;
  if (head !== <u16>Index.NONE) Member.at(head).queuePrevious = <u16>index;
  store<u16>(levelAt(level), <u16>index);
}

function unlink(index: u32): void {
  const member = Member.at(index);
  const next = member.queueNext;
  const previous = member.queuePrevious;
  if (next !== <u16>Index.NONE) Member.at(next).queuePrevious = previous;
  if (previous !== <u16>Index.NONE) Member.at(previous).queueNext = next;
  else store<u16>(levelAt(member.queuedSent), next);
}

/** Fills the open packet with what is queued. */
export function queueFill(): void {
  const sends = sendsMax();
  packedCount = 0;
  for (let level: u32 = 0; level < sends && node.queued > 0; level++) fillFrom(level, sends);
  // After a shrinking cluster some messages may have been sent more often than is now enough.
  for (let level = sends; level < <u32>Limit.LEVELS && node.queued > 0; level++) clear(level);
  if (node.usersQueued > 0) fillUsers(sends);
}

function fillFrom(level: u32, sends: u32): void {
  let index = <u32>load<u16>(levelAt(level));
  // What moves up a level is met again there; it stays out of this packet by its mark.
  while (index !== <u32>Index.NONE) {
    const next = <u32>Member.at(index).queueNext;
    if (<i32>bytesMax(index) > packetRoom()) {
      if (packetRoom() < <i32>LEAST_BYTES) return;
    } else if (!inPacket(index)) {
      encode(index);
      again(index, level, sends);
    }
    index = next;
  }
}

/** Less room than this is not worth a look at more messages. */
const LEAST_BYTES: u32 = 48;

/** Members whose message the open packet has already. */
const packed: usize = memory.data(256, 2);
let packedCount: u32 = 0;

function inPacket(index: u32): bool {
  for (let i: u32 = 0; i < packedCount; i++) {
    if (load<u16>(packed + ((<usize>i) << 1)) === <u16>index) return true;
  }
  return false;
}

function again(index: u32, level: u32, sends: u32): void {
  if (packedCount < <u32>Limit.COMPOUND_PARTS) {
    store<u16>(packed + ((<usize>packedCount) << 1), <u16>index);
    packedCount += 1;
  }
  if (level + 1 >= sends) {
    queueRemove(index);
    return;
  }
  unlink(index);
  Member.at(index).queuedSent = <u8>(level + 1);
  link(index, level + 1);
}

function clear(level: u32): void {
  while (true) {
    const index = <u32>load<u16>(levelAt(level));
    if (index === <u32>Index.NONE) return;
    queueRemove(index);
  }
}

function bytesMax(index: u32): u32 {
  const member = Member.at(index);
  if (member.queuedKind === <u8>MessageType.ALIVE) return aliveBytesMax(member);
  return claimBytesMax(member, Member.at(fromOf(member)));
}

/** Who says it; this node when that one has been taken out meanwhile. */
function fromOf(member: Member): u32 {
  const from = <u32>member.queuedFrom;
  return Member.at(from).state === <u8>MemberState.FREE ? Index.SELF : from;
}

function encode(index: u32): void {
  const member = Member.at(index);
  if (member.queuedKind === <u8>MessageType.ALIVE) encodeAlive(member);
  else encodeClaim(<MessageType>member.queuedKind, member, Member.at(fromOf(member)));
}

function userAt(place: u32): usize {
  return node.users + <usize>place * node.userStride;
}

/** Passes a Serf message on; `address` names the whole user message with its type byte. */
export function userAdd(address: usize, size: u32): void {
  if (size > node.userBytes || size === 0) {
    node.countDrop(Drop.TOO_LONG);
    return;
  }
  const place = userPlace();
  if (load<u16>(place) === 0) node.usersQueued += 1;
  store<u16>(place, <u16>size);
  store<u16>(place + 2, 0);
  store<u32>(place + 4, node.userNumber++);
  memory.copy(place + USER_HEADER_BYTES, address, size);
}

/** A free place, or that of the message which went out most often. */
function userPlace(): usize {
  let chosen = userAt(0);
  for (let i: u32 = 0; i < <u32>Limit.USER_MESSAGES; i++) {
    const place = userAt(i);
    if (load<u16>(place) === 0) return place;
    if (load<u16>(place + 2) > load<u16>(chosen + 2)) chosen = place;
  }
  node.countDrop(Drop.RING_FULL);
  return chosen;
}

function fillUsers(sends: u32): void {
  for (let i: u32 = 0; i < <u32>Limit.USER_MESSAGES; i++) {
    const place = userAt(i);
    const size = <u32>load<u16>(place);
    if (size === 0 || <i32>size > packetRoom()) continue;
    encodeRaw(place + USER_HEADER_BYTES, size);
    const sent = <u32>load<u16>(place + 2) + 1;
    store<u16>(place + 2, <u16>sent);
    if (sent < sends) continue;
    store<u16>(place, 0);
    node.usersQueued -= 1;
  }
}
