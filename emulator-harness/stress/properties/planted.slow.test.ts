// Planted bugs are found; the minimal scenario fails with the bug and is met without it.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "../file/read-scenario.ts";
import { runOnModel } from "../run.ts";
import { plantedModule, search } from "./search.ts";

/** Those that show at the shipped resolution; the others are a rounding unit at a time, and the checker's. */
const FOUND = [
  "ghosts-are-dropped",
  "sleepers-get-a-bonus",
  "charged-by-ticks",
  "every-wake-brings-a-budget",
  "reserve-and-weight-add-up",
];
const SEEDS = Array.from({ length: 400 }, (_, index) => index + 1);
const TASKS_MOST = 4;

for (const name of FOUND) {
  test(name, async () => {
    const planted = await plantedModule(name);
    const found = await search(SEEDS, planted);
    assert.ok(found !== null, "400 scenarios did not find it");
    const { text, draft } = found!;
    assert.ok(draft.tasks.length <= TASKS_MOST, text);
    const exitCode = async (module?: WebAssembly.Module) =>
      (await runOnModel("minimal", readScenario("minimal.json", text), () => {}, module)).exitCode;
    assert.is(await exitCode(planted), 1, text);
    assert.is(await exitCode(), 0, text);
  });
}

test.run();
