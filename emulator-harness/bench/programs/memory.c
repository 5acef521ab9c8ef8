// Copies and fills of many sizes, and two hashes over the result.
#include "bench.h"

#define SIZE 16384

static u8 source[SIZE], target[SIZE];

static u32 fnv(const u8 *bytes, u32 size) {
  u32 hash = 2166136261u;
  for (u32 i = 0; i < size; i++) hash = (hash ^ bytes[i]) * 16777619u;
  return hash;
}

static u32 adler(const u8 *bytes, u32 size) {
  u32 a = 1, b = 0;
  while (size > 0) {
    u32 part = size < 3800 ? size : 3800;
    size -= part;
    while (part-- > 0) {
      a += *bytes++;
      b += a;
    }
    a %= 65521;
    b %= 65521;
  }
  return b << 16 | a;
}

u32 run(u32 rounds) {
  u32 sum = 0;
  for (u32 i = 0; i < SIZE; i++) source[i] = (u8)(i * 31 + (i >> 7));
  for (u32 round = 0; round < rounds; round++) {
    u32 size = 16 + (round * 37) % 480;
    for (u32 at = 0; at + size <= SIZE; at += size) {
      __builtin_memcpy(target + at, source + SIZE - at - size, size);
    }
    __builtin_memset(target + (round * 61) % (SIZE - 256), (i32)(round & 255), 200);
    for (u32 i = 0; i < SIZE / 4; i++) ((u32 *)source)[i] += ((u32 *)target)[i] >> 3;
    sum = mix(sum, fnv(target, 4096));
    sum = mix(sum, adler(source, 8192));
  }
  return sum;
}
