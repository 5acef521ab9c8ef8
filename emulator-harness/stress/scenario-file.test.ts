// Reading scenario files: rt-app's grammar, its traps, our additions, and errors that name the place.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { compilePlan } from "./compile-plan.ts";
import { parseJson, ScenarioError } from "./file/json.ts";
import { readScenario } from "./file/read-scenario.ts";
import { eventOf } from "./file/read-task.ts";

const read = (text: string) => readScenario("test.json", text);

/** A scenario around one task's members. */
function task(members: string, more = ""): string {
  return `{"global": {"duration": 1}, "tasks": {"t": {${members}}}${more}}`;
}

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof ScenarioError) return error.message;
    throw error;
  }
  throw new Error(`was accepted: ${text}`);
}

test("comments, trailing commas and single quotes are read as json-c reads them", () => {
  const value = parseJson(`/* a */ {'x': [1, -2.5e1, true,], // b
    "y": "\\u0041\\n",}`);
  assert.is(value.kind, "object");
  if (value.kind !== "object") return;
  const y = value.members.get("y")!.value;
  assert.equal(y.kind === "string" && y.text, "A\n");
});

test("an error in the text has its line and column", () => {
  assert.is(refusal('{\n  "tasks" {}\n}'), 'test.json:2:11: expected ":" after the key "tasks"');
  assert.is(refusal('{ "tasks": /* x'), "test.json:1:12: this comment does not end");
  assert.match(refusal('{ "tasks": {} } 1'), /1:17: something follows/);
  assert.match(refusal('{ "tasks": nil }'), /1:12: "nil" is not a value/);
});

test("events are known by their prefix, the longest name first", () => {
  assert.is(eventOf("run1"), "run");
  assert.is(eventOf("runtime_b"), "runtime");
  assert.is(eventOf("sleep_between"), "sleep");
  assert.is(eventOf("memory"), "mem");
  assert.is(eventOf("memrun"), "memrun");
  assert.is(eventOf("instance"), null);
});

test("an unsupported event is refused by name and place", () => {
  const text = refusal(task('"run": 10,\n "lock": "m"'));
  assert.is(text, 'test.json:2:2: the event "lock" is not supported yet');
  assert.match(refusal(task('"memory": 1')), /"memory" \(by its prefix "mem"\) is not supported/);
});

test("obsolete and misspelt keys are refused with what to write", () => {
  assert.match(refusal(task('"exec": 5')), /obsolete grammar: write a "run" event/);
  assert.match(refusal(task('"run": 5, "lopp": 2')), /"lopp" is neither an event nor a property/);
  assert.match(refusal(task('"run": 5, "lock_order": ["a"]')), /write "lock", "run" and "unlock"/);
  assert.match(refusal(task('"run": 5, "deadline": 9')), /write a "timer" event/);
  assert.match(refusal(task('"run": 5, "phases": {"a": {"run": 1}}')), /belongs in one/);
  const old = '{"global": {"duration": 1}, "thread0": {"exec": 5}}';
  assert.is(
    refusal(old),
    `test.json:1:29: "exec" is rt-app's obsolete grammar: write a "run" event, ` +
      'and put the task "thread0" into "tasks"',
  );
  assert.match(refusal('{"threads": {}}'), /obsolete grammar: write "tasks"/);
});

