// The part of `npx lendos test` that runs the model by seeds, or looks for planted bugs.
import { kernelWasm } from "../build/pipeline.ts";
import type { CommandContext } from "../command.ts";
import { MUTANTS } from "./mutants.ts";
import { mutantWasm } from "./planted.ts";
import { explain, readSeeds, type Search, search, sideBySide } from "./search.ts";

const PLANTED_SEEDS = { first: 0, last: 1999 };

/** Is this `lendos test model` with --seeds or --planted? */
export function asksForModel(context: CommandContext): boolean {
  return context.text("seeds") !== undefined || context.flag("planted");
}

export async function runModel(context: CommandContext): Promise<number> {
  if (context.flag("planted")) return runPlanted(context.positionals.slice(1));
  const seeds = readSeeds(context.text("seeds")!);
  const pair = await sideBySide(await kernelWasm());
  const result = search(pair, seeds, true);
  console.log(summary(`seeds ${seeds.first}..${seeds.last}`, result));
  if (result.found === null) return 0;
  for (const line of explain(pair, result.found)) console.log(line);
  return 1;
}

/** Builds every mutant (or those named) and must find each. */
async function runPlanted(names: string[]): Promise<number> {
  let missed = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const pair = await sideBySide(await mutantWasm(mutant));
    const result = search(pair, PLANTED_SEEDS);
    const { found, operations } = result;
    if (found === null) missed += 1;
    const where = found === null ? "NOT FOUND" : `seed ${found.seed}`;
    console.log(`${mutant.name.padEnd(34)} ${where}, ${operations} operations`);
    if (found !== null) console.log(`  ${found.difference.split("\n")[0]}`);
  }
  return missed > 0 ? 1 : 0;
}

function summary(name: string, { operations, seconds, found }: Search): string {
  const rate = Math.round(operations / seconds);
  const end = found === null ? "0 differences" : "a difference";
  return `${name}: ${operations} operations, ${rate}/s, ${end}`;
}
