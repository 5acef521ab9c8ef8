// Exact fractions of BigInts, with a positive denominator and in lowest terms.
export interface Rational {
  n: bigint;
  d: bigint;
}

export function rational(n: bigint, d = 1n): Rational {
  const divisor = gcd(n < 0n ? -n : n, d);
  return divisor > 1n ? { n: n / divisor, d: d / divisor } : { n, d };
}

export const ZERO = rational(0n);

export function plus(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d + b.n * a.d, a.d * b.d);
}

export function minus(a: Rational, b: Rational): Rational {
  return rational(a.n * b.d - b.n * a.d, a.d * b.d);
}

export function times(a: Rational, factor: bigint): Rational {
  return rational(a.n * factor, a.d);
}

export function over(a: Rational, divisor: bigint): Rational {
  return rational(a.n, a.d * divisor);
}

/** Below 0, 0, above 0: as a is to b. */
export function compare(a: Rational, b: Rational): bigint {
  return a.n * b.d - b.n * a.d;
}

export function distance(a: Rational, b: Rational): Rational {
  const difference = minus(a, b);
  return difference.n < 0n ? { n: -difference.n, d: difference.d } : difference;
}

/** For people. */
export function decimal({ n, d }: Rational): number {
  return Number((n * 1_000_000n) / d) / 1e6;
}

function gcd(a: bigint, b: bigint): bigint {
  let [x, y] = [a, b];
  while (y !== 0n) [x, y] = [y, x % y];
  return x;
}
