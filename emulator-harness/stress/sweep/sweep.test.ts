// Sweeps: a shard is a function of its seeds, goes on where it was ended, and shards merge to what one would be.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { readScenario } from "../file/read-scenario.ts";
import { sweepReport } from "../html/sweep.ts";
import { runOnModel } from "../run.ts";
import { mergedTable, mergedText, mergeResults } from "./merge.ts";
import { shardFile } from "./results.ts";
import { seedsIn, seedsOf, shardOf } from "./seeds.ts";
import { runSweep } from "./sweep.ts";

const TEXT = (load: number) => `{"global": {"duration": 0.3}, "groups": {"/a": {}, "/b": {}},
  "tasks": {"b": {"taskgroup": "/b", "run": 100}},
  "generate": {"a": {"kind": "on-off", "taskgroup": "/a", "on_us": ${load}, "off_us": 3000}},
  "expect": {"share_pct": {"/b": 40}, "idle_ms": 0}}`;

const folders: string[] = [];
function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "lendos-sweep-"));
  folders.push(made);
  return made;
}
test.after(() => {
  for (const one of folders) rmSync(one, { recursive: true });
});

/** Runs a shard; at most so many runs, then it dies. -> its bytes */
async function sweep(
  place: string,
  shard: string,
  runsMost = Infinity,
  load = 2000,
  seeds = "1..7",
) {
  let runs = 0;
  const dies = new Error("killed");
  try {
    await runSweep({
      seeds: seedsOf(seeds),
      shard: shardOf(shard),
      folder: place,
      on: "model",
      scenarios: ["x", "y"].map((file) => ({
        file,
        read: (seed) => readScenario(`${file}.json`, TEXT(file === "x" ? load : 500), { seed }),
      })),
      run: (file, scenario) => {
        if (++runs > runsMost) throw dies;
        return runOnModel(file, scenario, () => {});
      },
      progress: () => {},
    });
  } catch (error) {
    if (error !== dies) throw error;
  }
  return readFileSync(shardFile(place, shardOf(shard)), "utf8");
}

const refusal = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it was accepted");
};

test("seeds and shards", () => {
  assert.equal([...seedsIn(seedsOf("3..10"), shardOf("2/3"))], [4, 7, 10]);
  assert.match(
    refusal(() => seedsOf("9..3")),
    /--seeds is <first>..<last>.*not "9..3"/,
  );
  assert.match(
    refusal(() => shardOf("0/4")),
    /--shard is <i>\/<n> with i from 1 to n/,
  );
  assert.match(
    refusal(() => shardOf("5/4")),
    /not "5\/4"/,
  );
});

test("a shard that is ended anywhere and run again ends with the same bytes", async () => {
  const whole = await sweep(folder(), "1/1");
  assert.is(whole.split("\n").length, 1 + 14 + 1);
  for (const runs of [0, 1, 5, 13]) {
    const place = folder();
    const part = await sweep(place, "1/1", runs);
    assert.ok(whole.startsWith(part) && part.length < whole.length);
    // It was ended while it wrote.
    writeFileSync(join(place, "shard-1-of-1.jsonl"), whole.slice(0, part.length + 40));
    assert.is(await sweep(place, "1/1"), whole, `after ${runs} runs`);
  }
  const seeds = whole
    .split("\n")
    .slice(1, -1)
    .map((line) => JSON.parse(line).idleNs + JSON.parse(line).switches);
  assert.ok(new Set(seeds).size > 7, "seeds make a difference");
});

test("three shards, in any order, merge to the bytes of one", async () => {
  const place = folder();
  for (const shard of ["3/3", "1/3", "2/3"]) await sweep(place, shard);
  const merged = mergeResults([place]);
  assert.is(mergedText(merged), await sweep(folder(), "1/1"));
  assert.match(mergedTable(merged), /x +\/b share_pct +>= 40/);
  const page = sweepReport(merged);
  assert.is(page.match(/<tr>/g)!.length, 1 + 4);
  assert.match(page, /14 runs\?/);
  assert.match(mergedTable(merged), /14 runs on model, seeds 1..7: \d+ failed/);
});

test("merge names what is missing, double, of another sweep or broken", async () => {
  const place = folder();
  await sweep(place, "1/2");
  assert.match(
    refusal(() => mergeResults([place])),
    /6 of 14 runs are missing: seed 2 of x, seed 2 of y, /,
  );
  await sweep(place, "2/2");
  const double = folder();
  await sweep(double, "2/3");
  assert.match(
    refusal(() => mergeResults([place, double])),
    /seed 2 of x is in .*shard-2-of-2.* and in .*shard-2-of-3/,
  );
  const changed = folder();
  await sweep(changed, "2/2", Infinity, 999);
  assert.match(
    refusal(() => mergeResults([place, changed])),
    /other scenarios, or one of them has changed/,
  );
  assert.match(
    refusal(() => mergeResults([folder()])),
    /no \*\.jsonl of a sweep/,
  );
  writeFileSync(join(double, "shard-2-of-3.jsonl"), '{"sweep":1}\nnot json\n');
  assert.match(
    refusal(() => mergeResults([double])),
    /:2: this is no JSON/,
  );
});

test("a folder of another sweep is not gone on with", async () => {
  const place = folder();
  await sweep(place, "1/1", 2);
  let text = "";
  await sweep(place, "1/1", 2, 2000, "1..9").catch((error) => {
    text = error.message;
  });
  assert.match(text, /is of another sweep \(seeds 1..7, not 1..9\): take another --out/);
});

test.run();
