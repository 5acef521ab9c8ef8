/**
 * Packet encryption as memberlist has it: AES-GCM without associated data, a keyring of up to four keys.
 *
 *   version 1 | nonce 12 | ciphertext | tag 16
 *
 * The first key encrypts, each may decrypt. A nonce is the node's address, the incarnation that it
 * started with, and a count: no two packets have the same, as long as a restart has a greater
 * incarnation than the start before. With a key, what is not encrypted is not taken in.
 */
import { encryptBlock, expandKey, SCHEDULE_BYTES } from "./aes";
import { Limit, Setting } from "./abi";
import { node } from "./node";

const VERSION: u8 = 1;
const HEAD_BYTES: u32 = 13;
const TAG_BYTES: u32 = 16;
const KEY_STRIDE: usize = 264;

/** schedule 240 | key size u32 | pad | hash key 16 */
const keys: usize = memory.data(1056, 8);
if (Limit.KEYS * KEY_STRIDE !== 1056) ERROR("the keyring has another size");
let keyCount: u32 = 0;

const counter: usize = memory.data(16, 8);
const stream: usize = memory.data(16, 8);
const tag: usize = memory.data(16, 8);
let hashHigh: u64 = 0;
let hashLow: u64 = 0;

/** Adds a key of 16, 24 or 32 bytes; false when there is no place, or the size is another one. */
export function keyAdd(key: usize, size: u32): bool {
  if (keyCount >= <u32>Limit.KEYS || (size !== 16 && size !== 24 && size !== 32)) return false;
  const place = keyPlace(keyCount);
  expandKey(key, size, place);
  store<u32>(place + SCHEDULE_BYTES, size);
  memory.fill(stream, 0, 16);
  encryptBlock(place, size, stream, place + SCHEDULE_BYTES + 8);
  keyCount += 1;
  return true;
}

export function keysForget(): void {
  memory.fill(keys, 0, KEY_STRIDE * Limit.KEYS);
  keyCount = 0;
}

/** The place of a key: sealWith and openWith take one. */
export function keyPlace(number: u32): usize {
  return keys + KEY_STRIDE * number;
}

/** Bytes that encryption adds to a datagram. */
export function sealedBytes(): u32 {
  return keyCount > 0 ? HEAD_BYTES + TAG_BYTES : 0;
}

export function sealing(): bool {
  return keyCount > 0;
}

/** Encrypts the bytes in place; their new size, 0 when the nonces are used up. */
export function seal(address: usize, size: u32): u32 {
  if (node.sealed === u32.MAX_VALUE) return 0;
  node.sealed += 1;
  const text = address + HEAD_BYTES;
  memory.copy(text, address, size);
  store<u8>(address, VERSION);
  store<u32>(address + 1, node.setting(Setting.ADDRESS));
  store<u32>(address + 5, node.setting(Setting.INCARNATION));
  store<u32>(address + 9, node.sealed);
  sealWith(keyPlace(0), address + 1, text, size);
  return HEAD_BYTES + size + TAG_BYTES;
}

/** Encrypts text with a nonce and writes the tag behind it. */
export function sealWith(key: usize, nonce: usize, text: usize, size: u32): void {
  crypt(key, nonce, text, size);
  authenticate(key, nonce, text, size);
  memory.copy(text + size, tag, TAG_BYTES);
}

/** Moves the text of a datagram that came in to its beginning; its size, -1 when no key opens it. */
export function sealedOpen(address: usize, size: u32): i32 {
  if (keyCount === 0) return <i32>size;
  if (size < HEAD_BYTES + TAG_BYTES || load<u8>(address) !== VERSION) return -1;
  const textSize = size - HEAD_BYTES - TAG_BYTES;
  for (let i: u32 = 0; i < keyCount; i++) {
    if (!openWith(keyPlace(i), address + 1, address + HEAD_BYTES, textSize)) continue;
    memory.copy(address, address + HEAD_BYTES, textSize);
    return <i32>textSize;
  }
  return -1;
}

export function openWith(key: usize, nonce: usize, text: usize, size: u32): bool {
  authenticate(key, nonce, text, size);
  let difference: u64 = load<u64>(tag) ^ load<u64>(text + size);
  difference |= load<u64>(tag + 8) ^ load<u64>(text + size + 8);
  if (difference !== 0) return false;
  crypt(key, nonce, text, size);
  return true;
}

/** The counter block of a nonce; 1 makes the tag, the text begins with 2. */
function setCounter(nonce: usize, count: u32): void {
  memory.copy(counter, nonce, 12);
  store<u32>(counter + 12, bswap(count));
}

function crypt(key: usize, nonce: usize, text: usize, size: u32): void {
  const keySize = load<u32>(key + SCHEDULE_BYTES);
  for (let at: u32 = 0; at < size; at += 16) {
    setCounter(nonce, 2 + (at >> 4));
    encryptBlock(key, keySize, counter, stream);
    const end = size - at < 16 ? size - at : 16;
    for (let i: u32 = 0; i < end; i++) {
      store<u8>(text + at + i, load<u8>(text + at + i) ^ load<u8>(stream + i));
    }
  }
}

/** The tag of a ciphertext, into `tag`. */
function authenticate(key: usize, nonce: usize, text: usize, size: u32): void {
  const keySize = load<u32>(key + SCHEDULE_BYTES);
  const hashKey = key + SCHEDULE_BYTES + 8;
  hashHigh = 0;
  hashLow = 0;
  for (let at: u32 = 0; at < size; at += 16) {
    memory.fill(stream, 0, 16);
    memory.copy(stream, text + at, size - at < 16 ? size - at : 16);
    absorb(hashKey, bswap(load<u64>(stream)), bswap(load<u64>(stream + 8)));
  }
  absorb(hashKey, 0, (<u64>size) << 3);
  setCounter(nonce, 1);
  encryptBlock(key, keySize, counter, tag);
  store<u64>(tag, load<u64>(tag) ^ bswap(hashHigh));
  store<u64>(tag + 8, load<u64>(tag + 8) ^ bswap(hashLow));
}

/** GHASH: adds a block and multiplies by the hash key, bit by bit. */
function absorb(hashKey: usize, high: u64, low: u64): void {
  const factorHigh = hashHigh ^ high;
  const factorLow = hashLow ^ low;
  let valueHigh = bswap(load<u64>(hashKey));
  let valueLow = bswap(load<u64>(hashKey + 8));
  let resultHigh: u64 = 0;
  let resultLow: u64 = 0;
  for (let bit: u32 = 0; bit < 128; bit++) {
    const word = bit < 64 ? factorHigh : factorLow;
    if ((word >> (63 - (bit & 63))) & 1) {
      resultHigh ^= valueHigh;
      resultLow ^= valueLow;
    }
    const carry = valueLow & 1;
    valueLow = (valueLow >> 1) | (valueHigh << 63);
    valueHigh >>= 1;
    if (carry) valueHigh ^= (<u64>0xe1) << 56;
  }
  hashHigh = resultHigh;
  hashLow = resultLow;
}
