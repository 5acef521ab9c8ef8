// Writes the scripts userland/codegen/cases/numeric-*.wast: every numeric operator on edge values, with the
// results that V8 gives. The scripts are committed; the test says when they are out of date.
import { callerOf, instantiate } from "./v8-executor.ts";
import { floatBits, integerBits } from "./numbers.ts";
import { kindsOfError } from "./traps.ts";
import { TrapKind } from "../../kernel/abi/traps.ts";
import { assembleText } from "./wast-reader.ts";

type NumberType = "i32" | "i64" | "f32" | "f64";

const EDGES: Record<NumberType, string[]> = {
  i32: ["0", "1", "-1", "31", "0x7fffffff", "0x80000000", "0x89abcdef"],
  i64: ["0", "1", "-1", "63", "0x7fffffffffffffff", "0x8000000000000000", "0x89abcdef01234567"],
  f32: [
    ...["0", "-0", "1", "-1.5", "0x1p-149", "-0x0.fffffep-126", "0x1p-126", "0x1.fffffep+127"],
    ...["inf", "-inf", "nan", "-nan:0x200001"],
  ],
  f64: [
    ...["0", "-0", "1", "-1.5", "0x1p-1074", "-0x0.fffffffffffffp-1022", "0x1p-1022"],
    ...["0x1.fffffffffffffp+1023", "inf", "-inf", "nan", "-nan:0x4000000000001"],
  ],
};

/** More values for operators of one operand. */
const MORE: Record<NumberType, string[]> = {
  i32: ["2", "127", "128", "255", "32767", "32768", "65535", "0x00010000", "0x55555555"],
  i64: [
    ...["2", "128", "255", "32768", "65535", "0x7fffffff", "0x80000000", "0xffffffff"],
    ...["0x0000000100000000", "0x001fffffffffffff", "0x0020000000000001", "0x7fffff4000000001"],
    ...["0x8000004000000001", "0xffdf000000000001", "0x7ffffffffffffc01"],
  ],
  f32: [
    ...["0.5", "-0.5", "1.5", "2.5", "-2.5", "3.5", "0.49999997", "8388607.5", "8388609", "-0.3"],
    ...["2147483520", "2147483648", "-2147483648", "-2147483904", "4294967040", "4294967296"],
    ...["9223371487098961920", "9223372036854775808", "-9223372036854775808", "-0.99999994"],
    ...["-9223373136366403584", "18446742974197923840", "18446744073709551616", "-1", "2", "127.9"],
  ],
  f64: [
    ...["0.5", "-0.5", "1.5", "2.5", "-2.5", "3.5", "0.49999999999999994", "4503599627370495.5"],
    ...["9007199254740993", "-0.3", "2147483647", "2147483647.9", "2147483648", "-2147483648.9"],
    ...["-2147483649", "4294967295.9", "4294967296", "9223372036854774784", "9223372036854775808"],
    ...["-9223372036854775808", "-9223372036854777856", "18446744073709549568", "-0.99999999999"],
    ...["18446744073709551616", "-1", "2", "1e40", "0x1.fffffefffffffp+127", "0x1.ffffffp+127"],
    ...["0x1p-150", "0x1.0000000000001p-150", "0x1.8p-149"],
  ],
};

const INTEGER_UNARY = ["clz", "ctz", "popcnt", "eqz", "extend8_s", "extend16_s"];
const INTEGER_BINARY = [
  ...["add", "sub", "mul", "div_s", "div_u", "rem_s", "rem_u", "and", "or", "xor", "shl", "shr_s"],
  ...["shr_u", "rotl", "rotr", "eq", "ne", "lt_s", "lt_u", "gt_s", "gt_u", "le_s", "le_u", "ge_s"],
  "ge_u",
];
const FLOAT_UNARY = ["abs", "neg", "ceil", "floor", "trunc", "nearest", "sqrt"];
const FLOAT_BINARY = [
  ...["add", "sub", "mul", "div", "min", "max", "copysign", "eq", "ne", "lt", "gt", "le", "ge"],
];
const SIGNS = ["_s", "_u"];
const CONVERSIONS: [operator: string, from: NumberType, to: NumberType][] = [
  ["i32.wrap_i64", "i64", "i32"],
  ["f32.demote_f64", "f64", "f32"],
  ["f64.promote_f32", "f32", "f64"],
  ["i32.reinterpret_f32", "f32", "i32"],
  ["i64.reinterpret_f64", "f64", "i64"],
  ["f32.reinterpret_i32", "i32", "f32"],
  ["f64.reinterpret_i64", "i64", "f64"],
  ...SIGNS.map((sign) => conversion("i64.extend_i32", sign, "i32", "i64")),
  ...(["i32", "i64"] as const).flatMap((integer) =>
    (["f32", "f64"] as const).flatMap((float) =>
      SIGNS.flatMap((sign) => [
        conversion(`${integer}.trunc_${float}`, sign, float, integer),
        conversion(`${integer}.trunc_sat_${float}`, sign, float, integer),
        conversion(`${float}.convert_${integer}`, sign, integer, float),
      ]),
    ),
  ),
];

function conversion(
  stem: string,
  sign: string,
  from: NumberType,
  to: NumberType,
): [string, NumberType, NumberType] {
  return [stem + sign, from, to];
}

