/**
 * The order of candidates for a group, from what they tell of themselves: the same for the daemon and for who explains.
 */
const SLASH: u32 = 47;
/** What `freeRead` found: per mille of the processor, KiB. */
export let freeCpu: u32 = 0;
export let freeKib: u32 = 0;

/** Reads a `free` tag, `<per mille>/<KiB>`; false when it is none. */
export function freeRead(text: usize, size: u32): bool {
  let value: u64 = 0;
  let slashes: u32 = 0;
  freeCpu = 0;
  freeKib = 0;
  for (let i: u32 = 0; i < size; i++) {
    const letter = <u32>load<u8>(text + i);
    if (letter === SLASH) {
      freeCpu = <u32>value;
      value = 0;
      slashes += 1;
    } else if (letter < 48 || letter > 57) return false;
    else value = value * 10 + (letter - 48);
    if (value > <u64>u32.MAX_VALUE) return false;
  }
  freeKib = <u32>value;
  return slashes === 1;
}

/**
 * A higher score asks first: where the reserve fits before where it does not, then more free memory, then by a hash, so
 * that equals do not always come in one order. Never 0. Bits: fits u1 | free KiB u31 | hash u32.
 */
export function scoreOf(needCpu: u32, needKib: u32, nameHash: u32, groupHash: u32): u64 {
  const fits = freeCpu >= needCpu && freeKib >= needKib;
  const hash = (nameHash ^ groupHash) * 0x9e3779b1;
  return (fits ? (<u64>1) << 63 : 0) | ((<u64>(freeKib & 0x7fffffff)) << 32) | (hash | 1);
}

export function scoreFits(score: u64): bool {
  return score >> 63 !== 0;
}
