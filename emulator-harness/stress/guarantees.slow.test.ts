// The guarantees of scheduling.md section 7 as properties of random and hostile workloads, on the shipped Wasm.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { SchedulerTime } from "../../kernel/abi/scheduler.ts";
import { testSeed } from "../test/support.ts";
import { Random } from "./random.ts";
import { Scheduler, schedulerModule } from "./scheduler.ts";

const module = await schedulerModule(true);
const QUANTUM = SchedulerTime.QUANTUM_NS as number;
/** v86 polls its timers every 100,003 instructions: a slice may end that much late. */
const POLL = 100_003;

/** A machine whose threads are driven from outside, slice by slice. */
class Bench {
  readonly scheduler = new Scheduler(module);
  now = 0;
  running: number | null = null;

  constructor(
    readonly random: Random,
    readonly late: boolean,
  ) {}

  spawn(thread: number, account: number): void {
    this.scheduler.admit(thread, account, this.now);
    this.scheduler.wake(thread, this.now);
  }

  /** To the end of the slice (or `until`, if that is earlier), perhaps a little late. */
  slice(until = Infinity): void {
    if (this.scheduler.preemptionDue(this.now)) this.running = this.scheduler.choose(this.now);
    const end = this.scheduler.sliceEnd(this.now) + (this.late ? this.random.below(POLL + 1) : 0);
    this.now = Math.min(end, until);
    this.scheduler.charge(this.now);
  }
}

