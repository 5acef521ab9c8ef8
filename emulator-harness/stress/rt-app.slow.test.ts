// Files of the shapes of rt-app's own examples: all are read and run on the model, a few in LendOS too,
// and together they execute every kind of event.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { EVENT_NAMES } from "./file/event-names.ts";
import { readScenario } from "./file/read-scenario.ts";
import { logFile } from "./log-file.ts";
import { runOnMachine, runOnModel } from "./run.ts";

const FOLDER = rootPath("emulator-harness", "stress", "scenarios", "rt-app");
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
const BUDGET = 60e9;
const COLUMNS = 11;
/** Microseconds by which a figure of the log may differ: timers in v86 come late. */
const LATE_US = 400;

/** Runs with the log on, which counts the events of old as well. */
async function run(file: string, on: "model" | "v86") {
  const text = readFileSync(`${FOLDER}/${file}`, "utf8");
  const lines: string[] = [];
  const scenario = readScenario(file, text, { log: true });
  const print = (line: string) => void lines.push(line);
  const result =
    on === "model"
      ? await runOnModel(file, scenario, print)
      : await runOnMachine(file, scenario, { clock: "virtual", budget: BUDGET }, print);
  assert.is(result.exitCode, 0, lines.join("\n"));
  return { result, scenario, log: logFile(scenario, result.log ?? []) };
}

test("all 22 run on the model, and execute all 20 kinds of events", async () => {
  assert.is(FILES.length, 22);
  const seen = new Set<string>();
  for (const file of FILES) {
    const { result } = await run(file, "model");
    const counts = result.events!.counts;
    assert.ok(Object.keys(counts).length > 0, file);
    for (const name of Object.keys(counts)) seen.add(name);
  }
  assert.equal([...seen].sort(), [...EVENT_NAMES].sort());
});

for (const file of ["ping-pong.json", "memory.json", "many.json", "forks.json", "chain.json"]) {
  test(`${file} does in LendOS what it does on the model`, async () => {
    const machine = await run(file, "v86");
    const model = await run(file, "model");
    const counts = machine.result.events!.counts;
    for (const [name, other] of Object.entries(model.result.events!.counts)) {
      const off = Math.abs(counts[name] - other);
      assert.ok(off <= 2 + 0.1 * other, `${name}: ${counts[name]}, on the model ${other}`);
    }
  });
}

test("the log has eleven columns, and says the same of both", async () => {
  const [machine, model] = [await run("template.json", "v86"), await run("template.json", "model")];
  const [name, heading, ...rows] = machine.log.trimEnd().split("\n");
  assert.is(name, "# task-0");
  assert.is(heading.trim().split(/ +/).length, COLUMNS);
  assert.match(heading, /^ *#idx +perf +run +period +start +end +rel_st +slack +c_duration/);
  const cells = (line: string) => line.trim().split(/ +/).map(Number);
  const others = model.log.trimEnd().split("\n").slice(2);
  assert.ok(Math.abs(rows.length - others.length) <= 1 && rows.length >= 99);
  rows.slice(1, 90).forEach((row, index) => {
    const [one, other] = [cells(row), cells(others[index + 1])];
    assert.is(one.length, COLUMNS);
    one.forEach((value, column) => {
      const off = Math.abs(value - other[column]);
      assert.ok(off <= LATE_US, `${heading}\n${row}\n${others[index + 1]}`);
    });
  });
});

test("two logs on the model are the same bytes", async () => {
  const [one, two] = [
    await run("browse-long.json", "model"),
    await run("browse-long.json", "model"),
  ];
  assert.is(one.log, two.log);
});

test.run();
