// A specification script as all its executors see it: modules as bytes, values as bits.

export type ValueType = "i32" | "i64" | "f32" | "f64" | "funcref" | "externref";

/** An argument or an expected result. */
export interface Value {
  type: ValueType;
  /** Bits of a number; of a reference 0 for null and n + 1 for the host's reference n. */
  bits: bigint;
  /** A result may be any NaN of that sort, or any reference but null. */
  pattern?: "canonical" | "arithmetic" | "any";
}

export interface Action {
  /** Name of the module that is meant, else the current one. */
  module?: string;
  field: string;
  /** `get` reads an exported global. */
  get: boolean;
  arguments: Value[];
}

export type Command = { line: number } & (
  | { kind: "module"; name?: string; bytes: Uint8Array }
  | { kind: "return"; action: Action; expected: Value[] }
  /** `kinds` says which traps when the text does not. */
  | { kind: "trap"; action: Action; text: string; kinds?: number[] }
  | { kind: "exhaustion"; action: Action }
  | { kind: "action"; action: Action }
  /** assert_invalid and assert_malformed. */
  | { kind: "refused"; bytes: Uint8Array; text: string }
  /** A module whose segments or start function trap. */
  | { kind: "uninstantiable"; bytes: Uint8Array; text: string; kinds?: number[] }
  | { kind: "skipped"; reason: string }
);

export interface Script {
  name: string;
  commands: Command[];
}

/** What became of a script. */
export interface Tally {
  name: string;
  passed: number;
  failures: string[];
  /** How many commands were left out, by reason. */
  skipped: Map<string, number>;
}

export function emptyTally(name: string): Tally {
  return { name, passed: 0, failures: [], skipped: new Map() };
}

export function countSkip(tally: Tally, reason: string): void {
  tally.skipped.set(reason, (tally.skipped.get(reason) ?? 0) + 1);
}

export function describeAction(action: Action): string {
  const values = action.arguments.map(describeValue).join(" ");
  return `${action.get ? "get" : "invoke"} "${action.field}"${values ? ` ${values}` : ""}`;
}

export function describeValue({ type, bits, pattern }: Value): string {
  if (pattern) return `${type}:${pattern === "any" ? "not null" : `nan:${pattern}`}`;
  return `${type}:0x${BigInt.asUintN(64, bits).toString(16)}`;
}

export function wide(type: ValueType): boolean {
  return type === "i64" || type === "f64";
}

/** Whether a result's 64-bit slot is what was expected; narrow types use its low word. */
export function matches(expected: Value, slot: bigint): boolean {
  const bits = BigInt.asUintN(wide(expected.type) ? 64 : 32, slot);
  if (expected.pattern === "any") return bits !== 0n;
  if (!expected.pattern) return bits === expected.bits;
  // The canonical NaN; arithmetic ones are those that have all its bits.
  const canonical = expected.type === "f32" ? 0x7fc00000n : 0x7ff8000000000000n;
  const magnitude = BigInt.asUintN(expected.type === "f32" ? 31 : 63, bits);
  if (expected.pattern === "canonical") return magnitude === canonical;
  return (magnitude & canonical) === canonical;
}
