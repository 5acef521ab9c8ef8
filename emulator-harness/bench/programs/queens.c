// Eight queens and more, by bits; and the Game of Life on words.
#include "bench.h"

#define ROWS 64

static u32 life[ROWS], after[ROWS];

static u32 queens(u32 all, u32 columns, u32 left, u32 right) {
  if (columns == all) return 1;
  u32 solutions = 0;
  for (u32 free = all & ~(columns | left | right); free != 0;) {
    u32 bit = free & (0 - free);
    free ^= bit;
    solutions += queens(all, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return solutions;
}

static u32 around(u32 row) {
  return row << 1 | row >> 31;
}

static void generation(void) {
  for (u32 i = 0; i < ROWS; i++) {
    u32 above = life[(i + ROWS - 1) % ROWS], here = life[i], below = life[(i + 1) % ROWS];
    u32 neighbours[8] = {above, around(above), above >> 1 | above << 31, around(here),
                         here >> 1 | here << 31, below, around(below), below >> 1 | below << 31};
    u32 ones = 0, twos = 0, fours = 0;
    for (u32 n = 0; n < 8; n++) {
      u32 carry = ones & neighbours[n];
      ones ^= neighbours[n];
      u32 second = twos & carry;
      twos ^= carry;
      fours |= second;
    }
    after[i] = twos & ~fours & (ones | here);
  }
  for (u32 i = 0; i < ROWS; i++) life[i] = after[i];
}

u32 run(u32 rounds) {
  u32 sum = 0;
  for (u32 i = 0; i < ROWS; i++) life[i] = i * 2654435761u;
  for (u32 round = 0; round < rounds; round++) {
    u32 size = 7 + (round & 1);
    sum = mix(sum, queens((1u << size) - 1, 0, 0, 0));
    for (u32 i = 0; i < 24; i++) generation();
    sum = mix(sum, life[round % ROWS]);
  }
  return sum;
}
