// The part of `npx lendos test` that takes random steps over the memory ledger, or looks for planted bugs in it.
import type { CommandContext } from "../command.ts";
import { MUTANTS } from "./mutants.ts";
import { type Failure, shrink, stepsText, walk, walkModule } from "./walk.ts";

const PLANTED_SEEDS = 20;
const PLANTED_STEPS = 2000;

/** Is this `lendos test loans` with --steps or --planted? */
export function asksForLoans(context: CommandContext): boolean {
  const [first] = context.positionals;
  return first === "loans" && (context.text("steps") !== undefined || context.flag("planted"));
}

export async function runLoans(context: CommandContext): Promise<number> {
  if (context.flag("planted")) return runPlanted(context.positionals.slice(1));
  const steps = context.integer("steps", 1_000_000);
  const seed = context.integer("seed", 1);
  const module = await walkModule();
  const failure = walk(module, seed, steps);
  if (failure === null) {
    console.log(
      `${steps} steps from seed ${seed}: no promise inside a reserve was refused, books exact`,
    );
    return 0;
  }
  for (const line of lines(shrink(module, failure))) console.log(line);
  return 1;
}

async function runPlanted(names: string[]): Promise<number> {
  let missed = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const found = await hunt(mutant.name);
    if (found === null) missed += 1;
    console.log(`${mutant.name.padEnd(40)} ${found === null ? "NOT FOUND" : found.message}`);
    if (found !== null) for (const line of lines(found)) console.log(`  ${line}`);
  }
  return missed > 0 ? 1 : 0;
}

/** The shortest sequence that finds a planted bug, or null. */
export async function hunt(name: string): Promise<Failure | null> {
  const module = await walkModule(MUTANTS.find((one) => one.name === name)!);
  for (let seed = 1; seed <= PLANTED_SEEDS; seed++) {
    const failure = walk(module, seed, PLANTED_STEPS);
    if (failure !== null) return shrink(module, failure);
  }
  return null;
}

function lines(failure: Failure): string[] {
  return [
    `seed ${failure.seed}, ${failure.steps.length} steps: ${failure.message}`,
    ...stepsText(failure),
  ];
}
