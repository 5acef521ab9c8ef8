// The two commands of sweeps: `stress <scenario>... --seeds a..b [--shard i/n]` and `stress merge <folder>...`.
import { writeWhole } from "../../build/files.ts";
import { type CommandContext, UsageError } from "../../command.ts";
import type { Scenario } from "../file/scenario.ts";
import { sweepReport } from "../html/sweep.ts";
import type { StressRun } from "../run-record.ts";
import { expectRows, mergedTable, mergedText, mergeResults } from "./merge.ts";
import { seedsOf, shardOf } from "./seeds.ts";
import { runSweep, type Sweep } from "./sweep.ts";

/** Runs one shard (the only one if none is named) into a folder. */
export function sweepCommand(
  context: CommandContext,
  on: StressRun["on"],
  scenarios: Sweep["scenarios"],
  run: (file: string, scenario: Scenario) => Promise<StressRun>,
): Promise<number> {
  const folder = context.text("out");
  if (folder === undefined) throw new UsageError("--seeds needs --out <folder> for its results");
  if (context.text("seed") !== undefined)
    throw new UsageError("--seed and --seeds exclude each other");
  return runSweep({
    seeds: seedsOf(context.text("seeds")!),
    shard: shardOf(context.text("shard") ?? "1/1"),
    folder,
    on,
    scenarios,
    run,
    progress: (text) => console.error(text),
  });
}

export function mergeCommand(context: CommandContext): number {
  const [, ...places] = context.positionals;
  if (places.length === 0) throw new UsageError("merge needs the folders that the shards wrote");
  const merged = mergeResults(places);
  const out = context.text("out");
  if (out !== undefined) writeWhole(out, mergedText(merged));
  const report = context.text("report");
  if (report !== undefined) writeWhole(report, sweepReport(merged));
  if (context.json)
    console.log(JSON.stringify({ head: merged.head, expect: expectRows(merged) }, null, 1));
  else console.log(mergedTable(merged));
  return Math.max(...merged.lines.map(({ exitCode }) => exitCode));
}
