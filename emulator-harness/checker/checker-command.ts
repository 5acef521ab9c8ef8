// The part of `npx lendos test` that explores every configuration, or looks for planted bugs.
import { mkdirSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { type CommandContext, UsageError } from "../command.ts";
import { rootPath } from "../paths.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";
import { type Finding, lineOf, scriptLines } from "./report.ts";
import { exploreAll, serveOrders } from "./workers.ts";

const BOUNDS = { states: 12_000_000, gigabytes: 4, quanta: 12 };
/** Few configurations need more than some seconds; what needs more gets as much as half an hour for all leaves. */
const SECONDS = 150;

/** Is this `lendos test checker` with --full or --planted? */
export function asksForChecker(context: CommandContext): boolean {
  const [first] = context.positionals;
  return first === "checker" && (context.flag("full") || context.flag("planted"));
}

/** `checker --full [part of a name...]` or `checker --planted [name...]`. */
export async function runChecker(context: CommandContext): Promise<number> {
  if (context.flag("worker")) return serveOrders();
  const names = context.positionals.slice(1);
  return context.flag("planted") ? runPlanted(names) : runFull(names, context);
}

async function runFull(names: string[], context: CommandContext): Promise<number> {
  const seconds = context.integer("seconds", SECONDS);
  const started = performance.now();
  const chosen = [...CONFIGURATIONS.keys()].filter((index) =>
    chosenBy(names, CONFIGURATIONS[index].name),
  );
  if (chosen.length === 0)
    throw new UsageError(`no configuration is called like ${names.join(", ")}`);
  const findings: Finding[] = [];
  const processes = Math.min(availableParallelism(), chosen.length);
  await exploreAll(chosen, { ...BOUNDS, seconds }, processes, (finding) => {
    findings.push(finding);
    console.log(`[${findings.length}/${chosen.length}] ${lineOf(finding)}`);
    if (!finding.kept) for (const line of scriptLines(finding)) console.log(line);
  });
  console.log(summaryOf(findings, (performance.now() - started) / 1000));
  return findings.every(({ kept }) => kept) ? 0 : 1;
}

function chosenBy(names: string[], name: string): boolean {
  return names.length === 0 || names.some((part) => name.includes(part));
}

/** The last line: what closed, the worst of it, and what did not. */
function summaryOf(findings: Finding[], seconds: number): string {
  const closed = findings.filter(({ outcome }) => outcome.closed);
  const deficits = (list: Finding[]) =>
    list.filter(({ plan }) => plan.share[0] > 0).map(({ outcome }) => outcome.deficit);
  const worst = (list: number[]) => Math.max(0, ...list).toFixed(3);
  const waits = findings.filter(({ plan }) => plan.lender !== undefined);
  const wait = worst(waits.map(({ outcome }) => outcome.wait));
  const broken = findings.filter(({ kept }) => !kept).length;
  const states = findings.reduce((sum, { outcome }) => sum + outcome.states, 0);
  return [
    `${closed.length} of ${findings.length} closed, worst deficit ${worst(deficits(closed))} q`,
    `(of all, closed or not, ${worst(deficits(findings))} q)`,
    `longest wait of a lender ${wait} q, ${broken} beyond their bound,`,
    `${(states / 1e6).toFixed(1)} M states, ${seconds.toFixed(0)} s`,
  ].join(" ");
}

async function runPlanted(names: string[]): Promise<number> {
  const wrong = names.find((name) => MUTANTS.every((mutant) => mutant.name !== name));
  if (wrong !== undefined) throw new UsageError(`no planted bug is called ${wrong}`);
  let found = 0;
  const chosen = MUTANTS.filter(({ name }) => names.length === 0 || names.includes(name));
  for (const mutant of chosen) {
    const what = await hunt(mutant);
    console.log(`${mutant.name}: ${what === null ? "NOT FOUND" : what.by}`);
    if (what === null) continue;
    found += 1;
    for (const line of what.script) console.log(`  ${line}`);
    console.log(`  ${scenarioLine(mutant.name, what.scenario)}`);
  }
  console.log(`${found} of ${chosen.length} planted bugs found`);
  return found === chosen.length ? 0 : 1;
}

/** Writes the scenario to a file and says how to run it; or why there is none. */
function scenarioLine(name: string, scenario: object | string): string {
  if (typeof scenario === "string") return `no scenario file: ${scenario}`;
  const path = `.build/checker/${name}.json`;
  mkdirSync(dirname(rootPath(path)), { recursive: true });
  writeFileSync(rootPath(path), `${JSON.stringify(scenario, null, 2)}\n`);
  return `npx lendos stress --on model ${path}: ${JSON.stringify(scenario)}`;
}
