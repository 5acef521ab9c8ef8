// The unit tests once more, as our own i386 code in ring 3: the same verdict as on V8, test by test.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../build/assemblyscript.ts";
import { Generator, MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";
import { findTests } from "./plan.ts";
import { skip } from "./support.ts";

const MEMORY_PAGES = 512;
const BUDGET_INSTRUCTIONS = 20e9;

const files = findTests().filter(({ sort }) => sort === "unit");
const generator = await Generator.load();
const rig = await Bare.create({ memoryPages: MEMORY_PAGES });
let ran = 0;
let inV8Only = 0;

for (const { path } of files) {
  test(path, async () => {
    const name = `tests/${path.replace(/\.ts$/, "")}`;
    const wasm = await assemble({ name, entry: path, kind: "test" });
    const module = new WebAssembly.Module(wasm as BufferSource);
    if (WebAssembly.Module.imports(module).some((entry) => entry.module === "machine")) {
      inV8Only += 1;
      skip("it imports instructions that ring 3 may not use");
    }
    const names = WebAssembly.Module.exports(module)
      .filter((entry) => entry.kind === "function" && entry.name.startsWith("test_"))
      .map((entry) => entry.name);
    const elf = generator.compile(wasm, MODE_INVOCABLE);
    const failed: string[] = [];
    for (const one of names) {
      rig.load(elf);
      rig.init();
      const outcome = rig.invoke(one, [], BUDGET_INSTRUCTIONS);
      ran += 1;
      if (outcome.kind !== "ok") failed.push(`${one}: ${JSON.stringify(outcome)}`);
    }
    assert.is(failed.join("\n"), "");
  });
}

test("the tests ran", () => {
  assert.ok(ran >= files.length - inV8Only, `${ran} tests of ${files.length} files`);
});

test.run();
