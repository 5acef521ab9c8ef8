// The kernel beside the reference: a slice of the seeds, and that the search itself finds things.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { kernelWasm } from "../build/pipeline.ts";
import { MUTANTS } from "./mutants.ts";
import { type Operation, sequenceOf, shrink } from "./operations.ts";
import { changedText } from "./planted.ts";
import { explain, readSeeds, search, sideBySide } from "./search.ts";

const SLICE = { first: 0, last: 19 };
/** Some of these build a tower to its top. */
const DEEP = { first: 120, last: 139 };

test("20 sequences of 1,000 operations: no difference", async () => {
  const pair = await sideBySide(await kernelWasm());
  const { found, operations } = search(pair, SLICE);
  if (found !== null) throw new Error(explain(pair, found).join("\n"));
  assert.is(operations, 20_000);
});

test("calls nest as deep as they may, and every call is done somewhere", async () => {
  const pair = await sideBySide(await kernelWasm());
  search(pair, DEEP);
  assert.is(pair.deepest, 16);
  for (const [name, { done, waits }] of pair.tallies) {
    assert.ok(done + waits > 0, `${name} is never done`);
  }
});

test("a seed is always the same sequence", () => {
  assert.equal(sequenceOf(7, 50), sequenceOf(7, 50));
  assert.not.equal(sequenceOf(7, 50), sequenceOf(8, 50));
  assert.equal(readSeeds("3..5"), { first: 3, last: 5 });
  assert.throws(() => readSeeds("5..3"));
});

test("what fails is made short and plain", () => {
  const fails = (sequence: Operation[]) =>
    sequence.filter(([sort]) => sort > 900).length >= 2 && sequence.some(([, a]) => a > 5000);
  const least = shrink(sequenceOf(1, 300), fails, 3000);
  assert.is(least.length, 2);
});

test("the text of every planted bug is in the kernel once", () => {
  assert.ok(MUTANTS.length >= 10);
  for (const mutant of MUTANTS) assert.not.equal(changedText(mutant), "");
});

test.run();
