// The sieve of Eratosthenes over bytes: the AssemblyScript version of sieve.c.
import { mix } from "./mix";

const LIMIT = 65536;
const composite = new StaticArray<u8>(LIMIT);

export function run(rounds: u32): u32 {
  const table = composite;
  let sum: u32 = 0;
  for (let round: u32 = 0; round < rounds; round++) {
    for (let i = 0; i < LIMIT; i++) table[i] = 0;
    let count: u32 = 0;
    for (let i = 2; i < LIMIT; i++) {
      if (table[i]) continue;
      count++;
      for (let j = i + i; j < LIMIT; j += i) table[j] = 1;
    }
    sum = mix(sum, count + round);
  }
  return sum;
}
