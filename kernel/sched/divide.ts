/**
 * Divide: the one division of virtual time, when members come and go.
 */

/**
 * ceil(load / weights) without a 64-bit division: estimates by the 32-bit reciprocal, which is never
 * too large, until less than one divisor remains. 2 or 3 rounds for everyday weights.
 */
export function divideUp(load: i64, weights: u32): i64 {
  const reciprocal = 0xffffffff / weights;
  let left: u64 = load < 0 ? <u64>-load : <u64>load;
  let quotient: u64 = 0;
  while (left >= <u64>weights) {
    let part = (left >> 32) * <u64>reciprocal + (((left & 0xffffffff) * <u64>reciprocal) >> 32);
    if (part === 0) part = 1;
    quotient += part;
    left -= part * <u64>weights;
  }
  if (load < 0) return -(<i64>quotient);
  return left > 0 ? <i64>quotient + 1 : <i64>quotient;
}
