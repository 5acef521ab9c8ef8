// What every program of the bench shares: exact widths, and the one function that is called.
#pragma once

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed short i16;
typedef signed int i32;
typedef signed long long i64;

/** Does the work `rounds` times and answers a checksum of everything it computed. */
__attribute__((visibility("default"))) u32 run(u32 rounds);

static inline u32 mix(u32 sum, u32 value) {
  return (sum ^ value) * 16777619u + (sum >> 15);
}
