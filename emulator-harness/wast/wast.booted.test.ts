// Our scripts inside LendOS: compiled by the generator in the guest, run as processes on i386.
import { readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { rootPath } from "../paths.ts";
import { readScript } from "./command.ts";
import { runInLendOS } from "./lendos-runner.ts";
import type { Script } from "./script.ts";

const FOLDER = rootPath("userland/codegen/cases");

const test = suite("wast in LendOS");

test("every script passes", async () => {
  const scripts: Script[] = [];
  for (const file of readdirSync(FOLDER).sort()) {
    if (file.endsWith(".wast")) scripts.push(await readScript(`${FOLDER}/${file}`));
  }
  const tallies = await runInLendOS(scripts);
  assert.is(tallies.flatMap(({ failures }) => failures.slice(0, 20)).join("\n"), "");
  const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
  const commands = scripts.reduce((sum, script) => sum + script.commands.length, 0);
  assert.is(passed, commands, "a command neither passed nor failed");
});

test("a wrong expectation is told by its line", async () => {
  const script: Script = {
    name: "wrong",
    commands: [
      {
        kind: "module",
        line: 1,
        // (module (func (export "f") (result i32) (i32.const 5)))
        bytes: Uint8Array.from([
          ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0],
          ...[7, 5, 1, 1, 0x66, 0, 0, 10, 6, 1, 4, 0, 0x41, 5, 0x0b],
        ]),
      },
      {
        kind: "return",
        line: 7,
        action: { field: "f", get: false, arguments: [] },
        expected: [{ type: "i32", bits: 6n }],
      },
      {
        kind: "trap",
        line: 8,
        action: { field: "f", get: false, arguments: [] },
        text: "unreachable",
      },
      { kind: "return", line: 9, action: { field: "g", get: false, arguments: [] }, expected: [] },
    ],
  };
  const [tally] = await runInLendOS([script]);
  assert.is(tally.passed, 1);
  assert.equal(tally.failures, [
    "wrong:7: result 0 is 0x0000000000000005, expected 0x0000000000000006",
    "wrong:8: call must trap, it returns",
    "wrong:9: no such exported function",
  ]);
});

test.run();
