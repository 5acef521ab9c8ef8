// What was asked, what an ideal machine does of it when, and which scenarios can be compared at all.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "../file/read-scenario.ts";
import { demandOf, ideal, idleWaitingLeast, servedPart } from "./demand.ts";
import { quantile } from "./result.ts";
import { alone, NotComparable, sliced, tenantsOf } from "./ways.ts";

const MS = 1e6;
const read = (text: string) => readScenario("test.json", text);
const ASK = '"arrive": {"every_us": 10000}, "run": 4000, "answer": ""';
const GROUP = (cpu: number, mebibytes: number) =>
  `{"cpu": {"reserve": ${cpu}}, "memory": {"reserve": "${mebibytes} MiB"}}`;

const text = (tasks: string, groups = `"/a": ${GROUP(30, 8)}, "/b": ${GROUP(10, 24)}`) =>
  `{"global": {"duration": 1}, "groups": {${groups}}, "tasks": {${tasks}},
    "hypervisor": {"memory": "64 MiB"}}`;
const TWO = `"t": {"taskgroup": "/a/x", ${ASK}}, "u": {"taskgroup": "/b", ${ASK}}`;

test("the ideal machine works whenever there is work, and not before it is asked", () => {
  const requests = [
    { atNs: 50 * MS, workNs: 100 * MS },
    { atNs: 60 * MS, workNs: 10 * MS },
    { atNs: 250 * MS, workNs: 100 * MS },
  ];
  assert.equal(ideal(requests, 300 * MS), [50 * MS, 60 * MS, 50 * MS]);
});

test("served is what was done when the ideal machine does it, not later", () => {
  assert.is(servedPart([100, 100], [100, 100]), 1);
  assert.is(servedPart([50, 150], [100, 100]), 0.75);
  assert.is(servedPart([], [100, 100]), 0);
  assert.is(servedPart([7], [0]), 1);
});

test("idle time counts as waiting only where a tenant surely waited all along", () => {
  const queue = [{ atNs: 0, workNs: 150 * MS }];
  // In the second epoch 130 ms wait and 20 are served; in the third 110 wait and all but 30 are served.
  const used = [[20 * MS, 20 * MS, 80 * MS, 0]];
  assert.is(idleWaitingLeast([queue], used, 4), 80 * MS + 20 * MS + 100 * MS);
  assert.is(idleWaitingLeast([queue], [[100 * MS, 50 * MS, 0, 0]], 4), 0);
});

test("slices fill the machine, and a machine of one's own has one tenant's tasks", () => {
  const scenario = read(text(TWO));
  const tenants = tenantsOf(scenario);
  assert.equal(
    tenants.map(({ path, slicePpm, memoryBytes }) => [path, slicePpm, memoryBytes / 2 ** 20]),
    [
      ["/a", 750_000, 16],
      ["/b", 250_000, 48],
    ],
  );
  const own = alone(scenario, tenants[0]);
  assert.equal(
    own.groups.map(({ path, parent, reservePpm }) => [path, parent, reservePpm]),
    [
      ["/a", -1, 0],
      ["/a/x", 0, 0],
    ],
  );
  assert.equal(
    own.tasks.map(({ name, group }) => [name, group]),
    [["t", 1]],
  );
  const limits = sliced(scenario, tenants).groups;
  assert.equal(
    limits.map(({ path, limitPpm, framesLimit }) => [path, limitPpm, framesLimit]),
    [
      ["/a", 750_000, 2048],
      ["/b", 250_000, 6144],
      ["/a/x", 1_000_000, 0],
    ],
  );
  const { requests, idealNs } = demandOf(scenario, tenants);
  assert.equal(
    requests.map(({ length }) => length),
    [99, 99],
  );
  // Every ten milliseconds eight of work, from the tenth on.
  assert.is(idealNs[0], 72 * MS);
  assert.is(idealNs[5], 80 * MS);
});

test("what cannot be compared is refused with what it needs", () => {
  const refusal = (scenario: string) => {
    try {
      tenantsOf(read(scenario));
    } catch (error) {
      if (error instanceof NotComparable) return error.message;
      throw error;
    }
    throw new Error(`was accepted: ${scenario}`);
  };
  const bare = `"/a": ${GROUP(30, 8)}, "/b": {"cpu": {"reserve": 10}}`;
  assert.match(refusal(text(TWO, bare)), /"\/b" needs a memory reserve/);
  assert.match(refusal(text(`"t": {${ASK}}`)), /every task needs a "taskgroup"/);
  assert.match(refusal(text('"t": {"taskgroup": "/a", "run": 5}')), /"t" has no "arrive"/);
  const lock = `"t": {"taskgroup": "/a", "lock": "m", "unlock": "m", ${ASK}}`;
  assert.match(refusal(text(lock)), /"t" meets others/);
});

test("a quantile is the end of the bucket that it falls into", () => {
  const latencies: [number, number][] = [
    [10, 50],
    [20, 49],
    [30, 1],
  ];
  assert.is(quantile(latencies, 0.5), 10);
  assert.is(quantile(latencies, 0.99), 20);
  assert.is(quantile(latencies, 0.999), 30);
  assert.is(quantile([], 0.5), 0);
});

test.run();
