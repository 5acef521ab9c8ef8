// Reading scenario files: rt-app's grammar, its traps, our additions, and errors that name the place.
import { readdirSync, readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { compilePlan } from "./compile-plan.ts";
import { EVENT_NAMES, eventOf } from "./file/event-names.ts";
import { parseJson, ScenarioError } from "./file/json.ts";
import { readScenario } from "./file/read-scenario.ts";

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

const only = (members: string) => read(task(members)).tasks[0].phases[0].events;

test("a key that goes on like another word is an event all the same, and that is said", () => {
  const scenario = read(task('"memory": 10, "run1": 5, "sleep_b": 1'));
  assert.equal(scenario.tasks[0].phases[0].events[0], { kind: "mem", bytes: 10 });
  assert.is(scenario.warnings.length, 1);
  assert.match(scenario.warnings[0], /^1:\d+: "memory" is read as the event "mem"/);
});

test("all twenty events are read", () => {
  const text = `{"global": {"duration": 1}, "tasks": {
    "a": {"run": 1, "runtime": 2, "sleep": 3, "timer": {"ref": "unique", "period": 4},
      "lock": "m", "wait": {"ref": "c", "mutex": "m"}, "sync": {"ref": "c", "mutex": "m"},
      "signal": "c", "broad": "c", "unlock": "m", "suspend": "", "resume": "a", "sem_post": "m",
      "sem_wait": "m", "barrier": "b", "mem": 5, "iorun": 6, "yield": "", "fork": "f",
      "memrun": {"type": "chase", "size": 640, "count": 7, "pattern": "sequential"}},
    "f": {"instance": 0, "loop": 1, "run": 1}}}`;
  const scenario = read(text);
  const kinds = new Set(scenario.tasks[0].phases[0].events.map(({ kind }) => kind));
  assert.equal([...kinds].sort(), [...EVENT_NAMES].sort());
  // One mutex, condition, task, semaphore, barrier, and the fork's lock: names of kinds do not meet.
  assert.equal(scenario.objects, [0, 0, 0, 0, 1, 0]);
  assert.is(scenario.tasks[0].forks, 63);
});

test("events with wrong values are refused with their place and what they take", () => {
  const rules: [string, RegExp][] = [
    ['"lock": 5', /1:\d+: lock is a string, not a number/],
    ['"lock": ""', /lock needs a name/],
    ['"wait": "c"', /wait is an object, not a string/],
    ['"wait": {"ref": "c"}', /wait needs "mutex"/],
    ['"sync": {"ref": "c", "mutexx": "m"}', /sync has ref, mutex, not "mutexx"/],
    ['"timer": {"ref": "t"}', /timer needs "period"/],
    ['"timer": {"ref": "t", "period": 5, "mode": "x"}', /mode is "relative" or "absolute"/],
    ['"memrun": {"type": "jump", "size": 8, "count": 1}', /type is read, write or chase/],
    ['"mem": -1', /mem is 0 to 2147483647, not -1/],
    ['"run": 1, "fork": "g"', /there is no task "g" to fork/],
    ['"run": 1, "resume": "g"', /there is no task "g"/],
    ['"run": 1, "barrier": "b", "fork": "t"', /cannot know how often "t" is forked/],
  ];
  for (const [members, rule] of rules) assert.match(refusal(task(members)), rule);
});

test("a barrier counts the instances of every task that comes to it", () => {
  const text = `{"global": {"duration": 1}, "tasks": {
    "a": {"instance": 3, "barrier": "b", "run": 1}, "b": {"run": 1, "barrier": "b"}}}`;
  assert.equal(read(text).objects, [4]);
  assert.equal(only('"run": 1, "barrier": "x"')[1], { kind: "barrier", object: 0 });
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
  const [shared] = read(timer("tick", "absolute")).tasks[0].phases[0].events;
  assert.equal(shared, { kind: "shared-timer", ns: 9000, object: 0, absolute: true });
  const alone = only('"timer": {"ref": "tick", "period": 9}');
  assert.equal(alone, [{ kind: "timer", ns: 9000, timer: 0, absolute: false }]);
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
  assert.match(refusal(groups('"/a": {"blocks": {}}')), /"blocks" comes with storage, later/);
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
