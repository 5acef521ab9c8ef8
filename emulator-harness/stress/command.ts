// npx lendos stress: scripted workloads, on the model or in LendOS, and how fair they were.
import { readFileSync } from "node:fs";
import { writeWhole } from "../build/files.ts";
import { silence } from "../build/progress.ts";
import { type Command, type CommandContext, MACHINE_OPTIONS, UsageError } from "../command.ts";
import { PlanTooLarge } from "./compile-plan.ts";
import { ScenarioError } from "./file/json.ts";
import { readScenario } from "./file/read-scenario.ts";
import type { Scenario } from "./file/scenario.ts";
import { htmlReport } from "./html/report.ts";
import { runCluster } from "./cluster/run-cluster.ts";
import { runComparison } from "./hypervisor/run-comparison.ts";
import { logFile } from "./log-file.ts";
import { perfettoTrace } from "./perfetto/trace.ts";
import { propertiesCommand } from "./properties/command.ts";
import { plantedModule } from "./properties/search.ts";
import { type Print, runOnMachine, runOnModel } from "./run.ts";
import type { StressRun } from "./run-record.ts";
import { type Found, findScenarios } from "./shipped.ts";
import { mergeCommand, sweepCommand } from "./sweep/command.ts";
import { summaryRows, summaryText } from "./summary.ts";

