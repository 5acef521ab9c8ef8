// Explorer: every state that the adversaries can bring the scheduler into, and the worst that they can do.
//
// A state is the canonical state of the Wasm just before the adversaries move. An edge is a move, the
// decision that follows, and the time until somebody may move again. Each state carries the largest deficit
//   max over windows that end here of  share * time - service of the victim
// over all paths to it; a larger one goes on along the edges until nothing grows any more. When every edge
// of every state is known and nothing grows, the configuration is closed: the worst is the worst for ever.
import { CheckedMachine } from "./checked-machine.ts";
import type { Configuration } from "./configuration.ts";
import { Graph, type Timing, Waits } from "./graph.ts";
import { movesOf } from "./moves.ts";
import { SCALES } from "./scale.ts";
import { PieceStore, StateTable } from "./state-table.ts";

export interface Bounds {
  states: number;
  seconds: number;
  /** Memory of states and edges, in GiB. */
  gigabytes?: number;
  /** A deficit beyond this many quanta ends the search: it would grow for ever. */
  quanta: number;
  /** The same for the wait of a lender. */
  wait?: number;
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
  seconds: number;
  bytes: number;
}

const GIGABYTE = 2 ** 30;
const GIGABYTES = 3;

export class Explorer {
  readonly machine: CheckedMachine;
  readonly table = new StateTable();
  readonly graph = new Graph();
  /** Number of the state in which a law broke; -1: none did. */
  brokenIn = -1;
  private readonly kept: PieceStore;
  private readonly moves = new Map<number, number[]>();
  private readonly quantum: number;
  private readonly first: Uint8Array;
  private worst = 0;
  private wait = 0;
  private longest = 0;
  private shortest = false;

  constructor(
    readonly plan: Configuration,
    module: WebAssembly.Module,
    noneAlike = false,
  ) {
    this.quantum = SCALES[plan.build].quantum;
    this.machine = new CheckedMachine(plan, module, noneAlike);
    this.kept = new PieceStore(this.machine.recordBytes);
    const { bytes, freshAt, recordBytes } = this.machine;
    this.first = bytes.slice(freshAt, freshAt + recordBytes);
  }

  run(bounds: Bounds, progress?: (states: number) => void): Outcome {
    const started = performance.now();
    const seconds = () => (performance.now() - started) / 1000;
    const unit = this.quantum * Math.abs(this.plan.share[1]);
    const gigabytes = bounds.gigabytes ?? GIGABYTES;
    this.shortest = bounds.shortest ?? false;
    const { graph } = this;
    this.begin();
    let stop = "closed";
    for (let turns = 0; ; turns++) {
      if (this.table.count > bounds.states) stop = `${bounds.states} states`;
      if (graph.deficits[this.worst] > bounds.quanta * unit) stop = `over ${bounds.quanta} q`;
      if (this.wait > (bounds.wait ?? Infinity) * this.quantum) stop = `over ${bounds.wait} q`;
      if (turns % 256 === 0) {
        if (seconds() > bounds.seconds) stop = `${bounds.seconds} s`;
        if (this.bytes > gigabytes * GIGABYTE) stop = `${gigabytes} GiB`;
        if (turns % 65_536 === 0) progress?.(this.table.count);
      }
      const state = stop === "closed" ? graph.next() : -1;
      if (state < 0) break;
      try {
        this.expand(state);
      } catch (error) {
        this.brokenIn = state;
        stop = (error as Error).message;
      }
    }
    return {
      closed: stop === "closed",
      stop,
      broken: this.brokenIn >= 0,
      states: this.table.count,
      edges: graph.edgeCount,
      deficit: graph.deficits[this.worst] / unit,
      wait: this.wait / this.quantum,
      seconds: seconds(),
      bytes: this.bytes,
    };
  }

  /** States from the first to the one in which a law broke, a lender waited too long, or the deficit is worst. */
  path(waitMost = Infinity): { states: number[]; timings: Timing[] } {
    const slow = this.wait > waitMost * this.quantum;
    return this.graph.pathTo(this.brokenIn >= 0 ? this.brokenIn : slow ? this.longest : this.worst);
  }

