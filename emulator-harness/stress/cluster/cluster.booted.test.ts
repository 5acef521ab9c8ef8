// The shipped cluster scenario, shorter: machines full of work, one destroyed, nobody else taken for dead.
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "../file/read-scenario.ts";
import { findScenarios } from "../shipped.ts";
import { clusterRun, tableOf } from "./run-cluster.ts";

test("heartbeat, failover and reserves hold on machines that are full of work", async () => {
  const [{ name, path }] = findScenarios("cluster");
  const scenario = readScenario(name, readFileSync(path, "utf8"), { durationS: 8 });
  const lines: string[] = [];
  const result = await clusterRun(name, scenario, (_, node, text) => lines.push(`${node} ${text}`));
  assert.is(result.exitCode, 0, `${lines.join("\n")}\n${tableOf(result)}`);
  assert.equal(
    result.verdicts.map((one) => one.name),
    ["false_deaths", "detected_ms", "silence_ms"],
  );
  assert.ok(result.verdicts.every(({ met }) => met));
  const [first, second, third] = result.nodes;
  for (const { run } of [first, second]) {
    assert.is(run.end?.failed, 0);
    // It was really busy, and /web had what it asked for.
    assert.is(run.end?.idleNs, 0);
    const web = run.end?.groups.find(({ path }) => path === "/web");
    assert.ok((web?.usedNs ?? 0) > 0.14 * scenario.durationNs);
  }
  assert.is(third.killedNs, 9e9);
  assert.ok(lines.some((line) => /group answer runs here, epoch \S+, with its reserve/.test(line)));
});

test.run();
