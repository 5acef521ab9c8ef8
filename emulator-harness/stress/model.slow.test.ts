// The model: the shipped scenarios meet their expectations, runs repeat byte for byte, failures are told.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { readScenario } from "./file/read-scenario.ts";
import { htmlReport } from "./html/report.ts";
import { runOnModel } from "./run.ts";

const FOLDER = rootPath("emulator-harness", "stress", "scenarios");

async function run(file: string, text: string, seed?: number) {
  const lines: string[] = [];
  const scenario = readScenario(file, text, { seed });
  const result = await runOnModel(file, scenario, (line) => lines.push(line));
  return { result, text: lines.join("\n") };
}

const shipped = (file: string) => readFileSync(`${FOLDER}/${file}`, "utf8");

/** Those that promise something; rt-app/ has tests of its own. */
const FOLDERS = [".", "adversary", "generate"];
const files = FOLDERS.flatMap((folder) =>
  readdirSync(`${FOLDER}/${folder}`).map((name) => `${folder}/${name}`),
).filter((name) => name.endsWith(".json"));

for (const file of files) {
  test(`${file} meets its expectations`, async () => {
    const { result, text } = await run(file, shipped(file));
    assert.is(result.exitCode, 0, text);
    assert.is(result.epochs.length, result.start!.durationMs / result.start!.epochMs);
    assert.is(result.end!.idleWhileReadyNs, 0);
  });
}

test("the same scenario twice is the same text, and the same page", async () => {
  const one = await run("lending.json", shipped("lending.json"));
  const two = await run("lending.json", shipped("lending.json"));
  assert.is(one.text, two.text);
  assert.is(htmlReport([one.result]), htmlReport([two.result]));
});

test("in every epoch all groups together lend at least what they borrow from one another", async () => {
  const { result } = await run("weights-1-2-4.json", shipped("weights-1-2-4.json"));
  for (const { groups } of result.epochs) {
    for (const [entitled, used, lent, borrowed] of groups) {
      assert.ok(used <= entitled + borrowed + 2, `${used} of ${entitled} + ${borrowed}`);
      assert.ok(lent + used <= entitled + borrowed + 2);
    }
  }
});

test("a failed expectation is told and counted", async () => {
  const text = `{"global": {"duration": 1}, "tasks": {"t": {"taskgroup": "/a", "run": 500, "sleep": 500}},
    "expect": {"share_pct": {"/a": 90}}}`;
  const { result, text: printed } = await run("bad.json", text);
  assert.is(result.exitCode, 1);
  assert.match(printed, /FAILED \/a share_pct >= 90\.0000: [45]\d\.\d{4}/);
  assert.match(printed, /0 expectations met, 1 failed/);
});

test("jitter comes from the seed alone", async () => {
  const text = `{"global": {"duration": 1},
    "tasks": {"t": {"instance": 5, "jitter_us": 90000, "loop": -1, "run": 3000, "sleep": 40000}}}`;
  const [one, again, other] = [
    await run("j.json", text, 7),
    await run("j.json", text, 7),
    await run("j.json", text, 8),
  ];
  assert.is(one.text, again.text);
  assert.is.not(one.text, other.text.replace("seed 8", "seed 7"));
});

test("the page holds a plot for every kind of result and needs nothing else", async () => {
  const { result } = await run("lending.json", shipped("lending.json"));
  const page = htmlReport([result]);
  assert.is(page.match(/<svg/g)!.length, 4);
  assert.match(page, /\/owner → \/night/);
  assert.match(page, /\/owner lends/);
  assert.not.match(page, /(src|href)=|https?:/);
});

test("the page of attacks begins with a table, and shows lag beside its bound", async () => {
  const names = ["adversary/wash-debt.json", "adversary/many-threads.json"];
  const runs = await Promise.all(names.map((name) => run(name, shipped(name))));
  const page = htmlReport(runs.map(({ result }) => result));
  assert.is(page.match(/<svg class="bar"/g)!.length, 2);
  assert.is(page.match(/Lag: the worst window/g)!.length, 2);
  for (const { result } of runs) {
    const worst = Math.max(...result.epochs.map(({ lag }) => lag![0][1])) / 1e6;
    assert.is(worst, result.end!.expect.find(({ name }) => name === "lag_q")!.measured);
  }
});

test.run();
