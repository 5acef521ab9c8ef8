// What V8 does with a random module, recorded as a specification script: the same cases inside LendOS.
import type { Command, Script, Value, ValueType } from "../../wast/script.ts";
import { EXHAUSTED } from "../../wast/traps.ts";
import { callerOf, instantiate, type Loaded } from "../../wast/v8-executor.ts";
import { Random } from "../random.ts";
import { randomValue } from "./arguments.ts";
import { attempt, globalBits, isNaNOf, ROUNDS, type Side } from "./differential-fuzz.ts";
import { SUM_EXPORT } from "./rewrite.ts";

/** A script of one valid module; lines count its commands. */
export function recordScript(bytes: Uint8Array, seed: number, number: number): Script {
  const recorder = new Recorder(bytes, new Random(seed ^ 0x5eed, number));
  return { name: `case ${number}`, commands: recorder.record() };
}

class Recorder {
  #commands: Command[] = [];

  constructor(
    readonly bytes: Uint8Array,
    readonly random: Random,
  ) {}

  record(): Command[] {
    const { bytes } = this;
    let loaded: Loaded | null = null;
    const start = attempt(() => {
      loaded = instantiate(bytes, {});
      return [];
    });
    if ("traps" in start || !loaded) {
      const { traps: kinds = [], text = "" } = "traps" in start ? start : {};
      return [{ kind: "uninstantiable", line: 1, bytes, text, kinds }];
    }
    this.#commands.push({ kind: "module", line: 1, bytes });
    this.#calls(loaded);
    return this.#commands;
  }

  #calls(loaded: Loaded): void {
    const { functions, globals } = (loaded as Loaded).shape;
    for (let round = 0; round < ROUNDS; round++) {
      for (const [field, { parameters, results }] of functions) {
        if (field === SUM_EXPORT) continue;
        const values = parameters.map((type) => randomValue(this.random, type));
        if (!this.#call(loaded, field, values, results)) return;
      }
    }
    if (functions.has(SUM_EXPORT)) this.#call(loaded, SUM_EXPORT, [], ["i64"]);
    for (const [field, type] of globals) {
      const action = { field, get: true, arguments: [] };
      const expected = [expectation(type, globalBits(loaded, field, type))];
      this.#commands.push({ kind: "return", line: this.#line, action, expected });
    }
  }

  get #line(): number {
    return this.#commands.length + 1;
  }

  /** False when V8's stack was exhausted: what happens then is not the same everywhere. */
  #call(loaded: Loaded, field: string, values: Value[], results: ValueType[]): boolean {
    const action = { field, get: false, arguments: values };
    const side: Side = attempt(() => callerOf(loaded, field)(values.map(({ bits }) => bits)));
    const line = this.#line;
    if (!("traps" in side)) {
      const expected = results.map((type, i) => expectation(type, side.slots[i]));
      this.#commands.push({ kind: "return", line, action, expected });
      return true;
    }
    if (String(side.traps) === String(EXHAUSTED)) return false;
    this.#commands.push({ kind: "trap", line, action, text: side.text, kinds: side.traps });
    return true;
  }
}

function expectation(type: ValueType, bits: bigint): Value {
  if (type === "funcref" && bits !== 0n) return { type, bits, pattern: "any" };
  return isNaNOf(type, bits) ? { type, bits, pattern: "arithmetic" } : { type, bits };
}
