/**
 * Arithmetic of the protocol: the node's own random numbers, and logarithms without floats.
 */
import { node } from "./node";

/** 32 random bits of the node's own stream (mulberry32). */
export function randomWord(): u32 {
  node.random += 0x6d2b79f5;
  let value = node.random;
  value = (value ^ (value >> 15)) * (value | 1);
  value ^= value + (value ^ (value >> 7)) * (value | 61);
  return value ^ (value >> 14);
}

/** 0 .. limit - 1; 0 for a limit of 0. */
export function randomBelow(limit: u32): u32 {
  return <u32>((<u64>randomWord() * limit) >> 32);
}

/** The binary logarithm in 1/65536, for 1 and more. */
function log2Fixed(value: u32): u32 {
  const whole = 31 - clz(value);
  let mantissa: u64 = ((<u64>value) << 31) >> whole;
  let result = (<u32>whole) << 16;
  for (let bit: u32 = 1 << 15; bit !== 0; bit >>= 1) {
    mantissa = (mantissa * mantissa) >> 31;
    if (mantissa >> 32 === 0) continue;
    mantissa >>= 1;
    result |= bit;
  }
  return result;
}

/** 1000 x log10(value), rounded down, for 1 and more. */
export function log10Thousandths(value: u32): u32 {
  // log10(2) = 0.30103; the sum of 2 keeps the powers of ten from falling short of themselves.
  return <u32>(((<u64>log2Fixed(value) + 2) * 301029996) / (65536 * <u64>1000000));
}

/** log(part + 1) / log(whole + 1) in thousandths. */
export function logShareThousandths(part: u32, whole: u32): u32 {
  if (part >= whole) return 1000;
  return <u32>((<u64>log2Fixed(part + 1) * 1000) / log2Fixed(whole + 1));
}

/** The least d with 10^d >= value. */
export function digitsUp(value: u32): u32 {
  let digits: u32 = 0;
  for (let power: u64 = 1; power < value; power *= 10) digits++;
  return digits;
}

/** FNV-1a. */
export function hashBytes(address: usize, size: u32): u32 {
  let hash: u32 = 0x811c9dc5;
  for (let i: u32 = 0; i < size; i++) hash = (hash ^ load<u8>(address + i)) * 0x01000193;
  return hash;
}
