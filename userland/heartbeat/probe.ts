/**
 * Probing: one member at a time is asked whether it lives, directly, then through others.
 *
 *   probeAt ──ping──► DIRECT ──timeout──► INDIRECT ──end of the interval──► suspect
 *                        └──────── ack ───────┴─────────► idle until the next probeAt
 */
import { Drop, Index, Limit, MemberState, MessageType, Setting } from "./abi";
import {
  encodeAck,
  encodeClaim,
  encodeIndirectPing,
  encodeNack,
  encodePing,
  encodeRelayedPing,
} from "./encode";
import { Field, fields } from "./fields";
import { Member } from "./member";
import { healthBetter, healthWorse, receivePinger, senderAddress, senderPort } from "./membership";
import { node, RELAY_BYTES } from "./node";
import { packetClose, packetOpen } from "./outbox";
import { queueFill } from "./queue";
import { suspicionBegin, suspicionConfirm } from "./suspicion";
import { orderedMember, randomMember, shuffleOrder } from "./table";

export const enum Phase {
  IDLE = 0,
  DIRECT = 1,
  INDIRECT = 2,
}

/** A peer that speaks this version answers a helper's failure with a nack. */
const NACK_VERSION: u8 = 4;

/** Whatever of probing is due now. */
export function probeStep(): void {
  if (node.probePhase === Phase.DIRECT && node.time >= node.probeTimeoutAt) askOthers();
  if (node.probePhase !== Phase.IDLE && node.time >= node.probeEndsAt) probeFailed();
  if (node.probePhase === Phase.IDLE && node.time >= node.probeAt) probeNext();
}

function probeNext(): void {
  const interval: u64 = node.setting(Setting.PROBE_MS);
  // Ticks that fell into a long probe are not made up for.
  while (node.probeAt <= node.time) node.probeAt += interval;
  node.tells = 0;
  const index = nextInOrder();
  if (index === <u32>Index.NONE) return;
  const member = Member.at(index);
  node.probing = index;
  node.probeSequence = nextSequence();
  node.probePhase = Phase.DIRECT;
  node.probeStarted = node.time;
  node.probeTimeoutAt = node.time + node.setting(Setting.PROBE_TIMEOUT_MS);
  node.probeEndsAt = node.time + interval * (node.health + 1);
  node.nacksExpected = 0;
  node.nacksReceived = 0;
  packetOpen(member.address, member.port);
  encodePing(member, node.probeSequence);
  // One that is under suspicion hears of it here, at the latest, and can refute.
  if (member.state === <u8>MemberState.SUSPECT) {
    encodeClaim(MessageType.SUSPECT, member, Member.at(Index.SELF));
  }
  queueFill();
  packetClose();
}

/** The next active member of the shuffled order, or NONE after one whole round without any. */
function nextInOrder(): u32 {
  for (let seen: u32 = 0; seen <= node.orderCount; seen++) {
    if (node.orderAt >= node.orderCount) {
      node.orderAt = 0;
      shuffleOrder();
    }
    if (node.orderCount === 0) return Index.NONE;
    const index = orderedMember(node.orderAt++);
    if (Member.at(index).active) return index;
  }
  return Index.NONE;
}

export function nextSequence(): u32 {
  node.sequence += 1;
  return node.sequence;
}

/** The member at hand is gone from the table, or known to be dead: there is nothing to ask any more. */
export function probeForget(index: u32): void {
  if (node.probing === index) node.probePhase = Phase.IDLE;
}

function askOthers(): void {
  node.probePhase = Phase.INDIRECT;
  const target = Member.at(node.probing);
  const helpers = node.setting(Setting.INDIRECT_CHECKS);
  let asked: u64 = 0;
  for (let i: u32 = 0; i < helpers; i++) {
    const index = randomMember(false, node.probing);
    // The same one twice would be no second way; 64 places of memory are enough for that.
    if (index === <u32>Index.NONE || (asked >> (index & 63)) & 1) continue;
    asked |= (<u64>1) << (index & 63);
    const helper = Member.at(index);
    const nack = helper.versionMax >= NACK_VERSION;
    if (nack) node.nacksExpected += 1;
    packetOpen(helper.address, helper.port);
    encodeIndirectPing(target, node.probeSequence, nack);
    queueFill();
    packetClose();
  }
}

function probeFailed(): void {
  node.probePhase = Phase.IDLE;
  if (node.nacksExpected === 0) healthWorse(1);
  else if (node.nacksReceived < node.nacksExpected) {
    healthWorse(node.nacksExpected - node.nacksReceived);
  }
  const state = Member.at(node.probing).state;
  if (state === <u8>MemberState.ALIVE) suspicionBegin(node.probing, Index.SELF);
  else if (state === <u8>MemberState.SUSPECT) suspicionConfirm(node.probing, Index.SELF);
}

