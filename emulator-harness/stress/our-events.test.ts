// The events that rt-app does not have: how they are read, what is refused, and what was asked of a stream.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ExpectKind, PlanGroup, PlanHeader } from "../../userland/stress/plan.ts";
import { compilePlan } from "./compile-plan.ts";
import { EVENT_NAMES, eventOf } from "./file/event-names.ts";
import { ScenarioError } from "./file/json.ts";
import { OUR_EVENTS, ourEventOf } from "./file/our-events.ts";
import { readScenario } from "./file/read-scenario.ts";
import { requestsOf, streamGap, streamNext, streamSeed } from "./stream.ts";
import { latencyBucket } from "./task-results.ts";

const read = (text: string) => readScenario("test.json", text);
const task = (members: string, more = "") =>
  `{"global": {"duration": 1}, "tasks": {"t": {${members}}}${more}}`;

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
}

test("no name of ours begins with an event's name of rt-app, or the other way round", () => {
  for (const ours of OUR_EVENTS) {
    assert.is(eventOf(ours), null, ours);
    for (const theirs of EVENT_NAMES) assert.is(ourEventOf(theirs), null, theirs);
  }
  assert.is(ourEventOf("cache2"), "cache");
  assert.is(ourEventOf("cached"), null);
});

test("sizes are bytes or a number with its unit", () => {
  const scenario = read(
    task(
      `"taskgroup": "/a", "hold1": 8192, "hold2": "1.5 MiB", "run": 1,
        "cache": {"bytes": "2 MiB", "reads": 3, "miss_us": 5}`,
      ', "groups": {"/a": {"memory": {"reserve": "8 MiB", "limit": "16 MiB"}}}',
    ),
  );
  const [hold1, hold2, , cache] = scenario.tasks[0].phases[0].events;
  assert.equal(hold1, { kind: "hold", holdBytes: 8192 });
  assert.equal(hold2, { kind: "hold", holdBytes: 1_572_864 });
  assert.equal(cache, { kind: "cache", pages: 512, reads: 3, missNs: 5000 });
  assert.is(scenario.groups[0].framesReserve, 2048);
  assert.is(scenario.groups[0].framesLimit, 4096);
});

test("a group has a tax, and its memory can be expected of where tasks have some", () => {
  const groups = ', "groups": {"/a": {"memory": {"tax": 60}}, "/a/b": {}}';
  const expects = ', "expect": {"reclaim_us": {"/a": 1500}, "found_pct": {"/a/b": [50, 99.5]}}';
  const events = `"hold": 8192, "run": 1, "cache": {"bytes": 4096, "reads": 1, "miss_us": 1}`;
  const inner = (text: string) => task(`"taskgroup": "/a/b", ${text}`, groups + expects);
  const scenario = read(inner(events));
  assert.is(scenario.groups[0].memoryTax, 60);
  assert.is(scenario.groups[1].memoryTax, 0);
  const view = new DataView(compilePlan(scenario).buffer);
  const at = view.getUint32(PlanHeader.GROUPS_AT, true);
  assert.is(view.getUint32(at + PlanGroup.MEMORY_TAX, true), 60);
  assert.equal(scenario.expects, [
    { kind: ExpectKind.RECLAIM_NS, group: 0, least: false, bound: 1_500_000 },
    { kind: ExpectKind.FOUND_PPM, group: 1, least: true, bound: 500_000 },
    { kind: ExpectKind.FOUND_PPM, group: 1, least: false, bound: 995_000 },
  ]);
  assert.match(refusal(inner('"run": 1')), /reclaim_us is for groups with a "hold" event/);
  assert.match(refusal(inner('"hold": 8192, "run": 1')), /found_pct is for .*; "\/a\/b" has none/);
  const taxed = (tax: string) => `, "groups": {"/a": {"memory": {"tax": ${tax}}}}`;
  assert.match(refusal(task('"run": 1', taxed("100"))), /tax is .*1.*99/);
  assert.match(refusal(task('"run": 1', taxed("0"))), /tax is .*1.*99/);
  const wrong = ', "groups": {"/a": {"memory": {"taxes": 1}}}';
  assert.match(refusal(task('"run": 1', wrong)), /memory has "reserve", "limit" and "tax"/);
});

