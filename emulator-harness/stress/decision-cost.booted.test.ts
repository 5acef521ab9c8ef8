// What a decision costs on i386: the scheduler's own code by our generator, counted in v86 without a kernel.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../build/assemblyscript.ts";
import { codegenWasm, Generator, MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";

const COUNT = 20_000;
/** scheduling.md, section 7: 64 accounts, depth 3. */
const DECISION_MOST = 600;
/** Booking a whole slice at three levels, where every request ends, and the decision after it. */
const TURNOVER_MOST = 3_000;
const SLICES_PER_EPOCH = 25;

async function rigOf(): Promise<Bare> {
  const entry = "kernel/sched/decision-cost.ts";
  const wasm = await assemble({ name: "wasm/decision-cost", entry, kind: "pure", flags: ["-O3"] });
  const generator = await Generator.load(await codegenWasm());
  const rig = await Bare.create({ memoryPages: 64, clock: "virtual" });
  rig.load(generator.compile(wasm, MODE_INVOCABLE));
  assert.is(rig.init().kind, "ok");
  return rig;
}

function perRound(rig: Bare, name: string, count = COUNT): number {
  const before = rig.instructions();
  const outcome = rig.invoke(name, [BigInt(count)], 60e9);
  assert.is(
    outcome.kind,
    "ok",
    JSON.stringify(outcome, (_, value) => String(value)),
  );
  return Math.round((rig.instructions() - before) / count);
}

test("a decision among 64 accounts in three levels", async () => {
  const rig = await rigOf();
  rig.invoke("prepare", [0n]);
  perRound(rig, "decide", 1000);
  const epoch = perRound(rig, "closeEpoch", 100);
  const share = Math.round(epoch / SLICES_PER_EPOCH);
  const figures = {
    decision: perRound(rig, "decideAgain"),
    booking: perRound(rig, "book"),
    turnover: perRound(rig, "decide") - share,
    nap: perRound(rig, "nap"),
    epoch,
  };
  rig.invoke("prepare", [15_000n]);
  const reserved = perRound(rig, "decide") - share;
  const text = JSON.stringify({ ...figures, reserved });

  assert.ok(figures.decision <= DECISION_MOST, text);
  assert.ok(figures.turnover <= TURNOVER_MOST, text);
  assert.ok(reserved <= TURNOVER_MOST, text);
});

test.run();
