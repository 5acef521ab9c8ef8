// Two of the planted bugs, built and found; `npx lendos test model --planted` does it for all.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MUTANTS } from "./mutants.ts";
import { mutantWasm } from "./planted.ts";
import { search, sideBySide } from "./search.ts";

for (const name of ["revoke-forgets-one-descendant", "a-reply-can-be-given-twice"]) {
  test(`${name}: found`, async () => {
    const mutant = MUTANTS.find((one) => one.name === name)!;
    const pair = await sideBySide(await mutantWasm(mutant));
    const { found } = search(pair, { first: 0, last: 1999 });
    assert.ok(found !== null);
  });
}

test.run();
