// A slice of the validator's fuzz, and that what lies beyond the feature level is refused by its name.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { moduleOf, type Section } from "../binary.ts";
import { builtModules } from "./corpus.ts";
import { UNSUPPORTED } from "./judge.ts";
import { loadValidator } from "./standalone.ts";
import { describe, fuzzValidator } from "./validator-fuzz.ts";

const CASES = Number(process.env.LENDOS_FUZZ_CASES ?? 2000);
const SEED = Number(process.env.LENDOS_FUZZ_SEED ?? 20);

const test = suite("validator");
const validate = await loadValidator();

test(`agrees with V8 on ${CASES} mutated modules of seed ${SEED}`, () => {
  const corpus = builtModules();
  const result = fuzzValidator({ seed: SEED, from: 0, count: CASES, corpus }, validate);
  const report = result.differences.map((difference) => describe(difference, SEED));
  assert.is(report.join("\n"), "");
  assert.ok(result.counts.valid > CASES / 20, "the mutations leave too few modules valid");
  assert.ok(result.counts.invalid > CASES / 20, "the mutations leave too few modules invalid");
});

const TYPE: Section = { id: 1, contents: [1, 0x60, 0, 0] };
const FUNCTION: Section = { id: 3, contents: [1, 0] };
const MEMORY: Section = { id: 5, contents: [1, 0, 1] };

function body(...operators: number[]): Section[] {
  const bytes = [0, ...operators, 0x0b];
  return [TYPE, FUNCTION, MEMORY, { id: 10, contents: [1, bytes.length, ...bytes] }];
}

const BEYOND: [words: string, sections: Section[]][] = [
  ["SIMD operator", body(0xfd, 0x0c, ...Array(16).fill(0), 0x1a)],
  ["relaxed SIMD operator", body(0xfd, 0x80, 0x02)],
  ["value type v128", [{ id: 1, contents: [1, 0x60, 1, 0x7b, 0] }]],
  ["threads (atomic operator)", body(0xfe, 0x03, 0x00)],
  ["threads (shared memory", [{ id: 5, contents: [1, 3, 1, 1] }]],
  ["memory64", [{ id: 5, contents: [1, 4, 1] }]],
  ["multiple memories", [{ id: 5, contents: [2, 0, 1, 0, 1] }]],
  ["multiple memories", body(0x3f, 1, 0x1a)],
  ["exception handling operator", body(0x06, 0x40)],
  ["exception handling (tag section)", [TYPE, { id: 13, contents: [1, 0, 0] }]],
  ["exception handling operator", body(0x1f, 0x40)],
  ["tail calls", body(0x12, 0)],
  ["tail calls", body(0x13, 0, 0)],
  ["typed function references operator", body(0x14, 0)],
  ["typed function references (value type", [{ id: 1, contents: [1, 0x60, 1, 0x64, 0x70, 0] }]],
  ["garbage collection operator", body(0xfb, 0x00, 0)],
  ["garbage collection (structure", [{ id: 1, contents: [1, 0x5f, 0] }]],
  ["garbage collection (heap type", [{ id: 1, contents: [1, 0x60, 1, 0x6e, 0] }]],
  ["extended constant", [{ id: 6, contents: [1, 0x7f, 0, 0x41, 1, 0x41, 1, 0x6a, 0x0b] }]],
  [
    "reads a defined global",
    [{ id: 6, contents: [2, 0x7f, 0, 0x41, 1, 0x0b, 0x7f, 0, 0x23, 0, 0x0b] }],
  ],
];

test("refuses what is beyond the feature level by its name", () => {
  for (const [words, sections] of BEYOND) {
    const verdict = validate(moduleOf(sections));
    assert.is(verdict.kind, UNSUPPORTED, `${words}: "${verdict.text}"`);
    assert.ok(verdict.text.includes(words), `"${verdict.text}" does not name ${words}`);
  }
});

test("says which operator expects what, and where", () => {
  const verdict = validate(moduleOf(body(0x41, 1, 0x42, 2, 0x6a, 0x1a)));
  assert.is(verdict.text, "type mismatch: i32.add expects i32, found i64");
  const code = moduleOf(body(0x41, 1, 0x42, 2, 0x6a, 0x1a));
  assert.is(code[verdict.offset], 0x6a);
});

test("takes time linear in the input, whatever is nested or declared in it", () => {
  const deep = (depth: number) => {
    const operators = [...Array(depth).fill([0x02, 0x40]).flat(), ...Array(depth).fill(0x0b)];
    return moduleOf([TYPE, FUNCTION, { id: 10, contents: sized([0, ...operators, 0x0b]) }]);
  };
  assert.is(validate(deep(1_000_000)).kind, 0);
  const many = Array.from({ length: 100_000 }, () => [6, 1, 0xcf, 0x86, 0x03, 0x7f, 0x0b]).flat();
  const locals = moduleOf([
    TYPE,
    { id: 3, contents: [0xa0, 0x8d, 0x06, ...Array(100_000).fill(0)] },
    { id: 10, contents: [0xa0, 0x8d, 0x06, ...many] },
  ]);
  const started = performance.now();
  assert.is(validate(locals).kind, 0);
  assert.ok(performance.now() - started < 2000, "50,000 locals in each of 100,000 functions");
});

/** The contents of a code section with one body. */
function sized(bytes: number[]): number[] {
  const size = bytes.length;
  const leb = [0, 7, 14, 21, 28].map(
    (shift) => ((size >>> shift) & 0x7f) | (shift < 28 ? 0x80 : 0),
  );
  return [1, ...leb, ...bytes];
}

test.run();
