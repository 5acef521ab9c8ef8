// Explorer: every state that the adversaries can bring the scheduler into, and the worst that they can do.
//
// A state is the canonical state of the Wasm just before the adversaries move. An edge is a move, the
// decision that follows, and the time until somebody may move again. Each state carries the largest deficit
//   max over windows that end here of  share * time - service of the victim
// over all paths to it; a larger one goes on along the edges until nothing grows any more. When every edge
// of every state is known and nothing grows, the configuration is closed: the worst is the worst for ever.
import type { Configuration } from "./configuration.ts";
import { type Kept, Machine } from "./machine.ts";
import { type Move, movesOf, Own, type Step } from "./moves.ts";
import { SCALES } from "./scale.ts";

export interface Bounds {
  states: number;
  seconds: number;
  /** A deficit beyond this many quanta ends the search: it would grow for ever. */
  quanta: number;
  /** States with different deficits are different: many more, but the path found first is a shortest. */
  shortest?: boolean;
}

export interface Outcome {
  closed: boolean;
  /** What ended it: "closed", or the bound, or what broke. */
  stop: string;
  broken: boolean;
  states: number;
  edges: number;
  /** Quanta. */
  deficit: number;
  /** Longest wait of a lender that woke with budget, in quanta. */
  wait: number;
  /** The path to the worst deficit. */
  path: Step | null;
  seconds: number;
}

interface State {
  /** Null once its edges are known. */
  kept: Kept | null;
  asleep: number;
  /** A lender is awake with budget and has not run. */
  waiting: boolean;
  edges: Edge[] | null;
  deficit: number;
  wait: number;
  path: Step | null;
  queued: boolean;
}

interface Edge {
  to: State;
  gain: number;
  /** Of the lender's wait: the whole wait before counts too, only this edge, or nothing. */
  waits: "on" | "new" | "no";
  move: Move;
  before: number;
  running: number;
  span: number;
}

export class Explorer {
  private readonly states = new Map<string, State>();
  private readonly queue: State[] = [];
  private readonly quantum: number;
  private readonly step: number;
  private readonly late: number;
  private readonly victims: number;
  private edges = 0;
  private worst: State;
  private wait = 0;
  private shortest = false;

  constructor(
    private readonly plan: Configuration,
    private readonly machine: Machine,
    private readonly lenderAccount: number,
    asleep: number,
  ) {
    this.quantum = SCALES[plan.build].quantum;
    this.step = this.quantum / plan.steps;
    this.late = Math.round((plan.late ?? 0) * this.quantum);
    this.victims = plan.threads.reduce(
      (mask, { role }, thread) => (role === "victim" ? mask | (1 << thread) : mask),
      0,
    );
    this.worst = this.stateHere(asleep, false, 0);
    this.worst.deficit = 0;
    this.worst.wait = 0;
    this.push(this.worst);
  }

  run(bounds: Bounds, progress?: (states: number) => void): Outcome {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const unit = this.quantum * this.plan.share[1];
    let stop = "closed";
    let broken = false;
    this.shortest = bounds.shortest ?? false;
    for (let at = 0, turns = 0; at < this.queue.length; turns++) {
      if (this.states.size > bounds.states) stop = `${bounds.states} states`;
      if (this.worst.deficit > bounds.quanta * unit) stop = `a deficit over ${bounds.quanta} q`;
      if (turns % 256 === 0 && seconds() > bounds.seconds) stop = `${bounds.seconds} s`;
      if (stop !== "closed") break;
      const state = this.queue[at++];
      try {
        this.expand(state);
      } catch (error) {
        broken = true;
        stop = (error as Error).message;
        this.worst = state;
      }
      if (at > 100_000) at -= this.queue.splice(0, at).length;
      if (turns % 20_000 === 0) progress?.(this.states.size);
    }
    return {
      closed: stop === "closed",
      stop,
      broken,
      states: this.states.size,
      edges: this.edges,
      deficit: this.worst.deficit / unit,
      wait: this.wait / this.quantum,
      path: this.worst.path,
      seconds: seconds(),
    };
  }

  /** Tells every successor of a state how bad it can be there. */
  private expand(state: State): void {
    state.queued = false;
    if (state.edges === null) state.edges = this.edgesOf(state);
    for (const edge of state.edges) {
      const { to, move, before, running, span } = edge;
      const deficit = Math.max(0, state.deficit + edge.gain);
      const wait = edge.waits === "no" ? 0 : span + (edge.waits === "on" ? state.wait : 0);
      if (deficit <= to.deficit && wait <= to.wait) continue;
      if (deficit > to.deficit) {
        to.deficit = deficit;
        to.path = { previous: state.path, move, before, running, span };
        if (deficit > this.worst.deficit) this.worst = to;
      }
      to.wait = Math.max(wait, to.wait);
      this.wait = Math.max(wait, this.wait);
      this.push(to);
    }
  }

