// Long runs, a few thousand cases to a process.
//
// V8 never forgets the types of the modules it has seen and slows down with them; and when the system ends a
// process, there is nobody left in it to say so. Here somebody is: a part that ends in any way but with all of
// its cases counted, or with differences, ends the run with an error.
import { spawnSync } from "node:child_process";
import type { CommandContext } from "../command.ts";

export interface Range {
  seed: number;
  from: number;
  count: number;
}

const CASES_MAX = 5000;
const OUTPUT_MAX = 1 << 28;

/**
 * Runs a range in parts: each one `lendos fuzz <words> --json` in a process of its own. With --json, what fits
 * into one part runs here. `absorb` adds a part to the totals; false stops the run.
 */
export async function inParts<Report extends { differences: unknown[] }>(
  context: CommandContext,
  range: Range,
  words: string[],
  here: (range: Range) => Promise<Report>,
  absorb: (report: Report, cases: number) => boolean,
): Promise<void> {
  const parts = partsOf(range, CASES_MAX);
  if (context.json && parts.length === 1) {
    absorb(await here(range), range.count);
    return;
  }
  for (const { seed, from, count } of parts) {
    const numbers = ["--seed", `${seed}`, "--from", `${from}`, "--count", `${count}`];
    const command = [process.argv[1], "fuzz", ...words, ...numbers, "--json"];
    const what = `cases ${from} to ${from + count - 1}`;
    const report = outputOf<Report>(command, what);
    if (absorb(report, count)) continue;
    if (report.differences.length === 0) throw new Error(`${what}: some are missing`);
    return;
  }
}

/** The parts of a range, in order. */
export function partsOf({ seed, from, count }: Range, casesMax: number): Range[] {
  const parts: Range[] = [];
  for (let done = 0; done < count; done += casesMax) {
    parts.push({ seed, from: from + done, count: Math.min(casesMax, count - done) });
  }
  return parts;
}

/** The JSON that a script of Node prints; throws when the process ends in another way than by finishing. */
export function outputOf<Result>(words: string[], what: string): Result {
  const { status, signal, stdout, error } = spawnSync(process.execPath, words, {
    encoding: "utf8",
    maxBuffer: OUTPUT_MAX,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const how = error?.message ?? signal ?? `exit code ${status}`;
  if (error || signal || (status !== 0 && status !== 1)) {
    throw new Error(`${what}: their process ended early (${how})`);
  }
  try {
    return JSON.parse(stdout) as Result;
  } catch {
    throw new Error(`${what}: their process ended without a result (${how})`);
  }
}

/** Adds each number of the one to the same number of the other. */
export function add<Totals extends Record<string, number>>(totals: Totals, more: Totals): void {
  for (const key of Object.keys(totals) as (keyof Totals)[]) {
    totals[key] = (totals[key] + more[key]) as Totals[keyof Totals];
  }
}

export function sumOf(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** A function that tells the seconds since now. */
export function stopwatch(): () => string {
  const started = performance.now();
  return () => ((performance.now() - started) / 1000).toFixed(1);
}
