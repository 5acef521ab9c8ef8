// What a decision costs on i386: the scheduler's own code by our generator, counted in v86 without a kernel.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { assemble } from "../build/assemblyscript.ts";
import { codegenWasm, Generator, MODE_INVOCABLE } from "../build/generator.ts";
import { Bare } from "../machine/bare.ts";
import { note } from "../test/support.ts";

const COUNT = 20_000;
/** scheduling.md, section 7: 64 accounts, depth 3. */
const DECISION_MOST = 600;
/** Booking a whole slice at three levels, where every request ends, and the decision after it. */
const TURNOVER_MOST = 3_000;
/** How long interrupts may be off, whatever is done. */
const STRETCH_MOST = 20_000;
const STEPS_PER_EPOCH = 400;
const SLICES_PER_EPOCH = 25;

async function rigOf(): Promise<Bare> {
  const entry = "kernel/sched/decision-cost.ts";
  const wasm = await assemble({ name: "wasm/decision-cost", entry, kind: "pure", flags: ["-O3"] });
  const generator = await Generator.load(await codegenWasm());
  const rig = await Bare.create({ memoryPages: 96, clock: "virtual" });
  rig.load(generator.compile(wasm, MODE_INVOCABLE));
  assert.is(rig.init().kind, "ok");
  return rig;
}

function instructionsOf(rig: Bare, name: string, argument: bigint): number {
  const before = rig.instructions();
  const outcome = rig.invoke(name, [argument], 60e9);
  assert.is(
    outcome.kind,
    "ok",
    JSON.stringify(outcome, (_, value) => String(value)),
  );
  return rig.instructions() - before;
}

function perRound(rig: Bare, name: string, count = COUNT): number {
  return Math.round(instructionsOf(rig, name, BigInt(count)) / count);
}

test("a decision among 64 accounts in three levels", async () => {
  const rig = await rigOf();
  rig.invoke("prepare", [0n]);
  perRound(rig, "decide", 1000);
  const booking = perRound(rig, "book");
  const epoch = (perRound(rig, "passTime", 100 * STEPS_PER_EPOCH) - booking) * STEPS_PER_EPOCH;
  const share = Math.round(epoch / SLICES_PER_EPOCH);
  const figures = {
    decision: perRound(rig, "decideAgain"),
    booking,
    turnover: perRound(rig, "decide") - share,
    nap: perRound(rig, "nap"),
    epoch,
  };
  rig.invoke("prepare", [15_000n]);
  const reserved = perRound(rig, "decide") - share;
  const text = JSON.stringify({ ...figures, reserved });
  note(text);

  assert.ok(figures.decision <= DECISION_MOST, text);
  assert.ok(figures.turnover <= TURNOVER_MOST, text);
  assert.ok(reserved <= TURNOVER_MOST, text);
});

test("no step of 1,024 accounts' books takes longer than interrupts may be off", async () => {
  const rig = await rigOf();
  rig.invoke("prepareMost", [500n]);
  let longest = 0;
  let sum = 0;
  // The third epoch is one in which nothing has changed.
  for (const changes of [1n, 1n, 0n]) {
    rig.invoke("change", [changes]);
    for (let step = 0; step < STEPS_PER_EPOCH; step++) {
      const took = instructionsOf(rig, "passTime", 1n);
      longest = Math.max(longest, took);
      sum += took;
    }
  }
  const figures = { longest, perEpoch: Math.round(sum / 3), reopen: perRound(rig, "reopen", 100) };
  const text = JSON.stringify(figures);
  note(text);
  assert.ok(longest > 1000 && longest <= STRETCH_MOST, text);
  assert.ok(figures.reopen <= STRETCH_MOST, text);
});

test.run();
