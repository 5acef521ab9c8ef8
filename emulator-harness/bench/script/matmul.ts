// Dense matrices of f64: the AssemblyScript version of matmul.c.
import { mix } from "./mix";

const SIZE: u32 = 64;
const left = new StaticArray<f64>(SIZE * SIZE);
const right = new StaticArray<f64>(SIZE * SIZE);
const product = new StaticArray<f64>(SIZE * SIZE);

function fill(a: StaticArray<f64>, b: StaticArray<f64>): void {
  for (let i: u32 = 0; i < SIZE; i++) {
    for (let j: u32 = 0; j < SIZE; j++) {
      a[i * SIZE + j] = <f64>((i * 7 + j * 3) % 17);
      b[i * SIZE + j] = <f64>((i * 5 + j * 11) % 13) - 6.0;
    }
  }
}

function multiply(a: StaticArray<f64>, b: StaticArray<f64>, c: StaticArray<f64>): void {
  for (let i: u32 = 0; i < SIZE; i++) {
    for (let j: u32 = 0; j < SIZE; j++) {
      let total = 0.0;
      for (let k: u32 = 0; k < SIZE; k++) total += a[i * SIZE + k] * b[k * SIZE + j];
      c[i * SIZE + j] = total;
    }
  }
}

export function run(rounds: u32): u32 {
  const a = left;
  const b = right;
  const c = product;
  let sum: u32 = 0;
  fill(a, b);
  for (let round: u32 = 0; round < rounds; round++) {
    multiply(a, b, c);
    a[(round % SIZE) * SIZE + 3] += 1.0;
    sum = mix(sum, <u32>(<i32>c[(round % SIZE) * SIZE + ((round * 7) % SIZE)]));
  }
  for (let i: u32 = 0; i < SIZE * SIZE; i++) sum = mix(sum, <u32>(<i32>c[i]));
  return sum;
}
