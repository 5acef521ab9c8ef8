// Beside: one random script for the kernel's scheduler and for the oracle.
import { Machine } from "./machine.ts";
import { type Exact, Oracle, type State } from "./oracle.ts";
import { compare, decimal, distance, plus, type Rational, rational, times } from "./rational.ts";
import { SCALES } from "./scale.ts";

export interface Script {
  /** Weights of the accounts below the root, and of those below each (none: a leaf). */
  groups: { weight: number; children: number[] }[];
  threadsPerLeaf: number;
  /** What happens: kind, which thread, how much of the slice goes by before (in 8ths). */
  events: [number, number, number][];
}

export interface Agreement {
  byRounding: number;
  /** The largest difference of lag, in nanoseconds, and what it might have been at most. */
  worst: number;
  allowed: number;
}

/** A unit of the kernel's virtual time; every operation rounds each queue by less than two of them. */
const UNIT = rational(1n, 4096n);
const UNITS_PER_STEP = 4n;
/** A weight's reciprocal is cut below 2^-32: that much of all service may be missing. */
const CUT = rational(1n, 1n << 32n);

export function runBeside(module: WebAssembly.Module, script: Script): Agreement {
  const machine = new Machine(module);
  const oracle = new Oracle(BigInt(SCALES.shipped.quantum));
  const indexes = new Map<Exact, number>();
  const add = (name: string, weight: number, parent: Exact | null, index: number) => {
    const state = () => machine.member(index).state as State;
    const member = oracle.add(name, BigInt(weight), parent, state);
    indexes.set(member, index);
    return member;
  };
  const leaves: [number, Exact][] = [];
  script.groups.forEach(({ weight, children }, at) => {
    const account = machine.open(0, 0, weight, SCALES.shipped.one);
    const group = add(`group ${at}`, weight, null, account);
    if (children.length === 0) leaves.push([account, group]);
    for (const [below, inner] of children.entries()) {
      const child = machine.open(account, 0, inner, SCALES.shipped.one);
      leaves.push([child, add(`group ${at}.${below}`, inner, group, child)]);
    }
  });
  const threads = leaves.flatMap(([account, leaf]) =>
    Array.from({ length: script.threadsPerLeaf }, () => {
      const thread = machine.admit(account);
      return add(`thread ${thread}`, 100, leaf, machine.memberOfThread(thread));
    }),
  );
  return new Beside(machine, oracle, indexes, threads).run(script.events);
}

class Beside {
  private readonly ready = new Set<number>();
  private running = -1;
  private worst = 0;
  private allowed = 0;

  constructor(
    private readonly machine: Machine,
    private readonly oracle: Oracle,
    private readonly indexes: Map<Exact, number>,
    private readonly threads: Exact[],
  ) {}

  run(events: [number, number, number][]): Agreement {
    for (const [step, [kind, which, eighths]] of events.entries()) {
      this.allow(step);
      this.pass(eighths);
      this.act(kind, which % this.threads.length);
      this.decide(step);
      this.compareLags(step);
    }
    return { byRounding: this.oracle.byRounding, worst: this.worst, allowed: this.allowed };
  }

  private allow(step: number): void {
    const time = times(CUT, BigInt(this.machine.now));
    this.oracle.epsilon = plus(times(UNIT, UNITS_PER_STEP * BigInt(step + 1)), time);
  }

  private pass(eighths: number): void {
    const left = this.machine.sliceLeft();
    const span = Number.isFinite(left) ? Math.ceil((left * eighths) / 8) : 1_000_000;
    this.machine.pass(span);
    if (this.running >= 0) this.oracle.serve(this.threads[this.running], BigInt(span));
  }

  /** 0, 1: wakes or blocks a thread. 2: the running one blocks. 3: it yields. Else nothing. */
  private act(kind: number, which: number): void {
    const thread = kind === 2 ? this.running : which;
    if (kind === 3 && this.running >= 0) {
      this.machine.yieldNow();
      this.oracle.yieldNow(this.threads[this.running]);
    }
    if (kind > 2 || thread < 0) return;
    if (this.ready.delete(thread)) {
      this.machine.block(thread);
      this.oracle.leave(this.threads[thread]);
    } else {
      this.ready.add(thread);
      this.machine.wake(thread);
      this.oracle.join(this.threads[thread]);
    }
  }

  private decide(step: number): void {
    if (!this.machine.due) return;
    this.running = this.machine.choose();
    if (this.running < 0 && this.ready.size > 0) throw new Error(`step ${step}: nobody runs`);
    if (this.running < 0) return;
    const fault = this.oracle.choose(this.threads[this.running]);
    if (fault !== "") throw new Error(`step ${step}: thread ${this.running} runs, but ${fault}`);
  }

  private compareLags(step: number): void {
    for (const member of this.oracle.members) {
      const found = this.machine.member(this.indexes.get(member)!);
      if (found.state !== member.state) {
        throw new Error(`step ${step}: ${member.name} is ${found.state}, exactly ${member.state}`);
      }
      if (found.state === 0) continue;
      const lag = kernelLag(found, member.weight);
      const difference = distance(lag, this.oracle.lag(member));
      const allowed = times(this.oracle.epsilon, 2n * member.weight);
      if (compare(difference, allowed) > 0n) {
        throw new Error(`step ${step}: lag of ${member.name} differs by ${decimal(difference)} ns`);
      }
      this.worst = Math.max(this.worst, decimal(difference));
      this.allowed = Math.max(this.allowed, decimal(allowed));
    }
  }
}

/** weight * (V - start) - used, from the kernel's units. */
function kernelLag(
  { load, weights, start, used }: { load: bigint; weights: bigint; start: bigint; used: bigint },
  weight: bigint,
): Rational {
  const behind = rational((load - start * weights) * weight, weights * 4096n);
  return plus(behind, rational(-used));
}
