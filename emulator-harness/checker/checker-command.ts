// The part of `npx lendos test` that explores every configuration, or looks for planted bugs.
import type { CommandContext } from "../command.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";
import { explore, lineOf, scriptLines } from "./report.ts";

/** Sixty configurations fit into half an hour: few need more than some seconds. */
const BOUNDS = { states: 1_500_000, quanta: 12 };
const SECONDS = 60;

/** Is this `lendos test checker` with --full or --planted? */
export function asksForChecker(context: CommandContext): boolean {
  const [first] = context.positionals;
  return first === "checker" && (context.flag("full") || context.flag("planted"));
}

/** `checker --full [part of a name...]` or `checker --planted [name...]`. */
export async function runChecker(context: CommandContext): Promise<number> {
  const names = context.positionals.slice(1);
  return context.flag("planted") ? runPlanted(names) : runFull(names, context);
}

async function runFull(names: string[], context: CommandContext): Promise<number> {
  const seconds = context.integer("seconds", SECONDS);
  const chosen = CONFIGURATIONS.filter(
    ({ name }) => names.length === 0 || names.some((part) => name.includes(part)),
  );
  let closed = 0;
  let broken = 0;
  let worst = 0;
  for (const [index, plan] of chosen.entries()) {
    const place = `[${index + 1}/${chosen.length}]`;
    const finding = await explore(plan, { ...BOUNDS, seconds }, (states) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${place} ${plan.name}: ${states} states`);
    });
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    console.log(`${place} ${lineOf(finding)} (${finding.outcome.seconds.toFixed(1)} s)`);
    if (finding.outcome.closed) closed += 1;
    worst = Math.max(worst, finding.outcome.deficit);
    if (finding.kept) continue;
    broken += 1;
    for (const line of scriptLines(finding)) console.log(line);
  }
  console.log(
    `${closed} of ${chosen.length} closed, worst deficit ${worst.toFixed(3)} q, ${broken} beyond their bound`,
  );
  return broken > 0 || chosen.length === 0 ? 1 : 0;
}

async function runPlanted(names: string[]): Promise<number> {
  let missed = 0;
  for (const mutant of MUTANTS) {
    if (names.length > 0 && !names.includes(mutant.name)) continue;
    const found = await hunt(mutant);
    if (found === null) missed += 1;
    console.log(`${mutant.name.padEnd(36)} ${found === null ? "NOT FOUND" : found.by}`);
    for (const line of found?.script ?? []) console.log(`  ${line}`);
  }
  return missed > 0 ? 1 : 0;
}
