// Memory that is lent and taken back, in LendOS: the program `lending` checks the facts, here they are counted.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { lending, lineOf } from "./lending.ts";

const test = suite("lending memory");
const MIB = 16;
const FRAMES = MIB * 256;

test("what soft memory promises to its program", async () => {
  const { code, output } = await lending("check", 64);
  assert.is(code, 0, output);
  assert.not.match(output, /FAILED/);
  assert.is((output.match(/^ok /gm) ?? []).length, 25, output);
});

for (const behaviour of ["idle", "fight"]) {
  for (const kind of ["soft", "clean"]) {
    test(`an owner takes ${MIB} MiB back; the borrower: ${behaviour}, ${kind}`, async () => {
      const { code, output } = await lending(`reclaim ${MIB} ${behaviour} ${kind} 90`, 64);
      assert.is(code, 0, output);
      const lent = lineOf(output, "lent before");
      const taken = lineOf(output, "taken from the borrower");
      assert.ok(lent >= FRAMES && taken >= FRAMES - 256, output);
      assert.ok(lineOf(output, "worst page") < 2_000_000, output);
    });
  }
}

test("bad words are answered with the usage", async () => {
  for (const words of [
    "",
    "reclaim",
    "reclaim 0 idle soft 9",
    "reclaim 5 idle hard 9",
    "reclaim 5 idle soft 91",
  ]) {
    assert.is((await lending(words, 64)).code, 2, words);
  }
});

test.run();
