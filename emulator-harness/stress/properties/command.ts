// `npx lendos stress properties --seeds a..b [--planted <bug>] [--out <folder>]`: searches, and writes what it finds.
import { join } from "node:path";
import { writeWhole } from "../../build/files.ts";
import { type CommandContext, UsageError } from "../../command.ts";
import { seedsIn, seedsOf, shardOf } from "../sweep/seeds.ts";
import { type Finding, plantedModule, search } from "./search.ts";

const PROGRESS_EVERY = 100;

/** -> 0 when every scenario kept every property, else 1. */
export async function propertiesCommand(context: CommandContext): Promise<number> {
  if (context.positionals.length > 1)
    throw new UsageError("properties draws its scenarios itself: give no file");
  const seeds = seedsOf(context.text("seeds") ?? "1..500");
  const all = [...seedsIn(seeds, shardOf(context.text("shard") ?? "1/1"))];
  const planted = context.text("planted");
  const module = await plantedModule(planted);
  let count = 0;
  const found = await search(all, module, (seed) => {
    if (count++ % PROGRESS_EVERY === 0)
      console.error(`seed ${seed}, ${count - 1} of ${all.length} done`);
  });
  const what = planted === undefined ? "the scheduler" : `the scheduler with ${planted}`;
  if (found === null) {
    console.log(
      `${what}: ${all.length} scenarios (seeds ${seeds.first}..${seeds.last}) keep every property`,
    );
    return 0;
  }
  console.log(report(found, context.text("out") ?? ".", planted));
  return 1;
}

/** Writes the minimal scenario -> what to tell about it. */
function report(
  { seed, broke, breaks, draft, text, tries }: Finding,
  folder: string,
  planted?: string,
): string {
  const path = join(folder, `minimal-${planted ?? "shipped"}-${seed}.json`);
  writeWhole(path, text);
  const option = planted === undefined ? "" : ` --planted ${planted}`;
  const { groups, tasks, durationMs } = draft;
  return [
    `seed ${seed}: ${broke}`,
    `smaller, after ${tries} runs: ${groups.length} groups, ${tasks.length} tasks, ${durationMs} ms: ${breaks}`,
    text.trimEnd(),
    `replay: npx lendos stress ${path} --on model${option}`,
    `again:  npx lendos stress properties --seeds ${seed}..${seed}${option}`,
  ].join("\n");
}
