// Adversaries: explored until nothing new comes, scripted as scenarios, drawn at random; and rt-app's shapes of files.
import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { CONFIGURATIONS } from "../checker/configurations.ts";
import type { Finding } from "../checker/report.ts";
import { exploreAll } from "../checker/workers.ts";
import { EVENT_NAMES } from "../stress/file/event-names.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import { plantedModule, search } from "../stress/properties/search.ts";
import { runOnMachine, runOnModel } from "../stress/run.ts";
import type { StressRun } from "../stress/run-record.ts";
import { findScenarios, SHIPPED } from "../stress/shipped.ts";
import { summaryRows } from "../stress/summary.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

/** The whole exploration is `npx lendos test checker --full`; most configurations close in this time. */
const BOUNDS = { states: 12_000_000, gigabytes: 2, quanta: 12, seconds: 10 };
const CLOSED_GOAL = 60;
const DEFICIT_GOAL = 2;
const SEEDS = 500;
const SEEDS_GOAL = 10_000;
const BUDGET = 120e9;
const FILES_GOAL = 22;

export const adversarySection: Section = {
  name: "adversary",
  title: "adversaries (quanta of 4 ms), and what the stress tool reads",
  async measure(wanted, _effort, report) {
    if (wanted("adversary/closed")) for (const figure of await closedFigures()) report(figure);
    if (wanted("adversary/scenarios")) report(await scenariosFigure());
    if (wanted("adversary/seeds per minute")) report(await seedsFigure());
    if (wanted("adversary/rt-app")) for (const figure of await filesFigures()) report(figure);
  },
};

async function closedFigures(): Promise<Figure[]> {
  const findings: Finding[] = [];
  const all = [...CONFIGURATIONS.keys()];
  const processes = Math.min(2, availableParallelism());
  await exploreAll(all, BOUNDS, processes, (finding) => void findings.push(finding));
  const closed = findings.filter(({ outcome }) => outcome.closed);
  const victims = closed.filter(({ plan }) => plan.share[0] > 0);
  const states = closed.reduce((sum, { outcome }) => sum + outcome.states, 0);
  const beyond = findings.filter(({ kept }) => !kept).map(({ plan }) => plan.name);
  const names = beyond.length > 0 ? `; beyond its bound: ${beyond.join(", ")}` : "";
  return [
    {
      name: "adversary/closed",
      value: closed.length,
      unit: `of ${findings.length}`,
      goal: atLeast(CLOSED_GOAL),
      beside: `${(states / 1e6).toFixed(1)} M states, at most ${BOUNDS.seconds} s each`,
      note: `at most 5 siblings; lending, calls, new names, pauses among them${names}`,
    },
    {
      name: "adversary/closed, worst deficit",
      value: Math.max(...victims.map(({ outcome }) => outcome.deficit)),
      unit: "q",
      goal: atMost(DEFICIT_GOAL),
      note: "of what closed; no other system publishes one",
    },
  ];
}

/** Every shipped attack, on the model and in v86: the victim's worst deficit over any window. */
async function scenariosFigure(): Promise<Figure> {
  const runs: StressRun[] = [];
  for (const { name: file, path } of findScenarios("adversary/*.json")) {
    const scenario = readScenario(file, readFileSync(path, "utf8"), {});
    const settings = { clock: "virtual", memoryBytes: 64 * 2 ** 20, budget: BUDGET } as const;
    runs.push(await runOnModel(file, scenario, () => {}));
    runs.push(await runOnMachine(file, scenario, settings, () => {}));
  }
  const rows = summaryRows(runs);
  const lags = rows.filter(({ lag }) => lag !== null);
  return {
    name: "adversary/scenarios",
    value: Math.max(...lags.map(({ lag }) => lag!)),
    unit: "q",
    goal: atMost(DEFICIT_GOAL),
    beside: `${runs.length} runs of ${runs.length / 2} attacks, model and v86`,
    note: "the victims' worst lag",
    failed: rows.some(({ met }) => !met),
  };
}

async function seedsFigure(): Promise<Figure> {
  const module = await plantedModule(undefined);
  const seeds = Array.from({ length: SEEDS }, (_, index) => index + 1);
  const start = process.cpuUsage();
  const found = await search(seeds, module);
  const { user, system } = process.cpuUsage(start);
  const cores = availableParallelism();
  const each = (SEEDS * 60e6) / (user + system);
  return {
    name: "adversary/seeds per minute",
    value: Math.round(each * cores),
    unit: "",
    goal: atLeast(SEEDS_GOAL),
    beside: `${Math.round(each)} by one process, ${cores} cores; shards need nothing of each other`,
    note:
      found === null
        ? `${SEEDS} random scenarios, all guarantees kept`
        : `seed ${found.seed} breaks ${found.breaks}`,
    failed: found !== null,
  };
}

async function filesFigures(): Promise<Figure[]> {
  const names = readdirSync(`${SHIPPED}/rt-app`).filter((name) => name.endsWith(".json"));
  const seen = new Set<string>();
  let ran = 0;
  for (const name of names) {
    const text = readFileSync(`${SHIPPED}/rt-app/${name}`, "utf8");
    const run = await runOnModel(name, readScenario(name, text, { log: true }), () => {});
    if (run.exitCode === 0) ran += 1;
    for (const kind of Object.keys(run.events?.counts ?? {})) seen.add(kind);
  }
  return [
    {
      name: "adversary/rt-app files",
      value: ran,
      unit: `of ${names.length}`,
      goal: atLeast(FILES_GOAL),
      note: "files of the shapes of rt-app's own examples, on the model",
    },
    {
      name: "adversary/rt-app events",
      value: seen.size,
      unit: `of ${EVENT_NAMES.length}`,
      goal: atLeast(EVENT_NAMES.length),
      note: "kinds executed by them; scx-sim skips 11 of 20",
    },
  ];
}
