// Ethernet frames as the switch sees them: addresses, and one line that says what a frame carries.
//
// Nothing here trusts a frame: whatever is too short for what it claims is told as bytes.

export const FRAME_LEAST = 14;
/** Without the check sequence, which v86's cards do not carry. */
export const FRAME_MOST = 1514;
export const BROADCAST = 0xffff_ffff_ffff;
/** IEEE's number for local experiments: what the harness itself puts on the wire. */
export const EXPERIMENTAL = 0x88b5;

const ARP = 0x0806;
const IPV4 = 0x0800;
const PROTOCOLS: Record<number, string> = { 1: "icmp", 6: "tcp", 17: "udp" };

/** The six bytes at an offset as a number. */
export function addressAt(frame: Uint8Array, offset: number): number {
  let address = 0;
  for (let i = 0; i < 6; i++) address = address * 256 + frame[offset + i];
  return address;
}

export const targetOf = (frame: Uint8Array) => addressAt(frame, 0);
export const sourceOf = (frame: Uint8Array) => addressAt(frame, 6);

/** Broadcast or multicast: the lowest bit of the first byte. */
export function isGroup(address: number): boolean {
  return Math.floor(address / 2 ** 40) % 2 === 1;
}

export function addressBytes(address: number): Uint8Array {
  const bytes = new Uint8Array(6);
  for (let i = 5, rest = address; i >= 0; i--, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}

export function addressText(address: number): string {
  return [...addressBytes(address)].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
}

/** Node 1 is 10.0.0.1, and its hardware address 02:00 with these four bytes: no two nodes share one. */
export function hardwareOf(number: number): number {
  return 0x0200_0000_0000 + 0x0a00_0000 + number;
}

/** A frame of the harness's own, filled up to the least that Ethernet carries. */
export function textFrame(target: number, source: number, text: string): Uint8Array {
  const payload = new TextEncoder().encode(text);
  const frame = new Uint8Array(Math.max(60, FRAME_LEAST + payload.length));
  frame.set(addressBytes(target), 0);
  frame.set(addressBytes(source), 6);
  frame.set([EXPERIMENTAL >> 8, EXPERIMENTAL & 255], 12);
  frame.set(payload, FRAME_LEAST);
  return frame;
}

/** What a frame carries, in a few words: "arp who-has 10.0.0.2", "udp 10.0.0.1:7946>10.0.0.2:7946". */
export function summaryOf(frame: Uint8Array): string {
  if (frame.length < FRAME_LEAST) return `${frame.length} bytes`;
  const type = half(frame, 12);
  if (type === ARP && frame.length >= 42) return arp(frame);
  if (type === IPV4 && frame.length >= 34) return ipv4(frame);
  if (type === EXPERIMENTAL) return `text "${printable(frame.subarray(FRAME_LEAST))}"`;
  return `type ${type.toString(16).padStart(4, "0")}`;
}

function arp(frame: Uint8Array): string {
  const operation = half(frame, 20);
  if (operation === 1) return `arp who-has ${ip(frame, 38)} tell ${ip(frame, 28)}`;
  return operation === 2 ? `arp ${ip(frame, 28)} is-at` : `arp operation ${operation}`;
}

function ipv4(frame: Uint8Array): string {
  const header = 4 * (frame[14] & 15);
  const name = PROTOCOLS[frame[23]] ?? `ip ${frame[23]}`;
  const at = 14 + header;
  const ends = `${ip(frame, 26)}>${ip(frame, 30)}`;
  const fragment = (half(frame, 20) & 0x1fff) !== 0;
  if (header < 20 || fragment || frame.length < at + 4) return `${name} ${ends}`;
  if (name === "icmp") return `icmp ${frame[at] === 8 ? "echo" : icmpName(frame[at])} ${ends}`;
  if (name !== "udp" && name !== "tcp") return `${name} ${ends}`;
  return `${name} ${ip(frame, 26)}:${half(frame, at)}>${ip(frame, 30)}:${half(frame, at + 2)}`;
}

function icmpName(type: number): string {
  return type === 0 ? "reply" : `type ${type}`;
}

function half(frame: Uint8Array, offset: number): number {
  return frame[offset] * 256 + frame[offset + 1];
}

function ip(frame: Uint8Array, offset: number): string {
  return frame.subarray(offset, offset + 4).join(".");
}

function printable(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  const text = bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 40));
  return [...text]
    .map((b) => (b >= 32 && b < 127 && b !== 34 ? String.fromCharCode(b) : "."))
    .join("");
}
