// npx lendos test model: many seeds, side by side; a difference is made small and told with its replay.
import { UsageError } from "../command.ts";
import { KernelInV8 } from "./kernel-in-v8.ts";
import { type Operation, sequenceOf, shrink } from "./operations.ts";
import { SideBySide } from "./run.ts";

export const OPERATIONS = 1000;
const SHRINK_RUNS = 3000;
const PROGRESS_MS = 2000;
/** So much of a difference's text, numbers apart, tells it from another one. */
const SIGNATURE_CHARACTERS = 66;

export interface Seeds {
  first: number;
  last: number;
}

export interface Found {
  seed: number;
  /** Operations of all seeds up to the difference. */
  operations: number;
  difference: string;
  sequence: Operation[];
}

export interface Search {
  operations: number;
  seconds: number;
  found: Found | null;
}

/** `7` or `0..999`. */
export function readSeeds(text: string): Seeds {
  const match = /^(\d+)(?:\.\.(\d+))?$/.exec(text);
  if (!match) throw new UsageError(`--seeds is a number or a range such as 0..999, not ${text}`);
  const first = Number(match[1]);
  const last = Number(match[2] ?? match[1]);
  if (last < first) throw new UsageError(`--seeds ${text} is empty`);
  return { first, last };
}

/** A booted kernel beside its reference. */
export async function sideBySide(wasm: Uint8Array): Promise<SideBySide> {
  const kernel = new KernelInV8(await KernelInV8.compile(wasm));
  kernel.boot();
  return new SideBySide(kernel);
}

/** Runs seeds until one of them shows a difference. */
export function search(pair: SideBySide, { first, last }: Seeds, progress = false): Search {
  const started = performance.now();
  let operations = 0;
  let told = started;
  const seconds = () => (performance.now() - started) / 1000;
  for (let seed = first; seed <= last; seed++) {
    const sequence = sequenceOf(seed, OPERATIONS);
    const outcome = pair.run(sequence);
    operations += outcome.operations;
    if (outcome.difference !== null) {
      const { difference } = outcome;
      const failing = sequence.slice(0, outcome.operations + 1);
      const found = { seed, operations, difference, sequence: failing };
      return { operations, seconds: seconds(), found };
    }
    if (progress && performance.now() - told > PROGRESS_MS) {
      told = performance.now();
      const rate = Math.round(operations / seconds());
      process.stderr.write(`\rseed ${seed} of ${last}: ${operations} operations, ${rate}/s `);
    }
  }
  if (progress) process.stderr.write("\n");
  return { operations, seconds: seconds(), found: null };
}

/** The least sequence with the same difference, as lines, and how to see it again. */
export function explain(pair: SideBySide, { seed, sequence, difference: first }: Found): string[] {
  // Looked at each time, a difference shows earlier, and maybe as another one.
  const difference = pair.run(sequence, true).difference ?? first;
  const fails = (candidate: Operation[]) => {
    const other = pair.run(candidate, true).difference;
    return other !== null && signature(other) === signature(difference);
  };
  const least = shrink(sequence, fails, SHRINK_RUNS);
  const lines = [`seed ${seed}: ${difference}`, `least sequence, ${least.length} operations:`];
  const { difference: again } = pair.run(least, true, (line) => lines.push(`  ${line}`));
  return [...lines, `${again}`, `replay: npx lendos test model --seeds ${seed}..${seed}`];
}

function signature(difference: string): string {
  const [line] = difference.split("\n");
  return line.replace(/\d+/g, "#").slice(0, SIGNATURE_CHARACTERS);
}
