// npx lendos attacks: the attacks by ring-3 programs, fought in LendOS, and the table of what came of them.
import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { type Chosen, fight } from "./fight.ts";
import { CLASSES } from "./list/all.ts";
import { tableText } from "./table.ts";

export const command: Command = {
  summary: "Attacks by programs, fought beside a victim that must not notice; prints the table.",
  usage: "[part of a name or class...]",
  options: {},
  run,
};

async function run(context: CommandContext): Promise<number> {
  silence();
  const chosen = choose(context.positionals);
  const { verdicts, run } = await fight(chosen);
  const rows = verdicts.flatMap(({ row }) => row ?? []);
  const failed = verdicts.filter(({ faults }) => faults.length > 0);
  if (context.json) {
    const fought = run.fought.map(({ record }) => record);
    const faults = Object.fromEntries(failed.map(({ attack, faults }) => [attack.name, faults]));
    console.log(JSON.stringify({ exitCode: run.exitCode, faults, fought }));
    return failed.length === 0 && run.exitCode === 0 ? 0 : 1;
  }
  console.log(tableText(rows));
  for (const { attack, faults } of failed) {
    for (const fault of faults) console.log(`${attack.name}: ${fault}`);
    console.log(`  replay: npx lendos attacks ${attack.name}`);
  }
  const classes = new Set(chosen.map(({ className }) => className)).size;
  const kept = verdicts.length - failed.length;
  console.log(`${verdicts.length} attacks in ${classes} classes, ${kept} withstood`);
  if (run.exitCode !== 0) console.log(`the machine ended with ${run.exitCode}:\n${run.tail}`);
  return failed.length === 0 && run.exitCode === 0 ? 0 : 1;
}

function choose(patterns: string[]): Chosen[] {
  const all = CLASSES.flatMap(({ name, attacks }) =>
    attacks.map((attack) => ({ className: name, attack })),
  );
  const chosen = all.filter(
    ({ className, attack }) =>
      patterns.length === 0 ||
      patterns.some((one) => attack.name.includes(one) || className.includes(one)),
  );
  if (chosen.length === 0) throw new UsageError(`no attack is called ${patterns.join(" ")}`);
  return chosen;
}
