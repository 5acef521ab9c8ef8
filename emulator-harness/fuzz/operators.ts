// Encodings and types of the operators, for the generators of modules.

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export const FUNCREF = 0x70;
export const EXTERNREF = 0x6f;

export interface Operator {
  code: number[];
  parameters: number[];
  results: number[];
}

function range(first: number, count: number, parameters: number[], result: number): Operator[] {
  return Array.from({ length: count }, (_, i) => ({
    code: [first + i],
    parameters,
    results: [result],
  }));
}

/** Source types of 0xa7..0xbf, and the target types. */
const CONVERSIONS: [number, number][] = [
  [I64, I32],
  [F32, I32],
  [F32, I32],
  [F64, I32],
  [F64, I32],
  [I32, I64],
  [I32, I64],
  [F32, I64],
  [F32, I64],
  [F64, I64],
  [F64, I64],
  [I32, F32],
  [I32, F32],
  [I64, F32],
  [I64, F32],
  [F64, F32],
  [I32, F64],
  [I32, F64],
  [I64, F64],
  [I64, F64],
  [F32, F64],
  [F32, I32],
  [F64, I64],
  [I32, F32],
  [I64, F64],
];

/** Operators without immediates that take and give numbers. */
export const NUMERIC: Operator[] = [
  ...range(0x45, 1, [I32], I32),
  ...range(0x46, 10, [I32, I32], I32),
  ...range(0x50, 1, [I64], I32),
  ...range(0x51, 10, [I64, I64], I32),
  ...range(0x5b, 6, [F32, F32], I32),
  ...range(0x61, 6, [F64, F64], I32),
  ...range(0x67, 3, [I32], I32),
  ...range(0x6a, 15, [I32, I32], I32),
  ...range(0x79, 3, [I64], I64),
  ...range(0x7c, 15, [I64, I64], I64),
  ...range(0x8b, 7, [F32], F32),
  ...range(0x92, 7, [F32, F32], F32),
  ...range(0x99, 7, [F64], F64),
  ...range(0xa0, 7, [F64, F64], F64),
  ...CONVERSIONS.map(([from, to], i) => ({
    code: [0xa7 + i],
    parameters: [from],
    results: [to],
  })),
  ...range(0xc0, 2, [I32], I32),
  ...range(0xc2, 3, [I64], I64),
  ...[F32, F32, F64, F64, F32, F32, F64, F64].map((from, i) => ({
    code: [0xfc, i],
    parameters: [from],
    results: [i < 4 ? I32 : I64],
  })),
];

export interface Access extends Operator {
  /** Log2 of the bytes touched. */
  alignment: number;
}

const LOADS: [number, number][] = [
  [I32, 2],
  [I64, 3],
  [F32, 2],
  [F64, 3],
  [I32, 0],
  [I32, 0],
  [I32, 1],
  [I32, 1],
  [I64, 0],
  [I64, 0],
  [I64, 1],
  [I64, 1],
  [I64, 2],
  [I64, 2],
];

const STORES: [number, number][] = [
  [I32, 2],
  [I64, 3],
  [F32, 2],
  [F64, 3],
  [I32, 0],
  [I32, 1],
  [I64, 0],
  [I64, 1],
  [I64, 2],
];

export const ACCESSES: Access[] = [
  ...LOADS.map(([type, alignment], i) => ({
    code: [0x28 + i],
    parameters: [I32],
    results: [type],
    alignment,
  })),
  ...STORES.map(([type, alignment], i) => ({
    code: [0x36 + i],
    parameters: [I32, type],
    results: [],
    alignment,
  })),
];
