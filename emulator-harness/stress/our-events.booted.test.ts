// Requests, held memory and soft caches in LendOS on v86, and the model beside it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "./file/read-scenario.ts";
import { runOnMachine, runOnModel } from "./run.ts";
import type { StressRun, TaskRecord } from "./run-record.ts";
import { requestsOf } from "./stream.ts";

const BUDGET = 60e9;
const TEXT = `{
  "global": { "duration": 2 }, "seed": 11,
  "groups": { "/web": { "cpu": { "reserve": 40 }, "memory": { "reserve": "8 MiB" } } },
  "tasks": {
    "web": { "taskgroup": "/web", "arrive": { "every_us": 4000, "random": true }, "run": 800,
      "cache": { "bytes": "2 MiB", "reads": 4, "miss_us": 100 }, "answer": "" },
    "grows": { "taskgroup": "/night", "phases": { "up": { "hold": "3 MiB", "sleep": 100000 },
      "down": { "hold": 65536, "sleep": 100000 } } },
    "hog": { "taskgroup": "/hog", "run": 1000 }
  }
}`;

async function run(text: string, on: "model" | "v86") {
  const lines: string[] = [];
  const scenario = readScenario("ours.json", text);
  const print = (line: string) => void lines.push(line);
  const result =
    on === "model"
      ? await runOnModel("ours", scenario, print)
      : await runOnMachine("ours", scenario, { clock: "virtual", budget: BUDGET }, print);
  return { result, scenario, text: lines.join("\n") };
}

function taskOf({ tasks }: StressRun, name: string): TaskRecord {
  return tasks!.find(({ task }) => task === name)!;
}

test("the machine answers what the stream asks, and misses what the model misses", async () => {
  const machine = await run(TEXT, "v86");
  const model = await run(TEXT, "model");
  const { tasks, seed, durationNs } = machine.scenario;
  const asked = [...requestsOf(tasks[0], seed, 0, durationNs)].length;
  const [web, other] = [taskOf(machine.result, "web"), taskOf(model.result, "web")];
  assert.ok(asked - web.answered <= 3, `${web.answered} of ${asked}\n${machine.text}`);
  assert.ok(asked - other.answered <= 3, `${other.answered} of ${asked}`);
  assert.is(web.hits + web.misses, 4 * web.answered, machine.text);
  // The machine tells what there was at one of the latest reads, the model what was asked for.
  assert.ok(web.cachePages > 400 && web.cachePages <= 512, machine.text);
  assert.is(other.cachePages, 512);
  assert.is(web.misses, web.firstReads, "nobody takes the cache away here");
  const same = Math.min(web.answered, other.answered) === web.answered ? other : web;
  assert.ok(Math.abs(web.misses - other.misses) <= 4 * Math.abs(web.answered - other.answered));
  assert.ok(same.maxNs >= same.p99Ns && same.p99Ns >= same.p50Ns && same.p50Ns >= 800_000);
});

test("held memory grows by what is asked and comes back when it shrinks", async () => {
  const { result, text } = await run(TEXT, "v86");
  const grows = taskOf(result, "grows");
  // Ten times from nothing or 16 pages to 768.
  assert.is(grows.growPages, 768 + 9 * (768 - 16), text);
  assert.is(grows.holdsRefused, 0, text);
  assert.ok(grows.growWorstNs > 0 && grows.growWorstNs * grows.growPages >= grows.growNs * 0.5);
});

test("a group that may not have the memory is refused it, and its cache is smaller", async () => {
  const limit = '"memory": { "reserve": "1 MiB", "limit": "1 MiB" }';
  const groups = `"groups": { "/night": { ${limit} },`;
  const text = TEXT.replace('"memory": { "reserve": "8 MiB" }', limit).replace(
    '"groups": {',
    groups,
  );
  const { result, text: said } = await run(text, "v86");
  const [web, grows] = [taskOf(result, "web"), taskOf(result, "grows")];
  assert.ok(web.cachePages > 0 && web.cachePages < 256, said);
  assert.ok(web.misses > web.hits, said);
  assert.is(grows.holdsRefused, 10, said);
});

test("two runs print the same bytes", async () => {
  const [one, two] = [await run(TEXT, "v86"), await run(TEXT, "v86")];
  assert.is(one.text, two.text);
  assert.equal(one.result, two.result);
});

test.run();
