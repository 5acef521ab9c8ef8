// The sieve of Eratosthenes over bytes.
#include "bench.h"

#define LIMIT 65536

static u8 composite[LIMIT];

u32 run(u32 rounds) {
  u32 sum = 0;
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < LIMIT; i++) composite[i] = 0;
    u32 count = 0;
    for (u32 i = 2; i < LIMIT; i++) {
      if (composite[i]) continue;
      count++;
      for (u32 j = i + i; j < LIMIT; j += i) composite[j] = 1;
    }
    sum = mix(sum, count + round);
  }
  return sum;
}
