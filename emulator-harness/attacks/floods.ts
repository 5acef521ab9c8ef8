// Frames that somebody on the wire sends to the first machine, as many as he likes.
import { BROADCAST, textFrame } from "../switch/frame.ts";
import { mendSums } from "../switch/sums.ts";

const TARGET = [10, 0, 0, 1];
const OURS = [2, 0, ...TARGET];

export interface Flood {
  name: string;
  frame: (number: number) => Uint8Array;
}

/** Each frame from another sender, so that nothing is answered from memory. */
const senderOf = (number: number) => [10, 0, 0, 20 + (number % 200)];

function ip(
  protocol: number,
  number: number,
  content: number[],
  offset = 0,
  extra = 0,
): Uint8Array {
  const sender = senderOf(number);
  const length = content.length + 20 + extra;
  const head = [0x45, 0, length >> 8, length & 255, 1, 2, offset >> 8, offset & 255, 64, protocol];
  const packet = [...head, 0, 0, ...sender, ...TARGET, ...content];
  const frame = [...OURS, 2, 0, ...sender, 8, 0, ...packet];
  while (frame.length < 60) frame.push(0);
  const bytes = Uint8Array.from(frame);
  mendSums(bytes);
  return bytes;
}

/** A datagram to a port at which nobody listens. */
const udp = (number: number, offset = 0, extra = 0) =>
  ip(17, number, [0x1c, 0x20, 0x27, 0x0f, 0, 12, 0, 0, 1, 2, 3, 4], offset, extra);

function syn(number: number): Uint8Array {
  const sequence = [number >> 8, number & 255, 3, 4];
  return ip(6, number, [
    0x9c,
    0x40,
    0,
    80,
    ...sequence,
    0,
    0,
    0,
    0,
    0x50,
    2,
    0xfa,
    0xf0,
    0,
    0,
    0,
    0,
  ]);
}

function arp(number: number): Uint8Array {
  const sender = senderOf(number);
  const question = [
    0,
    1,
    8,
    0,
    6,
    4,
    0,
    1,
    2,
    0,
    ...sender,
    ...sender,
    0,
    0,
    0,
    0,
    0,
    0,
    ...TARGET,
  ];
  const all = [255, 255, 255, 255, 255, 255];
  const frame = [...all, 2, 0, ...sender, 8, 6, ...question];
  while (frame.length < 60) frame.push(0);
  return Uint8Array.from(frame);
}

const echo = (number: number) => ip(1, number, [8, 0, 0, 0, 0, 7, 0, number & 255, 1, 2, 3, 4]);

/** Says that n2's address is at a stranger's card. */
export function spoofedArp(): Uint8Array {
  const stranger = [2, 0, 10, 0, 0, 66];
  const claim = [0, 1, 8, 0, 6, 4, 0, 2, ...stranger, 10, 0, 0, 2, ...OURS, ...TARGET];
  const frame = [...OURS, ...stranger, 8, 6, ...claim];
  while (frame.length < 60) frame.push(0);
  return Uint8Array.from(frame);
}

export const FLOODS: Flood[] = [
  { name: "broadcast", frame: () => textFrame(BROADCAST, 0x0200_0a00_0014, "x".repeat(400)) },
  { name: "ARP questions", frame: arp },
  { name: "UDP to a closed port", frame: (number) => udp(number) },
  { name: "SYN", frame: syn },
  { name: "echo requests", frame: echo },
  { name: "fragments", frame: (number) => udp(number, 0x2000 | (number & 0xff)) },
  { name: "lengths beyond the frame", frame: (number) => udp(number, 0, 900) },
];
