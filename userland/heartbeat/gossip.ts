/**
 * Passing on, joining, and trying again: what is sent without being asked.
 */
import { Index, MemberState, MessageType, Setting } from "./abi";
import { encodeAlive, encodeClaim } from "./encode";
import { Member } from "./member";
import { node } from "./node";
import { randomBelow } from "./numbers";
import { packetClose, packetHasParts, packetOpen } from "./outbox";
import { queueFill } from "./queue";
import { remind, syncStep } from "./sync";
import { orderedMember } from "./table";

/** An announcement is sent this often at the beginning, because nothing confirms it. */
export const JOINS: u32 = 3;

/** Is there anything that the next interval of gossip would send? */
export function gossipWaits(): bool {
  return node.queued + node.usersQueued + node.syncCount + node.joinsLeft > 0;
}

export function gossipStep(): void {
  if (node.time < node.gossipAt) return;
  const interval: u64 = node.setting(Setting.GOSSIP_MS);
  while (node.gossipAt <= node.time) node.gossipAt += interval;
  if (!gossipWaits()) return;
  if (node.joinsLeft > 0) {
    node.joinsLeft -= 1;
    announce();
  }
  if (node.leaving !== 0) tellSeeds();
  gossip();
  if (node.syncCount > 0) syncStep();
}

/** To different members, or a message could go out as often as it may and to one dead member only. */
function gossip(): void {
  const start = randomBelow(node.orderCount);
  let targets = node.setting(Setting.GOSSIP_NODES);
  for (let i: u32 = 0; i < node.orderCount && targets > 0; i++) {
    if (node.queued + node.usersQueued === 0) return;
    const member = Member.at(orderedMember((start + i) % node.orderCount));
    if (member.state > <u8>MemberState.LEFT) continue;
    targets -= 1;
    packetOpen(member.address, member.port);
    queueFill();
    if (packetHasParts()) packetClose();
  }
}

/** Says to every seed that this node is here. */
function announce(): void {
  const self = Member.at(Index.SELF);
  for (let i: u32 = 0; i < node.seedCount; i++) {
    const place = node.seeds + ((<usize>i) << 3);
    const address = load<u32>(place);
    const port = load<u32>(place + 4);
    if (address === self.address && port === <u32>self.port) continue;
    packetOpen(address, port);
    encodeAlive(self);
    packetClose();
  }
}

/**
 * Who leaves soon after its start may be known to seeds of which it has heard nothing yet: their first ping comes only
 * in their next round. Without this they would hear no farewell and call it failed.
 */
function tellSeeds(): void {
  for (let i: u32 = 0; i < node.seedCount; i++) {
    if (node.queued + node.usersQueued === 0) return;
    const place = node.seeds + ((<usize>i) << 3);
    if (hasMemberAt(load<u32>(place), load<u32>(place + 4))) continue;
    packetOpen(load<u32>(place), load<u32>(place + 4));
    queueFill();
    if (packetHasParts()) packetClose();
  }
}

/** Is a member, whatever became of it, at this address? */
function hasMemberAt(address: u32, port: u32): bool {
  for (let index: u32 = 0; index < node.high; index++) {
    const member = Member.at(index);
    if (member.state >= <u8>MemberState.FREE) continue;
    if (member.address === address && <u32>member.port === port) return true;
  }
  return false;
}

/** Announces this node to the seeds that were never heard of: two islands become one so. */
function announceToUnknown(): void {
  node.seedUnknown = 0;
  for (let i: u32 = 0; i < node.seedCount; i++) {
    const place = node.seeds + ((<usize>i) << 3);
    if (hasMemberAt(load<u32>(place), load<u32>(place + 4))) continue;
    node.seedUnknown = 1;
    packetOpen(load<u32>(place), load<u32>(place + 4));
    encodeAlive(Member.at(Index.SELF));
    packetClose();
  }
}

/** A node alone asks its seeds again; another tries one of those that failed: partitions heal so. */
export function reconnectStep(): void {
  if (node.time < node.reconnectAt) return;
  const interval: u64 = node.setting(Setting.RECONNECT_MS);
  while (node.reconnectAt <= node.time) node.reconnectAt += interval;
  if (node.leaving !== 0) return;
  if (node.seedUnknown !== 0) announceToUnknown();
  if (node.active === 1) announce();
  else remind();
  if (node.failed === 0) return;
  const index = randomFailed();
  if (index === <u32>Index.NONE) return;
  const member = Member.at(index);
  packetOpen(member.address, member.port);
  encodeAlive(Member.at(Index.SELF));
  encodeClaim(MessageType.SUSPECT, member, Member.at(Index.SELF));
  packetClose();
}

/** The first failed member from a random place of the order on. */
function randomFailed(): u32 {
  const start = randomBelow(node.orderCount);
  for (let i: u32 = 0; i < node.orderCount; i++) {
    const index = orderedMember((start + i) % node.orderCount);
    const state = Member.at(index).state;
    if (state === <u8>MemberState.DEAD || state === <u8>MemberState.FORGOTTEN) return index;
  }
  return Index.NONE;
}
