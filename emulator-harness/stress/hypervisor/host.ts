// A host with one processor and several machines: who runs when, on one clock.
//
// Each machine owns a budget per period and keeps what it has not used until the period ends. Among those with
// budget left and something to do, the one that has waited longest runs, for about a millisecond at most: v86
// gives the processor back no earlier, and what a machine takes too much goes off its next budget. Nobody ever
// runs beyond its budget, however idle the host is: that is what a slice is. Switching costs nothing here.
//
// A machine that does not run sees its clock jump. Until all machines have come to the begin of their scenario
// each runs by itself, so that what the guests measure at boot is not disturbed; the host's clock starts there.
import type { Host, Machine } from "../../machine/machine.ts";

/** A machine this close to its begin, by its own clock, has come to it. */
const NEAR_NS = 50_000;
const EPOCH_NS = 100_000_000;

interface Guest {
  readonly name: string;
  readonly budgetPerPeriodNs: number;
  budgetNs: number;
  /** What its own clock shows when the host's shows 0; unknown until the guest has said it. */
  beginNs: number | null;
  /** From when on it has something to do; of a guest that runs or ended: never. */
  readyNs: number;
  proceed: ((nowNs: number) => void) | null;
  joined: boolean;
  gone: boolean;
  /** Nanoseconds that it ran, by epochs of the host's clock. */
  readonly usedNs: number[];
}

export class SlicingHost implements Host {
  /** The host's processor had nothing to do; of that, while some machine waited for its next budget. */
  idleNs = 0;
  idleWaitingNs = 0;
  private nowNs = 0;
  private periodEndNs: number;
  private running: Guest | null = null;
  private ranFromNs = 0;
  private started = false;
  private readonly guests: Guest[];
  private readonly byMachine = new Map<Machine, Guest>();

  /** Shares in parts per million, of all machines together at most one million. */
  constructor(
    private readonly periodNs: number,
    /** Idle time counts until here. */
    private readonly durationNs: number,
    shares: { name: string; ppm: number }[],
  ) {
    if (shares.reduce((sum, { ppm }) => sum + ppm, 0) > 1e6)
      throw new Error("more than one machine");
    this.periodEndNs = periodNs;
    this.guests = shares.map(({ name, ppm }) => {
      const budgetPerPeriodNs = Math.floor((periodNs * ppm) / 1e6);
      const idle = { readyNs: Number.POSITIVE_INFINITY, proceed: null, joined: false, gone: false };
      return {
        ...idle,
        name,
        budgetPerPeriodNs,
        budgetNs: budgetPerPeriodNs,
        beginNs: null,
        usedNs: [],
      };
    });
  }

  /** The machine of that name has been started. */
  admit(name: string, machine: Machine): void {
    const guest = this.guests.find((one) => one.name === name)!;
    this.byMachine.set(machine, guest);
    void machine.exit.then(() => {
      guest.gone = true;
      guest.readyNs = Number.POSITIVE_INFINITY;
      if (guest === this.running) {
        this.account(guest, machine.nanoseconds() - guest.beginNs! - this.ranFromNs);
        this.running = null;
      }
      this.startOrGoOn();
    });
  }

  /** Nanoseconds per epoch that the machine of that name had. */
  usedOf(name: string): number[] {
    return this.guests.find((one) => one.name === name)!.usedNs;
  }

  returned(machine: Machine, sleepNs: number | null, proceed: (nowNs: number) => void): void {
    const guest = this.byMachine.get(machine);
    const ownNs = machine.nanoseconds();
    const wakeNs = ownNs + (sleepNs ?? 0);
    if (guest === undefined || !guest.joined) {
      if (guest !== undefined) guest.beginNs ??= beginOf(machine);
      const beginNs = guest?.beginNs ?? null;
      if (guest === undefined || beginNs === null || wakeNs < beginNs - NEAR_NS) {
        proceed(wakeNs);
        return;
      }
      guest.joined = true;
      this.hold(guest, Math.max(0, wakeNs - beginNs), proceed);
      this.startOrGoOn();
      return;
    }
    const ranNs = ownNs - guest.beginNs! - this.ranFromNs;
    this.account(guest, ranNs);
    this.running = null;
    this.hold(guest, this.nowNs + (sleepNs ?? 0), proceed);
    this.goOn();
  }

  private hold(guest: Guest, readyNs: number, proceed: (nowNs: number) => void): void {
    guest.readyNs = readyNs;
    guest.proceed = proceed;
  }

  /** The machine ran; its time goes to the epochs that it ran in. */
  private account(guest: Guest, ranNs: number): void {
    let [from, left] = [this.nowNs, ranNs];
    while (left > 0) {
      const epoch = Math.floor(from / EPOCH_NS);
      const part = Math.min(left, (epoch + 1) * EPOCH_NS - from);
      guest.usedNs[epoch] = (guest.usedNs[epoch] ?? 0) + part;
      from += part;
      left -= part;
    }
    guest.budgetNs -= ranNs;
    this.nowNs += ranNs;
  }

  /** The clock starts when every machine has come to its begin, or has failed to. */
  private startOrGoOn(): void {
    this.started ||= this.guests.every(({ joined, gone }) => joined || gone);
    if (this.started && this.running === null) this.goOn();
  }

  /** Gives the processor to whoever may have it, or idles until somebody may. */
  private goOn(): void {
    for (;;) {
      this.refill();
      const ready = this.guests.filter(({ readyNs }) => readyNs <= this.nowNs);
      const able = ready.filter(({ budgetNs }) => budgetNs > 0);
      if (able.length > 0) {
        this.run(able.reduce((one, other) => (other.readyNs < one.readyNs ? other : one)));
        return;
      }
      const wakes = this.guests.map(({ readyNs }) => readyNs).filter((ns) => ns > this.nowNs);
      const next = Math.min(
        ...wakes,
        ready.length > 0 ? this.periodEndNs : Number.POSITIVE_INFINITY,
      );
      if (next === Number.POSITIVE_INFINITY) return;
      this.idle(next, ready.length > 0);
    }
  }

  private run(guest: Guest): void {
    const proceed = guest.proceed!;
    guest.proceed = null;
    guest.readyNs = Number.POSITIVE_INFINITY;
    this.running = guest;
    this.ranFromNs = this.nowNs;
    proceed(guest.beginNs! + this.nowNs);
  }

  private idle(untilNs: number, waiting: boolean): void {
    const counted = Math.max(0, Math.min(untilNs, this.durationNs) - this.nowNs);
    this.idleNs += counted;
    if (waiting) this.idleWaitingNs += counted;
    this.nowNs = untilNs;
  }

  /** Budgets are not saved up; what was taken too much is owed. */
  private refill(): void {
    while (this.nowNs >= this.periodEndNs) {
      this.periodEndNs += this.periodNs;
      for (const guest of this.guests) {
        guest.budgetNs = Math.min(guest.budgetNs, 0) + guest.budgetPerPeriodNs;
      }
    }
  }
}

/** What the stress program says of its begin (lineBegin), once it has. */
function beginOf(machine: Machine): number | null {
  const found = /@\{"stress":"begin","ns":(\d+)\}/.exec(machine.output);
  return found === null ? null : Number(found[1]);
}
