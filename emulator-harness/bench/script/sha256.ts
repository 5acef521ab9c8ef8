// SHA-256 of a block that is its own input: the AssemblyScript version of sha256.c.
import { mix } from "./mix";

const BLOCKS: u32 = 16;
const constants: StaticArray<u32> = [
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
];
const message = new StaticArray<u8>(64 * BLOCKS);
const state = new StaticArray<u32>(8);
const schedule = new StaticArray<u32>(64);

function prepare(block: u32, w: StaticArray<u32>): void {
  const bytes = message;
  for (let i: u32 = 0; i < 16; i++) {
    const at = block + 4 * i;
    w[i] =
      ((<u32>bytes[at]) << 24) |
      ((<u32>bytes[at + 1]) << 16) |
      ((<u32>bytes[at + 2]) << 8) |
      <u32>bytes[at + 3];
  }
  for (let i: u32 = 16; i < 64; i++) {
    const before = w[i - 15];
    const last = w[i - 2];
    const s0 = rotr<u32>(before, 7) ^ rotr<u32>(before, 18) ^ (before >> 3);
    const s1 = rotr<u32>(last, 17) ^ rotr<u32>(last, 19) ^ (last >> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
}

function compress(block: u32): void {
  const w = schedule;
  const k = constants;
  const into = state;
  prepare(block, w);
  let a = into[0];
  let b = into[1];
  let c = into[2];
  let d = into[3];
  let e = into[4];
  let f = into[5];
  let g = into[6];
  let h = into[7];
  for (let i: u32 = 0; i < 64; i++) {
    const s1 = rotr<u32>(e, 6) ^ rotr<u32>(e, 11) ^ rotr<u32>(e, 25);
    const t1 = h + s1 + ((e & f) ^ (~e & g)) + k[i] + w[i];
    const s0 = rotr<u32>(a, 2) ^ rotr<u32>(a, 13) ^ rotr<u32>(a, 22);
    const t2 = s0 + ((a & b) ^ (a & c) ^ (b & c));
    h = g;
    g = f;
    f = e;
    e = d + t1;
    d = c;
    c = b;
    b = a;
    a = t1 + t2;
  }
  into[0] += a;
  into[1] += b;
  into[2] += c;
  into[3] += d;
  into[4] += e;
  into[5] += f;
  into[6] += g;
  into[7] += h;
}

export function run(rounds: u32): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < 64 * BLOCKS; i++) message[i] = <u8>(i * 7);
  for (let i = 0; i < 8; i++) state[i] = constants[i] ^ 0x6a09e667;
  for (let round: u32 = 0; round < rounds; round++) {
    for (let block: u32 = 0; block < BLOCKS; block++) compress(64 * block);
    for (let i: u32 = 0; i < 8; i++) {
      message[(round * 8 + i) % (64 * BLOCKS)] ^= <u8>state[i];
    }
    sum = mix(sum, state[round % 8]);
  }
  return sum;
}
