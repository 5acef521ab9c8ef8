// What lending keeps of a machine that slices would leave idle, and what isolation costs the others.
import { readFileSync } from "node:fs";
import { rootPath } from "../paths.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import type { Scenario } from "../stress/file/scenario.ts";
import { type Comparison, compare, foundPart, TITLES } from "../stress/hypervisor/compare.ts";
import type { WayResult } from "../stress/hypervisor/result.ts";
import { runOnMachine } from "../stress/run.ts";
import type { StressRun, TaskRecord } from "../stress/run-record.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

/** A request may take so much longer beside others: one quantum, and a poll of v86's timer. */
const DELAY_MOST_NS = 4_110_000;
const COMPARED = ["served", "idle while ready", "cache served", "of the best slices"];

export const hypervisorSection: Section = {
  name: "hypervisor",
  title:
    "beside a hypervisor (hypervisor.json: a day of four tenants), and isolation (isolation.json)",
  async measure(wanted, _effort, report) {
    if (COMPARED.some((name) => wanted(`hypervisor/${name}`))) {
      const comparison = await compare("hypervisor.json", load("hypervisor"), () => {});
      for (const figure of comparedFigures(comparison)) report(figure);
    }
    const isolation = ["work kept", "held latency"].map((name) => `hypervisor/${name}`);
    if (isolation.some(wanted)) for (const figure of await isolationFigures()) report(figure);
  },
};

function load(name: string): Scenario {
  const path = rootPath("emulator-harness", "stress", "scenarios", `${name}.json`);
  return readScenario(`${name}.json`, readFileSync(path, "utf8"));
}

function comparedFigures({ ways, exitCode, verdicts }: Comparison): Figure[] {
  const [machines, slices, lending] = ways;
  const others = (cell: (way: WayResult) => string) =>
    [machines, slices].map((way) => `${TITLES[way.way]} ${cell(way)}`).join(", ");
  const percent = (part: number) => `${(100 * part).toFixed(1)} %`;
  const worst = (way: WayResult) => Math.min(...way.tenants.map(foundPart));
  const kept = lending.tenants.map(({ doneNs }, index) => {
    const own = Math.max(machines.tenants[index].doneNs, slices.tenants[index].doneNs);
    return doneNs / own;
  });
  const missed = verdicts.filter(({ met }) => !met).map(({ text }) => text);
  return [
    {
      ...{ name: "hypervisor/served", value: 100 * lending.served, unit: "%", goal: atLeast(99) },
      beside: others((way) => percent(way.served)),
      note: ["of min(demand, capacity), in the same 100 ms", ...missed].join("; "),
      failed: exitCode !== 0,
    },
    {
      ...{ name: "hypervisor/idle while ready", value: lending.waitingNs / 1000, unit: "us" },
      goal: atMost(0),
      beside: others(({ waitingNs }) => `${Math.round(waitingNs / 1e6)} ms`),
    },
    {
      ...{ name: "hypervisor/cache served", value: 100 * worst(lending), unit: "%" },
      beside: others((way) => percent(worst(way))),
      note: "the worst tenant: entries read again that were still there",
    },
    {
      ...{ name: "hypervisor/of the best slices", value: 100 * Math.min(...kept), unit: "%" },
      goal: atLeast(100),
      note: "the worst tenant: its work done beside the better of its own two slices'",
    },
  ];
}

/** The protected tenant alone, then beside tenants that take all they get. */
async function isolationFigures(): Promise<Figure[]> {
  const scenario = load("isolation");
  const tasks = scenario.tasks.filter(({ name }) => name === "web");
  const alone = webOf(await run({ ...scenario, tasks, expects: [] }));
  const both = await run(scenario);
  const web = webOf(both);
  const bound = alone.p99Ns + DELAY_MOST_NS;
  const used = (path: string) => both.end!.groups.find((group) => group.path === path)!.usedNs;
  const left = scenario.durationNs - used("/web");
  const ms = (ns: number) => (ns / 1e6).toFixed(2);
  return [
    {
      ...{ name: "hypervisor/work kept", value: (100 * used("/batch")) / left, unit: "%" },
      goal: atLeast(98),
      note: "of what the protected tenant leaves; resctl-bench reports 31-76 %",
      failed: both.exitCode !== 0,
    },
    {
      ...{ name: "hypervisor/held latency", value: 100 * within(web, bound), unit: "%" },
      goal: atLeast(99),
      beside: `p99 ${ms(web.p99Ns)} ms, alone ${ms(alone.p99Ns)} ms`,
      note: "requests answered within the p99 of being alone and a quantum",
    },
  ];
}

async function run(scenario: Scenario): Promise<StressRun> {
  const settings = { clock: "virtual", budget: 60e9 + 4 * scenario.durationNs } as const;
  const result = await runOnMachine("isolation.json", scenario, settings, () => {});
  if (result.end === null) throw new Error(`isolation.json ended with ${result.exitCode}`);
  return result;
}

function webOf(run: StressRun): TaskRecord {
  return run.tasks!.find(({ task }) => task === "web")!;
}

function within({ latencies, answered }: TaskRecord, bound: number): number {
  const met = latencies.filter(([end]) => end <= bound);
  return met.reduce((sum, [, count]) => sum + count, 0) / answered;
}
