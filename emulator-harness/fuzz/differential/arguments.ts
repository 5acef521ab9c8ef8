// Arguments for calls of random modules: edge values half of the time, never a NaN.
import type { Value, ValueType } from "../../wast/script.ts";
import type { Random } from "../random.ts";

const EDGES: Record<"i32" | "i64" | "f32" | "f64", bigint[]> = {
  i32: [0n, 1n, 0xffffffffn, 0x7fffffffn, 0x80000000n, 32n, 65535n],
  i64: [0n, 1n, (1n << 64n) - 1n, (1n << 63n) - 1n, 1n << 63n, 1n << 32n, 0xffffffffn],
  f32: [0n, 0x80000000n, 0x3f800000n, 0x7f800000n, 0xff800000n, 1n, 0x4f000000n, 0x7f7fffffn],
  f64: [
    ...[0n, 1n << 63n, 0x3ff0000000000000n, 0x7ff0000000000000n, 0xfff0000000000000n, 1n],
    ...[0x41e0000000000000n, 0x43e0000000000000n, 0x7fefffffffffffffn],
  ],
};

export function randomValue(random: Random, type: ValueType): Value {
  if (type === "externref") return { type, bits: BigInt(random.below(4)) };
  if (type === "funcref") return { type, bits: 0n };
  return { type, bits: random.oneIn(2) ? random.pick(EDGES[type]) : anyBits(random, type) };
}

function anyBits(random: Random, type: ValueType): bigint {
  const bits = (BigInt(random.word()) << 32n) | BigInt(random.word());
  if (type === "i64") return bits >> BigInt(random.below(64));
  if (type === "i32") return BigInt(random.word() >>> random.below(32));
  const view = new DataView(new ArrayBuffer(8));
  const value = (random.word() - 2 ** 31) * 2 ** (random.below(80) - 60);
  if (type === "f32") view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}
