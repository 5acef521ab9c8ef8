// The rules of the build: what a kernel, the generator and a program may not contain; what is not built twice.
import { rmSync } from "node:fs";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { buildPath, rootPath } from "../paths.ts";
import { assemble, type Kind } from "./assemblyscript.ts";
import { step, writeWhole } from "./files.ts";

/** Two runs of the tests may go on at once. */
const NAME = `rules-${process.pid}`;
const FOLDER = `.build/tests/${NAME}`;

function assembleText(kind: Kind, name: string, text: string, flags: string[] = []) {
  writeWhole(buildPath("tests", NAME, `${name}.ts`), text);
  return assemble({ name: `tests/${NAME}/${name}`, entry: `${FOLDER}/${name}.ts`, kind, flags });
}

async function refusal(wasm: Promise<Uint8Array>): Promise<string> {
  try {
    await wasm;
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

test("a generator that builds a string is refused", async () => {
  const text = 'export function name(n: i32): string { return "n" + n.toString(); }\n';
  assert.match(await refusal(assembleText("codegen", "string", text)), /allocates/);
});

test("a pure module that makes an object is refused", async () => {
  const text = "class Box { size: i32 = 0; }\nexport function box(): Box { return new Box(); }\n";
  assert.match(await refusal(assembleText("pure", "object", text)), /allocates/);
});

test("an import outside the kind's list is refused by name", async () => {
  const text = "declare function out(n: i32): void;\nexport function run(): void { out(1); }\n";
  assert.match(await refusal(assembleText("codegen", "import", text)), /imports import.out;/);
  assert.match(await refusal(assembleText("program", "foreign", text)), /imports foreign.out;/);
});

test("a warning fails the build", async () => {
  const text = "export function run(n: i64): i32 { return <i32>n; }\nfunction unused(): void {}\n";
  assert.is(await refusal(assembleText("pure", "fine", text)), "accepted");
  const wrong = "export function run(n: i64): i32 { return n; }\n";
  assert.match(await refusal(assembleText("pure", "wrong", wrong)), /does not compile/);
});

test("an i32 field widened as u32 keeps its sign bit where it was, optimised or not", async () => {
  const text =
    "const place: usize = memory.data(8);\n@unmanaged @final class Word { value: i32; }\n" +
    "export function widened(value: i32): u64 {\n  const word = changetype<Word>(place);\n" +
    "  word.value = value;\n  return <u64>(<u32>word.value);\n}\n" +
    "export function loaded(): u64 { return <u64><u32>load<i32>(place); }\n";
  for (const level of ["-O1", "-O2", "-O3"]) {
    const wasm = await assembleText("test", `widen${level}`, text, [level]);
    const { instance } = await WebAssembly.instantiate(wasm as BufferSource);
    const { widened, loaded } = instance.exports as Record<string, (value: number) => bigint>;
    assert.is(widened(-1), 0xffffffffn, level);
    assert.is(loaded(0), 0xffffffffn, level);
  }
});

test("a step runs again when its key, an input or its output changed, and only then", async () => {
  let runs = 0;
  const input = `tests/${NAME}/step-input.txt`;
  const run = (key: string) =>
    step(`tests/${NAME}/step.bin`, key, async (read) => {
      read(`.build/${input}`);
      runs += 1;
      return Uint8Array.of(runs);
    });
  const unique = String(Math.random());
  writeWhole(buildPath(input), "one");
  await run(unique);
  await run(unique);
  assert.is(runs, 1);
  await run(`${unique}2`);
  assert.is(runs, 2);
  writeWhole(buildPath("tests", NAME, "step.bin"), "spoiled");
  await run(`${unique}2`);
  assert.is(runs, 3);
});

test.after(() => rmSync(rootPath(FOLDER), { recursive: true, force: true }));

test.run();
