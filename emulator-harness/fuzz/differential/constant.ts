// A random constant of a number type, as the operator that pushes it: small ones, edges, and all bits.
import { signed } from "../binary.ts";
import { F32, I32, I64 } from "../operators.ts";
import type { Random } from "../random.ts";

const FLOATS = [0, -0, 1, -1, 0.5, Number.POSITIVE_INFINITY, 1e30, -2147483648, 4294967295];

export function constantOf(random: Random, type: number): number[] {
  const word = BigInt(random.word() | 0);
  if (type === I32) return [0x41, ...signed(word >> BigInt(random.below(33)))];
  if (type === I64) {
    const value = BigInt.asIntN(64, (word << 32n) ^ BigInt(random.word()));
    return [0x42, ...signed(value >> BigInt(random.below(65)))];
  }
  const view = new DataView(new ArrayBuffer(8));
  const value = random.oneIn(3)
    ? random.pick(FLOATS)
    : (random.word() - 2 ** 31) / 2 ** random.below(40);
  if (type === F32) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  const bytes = new Uint8Array(view.buffer, 0, type === F32 ? 4 : 8);
  return [type === F32 ? 0x43 : 0x44, ...bytes];
}
