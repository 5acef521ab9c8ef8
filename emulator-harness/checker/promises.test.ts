// Reserves and limits of the shipped Wasm beside their rules: the same budgets, and never somebody who may not run.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note, testSeed } from "../test/support.ts";
import { Machine } from "./machine.ts";
import { MUTANTS } from "./mutants.ts";
import { choosable, Promised } from "./promises.ts";
import { buildModule } from "./scale.ts";

const RUNS = 300;
const percent = (least: number, most: number) =>
  fc.integer({ min: least, max: most }).map((value) => value * 10_000);
const script = fc.record({
  /** Reserve, how much more the limit is (above 90 %: none), weight, threads. */
  accounts: fc.array(
    fc.tuple(
      fc.oneof(fc.constant(0), percent(1, 30)),
      percent(0, 99),
      fc.integer({ min: 1, max: 10_000 }),
      fc.integer({ min: 1, max: 2 }),
    ),
    { minLength: 1, maxLength: 3 },
  ),
  /** What happens (as in oracle.test.ts), which thread, how much of the slice goes by, in 8ths. */
  events: fc.array(
    fc.tuple(
      fc.integer({ min: 0, max: 5 }),
      fc.integer({ min: 0, max: 11 }),
      fc.integer({ min: 0, max: 9 }),
    ),
    { maxLength: 150, size: "max" },
  ),
});
type Script = typeof script extends fc.Arbitrary<infer One> ? One : never;

const ONE = 1_000_000;
const NO_LIMIT_FROM = 900_000;
const IDLE_SPAN = 1_000_000;

/** Runs a script on both; throws where they differ. -> decisions by reserve, by weight, and nobody's. */
function runBeside(module: WebAssembly.Module, { accounts, events }: Script): number[] {
  const machine = new Machine(module);
  const homes: number[] = [];
  const indexes: number[] = [];
  const promised = accounts.map(([reserve, more, weight, threads], home) => {
    const limit = reserve + more >= NO_LIMIT_FROM ? ONE : Math.max(10_000, reserve + more);
    indexes.push(machine.open(0, reserve, weight, limit));
    for (let i = 0; i < threads; i++) homes.push(home);
    return new Promised(reserve, limit, 0);
  });
  for (const home of homes) machine.admit(indexes[home]);
  const ready = new Set<number>();
  const counts = [0, 0, 0];
  let running = -1;
  let reserved = false;
  const toggle = (thread: number) => {
    const account = promised[homes[thread]];
    if (ready.delete(thread)) {
      machine.block(thread);
      account.rest();
    } else {
      ready.add(thread);
      machine.wake(thread);
      account.wake(machine.now);
    }
  };
  for (const [step, [kind, which, eighths]] of events.entries()) {
    const left = machine.sliceLeft();
    const span = Number.isFinite(left) ? Math.ceil((left * eighths) / 8) : IDLE_SPAN;
    const begin = machine.now;
    machine.pass(span);
    if (running >= 0) promised[homes[running]].serve(begin, machine.now, reserved);
    if (kind < 2) toggle(which % homes.length);
    if (kind === 2 && running >= 0 && ready.has(running)) toggle(running);
    if (kind === 3 && running >= 0) machine.yieldNow();
    if (!machine.due) continue;
    running = machine.choose();
    for (const account of promised) account.renew(machine.now);
    const may = choosable(promised);
    reserved = may.reserved;
    check(`step ${step}`, running, homes, may.who);
    counts[running < 0 ? 2 : reserved ? 0 : 1] += 1;
    promised.forEach(({ state }, index) => {
      const has = machine.serverHasBudget(indexes[index]);
      if (has !== (state === "ready"))
        throw new Error(`step ${step}: account ${index} is ${state}`);
    });
  }
  return counts;
}

function check(step: string, running: number, homes: number[], who: number[]): void {
  if (running < 0 && who.length > 0) throw new Error(`${step}: nobody runs, but ${who} may`);
  if (running >= 0 && !who.includes(homes[running])) {
    throw new Error(`${step}: account ${homes[running]} runs, but only ${who} may`);
  }
}

test("who has budget, who is throttled and who runs is what the rules say", async () => {
  const module = await buildModule("shipped");
  const counts = [0, 0, 0];
  const property = fc.property(script, (one) => {
    runBeside(module, one).forEach((count, kind) => (counts[kind] += count));
  });
  fc.assert(property, { seed: testSeed(), numRuns: RUNS });
  for (const count of counts) assert.ok(count > 100, `only ${counts} decisions of some kind`);
  note(`${counts[0]} decisions by reserve, ${counts[1]} by weight, ${counts[2]} for nobody`);
});

for (const name of [
  "overrun-is-no-debt",
  "lent-before-the-zero-lag-time",
  "the-bucket-is-filled-twice",
  "the-bucket-forgives-a-debt",
]) {
  test(`planted bug ${name}: the rules tell`, async () => {
    const module = await buildModule("shipped", MUTANTS.find((one) => one.name === name)!);
    const property = fc.property(script, (one) => void runBeside(module, one));
    const { failed, counterexample, errorInstance } = fc.check(property, {
      seed: testSeed(),
      numRuns: RUNS,
      endOnFailure: true,
    });
    assert.ok(failed);
    note(
      `${(errorInstance as Error).message}, after ${counterexample![0].events.length} events at most`,
    );
  });
}

test.run();
