// The validator against V8: mutated modules, one seeded stream per case, so that any case repeats alone.

import { Random } from "../random.ts";
import { judge, type Outcome, type Validate, type Verdict } from "./judge.ts";
import { randomModule } from "./modules.ts";
import { mutate } from "./mutate.ts";

export interface ValidatorOptions {
  seed: number;
  /** Number of the first case. */
  from: number;
  count: number;
  /** Real modules to mutate beside the random ones. */
  corpus: Uint8Array[];
}

export interface Difference {
  case: number;
  bytes: Uint8Array;
  verdict: Verdict;
}

export interface ValidatorResult {
  counts: Record<Outcome, number>;
  /** How often each rule was the reason of a refusal, numbers and names taken out. */
  rules: Map<string, number>;
  differences: Difference[];
}

const DIFFERENCES_MAX = 20;

export function fuzzValidator(options: ValidatorOptions, validate: Validate): ValidatorResult {
  const counts = { valid: 0, invalid: 0, beyond: 0, different: 0 };
  const result: ValidatorResult = { counts, rules: new Map(), differences: [] };
  for (let number = options.from; number < options.from + options.count; number++) {
    const bytes = caseBytes(options.seed, number, options.corpus);
    const verdict = validate(bytes);
    const outcome = judge(bytes, verdict);
    counts[outcome]++;
    if (verdict.kind !== 0) {
      const rule = ruleOf(verdict.text);
      result.rules.set(rule, (result.rules.get(rule) ?? 0) + 1);
    }
    if (outcome === "different" && result.differences.length < DIFFERENCES_MAX) {
      result.differences.push({ case: number, bytes, verdict });
    }
  }
  return result;
}

/** The rule without the operators, types and numbers of the case. */
function ruleOf(text: string): string {
  return text
    .replace(/^(type mismatch|not enough operands): .*/, "$1")
    .replace(/0x[0-9a-f]+|\d+/g, "#")
    .replace(/(may not contain|name|has type) .*/, "$1");
}

/** The module of one case: a random or a real one, changed in nine cases of ten. */
export function caseBytes(seed: number, number: number, corpus: Uint8Array[]): Uint8Array {
  const random = new Random(seed, number);
  const start = () =>
    corpus.length > 0 && random.oneIn(4) ? random.pick(corpus) : randomModule(random);
  const module = start();
  return random.oneIn(10) ? module : mutate(random, module, start());
}

export function describe(difference: Difference, seed: number): string {
  const { case: number, bytes, verdict } = difference;
  const ours =
    verdict.kind === 0 ? "valid" : `${verdict.text} (at 0x${verdict.offset.toString(16)})`;
  return [
    `case ${number}: ours: ${ours}`,
    `  V8: ${v8Message(bytes)}`,
    `  bytes: ${bytes.length <= 400 ? Buffer.from(bytes).toString("hex") : `${bytes.length} bytes`}`,
    `  replay: npx lendos fuzz validator --seed ${seed} --from ${number} --count 1`,
  ].join("\n");
}

function v8Message(bytes: Uint8Array): string {
  try {
    new WebAssembly.Module(bytes as BufferSource);
    return "valid";
  } catch (error) {
    return (error as Error).message;
  }
}
