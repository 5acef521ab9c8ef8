// A slice of the checker: what closes in a moment has to close, within its bound.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note } from "../test/support.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";
import { explore, lineOf, scriptLines } from "./report.ts";

/** Enough for two thirds of the list; the others are for `npx lendos test checker --full`. */
const BOUNDS = { states: 4500, seconds: 20, quanta: 12 };
const CLOSED_LEAST = 40;

test("small configurations close, and nobody loses more than was promised", async () => {
  let closed = 0;
  let worst = 0;
  for (const plan of CONFIGURATIONS) {
    const finding = await explore(plan, BOUNDS);
    const { outcome, kept } = finding;
    assert.ok(kept, [lineOf(finding), ...scriptLines(finding)].join("\n"));
    if (outcome.closed) closed += 1;
    worst = Math.max(worst, outcome.deficit);
  }
  assert.ok(closed >= CLOSED_LEAST, `only ${closed} closed`);
  note(`${closed} of ${CONFIGURATIONS.length} closed, worst deficit ${worst.toFixed(3)} q`);
});

for (const name of ["ghosts-are-dropped", "one-prepaid-request-is-all"]) {
  test(`planted bug ${name}: found`, async () => {
    const found = await hunt(MUTANTS.find((one) => one.name === name)!);
    assert.ok(found !== null);
    assert.ok(found.script.length > 0);
  });
}

test.run();
