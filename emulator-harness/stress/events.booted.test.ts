// All twenty events of rt-app in LendOS on v86, and the model beside it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { EVENT_NAMES } from "./file/event-names.ts";
import { readScenario } from "./file/read-scenario.ts";
import { runOnMachine, runOnModel } from "./run.ts";

const BUDGET = 60e9;
/** Who waits for a late timer works less: every sleep is up to 0.2 ms longer in v86. */
const DIFFERENCE_MOST = 0.05;
/** Eighty rounds of everything; a signal comes only once somebody waits, so nothing is lost. */
const TEXT = `{
  "global": { "duration": 1, "mem_buffer_size": 8192 },
  "tasks": {
    "pair": { "taskgroup": "/pair", "instance": 2, "lock": "m", "run": 500, "unlock": "m",
      "sleep": 1000, "barrier": "both", "mem": 100000, "iorun": 50000, "yield": "",
      "memrun": { "type": "chase", "size": 65536, "count": 1000 } },
    "waiter": { "taskgroup": "/turns", "lock": "turn", "wait": { "ref": "go", "mutex": "turn" },
      "run": 100, "unlock": "turn", "sem_post": "done" },
    "signaller": { "taskgroup": "/turns", "delay": 5000, "run": 1000, "lock": "turn", "signal": "go",
      "unlock": "turn", "sem_wait": "done", "fork": "child",
      "timer": { "ref": "tick", "period": 10000 } },
    "child": { "instance": 0, "loop": 2, "run": 100, "sleep": 500,
      "timer": { "ref": "tick", "period": 1000 } },
    "sleeper": { "taskgroup": "/wakes", "suspend": "", "runtime": 100 },
    "waker": { "taskgroup": "/wakes", "resume": "sleeper", "run": 100, "sleep": 2000,
      "lock": "all", "broad": "news", "unlock": "all" },
    "listener": { "taskgroup": "/wakes", "lock": "all",
      "sync": { "ref": "news", "mutex": "all" }, "unlock": "all", "run": 10 }
  }
}`;

async function run(text: string, on: "model" | "v86", log = false) {
  const lines: string[] = [];
  const scenario = readScenario("events.json", text, { log });
  const print = (line: string) => void lines.push(line);
  const result =
    on === "model"
      ? await runOnModel("events", scenario, print)
      : await runOnMachine("events", scenario, { clock: "virtual", budget: BUDGET }, print);
  return { result, text: lines.join("\n") };
}

test("all twenty are executed, as often and as long as on the model", async () => {
  const machine = await run(TEXT, "v86");
  assert.is(machine.result.exitCode, 0, machine.text);
  const { counts, forksRefused } = machine.result.events!;
  assert.equal(Object.keys(counts).sort(), [...EVENT_NAMES].sort(), machine.text);
  assert.is(forksRefused, 0);
  const model = await run(TEXT, "model");
  machine.result.end!.groups.forEach(({ path, usedNs }, index) => {
    const other = model.result.end!.groups[index].usedNs;
    const difference = Math.abs(usedNs - other) / other;
    assert.ok(difference <= DIFFERENCE_MOST, `${path}: ${difference}\n${machine.text}`);
  });
  for (const name of EVENT_NAMES) {
    const [one, other] = [counts[name], model.result.events!.counts[name]];
    assert.ok(
      Math.abs(one - other) <= 2 + DIFFERENCE_MOST * other,
      `${name}: ${one}, on the model ${other}`,
    );
  }
});

test("two runs print the same bytes", async () => {
  const [one, two] = [await run(TEXT, "v86"), await run(TEXT, "v86")];
  assert.is(one.text, two.text);
  assert.equal(one.result, two.result);
});

test("more forks than a process has places for are refused and counted, on both", async () => {
  const text = `{"global": {"duration": 0.2}, "tasks": {
    "parent": {"taskgroup": "/a", "phases": {"all": {"loop": 70, "fork": "child"},
      "rest": {"loop": -1, "sleep": 1000}}},
    "child": {"instance": 0, "run": 10, "sleep": 50000}}}`;
  for (const on of ["v86", "model"] as const) {
    const { result, text: said } = await run(text, on);
    assert.is(result.events!.counts.fork, 70, said);
    assert.is(result.events!.forksRefused, 7, said);
    assert.match(said, /forks refused 7/);
  }
});

test.run();
