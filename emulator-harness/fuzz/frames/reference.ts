// What a frame is, decided a second time: slowly, from the standards, without a look at the stack.
//
// We are 10.0.0.1/24 with the hardware address 02:00:0a:00:00:01.
import { sumOf } from "../../switch/sums.ts";

export const OURS = [10, 0, 0, 1];
export const OUR_HARDWARE = [2, 0, ...OURS];
const BROADCAST = [255, 255, 255, 255, 255, 255];

export type Meaning =
  | { kind: "nothing" }
  | { kind: "arp-request" }
  /** A neighbour says where he is: what waits for him may go. */
  | { kind: "arp-news" }
  | { kind: "echo-request" }
  | { kind: "echo-reply" }
  | { kind: "syn" }
  | { kind: "udp"; port: number };

const NOTHING: Meaning = { kind: "nothing" };

/** What the frame means to the machine with this address. */
export function meaningOf(frame: Uint8Array, address = OURS): Meaning {
  if (frame.length < 14 || frame.length > 1514) return NOTHING;
  const all = starts(frame, 0, BROADCAST);
  if (!all && !starts(frame, 0, [2, 0, ...address])) return NOTHING;
  const type = word(frame, 12);
  if (type === 0x0806) return arpMeaning(frame.subarray(14), frame.subarray(6, 12), address);
  if (type !== 0x0800 || all) return NOTHING;
  return packetMeaning(frame.subarray(14), address);
}

function arpMeaning(arp: Uint8Array, source: Uint8Array, address: number[]): Meaning {
  if (arp.length < 28 || !starts(arp, 0, [0, 1, 8, 0, 6, 4])) return NOTHING;
  const operation = word(arp, 6);
  if (operation !== 1 && operation !== 2) return NOTHING;
  if (!starts(arp, 8, [...source]) || (arp[8] & 1) === 1) return NOTHING;
  if (!isNeighbour(arp.subarray(14, 18), address)) return NOTHING;
  const asksUs = operation === 1 && starts(arp, 24, address);
  return { kind: asksUs ? "arp-request" : "arp-news" };
}

/** One machine's address in our network, and not our own. */
function isNeighbour(source: Uint8Array, address: number[]): boolean {
  if (!starts(source, 0, address.slice(0, 3))) return false;
  return source[3] !== 0 && source[3] !== 255 && source[3] !== address[3];
}

function packetMeaning(packet: Uint8Array, address: number[]): Meaning {
  if (packet.length < 20 || packet[0] !== 0x45) return NOTHING;
  const length = word(packet, 2);
  if (length < 20 || length > packet.length) return NOTHING;
  if (sumOf(packet.subarray(0, 20)) !== 0xffff) return NOTHING;
  if ((word(packet, 6) & 0x3fff) !== 0 || packet[8] === 0) return NOTHING;
  if (!starts(packet, 16, address)) return NOTHING;
  if (!isNeighbour(packet.subarray(12, 16), address)) return NOTHING;
  const content = packet.subarray(20, length);
  if (packet[9] === 1) return icmpMeaning(content);
  const pseudo = [...packet.subarray(12, 20), 0, packet[9]];
  if (packet[9] === 17) return udpMeaning(content, pseudo);
  return packet[9] === 6 ? tcpMeaning(content, pseudo) : NOTHING;
}

function icmpMeaning(content: Uint8Array): Meaning {
  if (content.length < 8 || sumOf(content) !== 0xffff || content[1] !== 0) return NOTHING;
  if (content[0] === 8) return { kind: "echo-request" };
  return content[0] === 0 ? { kind: "echo-reply" } : NOTHING;
}

function udpMeaning(content: Uint8Array, pseudo: number[]): Meaning {
  if (content.length < 8) return NOTHING;
  const size = word(content, 4);
  if (size < 8 || size > content.length) return NOTHING;
  const whole = Uint8Array.from([...pseudo, size >> 8, size & 255, ...content.subarray(0, size)]);
  if (word(content, 6) !== 0 && sumOf(whole) !== 0xffff) return NOTHING;
  return { kind: "udp", port: word(content, 2) };
}

function tcpMeaning(content: Uint8Array, pseudo: number[]): Meaning {
  const size = content.length;
  if (size < 20) return NOTHING;
  const header = (content[12] >> 4) * 4;
  if (header < 20 || header > size) return NOTHING;
  if (sumOf(Uint8Array.from([...pseudo, size >> 8, size & 255, ...content])) !== 0xffff)
    return NOTHING;
  return (content[13] & 6) === 2 ? { kind: "syn" } : NOTHING;
}

export function word(bytes: Uint8Array, at: number): number {
  return (bytes[at] << 8) | bytes[at + 1];
}

function starts(bytes: Uint8Array, at: number, wanted: number[]): boolean {
  return wanted.every((byte, index) => bytes[at + index] === byte);
}
