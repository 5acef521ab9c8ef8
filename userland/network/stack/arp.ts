/**
 * ARP: which hardware address an IPv4 address of our network has.
 *
 * 64 neighbours at most. A packet for an unknown one waits in its record, one a record, for an answer to at most
 * three requests. What nobody asked for changes nothing: a reply is taken for a record that exists, a request to
 * us makes a record only while there is a free one, so a flood of lies pushes nobody out.
 */
import { count, Count } from "./counters";
import { outputCommit, outputEnd, outputPlace, outputUntil } from "./output";
import { onLink, ownAddress, ownHardware, ownHardwareIs } from "./own";
import { Ethernet, get16, get32, put16, put32 } from "./wire";

const NEIGHBOURS: u32 = 64;
const RETRY_NS: u64 = 1000000000;
const TRIES: u32 = 3;
const LIFE_NS: u64 = 60000000000;
const PACKET_STRIDE: u32 = 1536;
const table: usize = memory.data(64 * 32, 8);
const packets: usize = memory.data(64 * 1536, 8);
const packetEnds: usize = memory.data(64 * 8, 8);
export const NEVER: u64 = u64.MAX_VALUE;

const ARP_BYTES: u32 = 28;
const REQUEST: u32 = 1;
const REPLY: u32 = 2;

/** Records in state ASKED. */
let asked: u32 = 0;

const enum State {
  FREE = 0,
  ASKED = 1,
  KNOWN = 2,
}

@unmanaged
@final
class Neighbour {
  /** ASKED: when to ask again. KNOWN: until when. */
  deadline: u64;
  address: u32;
  hardware: u32;
  hardwareEnd: u16;
  state: u8;
  tries: u8;
  /** Bytes of the packet that waits; 0: none. */
  waiting: u32;

  @inline
  static at(index: u32): Neighbour {
    assert(index < NEIGHBOURS);
    return changetype<Neighbour>(table + <usize>index * 32);
  }

  get packet(): usize {
    return packets + ((changetype<usize>(this) - table) >> 5) * PACKET_STRIDE;
  }

  /** Where the clock stands before which that packet must leave. */
  get packetEnd(): usize {
    return packetEnds + (((changetype<usize>(this) - table) >> 5) << 3);
  }
}
if (offsetof<Neighbour>() > 32) ERROR("the stride of Neighbour is out of date");

export function arpClear(): void {
  asked = 0;
  memory.fill(table, 0, 64 * 32);
}

/** Records that are not free. */
export function arpCount(): u32 {
  let total: u32 = 0;
  for (let i: u32 = 0; i < NEIGHBOURS; i++) {
    if (Neighbour.at(i).state !== <u8>State.FREE) total++;
  }
  return total;
}

function find(address: u32): Neighbour | null {
  for (let i: u32 = 0; i < NEIGHBOURS; i++) {
    const one = Neighbour.at(i);
    if (one.state !== <u8>State.FREE && one.address === address) return one;
  }
  return null;
}

/** A record for a new neighbour; for our own packets the known one that expires first makes room. */
function make(address: u32, own: bool): Neighbour | null {
  let best: Neighbour | null = null;
  for (let i: u32 = 0; i < NEIGHBOURS; i++) {
    const one = Neighbour.at(i);
    if (one.state === <u8>State.FREE) {
      best = one;
      break;
    }
    if (!own || one.state !== <u8>State.KNOWN) continue;
    if (best === null || one.deadline < best.deadline) best = one;
  }
  if (best === null) return null;
  memory.fill(changetype<usize>(best), 0, 32);
  best.address = address;
  return best;
}

/** Sends the packet that was built at `frame` + 14 in the output's next place; it may wait for its neighbour. */
export function arpSend(frame: usize, size: u32, target: u32, now: u64): void {
  let neighbour = find(target);
  if (neighbour !== null && neighbour.state === <u8>State.KNOWN && now < neighbour.deadline) {
    return transmit(frame, size, neighbour);
  }
  if (neighbour === null) neighbour = make(target, true);
  if (neighbour === null) return count(Count.ARP_FULL);
  if (neighbour.waiting !== 0) count(Count.UNRESOLVED);
  memory.copy(neighbour.packet, frame + Ethernet.HEADER, size);
  neighbour.waiting = size;
  store<u64>(neighbour.packetEnd, outputEnd());
  if (neighbour.state === <u8>State.ASKED) return;
  neighbour.state = <u8>State.ASKED;
  asked++;
  neighbour.tries = 0;
  ask(neighbour, now);
}

function transmit(frame: usize, size: u32, neighbour: Neighbour): void {
  store<u32>(frame, neighbour.hardware, Ethernet.TARGET);
  store<u16>(frame, neighbour.hardwareEnd, Ethernet.TARGET + 4);
  header(frame, Ethernet.TYPE_IPV4);
  outputCommit(Ethernet.HEADER + size);
}

