// Lag over millions of decisions: what is rounded once per request must not add up.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { ROUNDED_WEIGHT } from "../checker/mutants.ts";
import { buildModule } from "../checker/scale.ts";
import { note } from "../test/support.ts";
import { Scheduler, schedulerModule } from "./scheduler.ts";

const QUANTUM = SchedulerTime.QUANTUM_NS as number;
const DECISIONS = 4_000_000;

/** The worst lag among siblings of these weights, in quanta. */
function lag(module: WebAssembly.Module, weights: number[]): number {
  const scheduler = new Scheduler(module);
  weights.forEach((weight, thread) => {
    scheduler.admit(thread, scheduler.openAccount({ weight }, 0), 0);
    scheduler.wake(thread, 0);
  });
  const worst = scheduler.lagRun(DECISIONS) / QUANTUM;
  scheduler.verify();
  return worst;
}

test("siblings stay below one quantum of lag for 4,000,000 decisions", async () => {
  const module = await schedulerModule();
  for (const weights of [
    [9_999, 3_001],
    [7, 10_000, 2_333],
  ]) {
    const worst = lag(module, weights);
    assert.ok(worst > 0 && worst < 1, `${weights}: ${worst} q`);
    note(`${weights.join(":")} ${worst.toFixed(4)} q`);
  }
});

test(`planted bug ${ROUNDED_WEIGHT.name}: lag grows beyond it`, async () => {
  const worst = lag(await buildModule("shipped", ROUNDED_WEIGHT), [9_999, 3_001]);
  assert.ok(worst > 1, `${worst} q`);
  note(`${worst.toFixed(4)} q`);
});

test.run();