test("properties are checked, and noted when they mean nothing here", () => {
  const noted = (members: string) => read(task(`"run": 5, ${members}`)).warnings;
  assert.is(noted('"policy": "SCHED_OTHER"').length, 0);
  assert.match(noted('"policy": "SCHED_FIFO"')[0], /no effect here: a group's reserve/);
  assert.match(noted('"cpus": [0, 3]')[0], /there is one processor/);
  assert.match(noted('"util_min": 1024')[0], /one speed/);
  assert.is(noted('"dl-runtime": 5, "dl-period": 9, "dl-deadline": 9, "priority": -7').length, 4);
  assert.match(refusal(task('"run": 5, "cpus": 1')), /cpus is a list of whole numbers/);
  assert.match(refusal(task('"run": 5, "util_max": 1025')), /util_max is 0 to 1024/);
  assert.match(refusal(task('"run": 5, "policy": "FIFO"')), /policy is one of SCHED_OTHER/);
  assert.match(refusal(task('"run": 5.0')), /run is a whole number, not 5\.0/);
});

test("globals have their types", () => {
  const global = (members: string) =>
    `{"global": {"duration": 1, ${members}}, "tasks": {"t": {"run": 5}}}`;
  const fine = `"calibration": "CPU0", "default_policy": "SCHED_OTHER", "pi_enabled": False,
    "lock_pages": true, "logdir": "./", "log_basename": "x", "log_size": 2, "ftrace": "none",
    "gnuplot": false, "io_device": "/dev/null", "mem_buffer_size": 4096, "cumulative_slack": true`;
  assert.equal(read(global(fine)).warnings, []);
  assert.match(read(global('"calibration": 240')).warnings[0], /calibrated before every run/);
  assert.match(read(global('"pi_enabled": true')).warnings[0], /no effect here/);
  assert.match(read(global('"ftrace": "main,task"')).warnings[0], /there is no ftrace/);
  assert.match(refusal(global('"pi_enabled": 1')), /1:42: pi_enabled is true or false/);
  assert.match(refusal(global('"log_size": "huge"')), /number of MB or one of file, disable, auto/);
  assert.match(refusal(global('"calibration": "fast"')), /"CPU<n>" or nanoseconds per round/);
  assert.match(refusal(global('"spacing": 5')), /give each task a "delay"/);
  assert.match(refusal(global('"colour": 5')), /"colour" is not a global setting/);
});

test("loop and phases mean what they mean in rt-app", () => {
  const single = read(task('"loop": 3, "run": 5')).tasks[0];
  assert.is(single.loop, 1);
  assert.is(single.phases[0].loop, 3);
  const forever = read(task('"run": 5, "sleep": 5')).tasks[0];
  assert.is(forever.phases[0].loop, Infinity);
  const phased = read(task('"phases": {"a": {"loop": 2, "run": 1}, "b": {"sleep": 7}}')).tasks[0];
  assert.is(phased.loop, Infinity);
  assert.equal(
    phased.phases.map(({ loop }) => loop),
    [2, 1],
  );
});

test("duplicate keys collapse, and that is said", () => {
  const scenario = read(task('"run": 5, "run": 7'));
  assert.equal(scenario.tasks[0].phases[0].events, [{ kind: "run", ns: 7000 }]);
  assert.match(scenario.warnings[0], /"run" appears again/);
});

test("timers: unique ones, shared ones, both modes", () => {
  const timer = (reference: string, mode: string) =>
    task(`"instance": 2, "timer": {"ref": "${reference}", "period": 9, "mode": "${mode}"}`);
  const [event] = read(timer("unique1", "absolute")).tasks[0].phases[0].events;
  assert.equal(event, { kind: "timer", ns: 9000, timer: 0, absolute: true });
  assert.match(refusal(timer("tick", "absolute")), /instances cannot share a timer/);
  assert.match(refusal(timer("unique", "sometimes")), /mode is "relative" or "absolute"/);
});

test("groups: made by being named, percentages, the extra leaf of an inner group", () => {
  const scenario = read(
    task(
      '"taskgroup": "/a", "run": 1',
      `, "groups": {"/a": {"cpu": {"reserve": "12.5%", "weight": 7}}, "/a/b": {"cpu": {"limit": 50}}}`,
    ),
  );
  assert.equal(
    scenario.groups.map(({ path, parent }) => [path, parent]),
    [
      ["/a", -1],
      ["/a/b", 0],
      ["/a/.", 0],
    ],
  );
  assert.is(scenario.groups[0].reservePpm, 125_000);
  assert.is(scenario.groups[1].limitPpm, 500_000);
  assert.is(scenario.tasks[0].group, 2);
  assert.ok(scenario.groups[0].hungry);
  assert.not(scenario.groups[1].hungry);
});

test("groups that the ledger would refuse are refused in the file", () => {
  const groups = (text: string) => task('"run": 1', `, "groups": {${text}}`);
  assert.match(refusal(groups('"/a": {"cpu": {"reserve": 94}}')), /the root can promise 93 %/);
  const child = '"/a": {"cpu": {"reserve": 10}}, "/a/b": {"cpu": {"reserve": 11}}';
  assert.match(refusal(groups(child)), /"\/a" can promise 10 %, not 11 %/);
  assert.match(refusal(groups('"/a": {"cpu": {"weight": 0}}')), /weight is 1 to 10000/);
  assert.match(
    refusal(groups('"/a": {"memory": {}}')),
    /"memory" comes with lending memory, later/,
  );
  assert.match(refusal(groups('"a": {}')), /"a" is not a group's path/);
});

test("expectations: of the run, of groups, as ranges", () => {
  const expects = read(
    task(
      '"taskgroup": "/a", "run": 1',
      ', "expect": {"jain": 0.9, "share_pct": {"/a": [10, 20]}, "wake_p99_us": {"/a": 100}}',
    ),
  ).expects;
  assert.equal(
    expects.map(({ least, bound }) => [least, bound]),
    [
      [true, 900_000],
      [true, 100_000],
      [false, 200_000],
      [false, 100_000],
    ],
  );
  const unknown = task('"run": 1', ', "expect": {"speed": 1}');
  assert.match(refusal(unknown), /"speed" is not one of share_error_pct/);
});

test("a scenario without an end or without work is refused", () => {
  assert.match(refusal('{"tasks": {"t": {"run": 1}}}'), /say how long/);
  assert.match(refusal(task('"instance": 0, "run": 1')), /there is no thread to run/);
  assert.match(refusal(task('"run": 0')), /loops for ever without taking any time/);
  assert.match(refusal(task('"loop": 2')), /there is no event/);
});

test("every shipped scenario is read and compiled", () => {
  const folder = rootPath("emulator-harness", "stress", "scenarios");
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
  assert.ok(files.length >= 6);
  for (const file of files) {
    const scenario = readScenario(file, readFileSync(`${folder}/${file}`, "utf8"));
    assert.ok(compilePlan(scenario).length > 100, file);
  }
});

test.run();