function header(frame: usize, type: u32): void {
  store<u32>(frame, load<u32>(ownHardware), Ethernet.SOURCE);
  store<u16>(frame, load<u16>(ownHardware, 4), Ethernet.SOURCE + 4);
  put16(frame + Ethernet.TYPE, type);
}

function ask(neighbour: Neighbour, now: u64): void {
  neighbour.tries++;
  neighbour.deadline = now + RETRY_NS;
  const frame = outputPlace();
  if (frame === 0) return;
  memory.fill(frame, 255, 6);
  message(frame, REQUEST, neighbour.address);
  memory.fill(frame + Ethernet.HEADER + 18, 0, 6);
  outputCommit(Ethernet.HEADER + ARP_BYTES);
}

/** Everything but the target's hardware addresses. */
function message(frame: usize, operation: u32, target: u32): void {
  header(frame, Ethernet.TYPE_ARP);
  const at = frame + Ethernet.HEADER;
  put32(at, 0x00010800);
  put32(at + 4, 0x06040000 | operation);
  store<u32>(at, load<u32>(ownHardware), 8);
  store<u16>(at, load<u16>(ownHardware, 4), 12);
  put32(at + 14, ownAddress);
  put32(at + 24, target);
}

/** A frame of the ARP type; `size` bytes with the Ethernet header. */
export function arpInput(frame: usize, size: u32, now: u64): void {
  const at = frame + Ethernet.HEADER;
  if (size < <u32>Ethernet.HEADER + ARP_BYTES) return count(Count.SHORT);
  const operation = get16(at + 6);
  if (get32(at) !== 0x00010800 || get16(at + 4) !== 0x0604) return count(Count.ARP_MALFORMED);
  if (operation !== REQUEST && operation !== REPLY) return count(Count.ARP_MALFORMED);
  count(Count.ARP_IN);
  const sender = at + 8;
  const source = get32(at + 14);
  // Who speaks for somebody else, for a crowd, or for us is not believed.
  const speaksForItself = memory.compare(sender, frame + Ethernet.SOURCE, 6) === 0;
  if (!speaksForItself || (load<u8>(sender) & 1) !== 0) return count(Count.ARP_STRANGE);
  if (source === ownAddress) {
    return count(ownHardwareIs(sender) ? Count.ARP_STRANGE : Count.ADDRESS_CONFLICT);
  }
  if (!onLink(source)) return count(Count.ARP_STRANGE);
  const ours = get32(at + 24) === ownAddress;
  learn(source, sender, ours && operation === REQUEST, now);
  if (ours && operation === REQUEST) answer(sender, source);
}

function answer(sender: usize, source: u32): void {
  const frame = outputPlace();
  if (frame === 0) return;
  memory.copy(frame, sender, 6);
  message(frame, REPLY, source);
  memory.copy(frame + Ethernet.HEADER + 18, sender, 6);
  outputCommit(Ethernet.HEADER + ARP_BYTES);
}

function learn(source: u32, sender: usize, mayMake: bool, now: u64): void {
  let neighbour = find(source);
  if (neighbour === null && mayMake) neighbour = make(source, false);
  if (neighbour === null) return;
  neighbour.hardware = load<u32>(sender);
  neighbour.hardwareEnd = load<u16>(sender, 4);
  if (neighbour.state === <u8>State.ASKED) asked--;
  neighbour.state = <u8>State.KNOWN;
  neighbour.deadline = now + LIFE_NS;
  const size = neighbour.waiting;
  if (size === 0) return;
  neighbour.waiting = 0;
  const frame = outputPlace();
  if (frame === 0) return;
  memory.copy(frame + Ethernet.HEADER, neighbour.packet, size);
  outputUntil(load<u64>(neighbour.packetEnd));
  transmit(frame, size, neighbour);
  outputUntil(u64.MAX_VALUE);
}

/** Asks again, and gives up, where it is time. */
export function arpPoll(now: u64): void {
  for (let i: u32 = 0; i < NEIGHBOURS; i++) {
    const one = Neighbour.at(i);
    if (one.state !== <u8>State.ASKED || now < one.deadline) continue;
    if (<u32>one.tries < TRIES) {
      ask(one, now);
      continue;
    }
    if (one.waiting !== 0) count(Count.UNRESOLVED);
    one.state = <u8>State.FREE;
    asked--;
    one.waiting = 0;
  }
}

/** When `arpPoll` has something to do; NEVER. */
export function arpDeadline(): u64 {
  let first = NEVER;
  if (asked === 0) return first;
  for (let i: u32 = 0; i < NEIGHBOURS; i++) {
    const one = Neighbour.at(i);
    if (one.state === <u8>State.ASKED) first = min<u64>(first, one.deadline);
  }
  return first;
}
