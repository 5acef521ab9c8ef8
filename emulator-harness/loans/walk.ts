// Random steps over the shipped memory ledger: accounts promise, touch and give back, soft pages come and go.
//
// After every step the Wasm compares all its books (kernel/memory/soft-practice.ts); here steps are drawn, and a
// sequence that fails is made as short as it gets.
import { assemble } from "../build/assemblyscript.ts";
import { changedText, type Mutant } from "../model/planted.ts";
import { Random } from "../stress/random.ts";

const ENTRY = "kernel/memory/soft-practice.ts";
const KINDS = [
  ...["fill", "fill", "fill", "fill", "drop", "promise", "touch", "untouch", "unpromise"],
  ...["open", "close"],
];
const WALKERS = 4;
const OBJECTS = 12;
const PAGES = 64;
const MILLISECONDS = 30;
/** A page of Wasm for the start, as `practiceBegin` grows it: old instances are dropped after so many steps. */
const STEPS_PER_INSTANCE = 200_000;

/** kind, account, object, page, milliseconds that pass. */
export type Step = [number, number, number, number, number];

interface Exports {
  walkBegin(seed: number): void;
  walkStep(...step: Step): void;
}

export interface Failure {
  seed: number;
  steps: Step[];
  message: string;
}

/** The memory ledger as a module, with one planted bug if it is given. */
export async function walkModule(mutant?: Mutant): Promise<WebAssembly.Module> {
  const name = mutant ? `mutants/${mutant.name}` : "memory/walk";
  const changed = mutant ? new Map([[mutant.file, changedText(mutant)]]) : undefined;
  const wasm = await assemble({ name, entry: ENTRY, kind: "test", changed });
  return WebAssembly.compile(wasm as BufferSource);
}

/** Takes random steps of a seed -> the failure, cut off behind the step that failed, or null. */
export function walk(module: WebAssembly.Module, seed: number, count: number): Failure | null {
  const random = new Random(seed);
  for (let done = 0; done < count; done += STEPS_PER_INSTANCE) {
    const steps = Array.from({ length: Math.min(STEPS_PER_INSTANCE, count - done) }, () =>
      drawStep(random),
    );
    const failure = replay(module, seed, steps);
    if (failure !== null) return failure;
  }
  return null;
}

function drawStep(random: Random): Step {
  return [
    random.below(KINDS.length),
    random.below(WALKERS),
    random.below(OBJECTS),
    random.below(PAGES),
    random.below(MILLISECONDS),
  ];
}

/** Takes these steps in a fresh instance. */
export function replay(module: WebAssembly.Module, seed: number, steps: Step[]): Failure | null {
  const exports = instantiate(module);
  for (let i = 0; i < steps.length; i++) {
    try {
      if (i === 0) exports.walkBegin(seed);
      exports.walkStep(...steps[i]);
    } catch (error) {
      return { seed, steps: steps.slice(0, i + 1), message: (error as Error).message };
    }
  }
  return null;
}

/** Leaves out what is not needed for a failure, larger stretches first. */
export function shrink(module: WebAssembly.Module, failure: Failure): Failure {
  let best = failure;
  for (let length = best.steps.length >> 1; length >= 1; length >>= 1) {
    for (let at = 0; at < best.steps.length - 1; ) {
      const steps = [...best.steps.slice(0, at), ...best.steps.slice(at + length)];
      const shorter = steps.length === 0 ? null : replay(module, best.seed, steps);
      if (shorter === null) at += length;
      else best = shorter;
    }
  }
  return best;
}

/** The steps in words, one a line. */
export function stepsText({ steps }: Failure): string[] {
  return steps.map(([kind, account, object, page, ms]) => {
    const what = KINDS[kind];
    if (what === "open" || what === "close") {
      return `${what} guest ${account % WALKERS} with ${page} frames, ${ms} ms pass`;
    }
    const soft = what === "fill" || what === "drop";
    return `${what} ${soft ? `page ${page} of object ${object}` : `a frame of account ${account}`}, ${ms} ms pass`;
  });
}

function instantiate(module: WebAssembly.Module): Exports {
  let memory: WebAssembly.Memory | null = null;
  const abort = (_message: number, file: number, line: number) => {
    throw new Error(`assertion failed at ${textAt(memory!, file)}:${line}`);
  };
  const { exports } = new WebAssembly.Instance(module, { env: { abort, trace: () => {} } });
  memory = exports.memory as WebAssembly.Memory;
  return exports as unknown as Exports;
}

/** An AssemblyScript string. */
function textAt(memory: WebAssembly.Memory, address: number): string {
  const view = new DataView(memory.buffer);
  const bytes = new Uint8Array(memory.buffer, address, view.getUint32(address - 4, true));
  return new TextDecoder("utf-16le").decode(bytes);
}
