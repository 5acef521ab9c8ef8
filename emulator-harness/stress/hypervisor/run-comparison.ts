// npx lendos stress hypervisor.json: the comparison as the command line shows it.
import { writeWhole } from "../../build/files.ts";
import { type CommandContext, UsageError } from "../../command.ts";
import type { Scenario } from "../file/scenario.ts";
import { compare, type Comparison } from "./compare.ts";
import { comparisonPage } from "./page.ts";
import { comparisonPicture } from "./picture.ts";
import { tableText } from "./table.ts";
import { NotComparable } from "./ways.ts";

/** Runs all three ways -> exit code. */
export async function runComparison(
  file: string,
  scenario: Scenario,
  context: CommandContext,
): Promise<number> {
  const quiet = context.json || !context.flag("verbose");
  const print = quiet ? () => {} : (line: string) => console.log(line);
  const comparison = await comparable(file, () => compare(file, scenario, print));
  const page = context.text("report");
  if (page !== undefined) writeWhole(page, comparisonPage(comparison));
  const picture = context.text("picture");
  if (picture !== undefined) writeWhole(picture, comparisonPicture(comparison));
  if (context.json) console.log(JSON.stringify(comparison, null, 1));
  else console.log(tableText(comparison));
  if (comparison.exitCode !== 0) {
    console.error(`replay: npx lendos stress ${file} --seed ${scenario.seed} --verbose`);
  }
  return comparison.exitCode;
}

async function comparable(file: string, run: () => Promise<Comparison>): Promise<Comparison> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof NotComparable) throw new UsageError(`${file}: ${error.message}`);
    throw error;
  }
}
