// What a run is measured by: how soon a death is noticed, how often a living node is declared dead, what it costs.
import { EventKind, Index, MemberOffset } from "../../userland/heartbeat/abi.ts";
import type { Daemon, Happening } from "./daemon.ts";
import type { Watcher } from "./watcher.ts";
import type { SimulatedNode, World } from "./world.ts";

export class Figures implements Watcher {
  readonly found = null;
  #world!: World;
  /** Milliseconds from the kill to the first node that says so, and to the last one. */
  readonly first: number[] = [];
  readonly all: number[] = [];
  falseDeaths = 0;
  /** Living nodes that somebody declared dead: several who say so count once. */
  falselyDead = 0;
  readonly #kills = new Map<number, { at: number; noticed: Set<number>; first: boolean }>();
  readonly #lately = new Map<number, number>();

  begin(world: World): void {
    this.#world = world;
  }

  started(node: SimulatedNode): void {
    this.#kills.delete(node.number);
  }

  killed(node: SimulatedNode): void {
    this.#kills.set(node.number, { at: this.#world.now, noticed: new Set(), first: true });
  }

  leaving(): void {}

  sent(): void {}

  after(node: SimulatedNode, daemon: Daemon, happenings: Happening[]): void {
    for (const { kind, member, by } of happenings) {
      if (kind !== EventKind.FAILED) continue;
      const subject = daemon.word(member, MemberOffset.ADDRESS) - 0x0a000001;
      const target = this.#world.nodes[subject];
      if (target?.up && by === Index.SELF) this.#wrong(subject);
      const kill = this.#kills.get(subject);
      if (kill) this.#noticed(kill, node.number, subject);
    }
  }

  #wrong(subject: number): void {
    this.falseDeaths += 1;
    const last = this.#lately.get(subject) ?? Number.NEGATIVE_INFINITY;
    if (this.#world.now - last > 10_000) this.falselyDead += 1;
    this.#lately.set(subject, this.#world.now);
  }

  #noticed(
    kill: { at: number; noticed: Set<number>; first: boolean },
    by: number,
    subject: number,
  ): void {
    const passed = this.#world.now - kill.at;
    if (kill.first) this.first.push(passed);
    kill.first = false;
    kill.noticed.add(by);
    const others = this.#world.nodes.filter(({ up, number }) => up && number !== subject);
    if (others.some(({ number }) => !kill.noticed.has(number))) return;
    this.all.push(passed);
    this.#kills.delete(subject);
  }
}

/** Median, 99th percentile, greatest; NaN of nothing. */
export function spread(values: number[]): { median: number; p99: number; max: number } {
  const sorted = [...values].sort((one, other) => one - other);
  const at = (share: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), max: sorted.at(-1) ?? Number.NaN };
}
