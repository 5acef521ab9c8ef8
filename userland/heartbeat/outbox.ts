/**
 * What a call produces: datagrams in a ring that the caller empties, and events.
 *
 * A packet is built of parts. One part goes out as it is, several as a compound; then come the
 * checksum and the encryption, if the node has them switched on.
 *
 * words of a datagram:  address u32 | port u16 | size u16 | bytes
 */
import { Drop, EventKind, Index, Limit, MessageType, Setting } from "./abi";
import { crc32 } from "./crc";
import { sealedBytes, sealing, seal } from "./keyring";
import { writerOpen, writerPosition } from "./msgpack";
import { node } from "./node";

const DATAGRAM_BYTES: usize = 1480;
const datagrams: usize = memory.data(94720, 8);
if (Limit.PACKETS * DATAGRAM_BYTES !== 94720) ERROR("the ring has another size");
if (DATAGRAM_BYTES !== 8 + Limit.PACKET_BYTES) ERROR("a datagram has another size");
export let datagramCount: u32 = 0;

const EVENT_BYTES: usize = 16;
const eventRing: usize = memory.data(4096, 8);
if (Limit.EVENTS * EVENT_BYTES !== 4096) ERROR("the events have another size");
export let eventCount: u32 = 0;

/** Parts are written here, one behind the other; room for what a part may be beyond a packet. */
const parts: usize = memory.data(4096, 8);
const partSizes: usize = memory.data(256, 2);
let partCount: u32 = 0;
let used: u32 = 0;
let targetAddress: u32 = 0;
let targetPort: u32 = 0;

export function outboxEmpty(): void {
  datagramCount = 0;
  eventCount = 0;
}

export function datagramAt(index: u32): usize {
  return datagrams + <usize>index * DATAGRAM_BYTES;
}

/** kind u32, member u32, by whom u32, incarnation u32. */
export function eventAt(index: u32): usize {
  return eventRing + <usize>index * EVENT_BYTES;
}

export function eventSay(kind: EventKind, member: u32, by: u32, incarnation: u32): void {
  node.events += 1;
  if (eventCount >= <u32>Limit.EVENTS) {
    node.countDrop(Drop.RING_FULL);
    return;
  }
  const place = eventAt(eventCount++);
  store<u32>(place, kind);
  store<u32>(place + 4, member);
  store<u32>(place + 8, by);
  store<u32>(place + 12, incarnation);
}

export function packetOpen(address: u32, port: u32): void {
  targetAddress = address;
  targetPort = port;
  partCount = 0;
  used = 0;
}

/** Bytes that one more part may have. */
export function packetRoom(): i32 {
  if (partCount >= <u32>Limit.COMPOUND_PARTS) return 0;
  const frame = 2 + ((partCount + 1) << 1) + envelopeBytes();
  return <i32>node.setting(Setting.PACKET_BYTES) - <i32>(used + frame);
}

function envelopeBytes(): u32 {
  return (node.setting(Setting.CRC) !== 0 ? 5 : 0) + sealedBytes();
}

/** The next part is written where the writer stands now. */
export function partOpen(): void {
  writerOpen(parts + used);
}

export function partClose(): void {
  const size = <u32>(writerPosition() - (parts + used));
  store<u16>(partSizes + ((<usize>partCount) << 1), <u16>size);
  partCount += 1;
  used += size;
}

export function packetHasParts(): bool {
  return partCount > 0;
}

export function packetClose(): void {
  if (partCount === 0) return;
  if (datagramCount >= <u32>Limit.PACKETS || targetAddress === 0 || targetPort === 0) {
    node.countDrop(Drop.RING_FULL);
    return;
  }
  const place = datagramAt(datagramCount++);
  const checked = node.setting(Setting.CRC) !== 0;
  let size = compose(place + (checked ? 13 : 8));
  if (checked) {
    store<u8>(place + 8, <u8>MessageType.CRC);
    store<u32>(place + 9, bswap(crc32(place + 13, size)));
    size += 5;
  }
  if (sealing()) size = seal(place + 8, size);
  if (size === 0) {
    datagramCount -= 1;
    return;
  }
  store<u32>(place, targetAddress);
  store<u16>(place + 4, <u16>targetPort);
  store<u16>(place + 6, <u16>size);
}

/** The parts as one message; its size. */
function compose(target: usize): u32 {
  if (partCount === 1) {
    memory.copy(target, parts, used);
    return used;
  }
  store<u8>(target, <u8>MessageType.COMPOUND);
  store<u8>(target + 1, <u8>partCount);
  for (let i: u32 = 0; i < partCount; i++) {
    const size = load<u16>(partSizes + ((<usize>i) << 1));
    store<u16>(target + 2 + ((<usize>i) << 1), <u16>((size << 8) | (size >> 8)));
  }
  const head = 2 + (partCount << 1);
  memory.copy(target + head, parts, used);
  return head + used;
}

/** The event that has no member. */
export function eventOwn(kind: EventKind): void {
  eventSay(kind, Index.SELF, Index.SELF, 0);
}
