// A slice of `lendos fuzz frames`.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { testSeed } from "../../test/support.ts";
import { fuzzFrames, stackWasm } from "./frames-fuzz.ts";

const SLICE = 10_000;
const KINDS = ["arp-news", "arp-request", "echo-reply", "echo-request", "nothing", "syn", "udp"];

test("spoiled frames harm nothing, and every kind of frame is among them", async () => {
  const { differences, meanings, frames } = await fuzzFrames(await stackWasm(), {
    seed: testSeed(),
    from: 0,
    count: SLICE,
  });
  assert.equal(differences, []);
  assert.is(frames, SLICE);
  assert.equal(Object.keys(meanings).sort(), KINDS);
});

test.run();
