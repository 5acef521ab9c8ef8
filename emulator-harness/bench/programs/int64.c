// 64-bit integers: xorshift, multiply and add, fixed-point products, comparisons, some divisions.
#include "bench.h"

#define STEPS 4096

static u64 table[256];

static u64 next(u64 *state) {
  u64 x = *state;
  x ^= x << 13;
  x ^= x >> 7;
  x ^= x << 17;
  *state = x;
  return x * 0x2545f4914f6cdd1dull;
}

static i64 scaled(i64 a, i64 b) {
  return (a * b) >> 16;
}

u32 run(u32 rounds) {
  u64 state = 88172645463325252ull, sum = 0;
  i64 position = 1 << 16, speed = 3;
  for (u32 i = 0; i < 256; i++) table[i] = i;
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < STEPS; i++) {
      u64 value = next(&state);
      table[value & 255] += value >> 8;
      sum += table[(value >> 40) & 255] ^ (value << (i & 31));
      speed += scaled(position, -(i64)(value & 1023)) >> 10;
      position += speed;
      if (position > (1ll << 40)) position -= 1ll << 41;
      if (position < -(1ll << 40)) position += 1ll << 41;
      if ((i & 63) == 0) sum += state / ((value & 0xffff) | 1);
    }
    sum ^= (u64)position;
  }
  return (u32)sum ^ (u32)(sum >> 32);
}