export const command: Command = {
  summary: "Runs scenarios (rt-app's JSON with groups and expectations) and judges their fairness.",
  usage:
    "scenario.json... [--on v86|model|both] [--report out.html] | merge folder... | properties",
  options: {
    on: { type: "string", help: "<v86|model|both> in LendOS, or the scheduler alone (v86)" },
    report: { type: "string", help: "<file> write an HTML page with plots" },
    log: { type: "string", help: "<file> write rt-app's log: a line for every pass of a phase" },
    latency: { type: "boolean", help: "a table of delays like that of perf sched latency" },
    trace: { type: "string", help: "<file> write a Perfetto trace for ui.perfetto.dev" },
    seeds: { type: "string", help: "<a..b> a run for every seed, results to --out" },
    shard: { type: "string", help: "<i/n> only every n-th seed; `merge` puts shards together" },
    out: {
      type: "string",
      help: "<folder> where a sweep's results are, or go on; <file> of a merge",
    },
    planted: {
      type: "string",
      help: "<bug> the model's scheduler with one of the checker's mutants",
    },
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
  if (positionals[0] === "merge") return mergeCommand(context);
  if (positionals[0] === "properties") return propertiesCommand(context);
  const on = context.text("on") ?? "v86";
  if (on !== "v86" && on !== "model" && on !== "both") {
    throw new UsageError("--on is v86, model or both");
  }
  if (context.json) silence();
  if (context.text("trace") !== undefined && (positionals.length > 1 || on === "both")) {
    throw new UsageError("--trace is for one run of one scenario");
  }
  const found = positionals.flatMap(findScenarios);
  if (context.text("seeds") !== undefined) return sweep(on, found, context);
  const loaded = found.map((one) => load(one, context));
  const places: StressRun["on"][] = on === "both" ? ["model", "v86"] : [on];

  const print = context.json ? () => {} : (line: string) => console.log(line);
  const compared = loaded.filter(({ scenario }) => scenario.hypervisor !== undefined);
  if (on === "v86" && compared.length > 0) {
    if (loaded.length > 1) throw new UsageError("a comparison is run by itself: give one file");
    return runComparison(compared[0].file, compared[0].scenario, context);
  }
  if (on !== "model" && loaded.some(({ scenario }) => scenario.cluster !== undefined)) {
    if (loaded.length > 1 || on === "both") {
      throw new UsageError("a cluster is run by itself: one file, on v86 or on the model");
    }
    return runCluster(loaded[0].file, loaded[0].scenario, context);
  }
  const runs: StressRun[] = [];
  for (const { file, scenario } of loaded) {
    for (const place of places) {
      if (runs.length > 0 && !context.json) console.log("");
      const run = await runOne(place, file, scenario, context, print);
      if (run.exitCode !== 0)
        console.error(`replay: ${replay(run, scenario, context.text("planted"))}`);
      runs.push(run);
    }
  }
  if (runs.length > 1 && !context.json) console.log(`\n${summaryText(summaryRows(runs))}`);
  const page = context.text("report");
  if (page !== undefined) writeWhole(page, htmlReport(runs));
  const log = context.text("log");
  if (log !== undefined) {
    const texts = runs.map((run, index) =>
      logFile(loaded[Math.floor(index / places.length)].scenario, run.log ?? []),
    );
    writeWhole(log, texts.join("\n"));
  }
  const trace = context.text("trace");
  if (trace !== undefined) {
    const { tasks } = loaded[0].scenario;
    const [names, groups] = [tasks.map(({ name }) => name), tasks.map(({ group }) => group)];
    writeWhole(trace, perfettoTrace(runs[0], names, groups));
    const gone = (runs[0].delays?.lost ?? 0) + (runs[0].trace?.unkept ?? 0);
    if (gone > 0) console.error(`${trace}: ${gone} records of the kernel's are not in it`);
  }
  if (context.json)
    console.log(JSON.stringify({ runs: runs.map(({ trace: _, ...run }) => run) }, null, 1));
  return Math.max(...runs.map(({ exitCode }) => exitCode));
}

function sweep(on: string, found: Found[], context: CommandContext): Promise<number> {
  if (on === "both") throw new UsageError("a sweep runs on v86 or on the model");
  const scenarios = found.map((one) => ({
    file: one.name,
    read: (seed: number) => ofOneMachine(on, load(one, context, seed)),
  }));
  const place = on as StressRun["on"];
  const run = (file: string, scenario: Scenario) =>
    runOne(place, file, scenario, context, () => {});
  return sweepCommand(context, place, scenarios, run);
}

function ofOneMachine(on: string, { file, scenario }: Loaded): Scenario {
  if (on === "model" || scenario.cluster === undefined) return scenario;
  throw new UsageError(`${file}: a sweep has no clusters; give --seed to single runs`);
}

function runOne(
  on: StressRun["on"],
  file: string,
  scenario: Scenario,
  context: CommandContext,
  print: Print,
): Promise<StressRun> {
  const planted = context.text("planted");
  if (planted !== undefined && on !== "model") throw new UsageError("--planted needs --on model");
  if (on === "model") return onModel(file, scenario, print, planted);
  const clock = context.text("clock") ?? "virtual";
  if (clock !== "virtual" && clock !== "real") throw new UsageError("--clock is virtual or real");
  const seconds = context.integer("timeout", 60 + (4 * scenario.durationNs) / 1e9);
  const memoryBytes = context.integer("memory", 64) * 2 ** 20;
  return runOnMachine(file, scenario, { clock, memoryBytes, budget: seconds * 1e9 }, print);
}

async function onModel(
  file: string,
  scenario: Scenario,
  print: Print,
  planted: string | undefined,
) {
  const module = planted === undefined ? undefined : await plantedModule(planted);
  return runOnModel(file, scenario, print, module);
}

function load({ name: file, path }: Found, context: CommandContext, sweepSeed?: number): Loaded {
  const options = {
    seed: context.text("seed") === undefined ? sweepSeed : context.integer("seed", 1),
    log: context.text("log") !== undefined,
    delays: context.flag("latency"),
    trace: context.text("trace") !== undefined,
    durationS: context.text("duration") === undefined ? undefined : context.integer("duration", 0),
  };
  try {
    const scenario = readScenario(file, readFileSync(path, "utf8"), options);
    const warnings = sweepSeed === undefined ? scenario.warnings : [];
    for (const warning of warnings) console.error(`${file}:${warning}`);
    return { file, scenario };
  } catch (error) {
    if (error instanceof ScenarioError || error instanceof PlanTooLarge) {
      throw new UsageError(error.message);
    }
    throw error;
  }
}

function replay(run: StressRun, scenario: Scenario, planted: string | undefined): string {
  const bug = planted === undefined ? "" : ` --planted ${planted}`;
  return `npx lendos stress ${run.file} --on ${run.on} --seed ${scenario.seed}${bug}`;
}
