// Mutated packets into a node of the shipped daemon: it must not trap, grow, or come apart.
//
// Without encryption a packet that is still a message is believed, whoever sent it; what must hold even then is
// that a member changes only by a message that names it. Every fourth node has a key: there nothing changes at all.
import {
  Drop,
  EventKind,
  Index,
  MemberOffset,
  MemberState,
  Profile,
} from "../../userland/heartbeat/abi.ts";
import { OWNER_TYPE, OwnerMessage, OwnerTime } from "../../userland/heartbeat/owner/abi.ts";
import type { Range } from "../fuzz/parts.ts";
import { Random } from "../fuzz/random.ts";
import { crc32 } from "./crc.ts";
import { Daemon, OS_SHAPE } from "./daemon.ts";
import { recordedPackets, SAMPLE_KEY, SAMPLES } from "./packet-samples.ts";

const MEMBERS = 12;
const ADDRESS = 0x0a000001;
const PORT = 7946;
/** A fresh node after so many packets: forged members fill the table of a node that nobody protects. */
const STRETCH = 2000;
/** That of the recorded nodes, so that some answers to them are answers to this one. */
const LIFE = 1_700_000_000;
const VOTERS = 3;
const LEASE_MS: number = OwnerTime.LEASE;
const OUTPUT_MAX = 1400;
/** LZW hides names; what is packed is not asked whom it named. One of its two keys is enough. */
const PACKED = ["Algo", "Buf"].map((key) => Buffer.from(key));

export interface PacketFuzzResult {
  packets: number;
  /** Packets of which everything was understood. */
  whole: number;
  drops: Record<string, number>;
  events: Record<string, number>;
  differences: { case: number; text: string }[];
}

export function fuzzPackets(module: WebAssembly.Module, range: Range): PacketFuzzResult {
  const plain = [...SAMPLES, ...recordedPackets(module, MEMBERS)];
  const sealed = [...plain, ...recordedPackets(module, MEMBERS, SAMPLE_KEY)];
  const result: PacketFuzzResult = { packets: 0, whole: 0, drops: {}, events: {}, differences: [] };
  let node: FuzzedNode | null = null;
  for (let number = range.from; number < range.from + range.count; number++) {
    const keyed = Math.floor(number / STRETCH) % 4 === 3;
    if (node === null || number % STRETCH === 0) node = new FuzzedNode(module, range.seed, keyed);
    const random = new Random(range.seed, number);
    const bytes = random.oneIn(16)
      ? believable(random)
      : mutate(random, keyed ? sealed : plain, keyed);
    const fault = node.feed(bytes, random, result);
    result.packets += 1;
    if (fault === null) continue;
    result.differences.push({
      case: number,
      text: `${fault}: ${Buffer.from(bytes).toString("hex")}`,
    });
    if (result.differences.length >= 20) break;
    node = null;
  }
  return result;
}

class FuzzedNode {
  readonly #daemon: Daemon;
  readonly #memoryBytes: number;
  #now = 1000;

  constructor(
    module: WebAssembly.Module,
    seed: number,
    private readonly keyed: boolean,
  ) {
    this.#daemon = new Daemon(module, OS_SHAPE, 1);
    this.#daemon.configure(Profile.OWN);
    if (keyed) this.#daemon.addKey(SAMPLE_KEY);
    const identity = { name: "n0", address: ADDRESS, port: PORT, incarnation: LIFE, seed };
    this.#daemon.start(0, identity, this.#now);
    for (let voter = 0; voter < VOTERS; voter++) this.#daemon.exports.voter(ADDRESS + voter, PORT);
    for (const group of ["g0", "g1"]) this.#daemon.addGroup(group, true);
    this.#memoryBytes = this.#daemon.exports.memory.buffer.byteLength;
    for (const bytes of recordedPackets(module, MEMBERS, keyed ? SAMPLE_KEY : undefined)) {
      this.#daemon.input(bytes, ADDRESS + 1, PORT, this.#now);
    }
    if (this.#daemon.exports.active() < MEMBERS / 2)
      throw new Error("the fuzzed node knows nobody");
  }

  /** What is wrong after this packet, or null. */
  feed(bytes: Uint8Array, random: Random, result: PacketFuzzResult): string | null {
    const daemon = this.#daemon;
    const before = this.#records();
    const dropsBefore = this.#drops();
    try {
      const from = random.oneIn(8) ? random.word() : ADDRESS + random.below(MEMBERS);
      daemon.input(bytes, from, random.oneIn(8) ? random.below(65_536) : PORT, this.#now);
      const fault = this.#look(bytes, before);
      if (fault !== null) return fault;
      this.#count(dropsBefore, result);
      this.#now += random.below(40);
      daemon.exports.poll(this.#now);
      this.#countEvents(result);
      if (!this.keyed) this.#answer(random, result);
    } catch (error) {
      return `a trap (${(error as Error).message})`;
    }
    return this.#sound();
  }

  #count(before: number[], result: PacketFuzzResult): void {
    const after = this.#drops();
    let dropped = false;
    for (const [name, number] of Object.entries(DROP_NAMES)) {
      const more = after[number] - before[number];
      if (more === 0) continue;
      dropped = true;
      result.drops[name] = (result.drops[name] ?? 0) + more;
    }
    if (!dropped) result.whole += 1;
    this.#countEvents(result);
  }

  /** What the node asked voters is answered by nobody whom it should believe, half of it a little wrong. */
  #answer(random: Random, result: PacketFuzzResult): void {
    for (const { address, bytes } of this.#daemon.datagrams()) {
      const answer = answerOf(random, bytes);
      if (answer === null) continue;
      const forged = random.oneIn(2) ? mutateOnce(random, answer, [answer]) : answer;
      this.#daemon.input(forged, address, PORT, this.#now);
      this.#countEvents(result);
    }
  }

  #countEvents(result: PacketFuzzResult): void {
    for (const { kind } of this.#daemon.events()) {
      const name = EVENT_NAMES[kind] ?? `${kind}`;
      result.events[name] = (result.events[name] ?? 0) + 1;
    }
  }

