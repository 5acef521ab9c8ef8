// A sweep: the same scenarios under many seeds, a shard of them at a time, to be ended and continued at will.
import { createHash } from "node:crypto";
import { UsageError } from "../../command.ts";
import { compilePlan } from "../compile-plan.ts";
import type { Scenario } from "../file/scenario.ts";
import type { StressRun } from "../run-record.ts";
import { type Head, lineOf, ShardFile, shardFile } from "./results.ts";
import { type Seeds, type Shard, seedsIn } from "./seeds.ts";

export interface Sweep {
  seeds: Seeds;
  shard: Shard;
  folder: string;
  on: StressRun["on"];
  scenarios: { file: string; read: (seed: number) => Scenario }[];
  run: (file: string, scenario: Scenario) => Promise<StressRun>;
  /** Takes a line of progress. */
  progress: (text: string) => void;
}

/** Runs what is missing of the shard -> the worst exit code of all its runs. */
export async function runSweep(sweep: Sweep): Promise<number> {
  const { seeds, shard, folder, scenarios } = sweep;
  checkNames(sweep);
  const file = new ShardFile(shardFile(folder, shard), folder, headOf(sweep));
  const all = [...seedsIn(seeds, shard)];
  const total = all.length * scenarios.length;
  let worst = Math.max(0, ...file.done.map(({ exitCode }) => exitCode));
  let failed = file.done.filter(({ exitCode }) => exitCode !== 0).length;
  let count = 0;
  if (file.done.length > 0)
    sweep.progress(`${file.done.length} of ${total} runs were there already`);
  for (const seed of all) {
    for (const { file: name, read } of scenarios) {
      // Lines are in the order of the runs, so as many as there are have been done.
      if (count++ < file.done.length) continue;
      const scenario = read(seed);
      const run = await sweep.run(name, scenario);
      file.append(lineOf(scenario.name, seed, run));
      worst = Math.max(worst, run.exitCode);
      if (run.exitCode !== 0) failed++;
      sweep.progress(
        `${count} of ${total} runs, seed ${seed} of ${scenario.name}, ${failed} failed`,
      );
    }
  }
  return worst;
}

/** Results carry a scenario's name, so names have to be different. */
function checkNames({ scenarios, seeds }: Sweep): void {
  const names = scenarios.map(({ read }) => read(seeds.first).name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new UsageError(`two scenarios of the sweep are called "${twice}"`);
}

function headOf({ seeds, shard, on, scenarios }: Sweep): Head {
  const described = scenarios.map(({ file, read }) => {
    const scenario = read(seeds.first);
    return { name: scenario.name, file, hash: hashOf(scenario) };
  });
  return {
    sweep: 1,
    seeds: `${seeds.first}..${seeds.last}`,
    on,
    shard: `${shard.index}/${shard.count}`,
    scenarios: described,
  };
}

/** Of everything that the scenario is under the sweep's first seed. */
function hashOf(scenario: Scenario): string {
  return createHash("sha256").update(compilePlan(scenario)).digest("hex").slice(0, 16);
}
