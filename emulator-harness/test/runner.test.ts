// The test runner itself: a failure is found, told with its place, and an empty file is a failure.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { writeWhole } from "../build/files.ts";
import { buildPath, ROOT, rootPath } from "../paths.ts";
import { runHostFile } from "./host-tests.ts";
import { selects } from "./plan.ts";
import { runUnitFile } from "./unit-tests.ts";

/** Two runs of the tests may go on at once. */
const NAME = `runner-${process.pid}`;

function file(name: string, text: string): string {
  writeWhole(buildPath("tests", NAME, name), text);
  return `.build/tests/${NAME}/${name}`;
}

const options = { seed: 1, bless: false };

test("unit: each export is a result; a failed assertion names its line", async () => {
  const path = file(
    "unit.test.ts",
    "const two: i32 = 2;\nexport function test_good(): void { assert(two === 2); }\n" +
      "export function test_bad(): void {\n  assert(two === 3);\n}\n" +
      "export function test_trap(): void { unreachable(); }\n",
  );
  const { results } = await runUnitFile(path);
  assert.equal(
    results.map(({ name, status }) => `${name} ${status}`),
    ["test_good passed", "test_bad failed", "test_trap failed"],
  );
  assert.match(results[1].message ?? "", /unit\.test\.ts:4:3/);
});

test("unit: a file without tests, or that does not compile, fails", async () => {
  const idle = await runUnitFile(file("idle.test.ts", "export function helper(): void {}\n"));
  assert.is(idle.results[0].status, "failed");
  const broken = await runUnitFile(
    file("broken.test.ts", "export function test_x(): void { no(); }\n"),
  );
  assert.match(broken.results[0].message ?? "", /Cannot find name 'no'/);
});

test("host: passed, failed and skipped are told apart", async () => {
  const path = file(
    "host.test.ts",
    `import { test } from "uvu";
     import * as assert from "uvu/assert";
     import { skip } from "${rootPath("emulator-harness/test/support.ts")}";
     test("good", () => {});
     test("bad", () => assert.is(1, 2));
     test("absent", () => skip("no such device"));
     test.run();`,
  );
  const { results } = await runHostFile(path, options);
  assert.equal(
    results.map(({ name, status }) => `${name} ${status}`),
    ["good passed", "bad failed", "absent skipped"],
  );
});

test("host: a file that never calls run, or dies, fails", async () => {
  const silent = file("silent.test.ts", 'import { test } from "uvu";\ntest("x", () => {});\n');
  assert.is((await runHostFile(silent, options)).results[0].status, "failed");
  const dying = file(
    "dying.test.ts",
    'import { test } from "uvu";\ntest("x", () => {});\ntest("y", () => process.exit(5));\ntest.run();\n',
  );
  const { results } = await runHostFile(dying, options);
  assert.match(results.at(-1)?.message ?? "", /exit 5/);
});

test("patterns are globs or parts of a path", () => {
  const path = "kernel/sched/queue.test.ts";
  assert.ok(selects("sched", path));
  assert.ok(selects("kernel/**/*.test.ts", path));
  assert.ok(selects("{kernel,boot}/*/queue*", path));
  assert.not(selects("kernel/*.test.ts", path));
});

test("the command line answers bad input with exit code 2", () => {
  const lendos = (...words: string[]) =>
    spawnSync(process.execPath, [rootPath("emulator-harness", "lendos.mjs"), ...words], {
      cwd: ROOT,
      encoding: "utf8",
    });
  assert.is(lendos("nothing").status, 2);
  assert.is(lendos("exec").status, 2);
  assert.is(lendos("test", "--nonsense").status, 2);
  assert.is(lendos("test", "no/such/file").status, 2);
  assert.is(lendos("--help").status, 0);
  const listed = lendos("test", "runner.test.ts", "--list", "--json");
  assert.equal(JSON.parse(listed.stdout), {
    path: "emulator-harness/test/runner.test.ts",
    sort: "host",
  });
});

test.after(() => rmSync(buildPath("tests", NAME), { recursive: true, force: true }));

test.run();