  #drops(): number[] {
    return Array.from({ length: Drop.COUNT }, (_, why) => this.#daemon.exports.drops(why));
  }

  /** What is believed of every member, by name. */
  #records(): Map<string, string> {
    const records = new Map<string, string>();
    for (const { nameBytes, state, incarnation, address, port } of this.#daemon.members()) {
      records.set(
        Buffer.from(nameBytes).toString("latin1"),
        `${state} ${incarnation} ${address} ${port}`,
      );
    }
    return records;
  }

  #look(bytes: Uint8Array, before: Map<string, string>): string | null {
    for (const datagram of this.#daemon.datagrams()) {
      if (datagram.bytes.length > OUTPUT_MAX) return `answered with ${datagram.bytes.length} bytes`;
    }
    const text = Buffer.from(bytes);
    if (PACKED.some((key) => text.includes(key)) && !this.keyed) return null;
    const after = this.#records();
    if (this.keyed && after.size !== before.size) return "somebody came in without the key";
    for (const [name, record] of before) {
      if (this.keyed && after.get(name) !== record) return `${name} changed without the key`;
      if (after.get(name) === record || text.includes(Buffer.from(name, "latin1"))) continue;
      return `${name} changed from ${record} to ${after.get(name)} and was not named`;
    }
    return null;
  }

  /** Nothing has grown, and the tables agree with each other. */
  #sound(): string | null {
    const { exports } = this.#daemon;
    if (exports.memory.buffer.byteLength !== this.#memoryBytes) return "memory has grown";
    if (exports.memberPlaces() > OS_SHAPE.capacity) return "more members than places";
    const members = this.#daemon.members();
    const active = members.filter(({ state }) => state <= MemberState.SUSPECT).length;
    if (active !== exports.active())
      return `counts ${exports.active()} active members of ${active}`;
    const counted = members.filter(({ state }) => state <= MemberState.LEFT).length;
    if (counted !== exports.counted()) return `counts ${exports.counted()} members of ${counted}`;
    if (this.#daemon.byte(Index.SELF, MemberOffset.STATE) !== MemberState.ALIVE)
      return "is not alive";
    for (const group of [0, 1]) {
      if (exports.groupUntil(group) > this.#now + LEASE_MS) return `owns ${group} for too long`;
    }
    const wait = exports.deadline() - this.#now;
    return wait >= 0 && wait <= 300_000 ? null : `wants to sleep for ${wait} ms`;
  }
}

const DROP_NAMES = {
  malformed: Drop.MALFORMED,
  "unknown type": Drop.UNKNOWN_TYPE,
  "bad checksum": Drop.BAD_CRC,
  "not for us": Drop.NOT_FOR_US,
  "table full": Drop.TABLE_FULL,
  "too long": Drop.TOO_LONG,
  "ring full": Drop.RING_FULL,
  "no key": Drop.BAD_KEY,
};

const EVENT_NAMES: Record<number, string> = {
  [EventKind.JOINED]: "joined",
  [EventKind.RETURNED]: "returned",
  [EventKind.UPDATED]: "updated",
  [EventKind.SUSPECTED]: "suspected",
  [EventKind.FAILED]: "failed",
  [EventKind.LEFT]: "left",
  [EventKind.REFUTED]: "refuted",
  [EventKind.CONFLICT]: "conflict",
  [EventKind.USER_EVENT]: "user event",
  [EventKind.QUERY]: "query",
  [EventKind.OWNER_GAINED]: "owner",
  [EventKind.OWNER_LOST]: "owner no more",
};

const BOUNDARIES = [
  0, 1, 0x7f, 0x80, 0x8f, 0x9f, 0xa0, 0xbf, 0xc0, 0xc4, 0xcf, 0xd9, 0xda, 0xdb, 0xdf, 0xff,
];

/** A suspicion, a death or a life of a member that exists, with an incarnation near its own. */
function believable(random: Random): Uint8Array {
  const text = (letters: string) => [0xa0 | letters.length, ...Buffer.from(letters)];
  const incarnation = LIFE - 2 + random.below(6);
  const number = [0xce, ...[24, 16, 8, 0].map((shift) => (incarnation >>> shift) & 255)];
  const name = `n${random.below(MEMBERS)}`;
  const head = [...text("Incarnation"), ...number, ...text("Node"), ...text(name)];
  const from = [...text("From"), ...text(`n${random.below(MEMBERS)}`)];
  return Uint8Array.from([random.oneIn(2) ? 3 : 5, 0x83, ...head, ...from]);
}

/** A voter's answer to one of the owner store's questions; null: the packet is none. */
function answerOf(random: Random, bytes: Uint8Array): Uint8Array | null {
  if (bytes[0] !== 8 || bytes[1] !== OWNER_TYPE) return null;
  const answer = Uint8Array.from(bytes);
  if (bytes[2] === OwnerMessage.LEARN) {
    answer[2] = OwnerMessage.LEARNED;
    const rest = Array.from({ length: 4 + 1 + 8 }, () => random.below(4));
    return Uint8Array.from([...answer, ...rest, 0]);
  }
  if (bytes[2] > OwnerMessage.RENEW) return null;
  answer[2] = random.oneIn(4) ? OwnerMessage.DENY : OwnerMessage.GRANT;
  if (answer[2] === OwnerMessage.GRANT) return answer;
  return Uint8Array.from([...answer, random.below(8), 10, 0, 0, 2, 0, 0, 8, random.below(256)]);
}

/** `always`: at least one byte is another one; a sealed packet as it was is no forgery but a repetition. */
function mutate(random: Random, corpus: Uint8Array[], always: boolean): Uint8Array {
  let bytes: Uint8Array = Uint8Array.from(random.pick(corpus));
  const times = random.below(5);
  if (always && bytes.length > 0) bytes[random.below(bytes.length)] ^= 1 + random.below(255);
  for (let i = 0; i < times; i++) bytes = mutateOnce(random, bytes, corpus);
  if (random.oneIn(6)) bytes = compoundOf([bytes, random.pick(corpus), bytes]);
  if (random.oneIn(6)) bytes = checkedOf(bytes);
  return bytes.length > 65_536 ? bytes.slice(0, 65_536) : bytes;
}

function mutateOnce(random: Random, bytes: Uint8Array, corpus: Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return Uint8Array.of(random.below(256));
  const at = random.below(bytes.length);
  switch (random.below(7)) {
    case 0:
      bytes[at] ^= 1 << random.below(8);
      return bytes;
    case 1:
      bytes[at] = random.pick(BOUNDARIES);
      return bytes;
    case 2:
      return bytes.slice(0, at);
    case 3:
      return Uint8Array.from([...bytes.slice(0, at), ...bytes.slice(at + 1 + random.below(4))]);
    case 4:
      return Uint8Array.from([...bytes.slice(0, at), random.below(256), ...bytes.slice(at)]);
    case 5: {
      const other = random.pick(corpus);
      return Uint8Array.from([...bytes.slice(0, at), ...other.slice(random.below(other.length))]);
    }
    default:
      bytes[at] = random.below(256);
      return bytes;
  }
}

function compoundOf(parts: Uint8Array[]): Uint8Array {
  const sizes = parts.flatMap(({ length }) => [(length >> 8) & 255, length & 255]);
  return Uint8Array.from([7, parts.length, ...sizes, ...parts.flatMap((part) => [...part])]);
}

function checkedOf(bytes: Uint8Array): Uint8Array {
  const sum = crc32(bytes);
  return Uint8Array.from([
    12,
    sum >>> 24,
    (sum >>> 16) & 255,
    (sum >>> 8) & 255,
    sum & 255,
    ...bytes,
  ]);
}
