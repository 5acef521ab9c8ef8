// Oracle: nested EEVDF with zero-lag leave in exact fractions, beside the kernel's fixed point.
//
// Virtual time is nanoseconds per unit of weight. The rule is scheduling.md's: join at V; eligible when the
// request's start is at most V; earliest deadline first; who leaves with lag < 0 stays as a ghost until V is there.
// Where two exact numbers are nearer than `epsilon`, rounding may decide: there, and only there, the oracle takes
// the kernel's word (and counts it), so that both stay on the same path and lags can be compared for ever.
import {
  compare,
  distance,
  minus,
  over,
  plus,
  type Rational,
  rational,
  times,
  ZERO,
} from "./rational.ts";

export const enum State {
  OUT = 0,
  ELIGIBLE = 1,
  PENDING = 2,
  GHOST = 3,
}

export interface Exact {
  name: string;
  weight: bigint;
  /** The account above; null: the root. */
  parent: Exact | null;
  state: State;
  start: Rational;
  deadline: Rational;
  used: bigint;
  /** What the kernel says about it: its state after the operation that is being repeated here. */
  kernelState: () => State;
}

export class Oracle {
  readonly members: Exact[] = [];
  /** How far rounding may have moved virtual times so far. */
  epsilon: Rational = ZERO;
  byRounding = 0;

  constructor(private readonly quantum: bigint) {}

  add(name: string, weight: bigint, parent: Exact | null, kernelState: () => State): Exact {
    const still = { state: State.OUT, start: ZERO, deadline: ZERO, used: 0n };
    const member: Exact = { name, weight, parent, kernelState, ...still };
    this.members.push(member);
    return member;
  }

  join(member: Exact): void {
    const stocked = this.runnable(member.parent) > 0;
    if (
      member.state === State.GHOST &&
      !this.reached(member, member.kernelState() !== State.PENDING)
    ) {
      member.state = State.PENDING;
    } else {
      member.state = State.OUT;
      this.begin(member, this.virtualTime(member.parent));
      member.state = State.ELIGIBLE;
    }
    if (!stocked && member.parent !== null) this.join(member.parent);
  }

  leave(member: Exact): void {
    this.settle(member);
    const gone = this.reached(member, member.kernelState() === State.OUT);
    member.state = State.GHOST;
    if (this.runnable(member.parent) === 0) {
      for (const other of this.queue(member.parent)) other.state = State.OUT;
      if (member.parent !== null) this.leave(member.parent);
      return;
    }
    if (gone) member.state = State.OUT;
    else this.begin(member, member.start);
  }

  yieldNow(member: Exact): void {
    this.settle(member);
    this.begin(member, member.start);
    member.state = State.PENDING;
  }

  /** Books service of a thread on its whole path. */
  serve(thread: Exact, span: bigint): void {
    for (let member: Exact | null = thread; member !== null; member = member.parent) {
      member.used += span;
      if (member.used < this.quantum) continue;
      this.settle(member);
      this.begin(member, member.start);
      member.state = State.PENDING;
      if (!this.reached(member, member.kernelState() === State.ELIGIBLE)) continue;
      this.advance(member.parent);
      member.state = State.ELIGIBLE;
    }
  }

  /** The kernel chose this thread: may it, at every level? -> what is wrong, or "". */
  choose(thread: Exact): string {
    const path: Exact[] = [];
    for (let at: Exact | null = thread; at !== null; at = at.parent) path.unshift(at);
    for (const chosen of path) {
      this.advance(chosen.parent);
      if (chosen.state !== State.ELIGIBLE) return `${chosen.name} is not eligible`;
      for (const other of this.queue(chosen.parent)) {
        if (other.state !== State.ELIGIBLE || compare(other.deadline, chosen.deadline) >= 0n)
          continue;
        if (!this.near(other.deadline, chosen.deadline)) return `${other.name} is more urgent`;
        this.byRounding += 1;
      }
    }
    return "";
  }

  /** What is owed to a member, in nanoseconds. */
  lag(member: Exact): Rational {
    const behind = minus(this.virtualTime(member.parent), member.start);
    return minus(times(behind, member.weight), rational(member.used));
  }

  private advance(parent: Exact | null): void {
    const waiting = () => this.queue(parent).filter(({ state }) => state >= State.PENDING);
    for (;;) {
      const next = waiting().find((one) => {
        const state = one.kernelState();
        return this.reached(one, state === State.ELIGIBLE || state === State.OUT);
      });
      if (next === undefined) return;
      next.state = next.state === State.GHOST ? State.OUT : State.ELIGIBLE;
    }
  }

  /** Has V reached the start? Too near to tell: as the kernel says. */
  private reached(member: Exact, kernel: boolean): boolean {
    const time = this.virtualTime(member.parent);
    const exact = compare(member.start, time) <= 0n;
    if (exact === kernel || !this.near(member.start, time)) return exact;
    this.byRounding += 1;
    return kernel;
  }

  private near(a: Rational, b: Rational): boolean {
    return compare(distance(a, b), this.epsilon) <= 0n;
  }

  private begin(member: Exact, start: Rational): void {
    member.start = start;
    member.deadline = plus(start, rational(this.quantum, member.weight));
    member.used = 0n;
  }

  private settle(member: Exact): void {
    member.start = plus(member.start, rational(member.used, member.weight));
    member.used = 0n;
  }

  private queue(parent: Exact | null): Exact[] {
    return this.members.filter((one) => one.parent === parent && one.state !== State.OUT);
  }

  private runnable(parent: Exact | null): number {
    return this.queue(parent).filter(({ state }) => state !== State.GHOST).length;
  }

  private virtualTime(parent: Exact | null): Rational {
    let sum = ZERO;
    let weights = 0n;
    for (const { weight, start, used } of this.queue(parent)) {
      sum = plus(sum, plus(times(start, weight), rational(used)));
      weights += weight;
    }
    return weights === 0n ? ZERO : over(sum, weights);
  }
}
