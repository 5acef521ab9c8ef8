/**
 * AES, the direction that GCM needs: key schedules and the encryption of one block.
 *
 * By tables and branches: the time it takes depends on key and text, and nothing is claimed about it.
 */

export const SCHEDULE_BYTES: u32 = 240;
const box: usize = memory.data(256, 4);
const state: usize = memory.data(16, 4);
const shifted: usize = memory.data(16, 4);

/** Fills the table of SubBytes: inverses by walking the generator 3 and its inverse together. */
function makeBox(): void {
  if (load<u8>(box) !== 0) return;
  let power: u32 = 1;
  let inverse: u32 = 1;
  do {
    power = (power ^ (power << 1) ^ (power & 0x80 ? 0x11b : 0)) & 0xff;
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse &= 0xff;
    if (inverse & 0x80) inverse ^= 0x09;
    const turned =
      inverse ^ turn(inverse, 1) ^ turn(inverse, 2) ^ turn(inverse, 3) ^ turn(inverse, 4);
    store<u8>(box + power, <u8>(turned ^ 0x63));
  } while (power !== 1);
  store<u8>(box, 0x63);
}

function turn(value: u32, bits: u32): u32 {
  return ((value << bits) | (value >> (8 - bits))) & 0xff;
}

/** Expands a key of 16, 24 or 32 bytes. */
export function expandKey(key: usize, size: u32, schedule: usize): void {
  makeBox();
  memory.copy(schedule, key, size);
  const words = size >> 2;
  let constant: u32 = 1;
  for (let i = words; i < (words + 7) << 2; i++) {
    let word = load<u32>(schedule + ((i - 1) << 2));
    if (i % words === 0) {
      word = substitute(rotr<u32>(word, 8)) ^ constant;
      constant = (constant << 1) ^ (constant & 0x80 ? 0x11b : 0);
    } else if (words > 6 && i % words === 4) {
      word = substitute(word);
    }
    store<u32>(schedule + (i << 2), word ^ load<u32>(schedule + ((i - words) << 2)));
  }
}

function substitute(word: u32): u32 {
  let result: u32 = 0;
  for (let shift: u32 = 0; shift < 32; shift += 8) {
    result |= (<u32>load<u8>(box + ((word >> shift) & 0xff))) << shift;
  }
  return result;
}

/** Encrypts the block at `source` to `target`; they may be the same. */
export function encryptBlock(schedule: usize, keySize: u32, source: usize, target: usize): void {
  const rounds = (keySize >> 2) + 6;
  memory.copy(state, source, 16);
  addRound(schedule, 0);
  for (let round: u32 = 1; round <= rounds; round++) {
    substituteAndShift();
    if (round < rounds) mixColumns();
    addRound(schedule, round);
  }
  memory.copy(target, state, 16);
}

function addRound(schedule: usize, round: u32): void {
  for (let i: u32 = 0; i < 16; i += 4) {
    store<u32>(state + i, load<u32>(state + i) ^ load<u32>(schedule + (round << 4) + i));
  }
}

function substituteAndShift(): void {
  for (let i: u32 = 0; i < 16; i++) {
    store<u8>(shifted + i, load<u8>(box + load<u8>(state + ((i * 5) & 15))));
  }
  memory.copy(state, shifted, 16);
}

function mixColumns(): void {
  for (let i: u32 = 0; i < 16; i += 4) {
    const column = load<u32>(state + i);
    const next = rotr<u32>(column, 8);
    // Doubles the four bytes at once: those with the highest bit set are reduced.
    const high = ((column ^ next) >> 7) & 0x01010101;
    const doubled = (((column ^ next) & 0x7f7f7f7f) << 1) ^ (high * 0x1b);
    store<u32>(state + i, doubled ^ next ^ rotr<u32>(column, 16) ^ rotr<u32>(column, 24));
  }
}