function rounds(count: number, body: (random: Random, seed: number) => void): void {
  for (let round = 0; round < count; round++) {
    const seed = testSeed() * 10_000 + round;
    try {
      body(new Random(seed), seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${(error as Error).message}`);
    }
  }
}

test("G1: siblings that are always ready stay within one quantum (and one poll) of their share", () => {
  let worst = 0;
  rounds(30, (random) => {
    const bench = new Bench(random, random.chance(0.5));
    const weights = Array.from({ length: random.between(2, 7) }, () => random.between(1, 1000));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const accounts = weights.map((weight) => bench.scheduler.openAccount({ weight }, 0));
    let thread = 0;
    for (const account of accounts) {
      for (let i = random.between(1, 6); i > 0; i--) bench.spawn(thread++, account);
    }
    for (let i = 0; i < 1500; i++) {
      bench.slice();
      accounts.forEach((account, index) => {
        const share = (bench.now * weights[index]) / total;
        const lag = Math.abs(share - bench.scheduler.account(account).charged);
        worst = Math.max(worst, lag);
        assert.ok(lag <= QUANTUM + 2 * POLL, `lag ${lag} ns at ${bench.now} ns`);
      });
    }
    bench.scheduler.verify();
  });
  assert.ok(worst > 0);
});

test("share error over 10 s is at most 0.05 %, whatever the number of threads", () => {
  rounds(4, (random) => {
    const bench = new Bench(random, true);
    const weights = [100, 200, 400];
    const accounts = weights.map((weight) => bench.scheduler.openAccount({ weight }, 0));
    let thread = 0;
    [1, 4, 8].forEach((count, index) => {
      for (let i = 0; i < count; i++) bench.spawn(thread++, accounts[index]);
    });
    while (bench.now < 10e9) bench.slice(10e9);
    accounts.forEach((account, index) => {
      const share = bench.scheduler.account(account).charged / 10e9;
      assert.ok(Math.abs(share - weights[index] / 700) <= 0.0005, `share ${share}`);
    });
  });
});

/** The worst window of phi * dt - service so far. */
class Deficit {
  private least = 0;
  worst = 0;

  note(owed: number): void {
    this.worst = Math.max(this.worst, owed - this.least);
    this.least = Math.min(this.least, owed);
  }
}

test("G2: whatever sleepers do, an always-ready account loses at most 2 quanta in any window", () => {
  let worst = 0;
  rounds(60, (random) => {
    const bench = new Bench(random, false);
    const weights = Array.from({ length: random.between(2, 5) }, () =>
      random.chance(0.5) ? 1 : random.between(1, 4),
    );
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const accounts = weights.map((weight) => bench.scheduler.openAccount({ weight }, 0));
    const awake = accounts.map((account, thread) => {
      bench.spawn(thread, account);
      return true;
    });
    const deficit = new Deficit();
    const nap = random.between(1, QUANTUM);
    for (let i = 0; i < 4000; i++) {
      bench.slice(bench.now + (random.chance(0.5) ? nap : random.between(1, QUANTUM)));
      for (let thread = 1; thread < awake.length; thread++) {
        // Mostly: sleep when just served, wake when it would be chosen.
        const willing = thread === bench.running ? 0.7 : 0.3;
        if (!random.chance(willing)) continue;
        if (awake[thread]) bench.scheduler.block(thread, bench.now);
        else bench.scheduler.wake(thread, bench.now);
        awake[thread] = !awake[thread];
      }
      const served = bench.scheduler.account(accounts[0]).charged;
      deficit.note((bench.now * weights[0]) / total - served);
    }
    worst = Math.max(worst, deficit.worst);
    assert.ok(deficit.worst <= 2 * QUANTUM, `deficit ${deficit.worst} ns`);
  });
  assert.ok(worst > QUANTUM / 2, `the adversaries are harmless: ${worst} ns`);
});

test("G3: a lender that wakes with budget runs within one quantum, whatever the borrowers do", () => {
  rounds(20, (random) => {
    const bench = new Bench(random, true);
    const lenders = Array.from({ length: random.between(1, 6) }, () => {
      const reservePpm = random.between(20_000, 140_000);
      return bench.scheduler.openAccount({ reservePpm, weight: random.between(1, 100) }, 0);
    });
    const hogs = bench.scheduler.openAccount({ weight: 10_000 }, 0);
    for (let i = 0; i < 8; i++) bench.spawn(100 + i, hogs);
    lenders.forEach((account, thread) => bench.scheduler.admit(thread, account, 0));
    const state = lenders.map(() => ({ wakeAt: 8e6 + random.below(2e7) }));
    const work = lenders.map(() => random.between(1000, 70_000));
    while (bench.now < 3e9) {
      const next = Math.min(...state.map(({ wakeAt }) => wakeAt), bench.now + work[0]);
      bench.slice(Math.max(next, bench.now + 1));
      state.forEach((lender, thread) => {
        if (bench.now >= lender.wakeAt) {
          bench.scheduler.wake(thread, bench.now);
          lender.wakeAt = Infinity;
        } else if (bench.running === thread) {
          bench.scheduler.block(thread, bench.now);
          lender.wakeAt = bench.now + random.between(5_000_000, 30_000_000);
        }
      });
    }
    for (const account of lenders) {
      const { wakes, wakeMax } = bench.scheduler.account(account);
      assert.ok(wakes > 50, `${wakes} wake-ups`);
      assert.ok(wakeMax <= QUANTUM + POLL, `waited ${wakeMax} ns`);
    }
  });
});

test("a busy reserve is served in every quantum, beside reserves for 95 % of the machine", () => {
  rounds(10, (random) => {
    const bench = new Bench(random, false);
    const reserves = [400_000, 250_000, 150_000, 100_000, 50_000];
    const accounts = reserves.map((reservePpm) =>
      bench.scheduler.openAccount({ reservePpm, weight: random.between(1, 10_000) }, 0),
    );
    const hog = bench.scheduler.openAccount({ weight: 10_000 }, 0);
    bench.spawn(50, hog);
    // The first budgets come one period after the accounts were opened.
    while (bench.now < 2 * QUANTUM) bench.slice(2 * QUANTUM);
    accounts.forEach((account, thread) => bench.spawn(thread, account));
    for (let period = 1; period <= 500; period++) {
      const end = (2 + period) * QUANTUM;
      while (bench.now < end) bench.slice(end);
      accounts.forEach((account, index) => {
        const owed = period * QUANTUM * (reserves[index] / 1e6);
        const { charged } = bench.scheduler.account(account);
        assert.ok(charged >= owed - 1, `account ${index}: ${charged} of ${owed} ns`);
      });
    }
  });
});

test("lending: what a sleeping reserve leaves is used, and lent equals borrowed", () => {
  rounds(10, (random) => {
    const bench = new Bench(random, false);
    const owner = bench.scheduler.openAccount({ reservePpm: 500_000 }, 0);
    const borrowers = [1, 2].map((n) => bench.scheduler.openAccount({ weight: n * 100 }, 0));
    bench.scheduler.admit(0, owner, 0);
    borrowers.forEach((account, index) => bench.spawn(index + 1, account));
    while (bench.now < 1e9) bench.slice(1e9);
    const { entitled, used, lent } = bench.scheduler.account(owner);
    assert.is(used, 0);
    assert.ok(lent >= 0.99 * entitled, `lent ${lent} of ${entitled}`);
    const { idle } = bench.scheduler.schedule();
    assert.is(idle, 0);
    bench.scheduler.verify();
  });
});

test.run();