interface Operator {
  name: string;
  parameters: NumberType[];
  result: NumberType;
}

/** File names and texts of all numeric scripts. */
export async function numericScripts(): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const type of ["i32", "i64", "f32", "f64"] as const) {
    scripts.set(`numeric-${type}.wast`, await scriptOf(operatorsOf(type)));
  }
  const conversions = CONVERSIONS.map(([name, from, to]) => ({
    name,
    parameters: [from],
    result: to,
  }));
  scripts.set("numeric-conversions.wast", await scriptOf(conversions));
  return scripts;
}

const COMPARES = /\.(eq|ne|eqz|[lg][te](_[su])?)$/;

function operatorsOf(type: NumberType): Operator[] {
  const integer = type.startsWith("i");
  const unary = integer
    ? [...INTEGER_UNARY, ...(type === "i64" ? ["extend32_s"] : [])]
    : FLOAT_UNARY;
  const binary = integer ? INTEGER_BINARY : FLOAT_BINARY;
  const operator = (short: string, parameters: NumberType[]): Operator => {
    const name = `${type}.${short}`;
    return { name, parameters, result: COMPARES.test(name) ? "i32" : type };
  };
  return [
    ...unary.map((short) => operator(short, [type])),
    ...binary.map((short) => operator(short, [type, type])),
  ];
}

async function scriptOf(operators: Operator[]): Promise<string> {
  const text = moduleText(operators);
  const loaded = instantiate(await assembleText(text), {});
  const lines = [";; Written by emulator-harness/wast/numeric.ts; results are V8's.", text];
  for (const operator of operators) {
    for (const values of tuples(operator.parameters))
      lines.push(assertion(loaded, operator, values));
  }
  return `${lines.join("\n")}\n`;
}

function moduleText(operators: Operator[]): string {
  const functions = operators.map(({ name, parameters, result }) => {
    const gets = parameters.map((_, i) => `(local.get ${i})`).join(" ");
    const types = parameters.join(" ");
    return `  (func (export "${name}") (param ${types}) (result ${result}) (${name} ${gets}))`;
  });
  return `(module\n${functions.join("\n")})`;
}

function tuples(types: NumberType[]): string[][] {
  if (types.length === 1) return [...EDGES[types[0]], ...MORE[types[0]]].map((value) => [value]);
  return EDGES[types[0]].flatMap((first) => EDGES[types[1]].map((second) => [first, second]));
}

function assertion(
  loaded: ReturnType<typeof instantiate>,
  { name, parameters, result }: Operator,
  values: string[],
): string {
  const constants = values.map((value, i) => `(${parameters[i]}.const ${value})`).join(" ");
  const call = `(invoke "${name}" ${constants})`;
  try {
    const bits = callerOf(loaded, name)(values.map((value, i) => bitsOf(parameters[i], value)))[0];
    return `(assert_return ${call} (${result}.const ${textOf(name, result, bits, values)}))`;
  } catch (error) {
    return `(assert_trap ${call} "${trapTextOf(name, values, kindsOfError(error))}")`;
  }
}

function trapTextOf(name: string, values: string[], kinds: number[]): string {
  if (kinds.includes(TrapKind.INVALID_CONVERSION)) {
    return values[0].includes("nan") ? "invalid conversion to integer" : "integer overflow";
  }
  if (kinds.includes(TrapKind.INTEGER_OVERFLOW)) return "integer overflow";
  if (kinds.includes(TrapKind.DIVIDE_BY_ZERO)) return "integer divide by zero";
  throw new Error(`${name} traps without need`);
}

/** Operators that pass bits on; the others' NaNs are canonical or arithmetic. */
const BITWISE = /\.(abs|neg|copysign|reinterpret)/;

function textOf(name: string, type: NumberType, bits: bigint, operands: string[]): string {
  if (type === "i32" || type === "i64") return `0x${bits.toString(16)}`;
  const fraction = type === "f32" ? 23n : 52n;
  const width = type === "f32" ? 32n : 64n;
  const sign = bits >> (width - 1n) ? "-" : "";
  const exponent = (bits >> fraction) & ((1n << (width - 1n - fraction)) - 1n);
  const mantissa = bits & ((1n << fraction) - 1n);
  const top = (1n << (width - 1n - fraction)) - 1n;
  if (exponent === top && mantissa === 0n) return `${sign}inf`;
  if (exponent === top) {
    if (BITWISE.test(name)) return `${sign}nan:0x${mantissa.toString(16)}`;
    // Only a NaN operand with a payload lets the result's payload be anything.
    return operands.some((text) => text.includes("nan:")) ? "nan:arithmetic" : "nan:canonical";
  }
  if (exponent === 0n && mantissa === 0n) return `${sign}0`;
  const power = Number(exponent === 0n ? 1n : exponent) - Number(top >> 1n) - Number(fraction);
  const digits = exponent === 0n ? mantissa : mantissa | (1n << fraction);
  return `${sign}0x${digits.toString(16)}p${power}`;
}

function bitsOf(type: NumberType, text: string): bigint {
  if (type === "i32" || type === "i64") return integerBits(text, type === "i32" ? 32 : 64);
  return floatBits(text, type === "f32" ? 32 : 64);
}
