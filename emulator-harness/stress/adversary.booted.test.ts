// Attacks in LendOS on v86, a second of each: the victim's worst lag is within its bound, and no record was lost.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "./file/read-scenario.ts";
import { runOnMachine } from "./run.ts";
import { findScenarios } from "./shipped.ts";
import { summaryRows } from "./summary.ts";

const BUDGET = 60e9;
/** Those whose harm would come from what only a machine has: entries, switches, late timers, calls, forks. */
const ATTACKS = [
  "under-the-tick",
  "wash-debt",
  "yield-storm",
  "pipe-storm",
  "server-flood",
  "fork-bomb",
  "memory-hoarding",
];

for (const name of ATTACKS) {
  test(name, async () => {
    const [{ path }] = findScenarios(`adversary/${name}.json`);
    const scenario = readScenario(name, readFileSync(path, "utf8"), { durationS: 1 });
    const lines: string[] = [];
    const settings = { clock: "virtual", budget: BUDGET } as const;
    const run = await runOnMachine(name, scenario, settings, (line) => void lines.push(line));
    assert.is(run.exitCode, 0, lines.join("\n"));
    assert.is(run.delays!.lost, 0);
    for (const { lag, bound } of summaryRows([run])) {
      assert.ok(lag! > 0 && lag! <= bound!, `lag ${lag}, bound ${bound}`);
    }
  });
}

test.run();
