// The bench's own arithmetic: verdicts, patterns, inputs, and peers that compute the same.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";
import { skip } from "../test/support.ts";
import { matches } from "./command.ts";
import { atLeast, atMost, numberText, verdictOf } from "./figure.ts";
import {
  geometricMean,
  loadGenerator,
  median,
  MODE_UNCHECKED,
  ROUNDS,
  scriptWasm,
} from "./generated-code.ts";
import { replicate } from "./replicate.ts";
import {
  assemblyScriptNames,
  buildNative,
  buildWasm,
  missingCompilers,
  programNames,
} from "./toolchain.ts";

/** One function that doubles, one export, the smallest module that has every section needed. */
const DOUBLE = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 6, 1, 0x60, 1, 0x7f, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[7, 5, 1, 1, 0x64, 0, 0],
  ...[10, 9, 1, 7, 0, 0x20, 0, 0x20, 0, 0x6a, 0x0b],
]);

test("a value on the goal is ok, one past it is missed", () => {
  const figure = { name: "x", unit: "" };
  assert.is(verdictOf({ ...figure, value: 3, goal: atMost(3) }), "ok");
  assert.is(verdictOf({ ...figure, value: 3.01, goal: atMost(3) }), "MISSED");
  assert.is(verdictOf({ ...figure, value: 3, goal: atLeast(3) }), "ok");
  assert.is(verdictOf({ ...figure, value: 2.9, goal: atLeast(3) }), "MISSED");
  assert.is(verdictOf({ ...figure, value: null, goal: atMost(3) }), "MISSED");
  assert.is(verdictOf({ ...figure, value: 1, failed: true }), "MISSED");
  assert.is(verdictOf({ ...figure, value: 1 }), "");
});

test("patterns choose sections and figures", () => {
  assert.ok(matches("code", "code/sieve"));
  assert.ok(matches("code/s*", "code/sieve"));
  assert.not(matches("code/s*", "code/matmul"));
  assert.not(matches("boot", "code/boot"));
});

test("numbers are short", () => {
  assert.is(numberText(1234567), "1,234,567");
  assert.is(numberText(0.94321), "0.943");
  assert.is(numberText(12), "12");
});

test("the geometric mean of 2 and 8 is 4", () => {
  assert.ok(Math.abs(geometricMean([2, 8]) - 4) < 1e-12);
});

test("the median is the middle one", () => {
  assert.is(median([9, 1, 3]), 3);
  assert.is(median([4, 1, 9, 2]), 3);
});

test("a replicated module is valid, as large as asked, and computes the same", () => {
  const large = replicate(DOUBLE, 10_000);
  assert.ok(large.length >= 10_000 && large.length < 10_100, `${large.length} bytes`);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(large as BufferSource));
  assert.is((exports.d as (value: number) => number)(21), 42);
});

test("every program has its number of rounds", () => {
  assert.equal(Object.keys(ROUNDS).sort(), programNames().sort());
});

test("gcc, our generator in v86, and V8 agree on every checksum", async () => {
  if (missingCompilers().length > 0) skip(`needs ${missingCompilers().join(", ")}`);
  const rig = await Bare.create({ memoryPages: 8 });
  const generator = await loadGenerator();
  for (const name of programNames()) {
    // Three at least: the first round of a loop tells nothing about what its end leaves to the next.
    const rounds = Math.max(3, Math.ceil(ROUNDS[name] / 40));
    const expected = runInV8(buildWasm(name), rounds);
    assert.is(runInRig(rig, buildNative(name, "gcc"), rounds), expected, `${name} by gcc`);
    for (const mode of [MODE_INVOCABLE, MODE_INVOCABLE | MODE_UNCHECKED]) {
      const ours = generator.compile(buildWasm(name), mode);
      assert.is(runInRig(rig, ours, rounds), expected, `${name} by us, mode ${mode}`);
    }
    if (!assemblyScriptNames().includes(name)) continue;
    assert.is(runInV8(await scriptWasm(name), rounds), expected, `${name}.ts`);
  }
});

function runInRig(rig: Bare, elf: Uint8Array, rounds: number): number {
  rig.load(elf);
  rig.init();
  const outcome = rig.invoke("run", [BigInt(rounds)], 10e9);
  if (outcome.kind !== "ok") throw new Error(JSON.stringify(outcome));
  return Number(outcome.slots[0] & 0xffffffffn);
}

function runInV8(wasm: Uint8Array, rounds: number): number {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm as BufferSource));
  const { _start: start, run } = exports as Record<string, (rounds?: number) => number>;
  start?.();
  return run(rounds) >>> 0;
}

test.run();