test("wrong values are refused with their place and what they take", () => {
  assert.match(refusal(task('"hold": "8 MB"')), /test.json:1:\d+: hold is a number of bytes, or/);
  assert.match(refusal(task('"cache": {"bytes": 4096}')), /cache needs "reads"/);
  const large = '"cache": {"bytes": "25 MiB", "reads": 1, "miss_us": 1}';
  assert.match(refusal(task(large)), /bytes of cache is 4096 to 25165824 bytes/);
  assert.match(refusal(task('"arrive": {"every": 1}')), /arrive has every_us, random, not "every"/);
  assert.match(refusal(task('"run": 1, "answer": ""')), /the "answer" of "t" has no "arrive"/);
  const open = '"arrive": {"every_us": 10}, "run": 1';
  assert.match(refusal(task(open)), /a phase of "t" ends before its request is answered/);
  const twice = '"arrive": {"every_us": 10}, "arrive2": {"every_us": 10}, "answer": ""';
  assert.match(refusal(task(twice)), /takes a request before the one before is answered/);
  assert.match(refusal(task('"hold": 4096')), /loops for ever without taking any time/);
  const forked = `{"global": {"duration": 1}, "tasks": {"p": {"fork": "t", "sleep": 1},
    "t": {"instance": 0, "loop": 1, "hold": 4096, "run": 1}}}`;
  assert.match(refusal(forked), /"t" is forked, and a forked thread cannot "hold"/);
  const groups = ', "groups": {"/a": {"memory": {"reserve": "2 MiB", "limit": "1 MiB"}}}';
  assert.match(refusal(task('"run": 1', groups)), /the memory limit of "\/a" is below its reserve/);
});

test("random times have their mean, and no number draws a negative one", () => {
  let [state, sum] = [streamSeed(12345, 0), 0];
  const count = 100_000;
  for (let i = 0; i < count; i++) {
    state = streamNext(state);
    const gap = streamGap(1000, state);
    assert.ok(gap >= 0);
    sum += gap;
  }
  assert.ok(Math.abs(sum / count - 1000) < 10, `mean ${sum / count}`);
  assert.is(streamGap(98304, 1), (31 << 16) + 65536);
  assert.is(streamGap(98304, 0xffffffff), 1);
});

test("a stream is the task's own: it does not change with its place or its neighbours", () => {
  const requests = '"arrive": {"every_us": 1000, "random": true}, "run": 100, "answer": ""';
  const times = (text: string, index: number) => {
    const { tasks, seed } = read(text);
    return [...requestsOf(tasks[index], seed, 0, 1e9)].map(({ atNs }) => atNs);
  };
  const alone = times(task(requests), 0);
  const beside = `{"global": {"duration": 1}, "tasks": {"u": {"run": 1}, "t": {${requests}}}}`;
  assert.equal(times(beside, 1), alone);
  assert.ok(alone.length > 900 && alone.length < 1100, `${alone.length}`);
  assert.ok(alone.every((time, i) => time < 1e9 && (i === 0 || time >= alone[i - 1])));
});

test("what is asked counts the work between arrival and answer, phase by phase", () => {
  const text = task(`"loop": 1, "phases": {
    "one": {"loop": 2, "arrive": {"every_us": 10}, "run1": 3, "run2": 4, "answer": ""},
    "rest": {"run": 50, "sleep": 5}, "two": {"loop": 1, "arrive": {"every_us": 100}, "run": 1, "answer": ""}}`);
  const { tasks, seed } = read(text);
  assert.equal(
    [...requestsOf(tasks[0], seed, 0, 1e9)],
    [
      { atNs: 10_000, workNs: 7_000 },
      { atNs: 20_000, workNs: 7_000 },
      { atNs: 120_000, workNs: 1_000 },
    ],
  );
});

test("buckets of latencies follow one another without a gap", () => {
  let last = -1;
  for (let ns = 0; ns < 100e9; ns = Math.ceil(ns * 1.01) + 1) {
    const bucket = latencyBucket(ns);
    assert.ok(bucket === last || bucket === last + 1, `${ns} ns: ${bucket} after ${last}`);
    last = bucket;
  }
});

test.run();
