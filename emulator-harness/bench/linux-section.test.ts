// The situations of Linux: every scenario is there and sound, the error is Linux's, the script is a script.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { compilePlan } from "../stress/compile-plan.ts";
import { readScenario } from "../stress/file/read-scenario.ts";
import { errorPercent, SITUATIONS } from "./linux-section.ts";

const FOLDER = rootPath("emulator-harness", "stress", "scenarios", "linux");
const SCRIPT = rootPath("emulator-harness", "bench", "linux", "situations.sh");

test("the error is half the difference as a part of the mean", () => {
  assert.is(errorPercent([100, 100]), 0);
  assert.is(errorPercent([110, 90]), 10);
  assert.is(errorPercent([90, 110]), 10);
});

test("each situation compares groups that its scenario has, and exact shares have no error", () => {
  for (const { file, pairs } of SITUATIONS) {
    const scenario = readScenario(file, readFileSync(`${FOLDER}/${file}.json`, "utf8"));
    assert.ok(compilePlan(scenario).length > 100, file);
    const share: Record<string, number> = {
      ...{ "/A": 1, "/A/B": 50, "/A/C": 100, "/A/D": 150, "/A/C/D": 50, "/A/C/E": 50 },
      ...{ "/one": 1, "/two": 2, "/four": 4 },
    };
    if (file === "weights-under") Object.assign(share, { "/A/C": 50, "/A/D": 50 });
    if (file === "nested-over") Object.assign(share, { "/A/B": 100 });
    if (file.startsWith("max")) Object.assign(share, { "/A": 1, "/A/B": 1 });
    const used = (path: string) => {
      assert.ok(
        scenario.groups.some((group) => group.path === path),
        `${file} has no ${path}`,
      );
      return share[path];
    };
    for (const pair of pairs(used, 100)) assert.is(errorPercent(pair), 0, `${file}: ${pair}`);
    const skewed = (path: string) => used(path) * (path === "/A/B" || path === "/two" ? 1.5 : 1);
    const errors = pairs(skewed, file === "max" ? 150 : 100).map(errorPercent);
    assert.ok(Math.max(...errors) > 5, `${file} does not see a wrong share`);
  }
});

test("the script for a real Linux is sound, and refuses what it cannot do", () => {
  const parsed = spawnSync("bash", ["-n", SCRIPT], { encoding: "utf8" });
  assert.is(parsed.status, 0, parsed.stderr);
  const wrong = spawnSync("bash", [SCRIPT, "many"], { encoding: "utf8" });
  assert.is(wrong.status, 2);
  assert.match(wrong.stderr, /the seconds are a whole number of at least 1, not "many"/);
  const script = readFileSync(SCRIPT, "utf8");
  for (const { name } of SITUATIONS.slice(0, 6)) assert.ok(script.includes(`say "${name}"`), name);
});

test.run();
