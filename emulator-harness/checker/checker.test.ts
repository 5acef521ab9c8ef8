// A slice of the checker: what closes in a moment has to close, within its bound.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note } from "../test/support.ts";
import { CONFIGURATIONS } from "./configurations.ts";
import { Explorer } from "./explorer.ts";
import { hunt } from "./hunt.ts";
import { MUTANTS } from "./mutants.ts";
import { explore, lineOf, scriptLines } from "./report.ts";
import { buildModule } from "./scale.ts";

/** Enough for two thirds of the list; the others are for `npx lendos test checker --full`. */
const BOUNDS = { states: 2500, seconds: 20, quanta: 12 };
const CLOSED_LEAST = 70;

test("small configurations close, and nobody loses more than was promised", async () => {
  let closed = 0;
  let calls = 0;
  let worst = 0;
  for (const plan of CONFIGURATIONS) {
    const finding = await explore(plan, BOUNDS);
    const { outcome, kept } = finding;
    assert.ok(kept, [lineOf(finding), ...scriptLines(finding)].join("\n"));
    if (outcome.closed) closed += 1;
    if (outcome.closed && plan.calls !== undefined) calls += 1;
    if (plan.share[0] > 0) worst = Math.max(worst, outcome.deficit);
  }
  assert.ok(closed >= CLOSED_LEAST, `only ${closed} closed`);
  assert.ok(calls >= 8, `only ${calls} with calls closed`);
  note(
    `${closed} of ${CONFIGURATIONS.length} closed (${calls} with calls), worst ${worst.toFixed(3)} q`,
  );
});

for (const name of [
  "coarse 8:8:8 /2",
  "coarse 16:16:16:16 /1",
  "coarse a crowd of three beside one /1",
]) {
  test(`${name}: alike adversaries are one, and nothing is lost by it`, async () => {
    const plan = CONFIGURATIONS.find((one) => one.name === name)!;
    const module = await buildModule(plan.build);
    const bounds = { states: 50_000, seconds: 20, quanta: 12 };
    const one = new Explorer(plan, module).run(bounds);
    const each = new Explorer(plan, module, true).run(bounds);
    assert.ok(one.closed && each.closed);
    assert.is(one.deficit, each.deficit);
    assert.ok(one.states < 0.6 * each.states, `${one.states} of ${each.states}`);
  });
}

test("every planted bug names configurations that are there", () => {
  const names = CONFIGURATIONS.map(({ name }) => name);
  assert.is(new Set(names).size, names.length);
  for (const { name, grounds } of MUTANTS) {
    for (const ground of grounds ?? []) assert.ok(names.includes(ground), `${name}: ${ground}`);
  }
});

for (const name of [
  "ghosts-are-dropped",
  "closing-forgives-the-fraction",
  "donates-the-deadline-of-the-thread",
]) {
  test(`planted bug ${name}: found`, async () => {
    const found = await hunt(MUTANTS.find((one) => one.name === name)!);
    assert.ok(found !== null);
    note([found.by, ...found.script].join("\n"));
  });
}

test.run();
