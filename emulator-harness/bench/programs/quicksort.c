// Quicksort with insertion sort below sixteen, of pseudo-random words.
#include "bench.h"

#define COUNT 8192

static i32 values[COUNT];

static void sort(i32 *low, i32 *high) {
  while (high - low > 16) {
    i32 pivot = low[(high - low) / 2];
    i32 *left = low, *right = high;
    while (left <= right) {
      while (*left < pivot) left++;
      while (*right > pivot) right--;
      if (left > right) break;
      i32 kept = *left;
      *left++ = *right;
      *right-- = kept;
    }
    if (right - low < high - left) {
      sort(low, right);
      low = left;
    } else {
      sort(left, high);
      high = right;
    }
  }
  for (i32 *at = low + 1; at <= high; at++) {
    i32 value = *at;
    i32 *to = at;
    while (to > low && to[-1] > value) {
      *to = to[-1];
      to--;
    }
    *to = value;
  }
}

u32 run(u32 rounds) {
  u32 sum = 0, seed = 12345;
  for (u32 round = 0; round < rounds; round++) {
    for (u32 i = 0; i < COUNT; i++) {
      seed = seed * 1664525 + 1013904223;
      values[i] = (i32)(seed ^ (seed >> 13));
    }
    sort(values, values + COUNT - 1);
    for (u32 i = 0; i < COUNT; i += 97) sum = mix(sum, (u32)values[i]);
  }
  return sum;
}
