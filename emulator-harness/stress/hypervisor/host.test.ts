// The host's processor: slices are kept, nobody runs beside another, and idle time is told from waiting.
import { test } from "uvu";
import * as assert from "uvu/assert";
import type { Machine } from "../../machine/machine.ts";
import { SlicingHost } from "./host.ts";

const MS = 1e6;
const BEGIN_NS = 300 * MS;

/** A machine that works and sleeps as its script says, a millisecond at a time, and ends after it. */
class ScriptedMachine {
  readonly output = `@{"stress":"begin","ns":${BEGIN_NS}}\n`;
  readonly exit: Promise<number>;
  /** When it ran, on the host's clock. */
  readonly ran: [number, number][] = [];
  private now = 0;
  private end!: (code: number) => void;

  constructor(
    private readonly host: SlicingHost,
    private readonly script: { workNs?: number; sleepNs?: number }[],
  ) {
    this.exit = new Promise((resolve) => {
      this.end = resolve;
    });
  }

  nanoseconds(): number {
    return this.now;
  }

  /** Boots, and comes back asleep until its begin. */
  boot(): void {
    this.now = 100 * MS;
    this.give(BEGIN_NS - this.now);
  }

  private give(sleepNs: number | null): void {
    const asMachine = this as unknown as Machine;
    this.host.returned(asMachine, sleepNs, (nowNs) => {
      assert.ok(nowNs >= this.now, "the clock went back");
      this.now = nowNs;
      queueMicrotask(() => this.run());
    });
  }

  private run(): void {
    const step = this.script[0];
    if (step === undefined) {
      this.end(0);
      return;
    }
    const from = this.now - BEGIN_NS;
    const ran = Math.min(MS, step.workNs ?? 0);
    this.now += ran;
    if (ran > 0) this.ran.push([from, from + ran]);
    if (step.workNs !== undefined) step.workNs -= ran;
    if ((step.workNs ?? 0) > 0) {
      this.give(null);
      return;
    }
    this.script.shift();
    this.give(step.sleepNs ?? null);
  }
}

async function run(
  periodNs: number,
  machines: { ppm: number; script: { workNs?: number; sleepNs?: number }[] }[],
) {
  const shares = machines.map(({ ppm }, index) => ({ name: `m${index}`, ppm }));
  const host = new SlicingHost(periodNs, 1000 * MS, shares);
  const guests = machines.map(({ script }) => new ScriptedMachine(host, script));
  guests.forEach((guest, index) => void host.admit(`m${index}`, guest as unknown as Machine));
  for (const guest of guests) guest.boot();
  await Promise.all(guests.map(({ exit }) => exit));
  return { host, guests };
}

const ranIn = ({ ran }: ScriptedMachine, from: number, to: number) =>
  ran.reduce((sum, [a, b]) => sum + Math.max(0, Math.min(b, to) - Math.max(a, from)), 0);

test("two busy machines get their slices, and never run at the same time", async () => {
  const busy = () => [{ workNs: 300 * MS }];
  const { guests } = await run(20 * MS, [
    { ppm: 750_000, script: busy() },
    { ppm: 250_000, script: busy() },
  ]);
  assert.ok(Math.abs(ranIn(guests[0], 0, 200 * MS) - 150 * MS) <= MS);
  assert.ok(Math.abs(ranIn(guests[1], 0, 200 * MS) - 50 * MS) <= MS);
  const all = guests.flatMap(({ ran }) => ran).sort(([one], [other]) => one - other);
  for (let i = 1; i < all.length; i++) assert.ok(all[i][0] >= all[i - 1][1], `${all[i]}`);
});

test("a slice is a limit: alone and busy, a machine still waits, and the host counts it", async () => {
  const { host, guests } = await run(20 * MS, [
    { ppm: 250_000, script: [{ workNs: 50 * MS }] },
    { ppm: 750_000, script: [{ sleepNs: 500 * MS }] },
  ]);
  // Its 50 ms take ten periods: the last of them begins at 180 ms.
  const last = guests[0].ran.at(-1)![1];
  assert.is(last, 185 * MS);
  assert.is(ranIn(guests[0], 0, 20 * MS), 5 * MS);
  // In the last one it waits to be told that it may end.
  assert.is(host.idleWaitingNs, 10 * 15 * MS);
  // The other one goes to sleep after the first millisecond.
  assert.is(host.idleNs, 451 * MS);
});

test("time not used is not saved up, and what was taken too much is owed", async () => {
  const { guests } = await run(20 * MS, [
    { ppm: 275_000, script: [{ sleepNs: 100 * MS }, { workNs: 60 * MS }] },
    { ppm: 500_000, script: [{ sleepNs: 400 * MS }] },
  ]);
  // 5.5 ms of each period, in milliseconds: six, then five.
  assert.is(ranIn(guests[0], 100 * MS, 120 * MS), 6 * MS);
  assert.is(ranIn(guests[0], 120 * MS, 140 * MS), 5 * MS);
  assert.is(ranIn(guests[0], 100 * MS, 200 * MS), 28 * MS);
});

test("time is booked to the epochs in which a machine ran", async () => {
  const { host } = await run(20 * MS, [
    { ppm: 500_000, script: [{ sleepNs: 95 * MS }, { workNs: 20 * MS }] },
    { ppm: 500_000, script: [{ workNs: 1 * MS }] },
  ]);
  assert.equal(host.usedOf("m0"), [5 * MS, 15 * MS]);
  assert.equal(host.usedOf("m1"), [1 * MS]);
});

test("shares of more than the machine are refused", () => {
  const two = [
    { name: "a", ppm: 600_000 },
    { name: "b", ppm: 500_000 },
  ];
  assert.throws(() => new SlicingHost(MS, MS, two), /more than one machine/);
});

test.run();
