/**
 * spin: computes for ever and never asks the kernel for anything; something to preempt and to kill.
 */
let state: u32 = 1;

function main(): void {
  while (state !== 0) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
  }
}

main();
