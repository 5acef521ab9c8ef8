// Our limits are V8's: one below, at and above each of them, both say the same.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { HEADER, unsigned } from "../binary.ts";
import { loadValidator } from "./standalone.ts";

const test = suite("limits");
const validate = await loadValidator();

type Part = [id: number, ...contents: Uint8Array[]];

function moduleOf(...parts: Part[]): Uint8Array {
  const pieces: Uint8Array[] = [Uint8Array.from(HEADER)];
  for (const [id, ...contents] of parts) {
    const size = contents.reduce((sum, piece) => sum + piece.length, 0);
    pieces.push(Uint8Array.from([id, ...unsigned(size)]), ...contents);
  }
  return new Uint8Array(Buffer.concat(pieces));
}

const bytes = (...values: number[]) => Uint8Array.from(values);
const count = (value: number) => Uint8Array.from(unsigned(value));

/** `times` copies of some bytes. */
function repeat(times: number, ...values: number[]): Uint8Array {
  const result = new Uint8Array(times * values.length);
  for (let i = 0; i < result.length; i++) result[i] = values[i % values.length];
  return result;
}

const TYPE: Part = [1, bytes(1, 0x60, 0, 0)];
const FUNCTION: Part = [3, bytes(1, 0)];
const MEMORY: Part = [5, bytes(1, 0, 1)];

function body(...pieces: Uint8Array[]): Part {
  const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
  return [10, bytes(1), count(size), ...pieces];
}

/** Names e00000.. of exports, each its own. */
function exports(total: number): Uint8Array {
  const entry = (i: number) => [6, ...Buffer.from(`e${String(i).padStart(5, "0")}`), 0, 0];
  const digits = (i: number) => (i < 100_000 ? entry(i) : [7, ...Buffer.from(`e${i}`), 0, 0]);
  return Uint8Array.from(Array.from({ length: total }, (_, i) => digits(i)).flat());
}

const LIMITS: [name: string, limit: number, make: (n: number) => Uint8Array][] = [
  ["types", 1_000_000, (n) => moduleOf([1, count(n), repeat(n, 0x60, 0, 0)])],
  ["parameters", 1000, (n) => moduleOf([1, bytes(1, 0x60), count(n), repeat(n, 0x7f), bytes(0)])],
  ["results", 1000, (n) => moduleOf([1, bytes(1, 0x60, 0), count(n), repeat(n, 0x7f)])],
  ["imports", 100_000, (n) => moduleOf(TYPE, [2, count(n), repeat(n, 0, 0, 0, 0)])],
  [
    "functions",
    1_000_000,
    (n) => moduleOf(TYPE, [3, count(n), repeat(n, 0)], [10, count(n), repeat(n, 2, 0, 0x0b)]),
  ],
  ["tables", 100_000, (n) => moduleOf([4, count(n), repeat(n, 0x70, 0, 0)])],
  ["elements of a table", 10_000_000, (n) => moduleOf([4, bytes(1, 0x70, 0), count(n)])],
  ["pages of a memory", 65_536, (n) => moduleOf([5, bytes(1, 0), count(n)])],
  ["pages of a growing memory", 65_536, (n) => moduleOf([5, bytes(1, 1, 0), count(n)])],
  ["globals", 1_000_000, (n) => moduleOf([6, count(n), repeat(n, 0x7f, 0, 0x41, 0, 0x0b)])],
  [
    "exports",
    100_000,
    (n) => moduleOf(TYPE, FUNCTION, [7, count(n), exports(n)], body(bytes(0, 0x0b))),
  ],
  ["data segments", 100_000, (n) => moduleOf(MEMORY, [11, count(n), repeat(n, 1, 0)])],
  ["locals", 50_000, (n) => moduleOf(TYPE, FUNCTION, body(bytes(1), count(n), bytes(0x7f, 0x0b)))],
  [
    "parameters and locals",
    49_999,
    (n) =>
      moduleOf(
        [1, bytes(1, 0x60, 1, 0x7f, 0)],
        FUNCTION,
        body(bytes(1), count(n), bytes(0x7f, 0x0b)),
      ),
  ],
  [
    "targets of br_table",
    65_520,
    (n) =>
      moduleOf(
        TYPE,
        FUNCTION,
        body(bytes(0, 0x41, 0, 0x0e), count(n), repeat(n + 1, 0), bytes(0x0b)),
      ),
  ],
  [
    "bytes of a function",
    7_654_321,
    (n) => moduleOf(TYPE, FUNCTION, body(bytes(0), repeat(n - 2, 1), bytes(0x0b))),
  ],
  [
    "bytes of a name",
    100_000,
    (n) => moduleOf(TYPE, [2, bytes(1), count(n), repeat(n, 0x61), bytes(0, 0, 0)]),
  ],
  [
    "items of an element segment",
    10_000_000,
    (n) =>
      moduleOf(TYPE, FUNCTION, [9, bytes(1, 1, 0), count(n), repeat(n, 0)], body(bytes(0, 0x0b))),
  ],
];

for (const [name, limit, make] of LIMITS) {
  test(name, () => {
    for (const n of [limit - 1, limit, limit + 1]) {
      const module = make(n);
      const { kind, text } = validate(module);
      const v8 = WebAssembly.validate(module as BufferSource);
      assert.is(kind === 0, v8, `${n}: ours "${text || "valid"}", V8 says ${v8}`);
    }
  });
}

test.run();
