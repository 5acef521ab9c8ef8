// A slice of the differential fuzz inside LendOS.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { testSeed } from "../../test/support.ts";
import { runDifferentialInLendOS } from "./lendos-run.ts";

const CASES = 40;
const SEED = testSeed();

const test = suite("differential fuzz in LendOS");

for (const source of ["binaryen", "typed"] as const) {
  test(`${CASES} ${source} modules of seed ${SEED} do in LendOS what they do in V8`, async () => {
    const { failures, modules, passed } = await runDifferentialInLendOS(source, SEED, 0, CASES);
    const report = failures.map(({ case: number, text }) => `case ${number}: ${text}`);
    assert.is(report.slice(0, 20).join("\n"), "");
    assert.ok(
      modules > CASES * 0.9 && passed > 5 * modules,
      `${modules} modules, ${passed} passed`,
    );
  });
}

test.run();
