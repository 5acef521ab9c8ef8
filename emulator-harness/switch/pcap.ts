// Writes what was on the wire as pcapng, for Wireshark: an interface per node, and one for what was dropped.
//
// Each frame is there as its sender sent it (outbound) and as each receiver got it (inbound); a copy that was
// dropped is on the interface "dropped" with a comment that says from whom, to whom and why.
import type { WireEvent } from "./switch.ts";

export const EPOCH_SECONDS = 1_700_000_000n;
const SECTION = 0x0a0d0d0a;
const INTERFACE = 1;
const PACKET = 6;
const BYTE_ORDER = 0x1a2b3c4d;
const ETHERNET = 1;
const INBOUND = 1;
const OUTBOUND = 2;

/** Numbers of options; a number means something else in another kind of block. */
const Option = { END: 0, COMMENT: 1, INTERFACE_NAME: 2, INTERFACE_RESOLUTION: 9, PACKET_FLAGS: 2 };

interface Written {
  code: number;
  value: Uint8Array;
}

export class PcapWriter {
  private readonly blocks: Uint8Array[] = [];

  /** The interfaces are the ports, in the order of their numbers, then "dropped". */
  constructor(private readonly names: string[]) {
    this.block(SECTION, [word(BYTE_ORDER), half(1), half(0), word(-1), word(-1)], []);
    for (const name of [...names, "dropped"]) {
      this.block(
        INTERFACE,
        [half(ETHERNET), half(0), word(0)],
        [
          { code: Option.INTERFACE_NAME, value: new TextEncoder().encode(name) },
          { code: Option.INTERFACE_RESOLUTION, value: Uint8Array.of(9) },
        ],
      );
    }
  }

  wire(event: WireEvent): void {
    const { atNs, frame } = event;
    if (event.kind === "in") this.packet(event.port, atNs, frame, [flags(OUTBOUND)]);
    else if (event.kind === "out") this.packet(event.port, atNs, frame, [flags(INBOUND)]);
    else {
      const to = event.port === null ? "" : `>${this.names[event.port]}`;
      const comment = `#${event.number} ${this.names[event.from]}${to}: ${event.reason}`;
      const value = new TextEncoder().encode(comment);
      this.packet(this.names.length, atNs, frame, [{ code: Option.COMMENT, value }]);
    }
  }

  bytes(): Uint8Array {
    return joined(this.blocks);
  }

  private packet(index: number, atNs: number, frame: Uint8Array, options: Written[]): void {
    const time = EPOCH_SECONDS * 1_000_000_000n + BigInt(Math.round(atNs));
    const [high, low] = [Number(time >> 32n), Number(time & 0xffff_ffffn)];
    const size = word(frame.length);
    const fields = [word(index), word(high), word(low), size, size, padded(frame)];
    this.block(PACKET, fields, options);
  }

  private block(type: number, fields: Uint8Array[], options: Written[]): void {
    const written = options.flatMap(({ code, value }) => [
      half(code),
      half(value.length),
      padded(value),
    ]);
    const body = joined([...fields, ...written, ...(options.length > 0 ? [word(0)] : [])]);
    const size = word(body.length + 12);
    this.blocks.push(joined([word(type), size, body, size]));
  }
}

export interface Captured {
  interface: string;
  atNs: number;
  frame: Uint8Array;
  direction: "in" | "out" | null;
  comment: string | null;
}

/** Reads what PcapWriter wrote; says at which byte a file is not that. */
export function readPcap(bytes: Uint8Array): Captured[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const names: string[] = [];
  const captured: Captured[] = [];
  for (let at = 0; at < bytes.length; ) {
    const refuse = (why: string) => {
      throw new Error(`pcapng, byte ${at}: ${why}`);
    };
    if (bytes.length - at < 12) refuse("a block has at least 12 bytes");
    const [type, size] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    if (size < 12 || size % 4 !== 0 || at + size > bytes.length) refuse(`a block of ${size} bytes`);
    if (view.getUint32(at + size - 4, true) !== size) refuse("its two lengths differ");
    const body = bytes.subarray(at + 8, at + size - 4);
    if (at === 0 && type !== SECTION) refuse("no section header");
    else if (type === SECTION && view.getUint32(at + 8, true) !== BYTE_ORDER) refuse("byte order");
    else if (type === INTERFACE) names.push(text(optionOf(body, 8, Option.INTERFACE_NAME)!));
    else if (type === PACKET) captured.push(readPacket(body, names));
    at += size;
  }
  return captured;
}

function readPacket(body: Uint8Array, names: string[]): Captured {
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [index, high, low, size] = [0, 4, 8, 12].map((offset) => view.getUint32(offset, true));
  const time = (BigInt(high) << 32n) + BigInt(low) - EPOCH_SECONDS * 1_000_000_000n;
  const options = 20 + ((size + 3) & ~3);
  const seen = optionOf(body, options, Option.PACKET_FLAGS);
  const comment = optionOf(body, options, Option.COMMENT);
  const direction = seen === null ? null : seen[0] === INBOUND ? "in" : "out";
  const frame = body.slice(20, 20 + size);
  const name = names[index];
  if (name === undefined)
    throw new Error(`pcapng: a packet of interface ${index}, of ${names.length}`);
  return {
    ...{ interface: name, atNs: Number(time), frame, direction },
    comment: comment === null ? null : text(comment),
  };
}

function optionOf(body: Uint8Array, start: number, wanted: number): Uint8Array | null {
  for (let at = start; at + 4 <= body.length; ) {
    const code = body[at] + 256 * body[at + 1];
    const size = body[at + 2] + 256 * body[at + 3];
    if (code === Option.END) return null;
    if (code === wanted) return body.subarray(at + 4, at + 4 + size);
    at += 4 + ((size + 3) & ~3);
  }
  return null;
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const flags = (value: number): Written => ({ code: Option.PACKET_FLAGS, value: word(value) });

function word(value: number): Uint8Array {
  return new Uint8Array(Uint32Array.of(value >>> 0).buffer);
}

function half(value: number): Uint8Array {
  return new Uint8Array(Uint16Array.of(value).buffer);
}

function padded(bytes: Uint8Array): Uint8Array {
  const whole = new Uint8Array((bytes.length + 3) & ~3);
  whole.set(bytes);
  return whole;
}

function joined(parts: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
