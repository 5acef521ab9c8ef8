// Credit: conserved whatever happens, and nobody earns any by wanting more than it needs.
import { test } from "uvu";
import * as assert from "uvu/assert";
import { note, testSeed } from "../test/support.ts";
import { Random } from "./random.ts";
import { Scheduler, schedulerModule } from "./scheduler.ts";

const module = await schedulerModule(true);
const EPOCH = 100_000_000;
const SECONDS = 6;

/**
 * Three groups with equal weights; the first works for `busy` percent of each 20 ms, the second for `other`, the third
 * all the time. -> what credit each has after some seconds, what it lent and was served.
 */
function run(busy: number, other: number): { credit: number[]; lent: number[]; served: number[] } {
  const scheduler = new Scheduler(module);
  const period = 20_000_000;
  const parts = [busy, other, 100];
  const accounts = parts.map(() => scheduler.openAccount({ weight: 100 }, 0));
  const left = parts.map(() => 0);
  const awake = parts.map(() => false);
  accounts.forEach((account, thread) => scheduler.admit(thread, account, 0));
  let now = 0;
  let next = 0;
  while (now < SECONDS * 1e9) {
    if (now >= next) {
      parts.forEach((part, thread) => {
        left[thread] = (period / 100) * part;
        if (!awake[thread] && part > 0) scheduler.wake(thread, now);
        awake[thread] = part > 0;
      });
      next += period;
    }
    const end = Math.min(scheduler.proceedTo(now), next);
    const thread = scheduler.running();
    const until = thread === null ? end : Math.min(end, now + left[thread]);
    if (thread !== null) left[thread] -= until - now;
    now = until;
    scheduler.charge(now);
    if (thread !== null && left[thread] <= 0 && parts[thread] < 100) {
      scheduler.block(thread, now);
      awake[thread] = false;
    }
  }
  scheduler.finishBooks();
  scheduler.verify();
  const books = accounts.map((account) => scheduler.account(account));
  return {
    credit: books.map(({ credit }) => credit),
    lent: books.map(({ lent }) => lent),
    served: books.map(({ charged }) => charged),
  };
}

test("on a grid of lies, wanting more than one needs never earns more credit than the truth", () => {
  let lies = 0;
  for (const need of [0, 10, 20, 30]) {
    for (const other of [10, 30, 60]) {
      const truth = run(need, other);
      for (let claim = need + 10; claim <= 100; claim += 30) {
        const lie = run(claim, other);
        lies += 1;
        const text = `needs ${need} %, claims ${claim} %, beside ${other} %`;
        assert.ok(lie.credit[0] <= truth.credit[0] + 1000, text);
        // Nor does an honest neighbour pay for it with service inside its entitlement.
        const own = Math.min(other, 33) / 100;
        assert.ok(lie.served[1] >= own * 0.98 * SECONDS * 1e9, `${text}: ${lie.served[1]} ns`);
      }
    }
  }
  note(`${lies} lies compared with the truth`);
});

test("who sleeps earns what it lends, who works owes at most 10 s of its own", () => {
  const { credit, lent } = run(0, 0);
  assert.is(credit[0], lent[0]);
  assert.is(credit[1], lent[1]);
  assert.ok(credit[0] > 1.9e9, `${credit}`);
  // It borrowed two thirds of six seconds; more than ten of its own third is forgiven.
  assert.ok(Math.abs(credit[2] + 10e9 / 3) < 1000, `${credit}`);
});

test("opening, splitting and closing accounts makes no credit", () => {
  const random = new Random(testSeed());
  const scheduler = new Scheduler(module);
  const fixed = [1, 2, 3].map(() => scheduler.openAccount({}, 0));
  fixed.forEach((account, thread) => scheduler.admit(thread, account, 0));
  scheduler.wake(0, 0);
  let now = 0;
  const open: number[] = [];
  for (let step = 0; step < 400; step++) {
    const until = now + random.between(1, EPOCH);
    while (now < until) now = Math.min(until, scheduler.proceedTo(now));
    scheduler.charge(now);
    if (random.chance(0.5)) {
      const parent = open.length > 0 && random.chance(0.5) ? open[random.below(open.length)] : 0;
      try {
        open.push(scheduler.openAccount({ parent }, now));
      } catch {
        // Too deep: refused.
      }
    } else if (open.length > 0) {
      const index = random.below(open.length);
      if (scheduler.closeAccount(open[index], now) === 0) open.splice(index, 1);
    }
    scheduler.finishBooks();
    scheduler.verify();
  }
  const { creditExpired } = scheduler.schedule();
  assert.ok(creditExpired > 0);
});

test.run();
