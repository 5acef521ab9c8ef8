// A byte-oriented LZ77 compressor with a hash table, and its decompressor.
#include "bench.h"

#define SIZE 16384
#define HASHES 1024
#define LENGTH_MINIMUM 4

static u8 plain[SIZE], packed[SIZE * 2], unpacked[SIZE];
static u16 heads[HASHES];

static u32 word_at(const u8 *bytes) {
  u32 word;
  __builtin_memcpy(&word, bytes, sizeof word);
  return word;
}

static u32 compress(void) {
  u32 in = 0, out = 0;
  for (u32 i = 0; i < HASHES; i++) heads[i] = 0xffff;
  while (in < SIZE) {
    u32 length = 0, from = 0;
    if (in + LENGTH_MINIMUM <= SIZE) {
      u32 hash = (word_at(plain + in) * 2654435761u) >> 22;
      from = heads[hash];
      heads[hash] = (u16)in;
      if (from != 0xffff) {
            while (length < 131 && in + length < SIZE && plain[from + length] == plain[in + length]) length++;
      }
    }
    if (length >= LENGTH_MINIMUM) {
      packed[out++] = (u8)(128 + length - LENGTH_MINIMUM);
      packed[out++] = (u8)from;
      packed[out++] = (u8)(from >> 8);
      in += length;
    } else {
      packed[out++] = plain[in++] & 127;
    }
  }
  return out;
}

static void decompress(u32 size) {
  u32 out = 0;
  for (u32 in = 0; in < size;) {
    u8 code = packed[in++];
    if (code < 128) {
      unpacked[out++] = code;
      continue;
    }
    u32 length = code - 128u + LENGTH_MINIMUM;
    u32 from = packed[in] | (u32)packed[in + 1] << 8;
    in += 2;
    while (length-- > 0) unpacked[out++] = unpacked[from++];
  }
}

u32 run(u32 rounds) {
  u32 sum = 0, seed = 99;
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < SIZE; i++) {
      seed = seed * 1103515245 + 12345;
      plain[i] = (seed >> 28) < 11 && i > 64 ? plain[i - 1 - ((seed >> 16) & 63)] : (seed >> 20) & 127;
    }
    u32 size = compress();
    decompress(size);
    u32 wrong = 0;
    for (u32 i = 0; i < SIZE; i++) wrong += unpacked[i] != plain[i];
    sum = mix(mix(sum, size), wrong);
  }
  return sum;
}
