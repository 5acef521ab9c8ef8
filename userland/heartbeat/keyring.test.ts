/**
 * AES and GCM against the published vectors: FIPS 197 appendix C, and the test cases of the GCM specification.
 */
import { encryptBlock, expandKey } from "./aes";
import { keyAdd, keysForget, openWith, sealedOpen, sealWith, keyPlace } from "./keyring";

const key: usize = memory.data(32, 8);
const schedule: usize = memory.data(240, 8);
const text: usize = memory.data(128, 8);
const nonce: usize = memory.data(16, 8);

function put(place: usize, hex: string): u32 {
  for (let i = 0; i < hex.length; i += 2) {
    const high = digit(hex.charCodeAt(i));
    store<u8>(place + (i >> 1), <u8>((high << 4) | digit(hex.charCodeAt(i + 1))));
  }
  return <u32>(hex.length >> 1);
}

function digit(letter: i32): i32 {
  return letter >= 97 ? letter - 87 : letter - 48;
}

function isHex(place: usize, hex: string): bool {
  for (let i = 0; i < hex.length; i += 2) {
    const byte = (digit(hex.charCodeAt(i)) << 4) | digit(hex.charCodeAt(i + 1));
    if (<i32>load<u8>(place + (i >> 1)) !== byte) return false;
  }
  return true;
}

function block(keyHex: string, expected: string): void {
  expandKey(key, put(key, keyHex), schedule);
  put(text, "00112233445566778899aabbccddeeff");
  encryptBlock(schedule, <u32>(keyHex.length >> 1), text, text);
  assert(isHex(text, expected));
}

export function test_aes_of_all_three_sizes_fips_197(): void {
  block("000102030405060708090a0b0c0d0e0f", "69c4e0d86a7b0430d8cdb78070b4c55a");
  block("000102030405060708090a0b0c0d0e0f1011121314151617", "dda97ca4864cdfe06eaf70a0ec0d7191");
  block(
    "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",
    "8ea2b7ca516745bfeafc49904b496089",
  );
}

export function test_gcm_test_cases_1_2_and_14(): void {
  keysForget();
  assert(keyAdd(key, put(key, "00000000000000000000000000000000")));
  put(nonce, "000000000000000000000000");
  sealWith(keyPlace(0), nonce, text, 0);
  assert(isHex(text, "58e2fccefa7e3061367f1d57a4e7455a"));
  memory.fill(text, 0, 64);
  sealWith(keyPlace(0), nonce, text, 16);
  assert(isHex(text, "0388dace60b6a392f328c2b971b2fe78" + "ab6e47d42cec13bdf53a67b21257bddf"));
  memory.fill(key, 0, 32);
  assert(keyAdd(key, 32));
  memory.fill(text, 0, 64);
  sealWith(keyPlace(1), nonce, text, 16);
  assert(isHex(text, "cea7403d4d606b6e074ec5d3baf39d18" + "d0d1c8a799996bf0265b98b5d48ab919"));
}

/** Test case 3 of the specification: four blocks with a key and a nonce that are not zero. */
export function test_gcm_test_case_3_there_and_back(): void {
  keysForget();
  assert(keyAdd(key, put(key, "feffe9928665731c6d6a8f9467308308")));
  put(nonce, "cafebabefacedbaddecaf888");
  const plain =
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72" +
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255";
  const size = put(text, plain);
  sealWith(keyPlace(0), nonce, text, size);
  assert(isHex(text, "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e"));
  assert(isHex(text + 64, "4d5c2af327cd64a62cf35abd2ba6fab4"));
  store<u8>(text + 5, load<u8>(text + 5) ^ 1);
  assert(!openWith(keyPlace(0), nonce, text, size));
  store<u8>(text + 5, load<u8>(text + 5) ^ 1);
  assert(openWith(keyPlace(0), nonce, text, size));
  assert(isHex(text, plain));
}

export function test_what_is_short_plain_or_of_another_version_is_not_opened(): void {
  keysForget();
  assert(sealedOpen(text, 20) === 20);
  memory.fill(key, 7, 32);
  assert(keyAdd(key, 32) && !keyAdd(key, 20));
  store<u8>(text, 1);
  assert(sealedOpen(text, 28) === -1);
  assert(sealedOpen(text, 60) === -1);
  store<u8>(text, 0);
  assert(sealedOpen(text, 60) === -1);
}
