// Planted bugs of the memory ledger, each found by random steps and made short.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hunt } from "./loans-command.ts";
import { MUTANTS } from "./mutants.ts";
import { walk, walkModule } from "./walk.ts";

test("the shipped ledger takes 10,000 steps", async () => {
  assert.is(walk(await walkModule(), 1, 10_000), null);
});

for (const { name } of MUTANTS) {
  test(`${name}: found`, async () => {
    const found = await hunt(name);
    assert.ok(found !== null);
    assert.ok(found.steps.length <= 400, `${found.steps.length} steps`);
  });
}

test.run();
