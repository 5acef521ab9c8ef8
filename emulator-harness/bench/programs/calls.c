// Small recursive functions: Fibonacci, Ackermann, Takeuchi.
#include "bench.h"

static __attribute__((noinline)) u32 fibonacci(u32 n) {
  return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2);
}

static __attribute__((noinline)) u32 ackermann(u32 m, u32 n) {
  if (m == 0) return n + 1;
  if (n == 0) return ackermann(m - 1, 1);
  return ackermann(m - 1, ackermann(m, n - 1));
}

static __attribute__((noinline)) i32 takeuchi(i32 x, i32 y, i32 z) {
  if (y >= x) return z;
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}

u32 run(u32 rounds) {
  u32 sum = 0;
  for (u32 round = 0; round < rounds; round++) {
    sum = mix(sum, fibonacci(20 + (round & 1)));
    sum = mix(sum, ackermann(2, 40 + (round & 7)));
    sum = mix(sum, (u32)takeuchi(14, 9 + (i32)(round & 1), 4));
  }
  return sum;
}
