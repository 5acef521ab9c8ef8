// The way from one port to another: when each copy of a frame arrives, and which never do.
//
// Every ordered pair of ports has chances of its own, so what one pair sends changes nothing for the others.
// Jitter alone keeps the order of a pair's frames; only what "reorder" chose is overtaken.
import { Random } from "../stress/random.ts";

export interface LinkSettings {
  delayNs: number;
  /** Up to so much more, evenly. */
  jitterNs: number;
  lossPpm: number;
  /** A second copy, with a delay of its own. */
  duplicatePpm: number;
  reorderPpm: number;
  /** How much later a frame comes that is to be overtaken. */
  reorderNs: number;
}

export const QUIET_LINK: LinkSettings = {
  delayNs: 100_000,
  jitterNs: 0,
  lossPpm: 0,
  duplicatePpm: 0,
  reorderPpm: 0,
  reorderNs: 2_000_000,
};

export interface Fate {
  arrivalNs: number;
  lost: boolean;
}

export class Link {
  private readonly random: Random;
  private latestNs = 0;

  constructor(
    seed: number,
    from: number,
    to: number,
    public settings: LinkSettings,
  ) {
    // Both ports go through the generator's own mixing; 4093 is more than the ports of a switch.
    this.random = new Random((Math.imul(seed, 0x9e3779b1) ^ (from * 4093 + to + 1)) >>> 0);
  }

  /** What becomes of a frame: one copy, or two when it is duplicated. */
  carry(nowNs: number): Fate[] {
    const { duplicatePpm } = this.settings;
    // Each chance is drawn whether or not it can come true: a changed setting shifts no other draw.
    const twice = this.random.below(1_000_000) < duplicatePpm;
    const first = this.copy(nowNs);
    const second = this.copy(nowNs);
    if (!twice) return [this.inOrder(first)];
    return [this.inOrder(first), this.inOrder(second)];
  }

  private copy(nowNs: number): Fate & { late: boolean } {
    const { delayNs, jitterNs, lossPpm, reorderPpm, reorderNs } = this.settings;
    const lost = this.random.below(1_000_000) < lossPpm;
    const late = this.random.below(1_000_000) < reorderPpm;
    const jitter = this.random.below(jitterNs + 1);
    return { arrivalNs: nowNs + delayNs + jitter + (late ? reorderNs : 0), lost, late };
  }

  private inOrder({ arrivalNs, lost, late }: Fate & { late: boolean }): Fate {
    if (lost || late) return { arrivalNs, lost };
    this.latestNs = Math.max(this.latestNs, arrivalNs);
    return { arrivalNs: this.latestNs, lost };
  }
}
