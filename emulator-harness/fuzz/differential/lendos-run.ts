// Differential cases inside LendOS: many recorded modules in one script, so that one boot runs them all.
import { runInLendOS } from "../../wast/lendos-runner.ts";
import type { Script } from "../../wast/script.ts";
import { recordScript } from "./recorded.ts";
import { compiled, moduleMaker, type Source } from "./run.ts";

/** A command's line is its case times this, plus its place in the case. */
const LINES_PER_CASE = 10_000;
const CASES_PER_SCRIPT = 100;

export interface LendOSResult {
  modules: number;
  passed: number;
  failures: { case: number; text: string }[];
}

export async function runDifferentialInLendOS(
  source: Source,
  seed: number,
  from: number,
  count: number,
): Promise<LendOSResult> {
  const makeModule = await moduleMaker(source);
  const scripts: Script[] = [];
  let modules = 0;
  for (let number = from; number < from + count; number++) {
    const bytes = makeModule(seed, number);
    if (!bytes || !compiled(bytes)) continue;
    const { commands } = recordScript(bytes, seed, number);
    if (modules++ % CASES_PER_SCRIPT === 0) scripts.push({ name: "case", commands: [] });
    const script = scripts[scripts.length - 1];
    for (const command of commands) {
      script.commands.push({ ...command, line: number * LINES_PER_CASE + command.line });
    }
  }
  const tallies = await runInLendOS(scripts);
  const failures = tallies.flatMap((tally) => tally.failures.map(failureOf));
  return { modules, passed: tallies.reduce((sum, { passed }) => sum + passed, 0), failures };
}

function failureOf(failure: string): { case: number; text: string } {
  const [, line = "0", text = failure] = /^case:(\d+): (.*)$/.exec(failure) ?? [];
  return { case: Math.floor(Number(line) / LINES_PER_CASE), text };
}