  /** Puts the first state into the machine as the kept one. */
  begin(): void {
    const { machine } = this;
    machine.bytes.set(this.first, machine.keptAt);
    machine.restoreKept();
    machine.describe(false, this.shortest ? 0 : -1);
    if (this.table.count > 0) return;
    const state = this.stateHere();
    this.graph.deficits[state] = 0;
    this.graph.waits[state] = 0;
    this.graph.push(state);
  }

  get deficitsApart(): boolean {
    return this.shortest;
  }

  private get bytes(): number {
    return this.table.bytes + this.graph.bytes + this.kept.bytes;
  }

  /** Tells every successor of a state how bad it can be there. */
  private expand(state: number): void {
    const { graph } = this;
    if (graph.pieces[state] >= 0) this.findEdges(state);
    const end = graph.edgesEnd(state);
    for (let edge = graph.edgesBegin(state); edge < end; edge++) {
      const to = graph.targets[edge];
      const timing = graph.timingOf(edge);
      const grown = graph.deficitBeyond(graph.deficits[state], timing);
      const before = timing.waits === Waits.ON ? graph.waits[state] : 0;
      const wait = timing.waits === Waits.NO ? 0 : before + timing.served;
      if (grown <= graph.deficits[to] && wait <= graph.waits[to]) continue;
      // Where nobody is owed anything, the path is the one of the longest wait.
      const longer = wait > graph.waits[to] && this.plan.share[0] === 0;
      if (grown > graph.deficits[to] || longer) {
        graph.deepen(to, grown, state, graph.timings[edge]);
        if (grown > graph.deficits[this.worst]) this.worst = to;
      }
      if (wait > graph.waits[to]) graph.waits[to] = wait;
      if (wait > this.wait) {
        this.wait = wait;
        this.longest = to;
      }
      graph.push(to);
    }
  }

  /** Tries every move of a state for the first time. */
  private findEdges(state: number): void {
    const { machine, graph, kept } = this;
    kept.get(graph.pieces[state], machine.bytes, machine.keptAt);
    const waiting = graph.waiting[state] !== 0;
    const deficit = this.shortest ? graph.deficits[state] : -1;
    graph.edgesStart(state);
    for (const move of this.movesOf(graph.situations[state])) {
      if (!machine.edge(move, waiting, deficit)) continue;
      if (machine.law !== 0) throw new Error(lawText(machine.law));
      const timing = this.timingHere(waiting);
      graph.edgeAdd(state, this.stateHere(), timing);
    }
    graph.edgesFinish(state);
    kept.drop(graph.pieces[state]);
    graph.pieces[state] = -1;
  }

  /** What the edge that the machine has just taken is worth. */
  timingHere(waitedBefore: boolean): Timing {
    const { machine } = this;
    const { served, span, victimRuns, victimRests } = machine;
    const [part, whole] = this.plan.share;
    const gain = served * part - (victimRuns ? served * whole : 0);
    const waits = !machine.waiting ? Waits.NO : waitedBefore ? Waits.ON : Waits.NEW;
    return { gain, served, span, waits, rests: victimRests };
  }

  movesOf(key: number): number[] {
    let moves = this.moves.get(key);
    if (moves === undefined) {
      moves = movesOf(this.plan, this.machine.situation);
      this.moves.set(key, moves);
    }
    return moves;
  }

  /** The number of the state that the machine is in; kept, if it is a new one. */
  private stateHere(): number {
    const { machine, table, graph } = this;
    const state = table.find(machine.words, machine.canonicalAt, machine.size, machine.hash);
    if (state < graph.count) return state;
    machine.keepFresh();
    graph.stateAdd(
      this.kept.put(machine.bytes, machine.freshAt),
      machine.situationKey,
      machine.waiting,
    );
    // What is open to the adversaries is asked here, because only here the machine is in the state.
    this.movesOf(machine.situationKey);
    return state;
  }
}

const LAWS = [
  "",
  "a queue's sums or heaps are wrong",
  "children are entitled to more than their parent",
  "lent is not borrowed",
  "a nanosecond was booked twice or never",
  "the scheduler believes of a thread what is not so",
];

function lawText(law: number): string {
  return `law ${law} is broken: ${LAWS[law]}`;
}
