// The exact oracle beside the shipped fixed point: random groups, weights and scripts.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note, testSeed } from "../test/support.ts";
import { runBeside } from "./beside.ts";
import { MUTANTS } from "./mutants.ts";
import { buildModule } from "./scale.ts";

const RUNS = 120;
const weight = fc.oneof(fc.constant(100), fc.integer({ min: 1, max: 10_000 }));
const script = fc.record({
  groups: fc.array(fc.record({ weight, children: fc.array(weight, { maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 3,
  }),
  threadsPerLeaf: fc.integer({ min: 1, max: 2 }),
  events: fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 8 }),
    ),
    { maxLength: 120, size: "max" },
  ),
});

test("choice and lag are the exact ones but for the stated rounding", async () => {
  const module = await buildModule("shipped");
  let steps = 0;
  let rounded = 0;
  let worst = 0;
  let allowed = 0;
  const property = fc.property(script, (one) => {
    const agreement = runBeside(module, one);
    steps += one.events.length;
    rounded += agreement.byRounding;
    worst = Math.max(worst, agreement.worst);
    allowed = Math.max(allowed, agreement.allowed);
  });
  fc.assert(property, { seed: testSeed(), numRuns: RUNS });
  note(`${steps} steps, ${rounded} decided by rounding, lag within ${worst} ns (bound ${allowed})`);
});

for (const name of ["sleepers-get-a-bonus", "ghosts-are-dropped", "charged-by-ticks"]) {
  test(`planted bug ${name}: the oracle tells`, async () => {
    const module = await buildModule("shipped", MUTANTS.find((one) => one.name === name)!);
    const property = fc.property(script, (one) => void runBeside(module, one));
    const { failed, counterexample } = fc.check(property, { seed: testSeed(), numRuns: RUNS });
    assert.ok(failed);
    note(JSON.stringify(counterexample));
  });
}

test.run();
