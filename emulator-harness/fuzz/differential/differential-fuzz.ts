// What our i386 code does beside what V8 does: the same exports called with the same bits, then the same
// results, the same traps, the same memory and the same globals.
import type { Answer } from "../../wast/executor.ts";
import type { Action, ValueType } from "../../wast/script.ts";
import { EXHAUSTED, kindsOfError } from "../../wast/traps.ts";
import { callerOf, instantiate, type Loaded } from "../../wast/v8-executor.ts";
import { type ModuleShape, shapeOf } from "../../wast/wasm-types.ts";
import { Random } from "../random.ts";
import { randomValue } from "./arguments.ts";
import { MEMORY_EXPORT, SUM_EXPORT } from "./rewrite.ts";

/** Where our code runs: the bare rig, or LendOS. */
export interface Subject {
  load(bytes: Uint8Array): Answer;
  perform(action: Action, results: number): Answer;
  /** The linear memory of the loaded module. */
  memory(): Uint8Array;
}

export type Outcome = "equal" | "exhausted" | "different";

export interface Comparison {
  outcome: Outcome;
  /** How many calls were compared. */
  calls: number;
  /** How many of them trapped, equally on both sides. */
  traps: number;
  text: string;
}

/** How often each export is called. */
export const ROUNDS = 2;

/** Runs one module on both sides. */
export function compareModule(
  bytes: Uint8Array,
  module: WebAssembly.Module,
  subject: Subject,
  seed: number,
  number: number,
): Comparison {
  return new Comparer(bytes, module, subject, new Random(seed ^ 0x5eed, number)).run();
}

export type Side = { slots: bigint[] } | { traps: number[]; text: string };

class Comparer {
  #calls = 0;
  #traps = 0;
  #shape: ModuleShape;

  constructor(
    readonly bytes: Uint8Array,
    readonly module: WebAssembly.Module,
    readonly subject: Subject,
    readonly random: Random,
  ) {
    this.#shape = shapeOf(bytes);
  }

  run(): Comparison {
    let loaded: Loaded | null = null;
    const ours = this.subject.load(this.bytes);
    const theirs = attempt(() => {
      loaded = instantiate(this.bytes, {}, this.module);
      return [];
    });
    const first = this.#compare("instantiation", ours, theirs, []);
    if (first) return first;
    if (!loaded) return this.#result("equal", "");
    for (let round = 0; round < ROUNDS; round++) {
      for (const [field, { parameters, results }] of this.#shape.functions) {
        if (field === SUM_EXPORT) continue;
        const difference = this.#call(loaded, field, parameters, results);
        if (difference) return difference;
      }
    }
    return this.#state(loaded);
  }

  #call(
    loaded: Loaded,
    field: string,
    parameters: ValueType[],
    results: ValueType[],
  ): Comparison | null {
    const values = parameters.map((type) => randomValue(this.random, type));
    const action: Action = { field, get: false, arguments: values };
    const ours = this.subject.perform(action, results.length);
    const theirs = attempt(() => callerOf(loaded, field)(values.map(({ bits }) => bits)));
    const text = values.map(({ type, bits }) => `${type}:0x${bits.toString(16)}`).join(" ");
    return this.#compare(`${field}(${text})`, ours, theirs, results);
  }

  /** Null when both sides agree. */
  #compare(what: string, ours: Side, theirs: Side, types: ValueType[]): Comparison | null {
    this.#calls++;
    const exhausted = [ours, theirs].some(
      (side) => "traps" in side && String(side.traps) === String(EXHAUSTED),
    );
    if (exhausted) return this.#result("exhausted", `${what} exhausts a stack`);
    if ("traps" in ours && "traps" in theirs) {
      this.#traps++;
      if (ours.traps.some((kind) => theirs.traps.includes(kind))) return null;
      return this.#result("different", `${what}: ours "${ours.text}", V8 "${theirs.text}"`);
    }
    if ("traps" in ours) {
      return this.#result("different", `${what}: ours traps "${ours.text}", V8 returns`);
    }
    if ("traps" in theirs) {
      return this.#result("different", `${what}: ours returns, V8 traps "${theirs.text}"`);
    }
    const wrong = types.findIndex((type, i) => !equal(type, ours.slots[i], theirs.slots[i]));
    if (wrong < 0) return null;
    const hex = (side: { slots: bigint[] }) => `0x${side.slots[wrong].toString(16)}`;
    return this.#result(
      "different",
      `${what}: result ${wrong} ours ${hex(ours)}, V8 ${hex(theirs)}`,
    );
  }

  #state(loaded: Loaded): Comparison {
    const memory = loaded.instance.exports[MEMORY_EXPORT] as WebAssembly.Memory | undefined;
    if (memory) {
      const at = firstDifference(this.subject.memory(), new Uint8Array(memory.buffer));
      if (at >= 0) return this.#result("different", `final memory differs at 0x${at.toString(16)}`);
    }
    for (const [field, type] of this.#shape.globals) {
      const ours = this.subject.perform({ field, get: true, arguments: [] }, 1);
      if ("traps" in ours) return this.#result("different", `global ${field}: ${ours.text}`);
      const theirs = globalBits(loaded, field, type);
      if (!equal(type, ours.slots[0], theirs)) {
        const text = `global ${field}: ours 0x${ours.slots[0].toString(16)}, V8 0x${theirs.toString(16)}`;
        return this.#result("different", text);
      }
    }
    return this.#result("equal", "");
  }

  #result(outcome: Outcome, text: string): Comparison {
    return { outcome, calls: this.#calls, traps: this.#traps, text };
  }
}

export function attempt(run: () => bigint[]): Side {
  try {
    return { slots: run() };
  } catch (error) {
    return { traps: kindsOfError(error), text: (error as Error).message };
  }
}

/** Function references are only compared for being null, and one NaN is as good as another. */
function equal(type: ValueType, ours: bigint, theirs: bigint): boolean {
  if (isNaNOf(type, ours) && isNaNOf(type, theirs)) return true;
  if (type === "i64" || type === "f64") return BigInt.asUintN(64, ours) === theirs;
  const low = BigInt.asUintN(32, ours);
  return type === "funcref" ? (low === 0n) === (theirs === 0n) : low === theirs;
}

export function isNaNOf(type: ValueType, bits: bigint): boolean {
  if (type === "f32") return (bits & 0x7fffffffn) > 0x7f800000n;
  return type === "f64" && (bits & 0x7fffffffffffffffn) > 0x7ff0000000000000n;
}

export function globalBits(loaded: Loaded, field: string, type: ValueType): bigint {
  const { value } = loaded.instance.exports[field] as WebAssembly.Global;
  if (type === "funcref") return value === null ? 0n : 1n;
  if (type === "externref") return value === null ? 0n : BigInt(value) + 1n;
  if (type === "i64") return BigInt.asUintN(64, value);
  if (type === "i32") return BigInt.asUintN(32, BigInt(value));
  const view = new DataView(new ArrayBuffer(8));
  if (type === "f32") view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}

/** Index of the first byte that differs, or -1. */
function firstDifference(ours: Uint8Array, theirs: Uint8Array): number {
  if (Buffer.compare(ours, theirs) === 0) return -1;
  const length = Math.min(ours.length, theirs.length);
  for (let i = 0; i < length; i++) if (ours[i] !== theirs[i]) return i;
  return length;
}
