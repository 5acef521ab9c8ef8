// What wast2json writes (1.0.32), read back: the places where its JSON is not what one would guess.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { readJson } from "./json-reader.ts";
import type { Command } from "./script.ts";

const test = suite("json reader");

function read(...commands: object[]): Command[] {
  const folder = mkdtempSync(join(tmpdir(), "lendos-json-"));
  try {
    const path = join(folder, "script.json");
    writeFileSync(path, JSON.stringify({ source_filename: "script.wast", commands }));
    return readJson(path).commands;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function returning(...expected: object[]): object {
  return {
    type: "assert_return",
    line: 1,
    action: { type: "invoke", field: "f", args: [] },
    expected,
  };
}

function expectedOf(...values: object[]) {
  const [command] = read(returning(...values));
  return command.kind === "return" ? command.expected : [];
}

test("a function reference is null or any function, an external one has a number", () => {
  assert.equal(expectedOf({ type: "funcref", value: "0" }), [
    { type: "funcref", bits: 0n, pattern: "any" },
  ]);
  assert.equal(expectedOf({ type: "funcref", value: "null" }), [{ type: "funcref", bits: 0n }]);
  assert.equal(expectedOf({ type: "externref", value: "null" }), [{ type: "externref", bits: 0n }]);
  assert.equal(expectedOf({ type: "externref", value: "0" }), [{ type: "externref", bits: 1n }]);
});

test("numbers are bits, NaNs are patterns", () => {
  const values = expectedOf(
    { type: "i32", value: "4294967295" },
    { type: "f64", value: "9223372036854775808" },
    { type: "f32", value: "nan:canonical" },
  );
  assert.equal(values, [
    { type: "i32", bits: 0xffffffffn },
    { type: "f64", bits: 1n << 63n },
    { type: "f32", bits: 0n, pattern: "canonical" },
  ]);
});

test("what is not ours to run is skipped with a reason, not refused", () => {
  const vector = { type: "v128", lane_type: "i32", value: ["1", "2", "3", "4"] };
  const malformed = { type: "assert_malformed", line: 2, filename: "a.wat", module_type: "text" };
  const kinds = read(returning(vector), malformed, { type: "register", line: 3, as: "a" });
  assert.equal(
    kinds.map(({ kind }) => kind),
    ["skipped", "skipped", "skipped"],
  );
});

test.run();
