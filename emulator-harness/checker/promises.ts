// Promises: reserves and limits of accounts below the root as their rules say, in whole nanoseconds, without rounding.
//
// Written from the rules in the headers of kernel/sched/server.ts and bucket.ts, not from their code: a server of one
// quantum with constant bandwidth for each reserve, a bucket of 20 ms for each limit. Beside the kernel it tells
// who has budget, who is throttled, and whom a decision may choose.

export const QUANTUM = 4_000_000;
const LIMIT_PERIOD = 20_000_000;
const EPOCH = 100_000_000;
/** A bucket that nobody used for so many periods starts afresh. */
const STALE_PERIODS = 16;
const ONE = 1_000_000;

export type ServerState = "idle" | "ready" | "depleted" | "leaving";

export class Promised {
  state: ServerState = "idle";
  budget = 0;
  deadline = 0;
  left: number;
  refillAt: number;
  throttled = false;
  /** When the bucket is filled next and looked at, if it is throttled (reserves go on and are counted meanwhile). */
  private throttledUntil = 0;
  /** Threads that want to run. */
  demand = 0;
  /** Budget of a period, and the time of a full bucket. */
  private readonly whole: number;
  private readonly bucket: number;

  constructor(reservePpm: number, limitPpm: number, now: number) {
    this.whole = (reservePpm * QUANTUM) / ONE;
    this.bucket = (limitPpm * LIMIT_PERIOD) / ONE;
    this.left = this.bucket;
    this.refillAt = now + LIMIT_PERIOD;
    this.limited = limitPpm < ONE;
    if (reservePpm === 0) return;
    // The first budget comes after one period.
    this.state = "leaving";
    this.deadline = now + QUANTUM;
  }

  readonly limited: boolean;

  /** One more thread wants to run. */
  wake(now: number): void {
    this.demand += 1;
    if (this.demand > 1) return;
    if (this.whole > 0) this.demandComes(now);
    if (!this.limited || this.throttled) return;
    this.refill(now);
    if (this.left === this.bucket) this.refillAt = now + LIMIT_PERIOD;
  }

  private demandComes(now: number): void {
    // budget / (deadline - now) >= whole / quantum: with it the old period would exceed the bandwidth.
    const beyond =
      now >= this.deadline || this.budget * QUANTUM >= (this.deadline - now) * this.whole;
    if (this.state === "idle" || (this.budget > 0 && beyond)) {
      this.budget = this.whole;
      this.deadline = now + QUANTUM;
      this.state = "ready";
    } else {
      this.state = this.budget > 0 ? "ready" : "depleted";
    }
  }

  /** One thread less. */
  rest(): void {
    this.demand -= 1;
    if (this.demand === 0 && this.state !== "idle") this.state = "leaving";
  }

  /** A thread of it ran from `begin` to `now`; by its reserve, or by weight. */
  serve(begin: number, now: number, reserved: boolean): void {
    // Books are closed at the ends of epochs, and a bucket is looked at then.
    const epochEnd = Math.floor(begin / EPOCH) * EPOCH + EPOCH;
    if (now > epochEnd) {
      this.serve(begin, epochEnd, reserved);
      this.serve(epochEnd, now, reserved);
      return;
    }
    if (reserved) this.budget -= now - begin;
    if (reserved && this.budget <= 0 && this.state === "ready") this.state = "depleted";
    if (!this.limited) return;
    this.left -= now - begin;
    this.refill(now);
    if (this.left > 0 || this.throttled) return;
    this.throttled = true;
    this.throttledUntil = this.refillAt;
  }

  /** What is due at a decision. */
  renew(now: number): void {
    while ((this.state === "leaving" || this.state === "depleted") && this.deadline <= now) {
      this.periodEnds(now);
    }
    if (!this.throttled || this.throttledUntil > now) return;
    this.refill(now);
    this.throttled = this.left <= 0;
    this.throttledUntil = this.refillAt;
  }

  private periodEnds(now: number): void {
    if (this.state === "leaving" && this.budget >= 0) {
      this.state = "idle";
      return;
    }
    this.budget = Math.min(this.budget + this.whole, this.whole);
    this.deadline = (now - this.deadline < QUANTUM ? this.deadline : now) + QUANTUM;
    if (this.state === "depleted" && this.budget > 0) this.state = "ready";
  }

  private refill(now: number): void {
    if (now >= this.refillAt + STALE_PERIODS * LIMIT_PERIOD) {
      this.left = this.bucket;
      this.refillAt = now + LIMIT_PERIOD;
    }
    while (now >= this.refillAt) {
      this.left = Math.min(this.left + this.bucket, this.bucket);
      this.refillAt += LIMIT_PERIOD;
    }
  }
}

/** Whom a decision may choose: accounts, by number; none: nobody may run. `reserved`: by their reserves. */
export function choosable(accounts: Promised[]): { reserved: boolean; who: number[] } {
  const all = accounts.map((_, index) => index);
  const ready = all.filter((index) => accounts[index].state === "ready");
  if (ready.length > 0) {
    const earliest = Math.min(...ready.map((index) => accounts[index].deadline));
    return { reserved: true, who: ready.filter((index) => accounts[index].deadline === earliest) };
  }
  const who = all.filter((index) => accounts[index].demand > 0 && !accounts[index].throttled);
  return { reserved: false, who };
}
