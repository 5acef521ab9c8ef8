// Fairness in LendOS on v86: shares by weight, idle reserve in use by others, and how fast it comes back.
import { readFileSync } from "node:fs";
import { rootPath } from "../paths.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import { runOnMachine } from "../stress/run.ts";
import type { EndRecord } from "../stress/run-record.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

const SHARE_ERROR_GOAL_PERCENT = 0.5;
const MEBIBYTE = 1 << 20;

export const fairnessSection: Section = {
  name: "fairness",
  title: "fairness (10 s of the instruction clock in v86)",
  async measure(wanted, _effort, report) {
    if (wanted("fairness/share error")) report(shareFigure(await runScenario("weights-1-2-4")));
    if (!wanted("fairness/lent") && !wanted("fairness/back")) return;
    const end = await runScenario("lending");
    report(lentFigure(end));
    report(backFigure(end));
  },
};

async function runScenario(name: string): Promise<EndRecord> {
  const file = `${name}.json`;
  const path = rootPath("emulator-harness", "stress", "scenarios", file);
  const scenario = readScenario(file, readFileSync(path, "utf8"), {});
  const budget = (60 + (4 * scenario.durationNs) / 1e9) * 1e9;
  const lines: string[] = [];
  const settings = { clock: "virtual", memoryBytes: 64 * MEBIBYTE, budget } as const;
  const run = await runOnMachine(file, scenario, settings, (line) => lines.push(line));
  if (run.end === null) {
    throw new Error(`stress ${file} ended with ${run.exitCode}:\n${lines.slice(-20).join("\n")}`);
  }
  return run.end;
}

function shareFigure(end: EndRecord): Figure {
  return {
    name: "fairness/share error",
    value: end.shareErrorPpm / 1e4,
    unit: "%",
    goal: atMost(SHARE_ERROR_GOAL_PERCENT),
    beside: `Jain ${(end.jainPpm / 1e6).toFixed(6)}, ready while idle ${end.idleWhileReadyNs} ns`,
    note: "weights 1:2:4, 1, 4 and 8 busy threads; Linux 6.1: 0.12 %",
  };
}

/** The least of the groups that sleep: how much of what they left was used. */
function lentFigure(end: EndRecord): Figure {
  const lent = end.expect.filter(({ name }) => name === "lent_pct");
  const beside = lent.map(({ group, measured }) => `${group} ${measured} %`).join(", ");
  return {
    name: "fairness/lent",
    value: lent.length > 0 ? Math.min(...lent.map(({ measured }) => measured)) : null,
    unit: "%",
    goal: atLeast(99),
    beside,
    note: "reserve that its owners left, used by others",
  };
}

/** The longest wait of an owner that wakes: the scenario's own bound is a quantum and a poll. */
function backFigure(end: EndRecord): Figure {
  const waits = end.expect.filter(({ name }) => name === "wake_max_us");
  const limit = Math.max(...waits.map(({ most }) => most ?? 0));
  return {
    name: "fairness/back with its owner",
    value: waits.length > 0 ? Math.max(...waits.map(({ measured }) => measured)) : null,
    unit: "us",
    goal: atMost(limit),
    beside: waits.map(({ group, measured }) => `${group} ${measured} us`).join(", "),
    note: "worst wait after waking; the goal is one quantum and one poll",
  };
}
