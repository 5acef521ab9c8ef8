// `lendos wast`: runs specification scripts inside LendOS, or on a reference, and prints totals.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { BareExecutor } from "./bare-executor.ts";
import { type Executor, runScript } from "./executor.ts";
import { readJson } from "./json-reader.ts";
import { runInLendOS } from "./lendos-runner.ts";
import type { Script, Tally } from "./script.ts";
import { V8Executor } from "./v8-executor.ts";
import { readWast } from "./wast-reader.ts";

export const command: Command = {
  summary: "run specification scripts (.wast, or wast2json's .json) inside LendOS, on i386",
  usage: "script...",
  options: {
    on: {
      type: "string",
      help: "<lendos|bare|v8> where: the system, its code alone, or V8 (lendos)",
    },
  },
  async run(context) {
    if (context.positionals.length === 0) throw new UsageError("no script given");
    const scripts: Script[] = [];
    for (const path of context.positionals) scripts.push(await readScript(path));
    const tallies = await runScripts(scripts, context.text("on") ?? "lendos");
    return report(tallies, context);
  },
};

const FAILURES_SHOWN = 20;

export async function readScript(path: string): Promise<Script> {
  try {
    if (path.endsWith(".json")) return readJson(path);
    return await readWast(basename(path, ".wast"), readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${path}: ${(error as Error).message}`);
  }
}

async function runScripts(scripts: Script[], where: string): Promise<Tally[]> {
  if (where === "lendos") return runInLendOS(scripts);
  const executor = await executorOf(where);
  return scripts.map((script) => runScript(script, executor));
}

async function executorOf(where: string): Promise<Executor> {
  if (where === "v8") return new V8Executor();
  if (where === "bare") return BareExecutor.create();
  throw new UsageError(`--on lendos, bare or v8, not "${where}"`);
}

function report(tallies: Tally[], context: CommandContext): number {
  const failed = tallies.reduce((sum, { failures }) => sum + failures.length, 0);
  if (context.json) {
    const rows = tallies.map((tally) => ({ ...tally, skipped: Object.fromEntries(tally.skipped) }));
    console.log(JSON.stringify(rows));
    return failed === 0 ? 0 : 1;
  }
  const skips = new Map<string, number>();
  let passed = 0;
  for (const tally of tallies) {
    for (const failure of tally.failures.slice(0, FAILURES_SHOWN)) console.log(failure);
    const skippedHere = [...tally.skipped.values()].reduce((sum, count) => sum + count, 0);
    for (const [reason, count] of tally.skipped)
      skips.set(reason, (skips.get(reason) ?? 0) + count);
    passed += tally.passed;
    const skipText = skippedHere > 0 ? `, ${skippedHere} skipped` : "";
    console.log(
      `${tally.name}: ${tally.passed} passed, ${tally.failures.length} failed${skipText}`,
    );
  }
  for (const [reason, count] of skips) console.log(`skipped ${count}: ${reason}`);
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}
