/**
 * Bringing others up to date without TCP: a newcomer hears everything alive, a few packets in each interval; and now
 * and then one member hears of a few others, for what gossip has missed.
 *
 * words of a sync:  address u32 | port u32 | next member u32; port 0 is a free place
 */
import { Index, Limit, MemberState } from "./abi";
import { aliveBytesMax, encodeAlive } from "./encode";
import { Member } from "./member";
import { node, SYNC_BYTES } from "./node";
import { randomBelow } from "./numbers";
import { packetClose, packetOpen, packetRoom } from "./outbox";
import { orderedMember, randomMember } from "./table";

const PACKETS_PER_STEP: u32 = 2;
const REMINDED: u32 = 4;

export function syncAdd(address: u32, port: u32): void {
  let free: usize = 0;
  for (let i: u32 = 0; i < <u32>Limit.SYNCS; i++) {
    const place = node.syncs + <usize>i * SYNC_BYTES;
    const used = load<u32>(place + 4);
    if (used === 0) free = place;
    else if (used === port && load<u32>(place) === address) return;
  }
  // When all places are taken the newcomer learns from gossip and from the pings that it gets.
  if (free === 0) return;
  store<u32>(free, address);
  store<u32>(free + 4, port);
  store<u32>(free + 8, Index.SELF);
  node.syncCount += 1;
}

export function syncStep(): void {
  for (let i: u32 = 0; i < <u32>Limit.SYNCS && node.syncCount > 0; i++) {
    const place = node.syncs + <usize>i * SYNC_BYTES;
    if (load<u32>(place + 4) === 0) continue;
    let next = load<u32>(place + 8);
    for (let sent: u32 = 0; sent < PACKETS_PER_STEP && next < node.high; sent++) {
      next = sendFrom(next, load<u32>(place), load<u32>(place + 4));
    }
    store<u32>(place + 8, next);
    if (next < node.high) continue;
    store<u32>(place + 4, 0);
    node.syncCount -= 1;
  }
}

/**
 * Tells one member of a few others. What a partition kept from somebody while it was news is passed on by nobody any
 * more; memberlist exchanges whole tables over TCP for that.
 */
export function remind(): void {
  const target = randomMember(false, Index.SELF);
  if (target === <u32>Index.NONE) return;
  packetOpen(Member.at(target).address, Member.at(target).port);
  encodeAlive(Member.at(Index.SELF));
  const start = randomBelow(node.orderCount);
  let told: u32 = 0;
  for (let i: u32 = 0; i < node.orderCount && told < REMINDED; i++) {
    const index = orderedMember((start + i) % node.orderCount);
    const member = Member.at(index);
    const alive = member.state === <u8>MemberState.ALIVE && member.incarnation !== 0;
    if (!alive || index === target) continue;
    if (<i32>aliveBytesMax(member) > packetRoom()) break;
    encodeAlive(member);
    told += 1;
  }
  packetClose();
}

/** One packet of alive members from this one on; the first that did not fit. */
function sendFrom(first: u32, address: u32, port: u32): u32 {
  packetOpen(address, port);
  let index = first;
  for (; index < node.high; index++) {
    const member = Member.at(index);
    if (!member.active || member.incarnation === 0) continue;
    if (<i32>aliveBytesMax(member) > packetRoom()) break;
    encodeAlive(member);
  }
  packetClose();
  // A member larger than a packet cannot be: the settings' limits leave room for the largest.
  return index === first ? first + 1 : index;
}
