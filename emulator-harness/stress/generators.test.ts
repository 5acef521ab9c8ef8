// Generators: a course is a function of seed and name, has the shape it is named for, and bad ones are refused.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compilePlan } from "./compile-plan.ts";
import { boundedPareto } from "./file/generate/shapes.ts";
import { readScenario } from "./file/read-scenario.ts";
import type { ScenarioTask } from "./file/scenario.ts";

function read(generate: string, seed = 1, rest = "") {
  const text = `{"global": {"duration": 1}, ${rest}\n "generate": {${generate}}}`;
  return readScenario("g.json", text, { seed });
}

function refusal(generate: string, rest = ""): string {
  try {
    read(generate, 1, rest);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
}

/** Microseconds of every event of that kind. */
function times(task: ScenarioTask, kind: "run" | "sleep"): number[] {
  return task.phases.flatMap(({ events }) =>
    events.flatMap((event) => (event.kind === kind ? [event.ns / 1000] : [])),
  );
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

test("the same seed draws the same plan, another seed another", () => {
  const text = `"a": {"kind": "on-off", "taskgroup": "/a", "instance": 3}`;
  assert.equal(compilePlan(read(text, 5)), compilePlan(read(text, 5)));
  assert.not.equal(compilePlan(read(text, 5)), compilePlan(read(text, 6)));
});

test("a generator's draw does not depend on the others", () => {
  const one = `"a": {"kind": "heavy-tail"}`;
  const alone = read(one).tasks.find(({ name }) => name === "a");
  const beside = read(`"b": {"kind": "on-off"}, ${one}`).tasks.find(({ name }) => name === "a");
  assert.equal(alone, beside);
});

test("on-off: means as asked, every instance with a course of its own", () => {
  const { tasks } = read(
    `"a": {"kind": "on-off", "instance": 2, "on_us": 1000, "off_us": 9000, "cycles": 400}`,
  );
  assert.equal(
    tasks.map(({ name }) => name),
    ["a-0", "a-1"],
  );
  assert.not.equal(tasks[0].phases, tasks[1].phases);
  for (const task of tasks) {
    assert.ok(
      Math.abs(mean(times(task, "run")) / 1000 - 1) < 0.2,
      String(mean(times(task, "run"))),
    );
    assert.ok(Math.abs(mean(times(task, "sleep")) / 9000 - 1) < 0.2);
  }
});

test("heavy-tail: within its bounds, the median far below the mean", () => {
  const [task] = read(
    `"a": {"kind": "heavy-tail", "min_us": 50, "max_us": 100000, "alpha": 0.9, "cycles": 400}`,
  ).tasks;
  const work = times(task, "run").sort((a, b) => a - b);
  assert.ok(work[0] >= 50 && work.at(-1)! <= 100_000);
  assert.ok(mean(work) > 3 * work[200], `mean ${mean(work)}, median ${work[200]}`);
  assert.is(boundedPareto(1, 1.1, 50, 100_000), 100_000);
  assert.is(boundedPareto(0, 1.1, 50, 100_000), 50);
});

test("diurnal: low at night, high at noon, a day as long as asked", () => {
  const [task] = read(
    `"a": {"kind": "diurnal", "low_pct": 10, "high_pct": 50, "noise_pct": 0, "day_ms": 2400, "steps": 24}`,
  ).tasks;
  const work = times(task, "run");
  assert.ok(Math.abs(work[0] / 500 - 1) < 0.05 && Math.abs(work[12] / 2500 - 1) < 0.05, `${work}`);
  assert.is(task.phases.reduce((sum, { loop }) => sum + loop, 0) * 5, 2400);
});

test("hackbench and schbench: everybody who waits has somebody who posts", () => {
  const { tasks, objects } = read(`"h": {"kind": "hackbench", "fds": 3, "groups": 2},
    "s": {"kind": "schbench", "messages": 2, "workers": 5}`);
  assert.is(tasks.filter(({ name }) => name.startsWith("h-")).length, 2 * (1 + 3));
  for (let object = 0; object < objects.length; object++) {
    const users = (kind: string) =>
      tasks.some(({ phases }) =>
        phases.some(({ events }) =>
          events.some(
            (event) => event.kind === kind && "object" in event && event.object === object,
          ),
        ),
      );
    assert.ok(users("sem_post") && users("sem_wait"), `semaphore ${object}`);
  }
});

test("fork-bomb: the child forks itself", () => {
  const { tasks } = read(`"b": {"kind": "fork-bomb", "forks": 3}`);
  const child = tasks.findIndex(({ name }) => name === "b-child");
  const forks = tasks[child].phases[0].events.filter(({ kind }) => kind === "fork");
  assert.is(forks.length, 3);
  assert.ok(forks.every((event) => "task" in event && event.task === child));
});

test("errors name the line, the column and the rule", () => {
  assert.match(refusal(`"a": {}`), /^g\.json:2:20: the generator "a" needs a "kind": on-off, /);
  assert.match(refusal(`"a": {"kind": "sine"}`), /2:29: a generator's kind is one of .*not "sine"/);
  assert.match(refusal(`"a": {"kind": "on-off", "of_us": 1}`), /2:39: "of_us" is nothing that/);
  assert.match(
    refusal(`"a": {"kind": "on-off", "on_us": 0}`),
    /2:48: on_us is 1 to 60000000, not 0/,
  );
  assert.match(
    refusal(`"a": {"kind": "heavy-tail", "min_us": 9, "max_us": 9}`),
    /2:43: min_us is below max_us, not 9 beside 9/,
  );
  assert.match(
    refusal(`"a": {"kind": "on-off"}`, `"tasks": {"a": {"run": 1}},`),
    /2:15: the generator "a" makes a task "a", which line 1 has too/,
  );
  assert.match(refusal(`"a b": {"kind": "on-off"}`), /"a b" is not a generator's name/);
  assert.match(refusal(`"a": {"kind": "on-off", "taskgroup": "x"}`), /"x" is not a group's path/);
});

test.run();
