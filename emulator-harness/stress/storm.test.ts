// A flood of interrupts is its owner's: what a neighbour loses to it is within the bounds for any other sleeper.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { note, testSeed } from "../test/support.ts";
import { Random } from "./random.ts";
import { Scheduler, schedulerModule } from "./scheduler.ts";

const module = await schedulerModule(true);
const QUANTUM = SchedulerTime.QUANTUM_NS as number;
const DRIVER = 0;

interface Storm {
  /** What the kernel spends on one interrupt, and the driver until it has unmasked the line again. */
  handleNs: number;
  driveNs: number;
  /** How long the line stays quiet then. */
  quietNs: number;
  /** How many lines the group has bound. */
  lines: number;
}

/** The worst that the neighbour with `share` of the machine has lost in any window, in ns. */
function damage(storm: Storm, weights: number[], reservePpm: number, spared = false): number {
  const scheduler = new Scheduler(module);
  const drivers = scheduler.openAccount({ weight: weights[0], reservePpm }, 0);
  const neighbour = scheduler.openAccount({ weight: weights[1] }, 0);
  scheduler.admit(DRIVER, drivers, 0);
  scheduler.admit(1, neighbour, 0);
  scheduler.wake(1, 0);
  const share = Math.min(weights[1] / (weights[0] + weights[1]), 1 - reservePpm / 1e6);
  let now = 0;
  let next = 2 * QUANTUM;
  let worst = 0;
  let least = 0;
  let running = scheduler.choose(0);
  let driven = 0;
  let from = -1;
  let worked = 0;
  while (now < 2e9) {
    const ends = Math.min(next, scheduler.sliceEnd(now));
    const end = running === DRIVER ? Math.min(ends, now + driven) : ends;
    if (running === DRIVER) driven -= end - now;
    // What it really ran, whatever the books say.
    else if (running === 1) worked += end - now;
    now = end;
    scheduler.charge(now);
    if (running === DRIVER && driven <= 0) {
      scheduler.block(DRIVER, now);
      next = now + storm.quietNs;
    }
    if (now >= next) {
      // All lines at once: they are unmasked together.
      for (let line = 0; line < storm.lines; line++) {
        now += storm.handleNs;
        if (spared) scheduler.charge(now);
        else scheduler.chargeAccount(drivers, storm.handleNs, now);
      }
      scheduler.wake(DRIVER, now);
      driven = storm.driveNs;
      next = Infinity;
    }
    if (scheduler.preemptionDue(now)) running = scheduler.choose(now);
    if (from < 0) {
      from = now >= 4 * QUANTUM ? now : -1;
      worked = 0;
      continue;
    }
    const owed = (now - from) * share - worked;
    worst = Math.max(worst, owed - least);
    least = Math.min(least, owed);
  }
  scheduler.verify();
  return worst;
}

test("a flood costs a neighbour at most 2 quanta in any window, whatever interrupts cost", () => {
  const random = new Random(testSeed());
  let worst = 0;
  for (let round = 0; round < 60; round++) {
    const storm = {
      handleNs: random.between(500, 60_000),
      driveNs: random.between(200, 20_000),
      quietNs: random.chance(0.5) ? 1 : random.between(1, 50_000),
      lines: random.between(1, 13),
    };
    const weights = [random.between(1, 400), random.between(1, 400)];
    const reserve = random.chance(0.7) ? random.between(10_000, 500_000) : 0;
    const lost = damage(storm, weights, reserve);
    worst = Math.max(worst, lost);
    const burst = storm.handleNs * storm.lines;
    const text = JSON.stringify({ storm, weights, reserve, lost });
    assert.ok(lost <= 2 * QUANTUM + burst, text);
  }
  assert.ok(worst > 0);
  note(`worst loss ${(worst / QUANTUM).toFixed(2)} q`);
});

test("charged to whoever was interrupted, the same flood costs the neighbour without bound", () => {
  const storm = { handleNs: 20_000, driveNs: 1000, quietNs: 1, lines: 4 };
  // A small reserve lets the driver answer every time at once.
  const lost = damage(storm, [1, 100], 50_000, true);
  assert.ok(lost > 100 * QUANTUM, `${lost} ns`);
  assert.ok(damage(storm, [1, 100], 50_000) <= 2 * QUANTUM);
});

test.run();
