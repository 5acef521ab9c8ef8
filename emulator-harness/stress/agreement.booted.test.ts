// The same scenarios in LendOS on v86: expectations met, repeatable to the byte, and as the model says.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { rootPath } from "../paths.ts";
import { readScenario } from "./file/read-scenario.ts";
import { runOnMachine, runOnModel } from "./run.ts";
import type { StressRun } from "./run-record.ts";

const FOLDER = rootPath("emulator-harness", "stress", "scenarios");
const BUDGET = 120e9;

async function run(name: string, on: "model" | "v86") {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  const scenario = readScenario(name, readFileSync(`${FOLDER}/${name}.json`, "utf8"));
  const result =
    on === "model"
      ? await runOnModel(name, scenario, print)
      : await runOnMachine(name, scenario, { clock: "virtual", budget: BUDGET }, print);
  return { result, text: lines.join("\n") };
}

/** Time used per group, v86 against the model. */
function differences(one: StressRun, other: StressRun): string[] {
  return one.end!.groups.flatMap((group, index) => {
    const difference = Math.abs(group.usedNs - other.end!.groups[index].usedNs);
    return difference > SchedulerTime.QUANTUM_NS ? [`${group.path} ${difference} ns`] : [];
  });
}

for (const name of ["weights-1-2-4", "lending", "limit", "adversary/many-threads"]) {
  test(`${name}: expectations met, and within one quantum of the model`, async () => {
    const machine = await run(name, "v86");
    assert.is(machine.result.exitCode, 0, machine.text);
    const model = await run(name, "model");
    assert.equal(differences(machine.result, model.result), [], machine.text);
    const form = (text: string) => text.replace(/[ \d.]+/g, " ");
    assert.is(form(machine.text), form(model.text));
  });
}

test("two runs print the same bytes", async () => {
  const one = await run("lending", "v86");
  const two = await run("lending", "v86");
  assert.is(one.text, two.text);
  assert.equal(one.result, two.result);
});

test.run();
