// One case: a good frame from some neighbour, with some of its bytes, lengths and sums spoiled.
import type { Random } from "../random.ts";
import { mendSums } from "../../switch/sums.ts";
import { OUR_HARDWARE, OURS } from "./reference.ts";

/** UDP ports at which the stack under test listens. */
export const OPEN_PORTS = [7, 7946];
const FRAME_BYTES = 1600;

/** The frame; what stands behind it in memory is not part of it. */
export function frameOf(random: Random): Uint8Array {
  let frame = goodFrame(random);
  const spoiled = random.below(5);
  for (let i = 0; i < spoiled; i++) frame = spoil(frame, random);
  // Most spoiled frames would fail at the first sum, and nothing behind it would be tried.
  if (random.below(4) !== 0) mendSums(frame);
  return frame;
}

/** A frame that nothing is wrong with. */
export function goodFrame(random: Random): Uint8Array {
  const host = random.oneIn(40) ? random.below(256) : 2 + random.below(80);
  const sender = [10, 0, 0, host];
  const hardware = [2, 0, ...sender];
  if (random.oneIn(4)) return arpFrame(random, sender, hardware);
  const [protocol, content] = contentOf(random);
  const frame = [
    ...OUR_HARDWARE,
    ...hardware,
    8,
    0,
    ...header(protocol, content.length, sender, OURS),
    ...content,
  ];
  while (frame.length < 60) frame.push(0);
  const bytes = Uint8Array.from(frame);
  mendSums(bytes);
  return bytes;
}

function arpFrame(random: Random, sender: number[], hardware: number[]): Uint8Array {
  const reply = random.oneIn(2);
  const target = reply ? OUR_HARDWARE : [255, 255, 255, 255, 255, 255];
  const asked = random.oneIn(8) ? [10, 0, 0, random.below(256)] : OURS;
  const arp = [0, 1, 8, 0, 6, 4, 0, reply ? 2 : 1, ...hardware, ...sender];
  const rest = [...(reply ? OUR_HARDWARE : [0, 0, 0, 0, 0, 0]), ...asked];
  return Uint8Array.from([...target, ...hardware, 8, 6, ...arp, ...rest, ...new Array(18).fill(0)]);
}

function contentOf(random: Random): [protocol: number, content: number[]] {
  const size = random.oneIn(10) ? random.below(1460) : random.below(64);
  const data = Array.from({ length: size }, () => random.below(256));
  const two = () => [random.below(256), random.below(256)];
  switch (random.below(4)) {
    case 0:
      return [1, [random.oneIn(3) ? 0 : 8, 0, 0, 0, ...two(), ...two(), ...data]];
    case 1: {
      const flags = random.oneIn(3) ? random.below(256) : 2 | (random.oneIn(2) ? 16 : 0);
      const numbers = [...two(), ...two(), ...two(), ...two()];
      return [6, [...two(), 0, 80, ...numbers, 0x50, flags, ...two(), 0, 0, 0, 0, ...data]];
    }
    default: {
      const port = random.oneIn(5) ? random.below(65536) : random.pick(OPEN_PORTS);
      const bytes = data.length + 8;
      return [17, [...two(), port >> 8, port & 255, bytes >> 8, bytes & 255, 0, 0, ...data]];
    }
  }
}

/** An IPv4 header, without its sum. */
function header(protocol: number, size: number, source: number[], target: number[]): number[] {
  const length = size + 20;
  return [
    0x45,
    0,
    length >> 8,
    length & 255,
    1,
    2,
    0x40,
    0,
    64,
    protocol,
    0,
    0,
    ...source,
    ...target,
  ];
}

function spoil(frame: Uint8Array, random: Random): Uint8Array {
  if (frame.length === 0) return frame;
  const result = frame.slice();
  const at = random.below(random.oneIn(2) ? Math.min(frame.length, 54) : frame.length);
  switch (random.below(6)) {
    case 0:
      result[at] = random.below(256);
      return result;
    case 1:
      result[at] ^= 1 << random.below(8);
      return result;
    case 2:
      return result.subarray(0, random.below(frame.length + 1));
    case 3: {
      const more = Math.min(FRAME_BYTES - frame.length, random.below(64));
      return Uint8Array.from([
        ...frame,
        ...Array.from({ length: Math.max(more, 0) }, () => random.below(256)),
      ]);
    }
    case 4: {
      // Lengths: of the header, of the packet, of the datagram, of the segment's header.
      const place = random.pick([14, 16, 17, 38, 39, 46]);
      if (place < result.length)
        result[place] = random.pick([0, 1, 4, 7, 8, 19, 20, 28, 0x45, 0x50, 0xf0, 255]);
      return result;
    }
    default:
      if (at + 1 < result.length) result.fill(random.pick([0, 255]), at, at + 2 + random.below(6));
      return result;
  }
}
