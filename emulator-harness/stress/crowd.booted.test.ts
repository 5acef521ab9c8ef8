// 64 groups of 16 busy threads in LendOS on v86: 1,024 processes, each group within its bound.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { note } from "../test/support.ts";
import { readScenario } from "./file/read-scenario.ts";
import { runOnMachine } from "./run.ts";

const GROUPS = 64;
const THREADS = 16;
const SECONDS = 4;
const POLL_NS = 100_003;
const MEMORY = 256 * 2 ** 20;

function crowdFile(): string {
  const names = Array.from({ length: GROUPS }, (_, index) => `g${index}`);
  const groups = names.map((name) => [`/${name}`, { cpu: { weight: 100 } }]);
  const tasks = names.map((name) => [
    name,
    { taskgroup: `/${name}`, instance: THREADS, run: 1000, loop: -1 },
  ]);
  return JSON.stringify({
    global: { duration: SECONDS },
    groups: Object.fromEntries(groups),
    tasks: Object.fromEntries(tasks),
    expect: { idle_while_ready_us: 0, idle_ms: 0 },
  });
}

test("64 groups of 16 busy threads get equal shares", async () => {
  const scenario = readScenario("crowd.json", crowdFile());
  const lines: string[] = [];
  const settings = { clock: "virtual", memoryBytes: MEMORY, budget: 300e9 } as const;
  const run = await runOnMachine("crowd.json", scenario, settings, (line) => lines.push(line));
  assert.is(run.exitCode, 0, lines.join("\n"));
  const used = run.end!.groups.map(({ usedNs }) => usedNs);
  assert.is(used.length, GROUPS);
  const mean = used.reduce((sum, ns) => sum + ns, 0) / GROUPS;
  const off = Math.max(...used.map((ns) => Math.abs(ns - mean)));
  // Lag is at most a quantum and a turn of the timer at the beginning and at the end.
  assert.ok(off <= 2 * (SchedulerTime.QUANTUM_NS + 2 * POLL_NS), `${off} ns from ${mean} ns`);
  assert.ok(mean * GROUPS > 0.99 * SECONDS * 1e9, `${mean * GROUPS} ns used`);
  note(`largest difference from the mean ${(off / SchedulerTime.QUANTUM_NS).toFixed(2)} q`);
});

test.run();
