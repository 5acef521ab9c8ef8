// Numbers of the text format to bits, rounded once.

export function integerBits(text: string, width: 32 | 64): bigint {
  const clean = text.replaceAll("_", "");
  const negative = clean.startsWith("-");
  const magnitude = BigInt(clean.replace(/^[+-]/, ""));
  return BigInt.asUintN(width, negative ? -magnitude : magnitude);
}

interface Format {
  width: 32 | 64;
  /** Bits of the fraction, and the exponent's bias. */
  fraction: number;
  bias: number;
}

const SINGLE: Format = { width: 32, fraction: 23, bias: 127 };
const DOUBLE: Format = { width: 64, fraction: 52, bias: 1023 };

export function floatBits(text: string, width: 32 | 64): bigint {
  const format = width === 32 ? SINGLE : DOUBLE;
  const clean = text.replaceAll("_", "");
  const sign = clean.startsWith("-") ? 1n << BigInt(width - 1) : 0n;
  return sign | magnitudeBits(clean.replace(/^[+-]/, ""), format);
}

function magnitudeBits(text: string, format: Format): bigint {
  const infinity = BigInt(2 * format.bias + 1) << BigInt(format.fraction);
  if (text === "inf") return infinity;
  if (text === "nan") return infinity | (1n << BigInt(format.fraction - 1));
  if (text.startsWith("nan:")) return infinity | BigInt(text.slice(4));
  const [numerator, denominator] = fractionOf(text);
  return round(numerator, denominator, format, infinity);
}

/** The exact value of a decimal or hexadecimal number as a fraction. */
function fractionOf(text: string): [bigint, bigint] {
  const hex = /^0x([0-9a-f]*)\.?([0-9a-f]*)(?:p([+-]?\d+))?$/i.exec(text);
  const decimal = /^(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i.exec(text);
  const [, whole, rest, exponentText = "0"] = hex ?? decimal ?? fail(text);
  const digits = BigInt(`${hex ? "0x" : ""}${whole}${rest}` || "0");
  const exponent = Number(exponentText) - (hex ? 4 : 1) * rest.length;
  const scale = (hex ? 2n : 10n) ** BigInt(Math.abs(exponent));
  return exponent < 0 ? [digits, scale] : [digits * scale, 1n];
}

function fail(text: string): never {
  throw new Error(`not a number: ${text}`);
}

/** Rounds to nearest, ties to even. */
function round(numerator: bigint, denominator: bigint, format: Format, infinity: bigint): bigint {
  if (numerator === 0n) return 0n;
  const { fraction, bias } = format;
  const length = (value: bigint) => value.toString(2).length;
  let exponent = length(numerator) - length(denominator);
  if (scaled(numerator, denominator, -exponent)[0] < scaled(numerator, denominator, -exponent)[1]) {
    exponent--;
  }
  exponent = Math.max(exponent, 1 - bias);
  const [top, bottom] = scaled(numerator, denominator, fraction - exponent);
  let mantissa = top / bottom;
  const remainder = 2n * (top % bottom);
  if (remainder > bottom || (remainder === bottom && (mantissa & 1n) === 1n)) mantissa++;
  const bits = mantissa + (BigInt(exponent + bias - 1) << BigInt(fraction));
  return bits < infinity ? bits : infinity;
}

function scaled(numerator: bigint, denominator: bigint, power: number): [bigint, bigint] {
  return power >= 0
    ? [numerator << BigInt(power), denominator]
    : [numerator, denominator << BigInt(-power)];
}
