// npx lendos stress: scripted workloads, on the model or in LendOS, and how fair they were.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { writeWhole } from "../build/files.ts";
import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, MACHINE_OPTIONS, UsageError } from "../command.ts";
import { rootPath } from "../paths.ts";
import { PlanTooLarge } from "./compile-plan.ts";
import { ScenarioError } from "./file/json.ts";
import { readScenario } from "./file/read-scenario.ts";
import type { Scenario } from "./file/scenario.ts";
import { htmlReport } from "./html/report.ts";
import { runComparison } from "./hypervisor/run-comparison.ts";
import { logFile } from "./log-file.ts";
import { runOnMachine, runOnModel } from "./run.ts";
import type { StressRun } from "./run-record.ts";

const SHIPPED = rootPath("emulator-harness", "stress", "scenarios");

export const command: Command = {
  summary: "Runs scenarios (rt-app's JSON with groups and expectations) and judges their fairness.",
  usage: "scenario.json... [--on v86|model] [--report out.html]",
  options: {
    on: { type: "string", help: "<v86|model> in LendOS, or the scheduler alone (v86)" },
    report: { type: "string", help: "<file> write an HTML page with plots" },
    log: { type: "string", help: "<file> write rt-app's log: a line for every pass of a phase" },
    picture: { type: "string", help: "<file> of a comparison: write its picture (SVG)" },
    verbose: { type: "boolean", help: "of a comparison: also what each of its runs prints" },
    duration: { type: "string", help: "<seconds> instead of the scenario's own" },
    ...MACHINE_OPTIONS,
  },
  run: runStress,
};

interface Loaded {
  file: string;
  scenario: Scenario;
}

/** Runs every scenario of the command line -> the worst exit code. */
export async function runStress(context: CommandContext): Promise<number> {
  const { positionals } = context;
  if (positionals.length === 0) throw new UsageError("give at least one scenario file");
  const on = context.text("on") ?? "v86";
  if (on !== "v86" && on !== "model") throw new UsageError("--on is v86 or model");
  if (context.json) silence();
  const loaded = positionals.map((file) => load(file, context));

  const compared = loaded.filter(({ scenario }) => scenario.hypervisor !== undefined);
  if (on === "v86" && compared.length > 0) {
    if (loaded.length > 1) throw new UsageError("a comparison is run by itself: give one file");
    return runComparison(compared[0].file, compared[0].scenario, context);
  }
  const runs: StressRun[] = [];
  for (const { file, scenario } of loaded) {
    if (runs.length > 0 && !context.json) console.log("");
    const run = await runOne(on, file, scenario, context);
    if (run.exitCode !== 0) console.error(`replay: ${replay(run, scenario)}`);
    runs.push(run);
  }
  const page = context.text("report");
  if (page !== undefined) writeWhole(page, htmlReport(runs));
  const log = context.text("log");
  if (log !== undefined) {
    const texts = runs.map((run, index) => logFile(loaded[index].scenario, run.log ?? []));
    writeWhole(log, texts.join("\n"));
  }
  if (context.json) console.log(JSON.stringify({ runs }, null, 1));
  return Math.max(...runs.map(({ exitCode }) => exitCode));
}

function runOne(
  on: StressRun["on"],
  file: string,
  scenario: Scenario,
  context: CommandContext,
): Promise<StressRun> {
  const print = context.json ? () => {} : (line: string) => console.log(line);
  if (on === "model") return runOnModel(file, scenario, print);
  const clock = context.text("clock") ?? "virtual";
  if (clock !== "virtual" && clock !== "real") throw new UsageError("--clock is virtual or real");
  const seconds = context.integer("timeout", 60 + (4 * scenario.durationNs) / 1e9);
  const memoryBytes = context.integer("memory", 64) * 2 ** 20;
  return runOnMachine(file, scenario, { clock, memoryBytes, budget: seconds * 1e9 }, print);
}

/** Reads a scenario; a bare name such as lending.json is one of the shipped ones. */
function load(file: string, context: CommandContext): Loaded {
  const options = {
    seed: context.text("seed") === undefined ? undefined : context.integer("seed", 1),
    log: context.text("log") !== undefined,
    durationS: context.text("duration") === undefined ? undefined : context.integer("duration", 0),
  };
  try {
    const scenario = readScenario(file, textOf(file), options);
    for (const warning of scenario.warnings) console.error(`${file}:${warning}`);
    return { file, scenario };
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof PlanTooLarge) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}

function textOf(file: string): string {
  for (const path of [file, join(SHIPPED, file), join(SHIPPED, `${file}.json`)]) {
    try {
      return readFileSync(path, "utf8");
    } catch {
      if (basename(file) !== file) break;
    }
  }
  throw new UsageError(`cannot read ${file}`);
}

function replay(run: StressRun, scenario: Scenario): string {
  return `npx lendos stress ${run.file} --on ${run.on} --seed ${scenario.seed}`;
}
