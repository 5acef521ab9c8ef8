// Our scripts on V8 (the scripts are right), on our own validator (refusals), and as i386 code on the bare rig.
import { readdirSync } from "node:fs";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { loadValidator } from "../fuzz/validator/standalone.ts";
import { rootPath } from "../paths.ts";
import { BareExecutor } from "./bare-executor.ts";
import { readScript } from "./command.ts";
import { type Executor, runScript } from "./executor.ts";
import type { Script } from "./script.ts";
import { V8Executor } from "./v8-executor.ts";

const FOLDER = rootPath("userland/codegen/cases");

const scripts: Script[] = [];
for (const file of readdirSync(FOLDER).sort()) {
  if (file.endsWith(".wast")) scripts.push(await readScript(`${FOLDER}/${file}`));
}

const test = suite("wast");

test("the scripts hold on V8", () => expectAll(new V8Executor()));

test("the validator accepts and refuses what the scripts say", async () => {
  const validate = await loadValidator();
  for (const { name, commands } of scripts) {
    for (const command of commands) {
      if (!("bytes" in command)) continue;
      const { kind, text } = validate(command.bytes);
      const place = `${name}:${command.line}: ${text || "accepted"}`;
      if (command.kind === "refused") assert.ok(kind !== 0, place);
      else assert.is(kind, 0, place);
    }
  }
});

test("the scripts hold as i386 code on the bare rig", async () => {
  expectAll(await BareExecutor.create());
});

function expectAll(executor: Executor): void {
  const failures = scripts.flatMap((script) => runScript(script, executor).failures);
  assert.is(failures.slice(0, 20).join("\n"), "");
}

test.run();
