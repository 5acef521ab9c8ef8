// The checksum step of bench.h.

export function mix(sum: u32, value: u32): u32 {
  return (sum ^ value) * 16777619 + (sum >> 15);
}
