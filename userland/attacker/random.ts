/**
 * Numbers that follow from a seed. The state is a global of the program, not in its memory: no
 * kernel that writes to a wrong place in there changes what comes next.
 */
let state: u32 = 1;

export function seed(value: u32): void {
  state = (value * 0x9e3779b1) ^ 0x5bd1e995;
  if (state === 0) state = 1;
}

export function next(): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return (state * 0x2c1b3c6d) ^ (state >> 15);
}
