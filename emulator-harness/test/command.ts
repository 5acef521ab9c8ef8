// npx lendos test: selects tests, runs them, prints KTAP and the totals.
import { availableParallelism } from "node:os";
import { writeWhole } from "../build/files.ts";
import { buildImage } from "../build/pipeline.ts";
import { silence } from "../build/progress.ts";
import { asksForChecker, runChecker } from "../checker/checker-command.ts";
import { type Command, type CommandContext, UsageError } from "../command.ts";
import { asksForModel, runModel } from "../model/model-command.ts";
import { buildPath } from "../paths.ts";
import { runHostFile } from "./host-tests.ts";
import { findTests, selects, type TestFile } from "./plan.ts";
import { type FileResult, ktapBlock, Totals } from "./results.ts";
import { runUnitFile } from "./unit-tests.ts";

export const command: Command = {
  summary:
    "Runs tests and prints KTAP. A pattern is a glob or a part of a path; path#name is one test.",
  usage: "[pattern...]",
  options: {
    all: {
      type: "boolean",
      help: "everything: unit, host, booted, browser, QEMU, style (default)",
    },
    fast: { type: "boolean", help: "unit and host tests only" },
    list: { type: "boolean", help: "print the files that would run" },
    seed: { type: "string", help: "<number> where random choices start (1)" },
    bless: { type: "boolean", help: "rewrite expected listings to what is found" },
    seeds: { type: "string", help: "<a..b> with `model`: these sequences beside the reference" },
    planted: { type: "boolean", help: "with `model`, `checker`: every planted bug must be found" },
    full: { type: "boolean", help: "with `checker`: explore every configuration" },
    seconds: {
      type: "string",
      help: "<number> with `checker --full`: for one configuration (150)",
    },
    worker: { type: "boolean", help: "with `checker --full`: take orders from the parent process" },
    jobs: { type: "string", help: "<number> test processes at a time (cores, at most 4)" },
  },
  run,
};

interface Plan {
  files: TestFile[];
  /** The one test that `path#name` asked for. */
  name?: string;
  seed: number;
  bless: boolean;
  jobs: number;
  json: boolean;
}

async function run(context: CommandContext): Promise<number> {
  if (asksForChecker(context)) return runChecker(context);
  if (asksForModel(context)) return runModel(context);
  const plan = planOf(context);
  if (context.flag("list")) {
    for (const { path, sort } of plan.files) {
      console.log(plan.json ? JSON.stringify({ path, sort }) : `${sort.padEnd(6)}${path}`);
    }
    return 0;
  }
  silence();
  const totals = new Totals();
  let number = 0;
  if (!plan.json) console.log(`KTAP version 1\n1..${plan.files.length}`);
  const finished = (file: FileResult) => {
    totals.add(file.results);
    number += 1;
    const replay = plan.seed === 1 ? "" : ` --seed ${plan.seed}`;
    if (plan.json) console.log(JSON.stringify(file));
    else console.log(ktapBlock(file, number, replay));
  };
  await runUnits(plan, finished);
  await runHosts(plan, finished);
  writeWhole(buildPath("test-totals.txt"), `${totals}\n`);
  console.log(plan.json ? JSON.stringify({ ...totals }) : `${totals}`);
  return totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}

function planOf(context: CommandContext): Plan {
  const patterns = context.positionals.map((word) => word.split("#")[0]);
  const names = context.positionals.flatMap((word) => word.split(/#(.*)/s)[1] ?? []);
  if (names.length > 1) throw new UsageError("path#name may be given once");
  const files = findTests()
    .filter(({ path }) => patterns.length === 0 || patterns.some((one) => selects(one, path)))
    .filter(({ sort }) => !context.flag("fast") || sort !== "slow");
  if (files.length === 0) throw new UsageError(`no test file matches ${patterns.join(" ")}`);
  return {
    files,
    name: names[0],
    seed: context.integer("seed", 1),
    bless: context.flag("bless"),
    jobs: context.integer("jobs", Math.min(4, availableParallelism())),
    json: context.json,
  };
}

async function runUnits(plan: Plan, finished: (file: FileResult) => void): Promise<void> {
  for (const { path } of plan.files.filter(({ sort }) => sort === "unit")) {
    finished(await runUnitFile(path, plan.name));
  }
}

/** Host files run beside each other; the ones that boot machines start when the quick ones are done. */
async function runHosts(plan: Plan, finished: (file: FileResult) => void): Promise<void> {
  const waiting = plan.files.filter(({ sort }) => sort !== "unit");
  // Built once here, and not by each of the first files; what does not build fails in their tests.
  if (waiting.length > 1) await buildImage().catch(() => {});
  const worker = async () => {
    for (let file = waiting.shift(); file; file = waiting.shift()) {
      finished(await runHostFile(file.path, plan));
    }
  };
  await Promise.all(Array.from({ length: plan.jobs }, worker));
}