  private push(state: State): void {
    if (state.queued) return;
    state.queued = true;
    this.queue.push(state);
  }

  private edgesOf(state: State): Edge[] {
    const kept = state.kept!;
    this.machine.restore(kept);
    const before = this.machine.running;
    const edges = movesOf(this.plan, before, state.asleep).flatMap((move) => {
      this.machine.restore(kept);
      return this.edge(state, move, before) ?? [];
    });
    state.kept = null;
    this.edges += edges.length;
    return edges;
  }

  /** One move, the decision, and the time to the next; null when the move would not be one. */
  private edge(state: State, move: Move, before: number): Edge | null {
    const { machine } = this;
    const asleep = this.act(move, before, state.asleep);
    const running = machine.decide();
    const left = machine.sliceLeft();
    if (move.late && left > this.step) return null;
    const span = Math.max(1, Math.min(left, this.step)) + (move.late ? this.late : 0);
    const waiting = this.waits(state, move, running);
    machine.pass(span);
    const rule = machine.verify();
    if (rule !== 0) throw new Error(`law ${rule} of model.ts is broken`);
    const [part, whole] = this.plan.share;
    const served = running >= 0 && (this.victims & (1 << running)) !== 0;
    const gain = span * part - (served ? span * whole : 0);
    const to = this.stateHere(asleep, waiting, Math.max(0, state.deficit + gain));
    const waits = !waiting ? "no" : state.waiting ? "on" : "new";
    return { to, gain, waits, move, before, running, span };
  }

  /** Does what the move says -> the mask of those asleep now. */
  private act(move: Move, before: number, asleepBefore: number): number {
    let asleep = asleepBefore;
    if (move.own === Own.YIELD) this.machine.yieldNow();
    for (let thread = 0; thread < this.plan.threads.length; thread++) {
      const bit = 1 << thread;
      const blocks = move.own === Own.BLOCK && thread === before;
      if (!blocks && (move.suspended & bit) === 0) continue;
      this.machine.block(thread);
      asleep |= bit;
    }
    for (let thread = 0; thread < this.plan.threads.length; thread++) {
      if ((move.woken & (1 << thread)) === 0) continue;
      this.machine.wake(thread);
      asleep &= ~(1 << thread);
    }
    return asleep;
  }

  /** Is the lender (first thread of its account) awake with budget and not yet served? */
  private waits(state: State, move: Move, running: number): boolean {
    const { lender, threads } = this.plan;
    if (lender === undefined) return false;
    const thread = threads.findIndex(({ account }) => account === lender);
    const woken = state.waiting || (move.woken & (1 << thread)) !== 0;
    return woken && running !== thread && this.machine.serverHasBudget(this.lenderAccount);
  }

  private stateHere(asleep: number, waiting: boolean, deficit: number): State {
    const apart = this.shortest ? `${deficit},` : "";
    const key = `${apart}${waiting ? "w" : ""}${this.machine.canonical()}`;
    let state = this.states.get(key);
    if (state === undefined) {
      const kept = this.machine.keep();
      const fresh = { edges: null, deficit: -1, wait: -1, path: null, queued: false };
      state = { kept, asleep, waiting, ...fresh };
      this.states.set(key, state);
    }
    return state;
  }
}

/** A machine as planned: everybody is awake, first budgets are there. */
export function explorerFor(plan: Configuration, module: WebAssembly.Module): Explorer {
  const machine = new Machine(module);
  const { quantum, one, weight: unit } = SCALES[plan.build];
  const part = (sixtyFourths: number) => (sixtyFourths * one) / 64;
  const accounts: number[] = [];
  for (const { parent = -1, weight = 2, reserve = 0, limit = 64 } of plan.accounts) {
    const above = parent < 0 ? 0 : accounts[parent];
    accounts.push(machine.open(above, part(reserve), weight * unit, part(limit)));
  }
  for (const { account } of plan.threads) machine.admit(accounts[account]);
  machine.pass(2 * quantum);
  machine.choose();
  let asleep = 0;
  plan.threads.forEach(({ role }, thread) => {
    if (role === "adversary") asleep |= 1 << thread;
    else machine.wake(thread);
  });
  const lender = plan.lender === undefined ? -1 : accounts[plan.lender];
  return new Explorer(plan, machine, lender, asleep);
}
