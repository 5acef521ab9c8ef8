// Dense matrices of f64; the values are small whole numbers, so every order of summation is exact.
#include "bench.h"

#define SIZE 64

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

u32 run(u32 rounds) {
  u32 sum = 0;
  for (u32 i = 0; i < SIZE; i++) {
    for (u32 j = 0; j < SIZE; j++) {
      a[i][j] = (double)((i * 7 + j * 3) % 17);
      b[i][j] = (double)((i * 5 + j * 11) % 13) - 6.0;
    }
  }
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < SIZE; i++) {
      for (u32 j = 0; j < SIZE; j++) {
        double total = 0.0;
        for (u32 k = 0; k < SIZE; k++) total += a[i][k] * b[k][j];
        c[i][j] = total;
      }
    }
    a[round % SIZE][3] += 1.0;
    sum = mix(sum, (u32)(i32)c[round % SIZE][(round * 7) % SIZE]);
  }
  for (u32 i = 0; i < SIZE; i++) {
    for (u32 j = 0; j < SIZE; j++) sum = mix(sum, (u32)(i32)c[i][j]);
  }
  return sum;
}
