// Some of the planted bugs, built and found; `npx lendos simulate --planted` does it for all.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { hunt, mutantNamed } from "./planted-command.ts";

for (const name of [
  "nobody-refutes",
  "nobody-else-is-asked",
  "a-suspicion-is-not-scaled",
  "an-owner-does-not-fence-itself",
  "an-equal-epoch-is-granted",
  "a-minority-elects",
]) {
  test(`${name}: found`, async () => {
    const result = await hunt(mutantNamed(name));
    assert.ok(result !== null);
  });
}

test.run();
