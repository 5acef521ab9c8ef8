// A long run cannot end without saying so.
import { suite } from "uvu";
import * as assert from "uvu/assert";
import { outputOf, partsOf } from "./parts.ts";

const test = suite("parts");

const script = (text: string) => ["--input-type=module", "-e", text];

test("the parts of a range follow each other and leave nothing out", () => {
  const parts = partsOf({ seed: 3, from: 7, count: 25 }, 10);
  assert.equal(
    parts.map(({ from, count }) => [from, count]),
    [
      [7, 10],
      [17, 10],
      [27, 5],
    ],
  );
  assert.equal(partsOf({ seed: 3, from: 0, count: 0 }, 10), []);
});

test("a part that finishes answers, with or without differences", () => {
  assert.equal(outputOf(script("console.log(JSON.stringify([1]))"), "it"), [1]);
  assert.equal(outputOf(script("console.log('[2]'); process.exitCode = 1"), "it"), [2]);
});

test("a part that ends in another way is an error", () => {
  const ends: [text: string, how: RegExp][] = [
    ["process.kill(process.pid, 'SIGKILL')", /it: .*ended early \(SIGKILL\)/],
    ["process.abort()", /ended early \(SIGABRT\)/],
    ["await new Promise(() => {})", /ended early \(exit code 13\)/],
    ["process.exit(0)", /ended without a result/],
    ["throw new Error()", /ended without a result/],
  ];
  for (const [text, how] of ends) assert.throws(() => outputOf(script(text), "it"), how);
});

test.run();
