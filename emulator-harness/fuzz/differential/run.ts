// A run of differential cases: modules from a generator, one comparison each, everything by seed and number.
import { setFlagsFromString } from "node:v8";
import { BareExecutor } from "../../wast/bare-executor.ts";
import { Binaryen } from "./binaryen.ts";
import { type Comparison, compareModule, type Subject } from "./differential-fuzz.ts";
import { selfContained } from "./rewrite.ts";
import { typedModule } from "./typed-module.ts";

/** Who makes the modules: binaryen, or our own generator of larger functions. */
export type Source = "binaryen" | "typed";

export interface RunOptions {
  source: Source;
  seed: number;
  from: number;
  count: number;
  /** A generator other than the sources' own. */
  codegen?: Uint8Array;
}

export interface Difference {
  case: number;
  text: string;
  bytes: Uint8Array;
}

export interface RunResult {
  modules: number;
  calls: number;
  traps: number;
  /** Modules whose comparison ended when one side's stack was exhausted. */
  exhausted: number;
  /** Modules that V8 does not accept either: the generator went beyond its features. */
  beyond: number;
  bytes: number;
  differences: Difference[];
}

const DIFFERENCES_MAX = 20;

export async function runDifferential(options: RunOptions): Promise<RunResult> {
  // Modules run for microseconds: compiling all of each, well, is most of the time otherwise.
  setFlagsFromString("--wasm-lazy-compilation");
  const makeModule = await moduleMaker(options.source);
  const subject = await bareSubject(options.codegen);
  const result: RunResult = {
    ...{ modules: 0, calls: 0, traps: 0, exhausted: 0, beyond: 0, bytes: 0 },
    differences: [],
  };
  const { seed, from, count } = options;
  for (let number = from; number < from + count; number++) {
    const bytes = makeModule(seed, number);
    const module = bytes && compiled(bytes);
    if (!bytes || !module) {
      result.beyond++;
      continue;
    }
    const comparison = guarded(() => compareModule(bytes, module, subject, seed, number));
    tally(result, comparison, number, bytes);
    if (result.differences.length >= DIFFERENCES_MAX) break;
  }
  return result;
}

/** A function from a case's seed and number to its module; null when there is none. */
export async function moduleMaker(
  source: Source,
): Promise<(seed: number, number: number) => Uint8Array | null> {
  if (source === "typed") return typedModule;
  const binaryen = await Binaryen.load();
  return (seed, number) => {
    const module = binaryen.module(seed, number);
    return module && selfContained(module);
  };
}

/** The module as V8 compiles it; null when it is not valid there. */
export function compiled(bytes: Uint8Array): WebAssembly.Module | null {
  try {
    return new WebAssembly.Module(bytes as BufferSource);
  } catch {
    return null;
  }
}

/** An exception of the generator or the rig is a difference like any other. */
function guarded(compare: () => Comparison): Comparison {
  try {
    return compare();
  } catch (error) {
    return { outcome: "different", calls: 0, traps: 0, text: `crash: ${(error as Error).stack}` };
  }
}

/** A difference with the command that repeats it. */
export function describe(
  source: Source,
  seed: number,
  { case: number, text }: Pick<Difference, "case" | "text">,
): string {
  const replay = `--source ${source} --seed ${seed} --from ${number} --count 1`;
  return `case ${number}: ${text}\n  replay: npx lendos fuzz differential ${replay}`;
}

function tally(result: RunResult, comparison: Comparison, number: number, bytes: Uint8Array): void {
  result.modules++;
  result.calls += comparison.calls;
  result.traps += comparison.traps;
  result.bytes += bytes.length;
  if (comparison.outcome === "exhausted") result.exhausted++;
  if (comparison.outcome === "different") {
    result.differences.push({ case: number, text: comparison.text, bytes });
  }
}

async function bareSubject(codegen?: Uint8Array): Promise<Subject> {
  const executor = await BareExecutor.create(codegen);
  return {
    load: (bytes) => executor.load(bytes),
    perform: (action, results) => executor.perform(action, results),
    memory: () => executor.rig.readMemory(),
  };
}
