// Anything that a kernel may do to the scheduler, at random: every rule still holds after every step.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { LedgerRefusal } from "../../kernel/abi/scheduler.ts";
import { testSeed } from "../test/support.ts";
import { Random } from "./random.ts";
import { Refused, Scheduler, schedulerModule } from "./scheduler.ts";

const module = await schedulerModule(true);
const STEPS = 3000;
const THREADS = 40;

interface ChaosAccount {
  account: number;
  parent: number;
  threads: number;
  children: number;
}

/** A kernel that wakes, blocks, yields, spawns, kills, opens and closes without any plan. */
class Chaos {
  readonly random: Random;
  readonly scheduler = new Scheduler(module);
  readonly accounts: ChaosAccount[] = [{ account: 0, parent: -1, threads: 0, children: 0 }];
  readonly threads = new Map<number, { home: ChaosAccount; ready: boolean }>();
  now = 0;
  running: number | null = null;

  constructor(seed: number) {
    this.random = new Random(seed);
  }

  step(): void {
    this.advance();
    const action = this.random.below(100);
    if (action < 8) this.open();
    else if (action < 11) this.close();
    else if (action < 20) this.spawn();
    else if (action < 26) this.kill();
    else if (action < 55) this.toggle();
    else if (action < 60) this.scheduler.yieldNow(this.now);
    else if (action < 70) this.interrupt();
    if (this.scheduler.preemptionDue(this.now)) this.running = this.scheduler.choose(this.now);
    this.scheduler.verify();
    this.checkChoice();
  }

  /** Time goes on to the end of the slice, somewhere before it, or a little beyond. */
  private advance(): void {
    const end = this.scheduler.sliceEnd(this.now);
    const far = Number.isFinite(end) ? end : this.now + this.random.below(5e8);
    const kind = this.random.below(10);
    if (kind < 4) this.now = far;
    else if (kind < 7) this.now += this.random.below(far - this.now + 1);
    else if (kind < 9) this.now = far + this.random.below(100_003);
    else if (this.random.chance(0.1)) this.now += this.random.below(3e8);
    this.scheduler.charge(this.now);
  }

  /** The machine works for some account: mostly a moment, sometimes so long that the host must have paused. */
  private interrupt(): void {
    const { account } = this.pick(this.accounts);
    const span = this.random.chance(0.05) ? 4e7 : this.random.below(200_000);
    this.now += span;
    if (account !== 0) this.scheduler.chargeAccount(account, span, this.now);
    else this.scheduler.charge(this.now);
  }

  private open(): void {
    const parent = this.pick(this.accounts);
    const limit = this.random.chance(0.3) ? this.random.between(20_000, 600_000) : 1_000_000;
    const reserve = this.random.chance(0.5) ? this.random.below(Math.min(limit, 300_000)) : 0;
    const options = { parent: parent.account, reservePpm: reserve, limitPpm: limit };
    const weight = this.random.chance(0.5) ? 100 : this.random.between(1, 10_000);
    try {
      const account = this.scheduler.openAccount({ ...options, weight }, this.now);
      parent.children++;
      this.accounts.push({ account, parent: parent.account, threads: 0, children: 0 });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }

  private close(): void {
    const home = this.pick(this.accounts);
    const refusal = this.scheduler.closeAccount(home.account, this.now);
    const closable = home.account !== 0 && home.threads === 0 && home.children === 0;
    assert.is(refusal === LedgerRefusal.OK, closable);
    if (!closable) return;
    this.accounts.splice(this.accounts.indexOf(home), 1);
    for (const other of this.accounts) if (other.account === home.parent) other.children--;
  }

  private spawn(): void {
    const thread = this.random.below(THREADS);
    const home = this.pick(this.accounts);
    if (this.threads.has(thread)) return;
    const refusal = this.scheduler.admit(thread, home.account, this.now);
    assert.is(refusal === LedgerRefusal.OK, home.account !== 0 && home.children === 0);
    if (refusal !== LedgerRefusal.OK) return;
    home.threads++;
    this.threads.set(thread, { home, ready: true });
    this.scheduler.wake(thread, this.now);
  }

  private kill(): void {
    const thread = this.random.below(THREADS);
    const found = this.threads.get(thread);
    if (!found) return;
    this.scheduler.dismiss(thread, this.now);
    found.home.threads--;
    this.threads.delete(thread);
    if (this.running === thread) assert.ok(this.scheduler.preemptionDue(this.now));
  }

  private toggle(): void {
    const thread = this.running !== null && this.random.chance(0.5) ? this.running : null;
    const chosen = thread ?? this.random.below(THREADS);
    const found = this.threads.get(chosen);
    if (!found) return;
    if (found.ready) this.scheduler.block(chosen, this.now);
    else this.scheduler.wake(chosen, this.now, this.now - this.random.below(this.now + 1));
    found.ready = !found.ready;
  }

  /** Whoever runs exists and is ready; nobody runs only when limits hold everybody back. */
  private checkChoice(): void {
    if (this.running === null) return;
    assert.ok(this.threads.get(this.running)?.ready, `thread ${this.running} runs`);
  }

  private pick<T>(list: T[]): T {
    return list[this.random.below(list.length)];
  }
}

test("every structure and every sum stays sound, whatever happens", () => {
  for (let round = 0; round < 20; round++) {
    const seed = testSeed() * 1000 + round;
    const chaos = new Chaos(seed);
    let step = 0;
    try {
      for (; step < STEPS; step++) chaos.step();
    } catch (error) {
      throw new Error(`seed ${seed}, step ${step}, ${chaos.now} ns: ${(error as Error).message}`);
    }
    assert.is(chaos.scheduler.schedule().idleWhileReady, 0, `seed ${seed}: idle while ready`);
  }
});

test.run();
