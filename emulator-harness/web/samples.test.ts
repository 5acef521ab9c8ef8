// The stress program's records become samples of the groups that have threads.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SampleReader } from "./samples.ts";

const START = {
  stress: "start",
  epochMs: 100,
  groups: [
    { path: "/a", leaf: false },
    { path: "/a/b", leaf: true },
    { path: "/c", leaf: true },
  ],
};
const EPOCH = {
  stress: "epoch",
  ms: 300,
  groups: [
    [50_000, 20_000, 30_000, 0],
    [50_000, 20_000, 30_000, 0],
    [50_000, 80_000, 0, 30_000],
  ],
};

test("an epoch is a share of its length, for leaves only", () => {
  const reader = new SampleReader();
  assert.is(reader.read(START), null);
  assert.equal(reader.read(EPOCH), {
    seconds: 0.3,
    groups: [
      { name: "/a/b", entitled: 0.5, used: 0.2, lent: 0.3, borrowed: 0 },
      { name: "/c", entitled: 0.5, used: 0.8, lent: 0, borrowed: 0.3 },
    ],
  });
});

test("an epoch before any start, and other records, are no samples", () => {
  const reader = new SampleReader();
  assert.is(reader.read(EPOCH), null);
  assert.is(reader.read({ kind: "other" }), null);
});

test.run();
