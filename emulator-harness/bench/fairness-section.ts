// Fairness in LendOS on v86: shares, idle reserve in use by others and how fast it comes back, and what deciding costs.
import { readFileSync } from "node:fs";
import { rootPath } from "../paths.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import {
  type BooksFigures,
  booksFigures,
  type DecisionFigures,
  decisionFigures,
} from "../stress/decision-figures.ts";
import { runOnMachine } from "../stress/run.ts";
import type { EndRecord } from "../stress/run-record.ts";
import { atLeast, atMost, type Figure } from "./figure.ts";
import type { Section } from "./section.ts";

const SHARE_GOAL_PERCENT = 0.05;
const LEAF_GOAL_PERCENT = 0.1;
/** One turn of v86 between two looks at the timers, and what the kernel may add. */
const WAKE_GOAL_US = 100.003 + 20;
const DECISION_GOAL = 600;
const STRETCH_GOAL = 20_000;
const MEBIBYTE = 1 << 20;

export const fairnessSection: Section = {
  name: "fairness",
  title: "fairness (10 s of the instruction clock in v86; instructions for what decisions cost)",
  async measure(wanted, _effort, report) {
    if (wanted("fairness/share error")) report(shareFigure(await runScenario("weights-1-2-4")));
    if (wanted("fairness/leaf error")) report(leafFigure(await runScenario("nested")));
    if (wanted("fairness/wake-up")) report(wakeFigure(await runScenario("wakeup")));
    if (wanted("fairness/lent") || wanted("fairness/back")) {
      const end = await runScenario("lending");
      report(lentFigure(end));
      report(backFigure(end));
    }
    if (wanted("fairness/decision")) report(decisionFigure(await decisionFigures()));
    if (wanted("fairness/books")) report(booksFigure(await booksFigures()));
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
    goal: atMost(SHARE_GOAL_PERCENT),
    beside: `Jain ${(end.jainPpm / 1e6).toFixed(6)}, ready while idle ${end.idleWhileReadyNs} ns`,
    note: "siblings 1:2:4 with 1, 4 and 8 busy threads; Linux 6.1 on this emulator: 0.12 %",
  };
}

function leafFigure(end: EndRecord): Figure {
  return {
    name: "fairness/leaf error",
    value: end.shareErrorPpm / 1e4,
    unit: "%",
    goal: atMost(LEAF_GOAL_PERCENT),
    beside: `worst of ${end.groups.length} groups, depth 3, one with a reserve`,
    note: "Linux's own tests of nested weights tolerate 15 %",
  };
}

/** A group with a small reserve that wakes every 10 ms, beside eight busy threads. */
function wakeFigure(end: EndRecord): Figure {
  const [lender] = end.groups.filter(({ wakeCount }) => wakeCount > 0);
  const us = (ns: number) => (ns / 1000).toFixed(1);
  return {
    name: "fairness/wake-up, worst",
    value: lender.wakeMaxNs / 1000,
    unit: "us",
    goal: atMost(WAKE_GOAL_US),
    beside: `p50 ${us(lender.wakeP50Ns)}, p99 ${us(lender.wakeP99Ns)} of ${lender.wakeCount} against 8 hogs`,
    note: "one turn of the emulator + 20 us; Linux 6.1 there: 54 / 103 / 104 (p50 / p99 / max)",
  };
}

function decisionFigure(figures: DecisionFigures): Figure {
  const { decision, booking, turnover } = figures;
  return {
    name: "fairness/decision",
    value: decision,
    unit: "instructions",
    goal: atMost(DECISION_GOAL),
    beside: `booking ${booking}; a slice's end with all of it ${turnover}`,
    note: "64 accounts in three levels",
  };
}

function booksFigure({ longest, epoch, reopen }: BooksFigures): Figure {
  const whole = epoch.toLocaleString("en-US");
  return {
    name: "fairness/books, longest step",
    value: longest,
    unit: "instructions",
    goal: atMost(STRETCH_GOAL),
    beside: `an epoch ${whole}, opening and closing an account ${reopen.toLocaleString("en-US")}`,
    note: "1,024 accounts",
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