export function receivePing(): void {
  const self = Member.at(Index.SELF);
  if (fields.nodeSize > 0 && !isSelf(self)) {
    node.countDrop(Drop.NOT_FOR_US);
    return;
  }
  const named = (fields.present & Field.SOURCE_ADDRESS) !== 0 && fields.sourceAddress !== 0;
  const address = named ? fields.sourceAddress : senderAddress;
  const given = fields.sourcePort > 0 && fields.sourcePort <= 65535;
  const port = named && given ? fields.sourcePort : senderPort;
  packetOpen(address, port);
  encodeAck(fields.sequence);
  queueFill();
  packetClose();
  if (named && given) receivePinger(address, port);
}

function isSelf(self: Member): bool {
  if (<u32>self.nameSize !== fields.nodeSize) return false;
  return memory.compare(self.nameAddress, fields.nodeAddress, fields.nodeSize) === 0;
}

/** words: own sequence | theirs | address | port u16, nack u16 | nack due u64 | free after u64 */
function relayAt(place: u32): usize {
  return node.relays + <usize>place * RELAY_BYTES;
}

export function receiveIndirectPing(): void {
  const needed: u32 = Field.TARGET | Field.PORT | Field.SEQUENCE;
  const whole = (fields.present & needed) === needed && fields.target !== 0;
  if (!whole || fields.port === 0 || fields.port > 65535 || fields.nodeSize > node.nameBytes) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  const relay = freeRelay();
  if (relay === 0) {
    node.countDrop(Drop.TABLE_FULL);
    return;
  }
  const named = fields.sourceAddress !== 0 && fields.sourcePort > 0 && fields.sourcePort <= 65535;
  const timeout = node.setting(Setting.PROBE_TIMEOUT_MS);
  store<u32>(relay, nextSequence());
  store<u32>(relay + 4, fields.sequence);
  store<u32>(relay + 8, named ? fields.sourceAddress : senderAddress);
  store<u16>(relay + 12, <u16>(named ? fields.sourcePort : senderPort));
  store<u16>(relay + 14, <u16>fields.nack);
  store<u64>(relay + 16, node.time + timeout);
  store<u64>(relay + 24, node.time + node.setting(Setting.PROBE_MS));
  packetOpen(fields.target, fields.port);
  encodeRelayedPing(fields.nodeAddress, fields.nodeSize, node.sequence);
  queueFill();
  packetClose();
}

function freeRelay(): usize {
  for (let i: u32 = 0; i < <u32>Limit.RELAYS; i++) {
    if (load<u32>(relayAt(i)) === 0) return relayAt(i);
  }
  return 0;
}

export function receiveAck(): void {
  if ((fields.present & Field.SEQUENCE) === 0) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  if (node.probePhase !== Phase.IDLE && fields.sequence === node.probeSequence) {
    node.probePhase = Phase.IDLE;
    healthBetter();
    return;
  }
  for (let i: u32 = 0; i < <u32>Limit.RELAYS; i++) {
    const relay = relayAt(i);
    if (load<u32>(relay) === 0 || load<u32>(relay) !== fields.sequence) continue;
    answer(relay, true);
    store<u32>(relay, 0);
    return;
  }
}

function answer(relay: usize, lives: bool): void {
  packetOpen(load<u32>(relay + 8), load<u16>(relay + 12));
  if (lives) encodeAck(load<u32>(relay + 4));
  else encodeNack(load<u32>(relay + 4));
  queueFill();
  packetClose();
}

export function receiveNack(): void {
  if (node.probePhase !== Phase.INDIRECT || fields.sequence !== node.probeSequence) return;
  if (node.nacksReceived < node.nacksExpected) node.nacksReceived += 1;
}

/** Helpers say when they got no answer either; a late answer is still passed on. */
export function relayStep(): void {
  for (let i: u32 = 0; i < <u32>Limit.RELAYS; i++) {
    const relay = relayAt(i);
    if (load<u32>(relay) === 0) continue;
    if (load<u16>(relay + 14) !== 0 && node.time >= load<u64>(relay + 16)) {
      store<u16>(relay + 14, 0);
      answer(relay, false);
    }
    if (node.time >= load<u64>(relay + 24)) store<u32>(relay, 0);
  }
}

/** When the next thing of probing is due. */
export function probeDeadline(): u64 {
  let due = node.probeAt;
  if (node.probePhase === Phase.DIRECT) due = node.probeTimeoutAt;
  if (node.probePhase === Phase.INDIRECT) due = node.probeEndsAt;
  for (let i: u32 = 0; i < <u32>Limit.RELAYS; i++) {
    const relay = relayAt(i);
    if (load<u32>(relay) === 0) continue;
    const at = load<u16>(relay + 14) !== 0 ? load<u64>(relay + 16) : load<u64>(relay + 24);
    if (at < due) due = at;
  }
  return due;
}
