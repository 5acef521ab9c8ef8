// Suspicions and deaths in a datagram, found by their look: the daemon's own decoder is what is being tested.

export interface Claim {
  type: number;
  from: string;
  incarnation: number;
  node: string;
}

const SUSPECT = 3;
const DEAD = 5;
/** A map of three whose first key is "From". */
const HEAD = Uint8Array.from([0x83, 0xa4, ...Buffer.from("From")]);
const INCARNATION_KEY = 1 + "Incarnation".length;
const NODE_KEY = 1 + "Node".length;
const WIDTHS: Record<number, number> = { 0xcc: 1, 0xcd: 2, 0xce: 4 };

export function claimsIn(bytes: Uint8Array): Claim[] {
  const found: Claim[] = [];
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = buffer.indexOf(HEAD); at > 0; at = buffer.indexOf(HEAD, at + 1)) {
    const type = buffer[at - 1];
    if (type !== SUSPECT && type !== DEAD) continue;
    const [from, afterFrom] = textAt(buffer, at + HEAD.length);
    const number = afterFrom + INCARNATION_KEY;
    const width = WIDTHS[buffer[number]] ?? 0;
    const incarnation = width === 0 ? buffer[number] : buffer.readUIntBE(number + 1, width);
    const [node] = textAt(buffer, number + 1 + width + NODE_KEY);
    found.push({ type, from, incarnation, node });
  }
  return found;
}

/** A short raw text, and where the next value begins. */
function textAt(buffer: Buffer, at: number): [text: string, next: number] {
  const size = buffer[at] & 31;
  return [buffer.toString("latin1", at + 1, at + 1 + size), at + 1 + size];
}
