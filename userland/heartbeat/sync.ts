/**
 * Bringing a newcomer up to date without TCP: everything alive, a few packets in each interval.
 *
 * words of a sync:  address u32 | port u32 | next member u32; port 0 is a free place
 */
import { Index, Limit } from "./abi";
import { aliveBytesMax, encodeAlive } from "./encode";
import { Member } from "./member";
import { node, SYNC_BYTES } from "./node";
import { packetClose, packetOpen, packetRoom } from "./outbox";

const PACKETS_PER_STEP: u32 = 2;

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
