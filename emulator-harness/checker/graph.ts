// Graph of states and edges, with the worst deficit of each state and how it came about, in plain arrays.
//
// An edge is eight bytes: where it leads, and which of the few hundred different timings it has. Paths are a log that
// only grows: each entry names the entry before it, so a path stays what it was when its deficit was found.
import { grown } from "./state-table.ts";

export const enum Waits {
  NO = 0,
  /** The wait begins, or goes on. */
  NEW = 1,
  ON = 2,
}

export const enum Rests {
  NO = 0,
  /** It was away for however short a time: what it was owed is forgotten, and it counts anew. */
  NO_MORE = 1,
  YES = 2,
}

/** What an edge is worth. */
export interface Timing {
  gain: number;
  /** Time of the machine's own that passes. */
  served: number;
  /** The same with what the host took. */
  span: number;
  waits: Waits;
  /** Is the victim away? Only guests are, ever. */
  rests: Rests;
}

const NO_ENTRY = -1;

export class Graph {
  count = 0;
  edgeCount = 0;
  /** Per state: its piece of kept records (-1: its edges are known), who may do what, is a lender waiting. */
  pieces = new Int32Array(1024);
  situations = new Float64Array(1024);
  waiting = new Uint8Array(1024);
  deficits = new Float64Array(1024);
  waits = new Float64Array(1024);
  private paths = new Int32Array(1024);
  private queued = new Uint8Array(1024);
  private begins = new Uint32Array(1024);
  private ends = new Uint32Array(1024);

  targets = new Uint32Array(4096);
  timings = new Uint32Array(4096);
  private readonly known: Timing[] = [];
  private readonly numbers = new Map<string, number>();

  private logged = 0;
  private logBefore = new Int32Array(4096);
  private logState = new Uint32Array(4096);
  private logTiming = new Uint32Array(4096);

  private queue = new Uint32Array(4096);
  private head = 0;
  private tail = 0;

  stateAdd(piece: number, situation: number, waiting: boolean): void {
    if (this.count === this.pieces.length) this.growStates();
    const state = this.count++;
    this.pieces[state] = piece;
    this.situations[state] = situation;
    this.waiting[state] = waiting ? 1 : 0;
    this.deficits[state] = -1;
    this.waits[state] = -1;
    this.paths[state] = NO_ENTRY;
  }

  /** Edges of one state are found in one go. */
  edgesStart(state: number): void {
    this.begins[state] = this.edgeCount;
  }

  edgeAdd(state: number, to: number, timing: Timing): void {
    const number = this.numberOf(timing);
    for (let edge = this.begins[state]; edge < this.edgeCount; edge++) {
      if (this.targets[edge] === to && this.timings[edge] === number) return;
    }
    if (this.edgeCount === this.targets.length) {
      this.targets = grown(this.targets, Uint32Array);
      this.timings = grown(this.timings, Uint32Array);
    }
    this.targets[this.edgeCount] = to;
    this.timings[this.edgeCount++] = number;
  }

  edgesFinish(state: number): void {
    this.ends[state] = this.edgeCount;
  }

  edgesBegin(state: number): number {
    return this.begins[state];
  }

  edgesEnd(state: number): number {
    return this.ends[state];
  }

  timingOf(edge: number): Timing {
    return this.known[this.timings[edge]];
  }

  /** The deficit at an edge's end, from the one where it begins. */
  deficitBeyond(deficit: number, { gain, rests }: Timing): number {
    if (rests === Rests.YES) return 0;
    return Math.max(0, (rests === Rests.NO ? deficit : 0) + gain);
  }

  /** A state can be reached with a larger deficit, from this one by an edge with this timing. */
  deepen(state: number, deficit: number, from: number, timing: number): void {
    this.deficits[state] = deficit;
    if (this.logged === this.logBefore.length) {
      this.logBefore = grown(this.logBefore, Int32Array);
      this.logState = grown(this.logState, Uint32Array);
      this.logTiming = grown(this.logTiming, Uint32Array);
    }
    this.logBefore[this.logged] = this.paths[from];
    this.logState[this.logged] = state;
    this.logTiming[this.logged] = timing;
    this.paths[state] = this.logged++;
  }

  /** The states after the first one, and the timings of the edges to them. */
  pathTo(state: number): { states: number[]; timings: Timing[] } {
    const states: number[] = [];
    const timings: Timing[] = [];
    for (let entry = this.paths[state]; entry !== NO_ENTRY; entry = this.logBefore[entry]) {
      states.push(this.logState[entry]);
      timings.push(this.known[this.logTiming[entry]]);
    }
    return { states: states.reverse(), timings: timings.reverse() };
  }

  push(state: number): void {
    if (this.queued[state] !== 0) return;
    this.queued[state] = 1;
    this.queue[this.tail] = state;
    this.tail = (this.tail + 1) % this.queue.length;
    if (this.tail === this.head) this.growQueue();
  }

  /** Takes the state that was pushed first; -1: there is none. */
  next(): number {
    if (this.head === this.tail) return -1;
    const state = this.queue[this.head];
    this.head = (this.head + 1) % this.queue.length;
    this.queued[state] = 0;
    return state;
  }

  get bytes(): number {
    const perState = 4 + 8 + 1 + 8 + 8 + 4 + 1 + 4 + 4;
    const { pieces, targets, logBefore, queue } = this;
    return pieces.length * perState + targets.length * 8 + logBefore.length * 12 + queue.length * 4;
  }

  private numberOf(timing: Timing): number {
    const { gain, served, span, waits, rests } = timing;
    const key = `${gain},${served},${span},${waits},${rests}`;
    let number = this.numbers.get(key);
    if (number === undefined) {
      number = this.known.push(timing) - 1;
      this.numbers.set(key, number);
    }
    return number;
  }

  private growStates(): void {
    this.pieces = grown(this.pieces, Int32Array);
    this.situations = grown(this.situations, Float64Array);
    this.waiting = grown(this.waiting, Uint8Array);
    this.deficits = grown(this.deficits, Float64Array);
    this.waits = grown(this.waits, Float64Array);
    this.paths = grown(this.paths, Int32Array);
    this.queued = grown(this.queued, Uint8Array);
    this.begins = grown(this.begins, Uint32Array);
    this.ends = grown(this.ends, Uint32Array);
  }

  /** The ring is full: the part before the head goes behind the rest. */
  private growQueue(): void {
    const old = this.queue;
    this.queue = new Uint32Array(old.length * 2);
    this.queue.set(old.subarray(this.head));
    this.queue.set(old.subarray(0, this.head), old.length - this.head);
    this.head = 0;
    this.tail = old.length;
  }
}
