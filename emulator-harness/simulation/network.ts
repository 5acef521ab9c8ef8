// The network between the simulated nodes: delay, loss, duplication, reordering, and who cannot reach whom.
import { Random } from "../fuzz/random.ts";

export interface NetworkOptions {
  lossPercent: number;
  /** Of a thousand datagrams so many arrive twice. */
  duplicatePerMille: number;
  delayLeastMs: number;
  delayMostMs: number;
  /** Of a thousand datagrams so many come up to five seconds late. */
  latePerMille?: number;
}

const LATE_MS = 5000;

export const QUIET_NETWORK: NetworkOptions = {
  lossPercent: 0,
  duplicatePerMille: 0,
  delayLeastMs: 0.1,
  delayMostMs: 1,
};

export class Network {
  readonly #random: Random;
  readonly #options: NetworkOptions;
  /** Percent that faults add. */
  extraLoss = 0;
  readonly #sides: { inside: Set<number>; oneWay: boolean }[] = [];
  readonly #links: [number, number][] = [];

  constructor(seed: number, options: NetworkOptions) {
    this.#random = new Random(seed, 1);
    this.#options = options;
  }

  /** When a datagram sent now arrives: never, once, or twice. Different delays reorder. */
  arrivals(from: number, to: number, now: number): number[] {
    if (!this.reaches(from, to)) return [];
    const loss = this.#options.lossPercent + this.extraLoss;
    if (loss > 0 && this.#random.below(10_000) < loss * 100) return [];
    const twice = this.#options.duplicatePerMille;
    const copies = twice > 0 && this.#random.below(1000) < twice ? 2 : 1;
    return Array.from({ length: copies }, () => now + this.#delay());
  }

  #delay(): number {
    const { delayLeastMs, delayMostMs, latePerMille = 0 } = this.#options;
    if (latePerMille > 0 && this.#random.below(1000) < latePerMille) {
      return this.#random.below(LATE_MS);
    }
    return delayLeastMs + ((delayMostMs - delayLeastMs) * this.#random.below(1024)) / 1024;
  }

  reaches(from: number, to: number): boolean {
    for (const { inside, oneWay } of this.#sides) {
      if (inside.has(from) && !inside.has(to)) return false;
      if (!oneWay && inside.has(to) && !inside.has(from)) return false;
    }
    return !this.#links.some(
      ([one, other]) => (one === from && other === to) || (one === to && other === from),
    );
  }

  /** Is anything cut or lossy beyond what the options say? */
  get whole(): boolean {
    return this.#sides.length + this.#links.length === 0 && this.extraLoss === 0;
  }

  /** Cuts the nodes off, one way or both; the function heals it. */
  cut(nodes: number[], oneWay: boolean): () => void {
    const side = { inside: new Set(nodes), oneWay };
    this.#sides.push(side);
    return () => void this.#sides.splice(this.#sides.indexOf(side), 1);
  }

  cutLink(one: number, other: number): () => void {
    const link: [number, number] = [one, other];
    this.#links.push(link);
    return () => void this.#links.splice(this.#links.indexOf(link), 1);
  }
}
