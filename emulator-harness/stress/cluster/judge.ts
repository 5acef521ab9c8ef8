// What a run of a cluster is judged by: who was declared dead although it lived, how long deaths stayed unnoticed, and
// how long nobody answered.
import type { Fault } from "../../switch/faults.ts";
import type { ClusterBound, ClusterSettings } from "./settings.ts";

/** For so long after something was done to a machine its death may still be said. */
const GRACE_NS = 10e9;
/** What begins a trouble, and what ends it; `slow` ends itself with a factor of 1. A cut is everybody's trouble. */
const END_OF: Record<string, string> = { kill: "restart", pause: "resume", cut: "heal" };
const DEAD = /heartbeat: (n\d+) \S+ is dead,/;
const SILENCE = /^\d+ answers, longest silence (\d+\.\d+) s$/;

export interface Verdict {
  name: ClusterBound;
  /** Infinity: never, or nobody asked. */
  measured: number;
  most: number;
  met: boolean;
}

interface Death {
  atNs: number;
  by: string;
  of: string;
}

/** When a machine was off, held or cut off. */
interface Trouble {
  fromNs: number;
  untilNs: number;
  /** Kind of the action that ends it. */
  endedBy: string;
}

export class Judge {
  private readonly deaths: Death[] = [];
  private readonly silencesMs: number[] = [];

  constructor(
    private readonly faults: Fault[],
    /** Of all machines. */
    private readonly names: string[],
  ) {}

  /** A line of a machine's console. */
  line(atNs: number, by: string, text: string): void {
    const dead = DEAD.exec(text);
    if (dead !== null) this.deaths.push({ atNs, by, of: dead[1] });
    const silence = SILENCE.exec(text);
    if (silence !== null) this.silencesMs.push(1000 * Number(silence[1]));
  }

  /** Of what is expected, what came of it until now. */
  verdicts(expect: ClusterSettings["expect"], nowNs: number): Verdict[] {
    const measure: Record<ClusterBound, () => number> = {
      false_deaths: () => this.falseDeaths(),
      detected_ms: () => this.detectedMs(nowNs),
      silence_ms: () => (this.silencesMs.length === 0 ? Infinity : Math.max(...this.silencesMs)),
    };
    return Object.entries(expect).map(([key, most]) => {
      const name = key as ClusterBound;
      const measured = measure[name]();
      return { name, measured, most, met: measured <= most };
    });
  }

  /** How often somebody called a machine dead that nothing had been done to. */
  falseDeaths(): number {
    return this.deaths.filter(({ atNs, of }) => !this.inTrouble(of, atNs - GRACE_NS, atNs)).length;
  }

  /** The longest time from a kill until every machine that was well said so; Infinity when one never did. */
  detectedMs(nowNs: number): number {
    const kills = this.faults.filter(({ atNs, action }) => action.kind === "kill" && atNs < nowNs);
    if (kills.length === 0) return Infinity;
    return Math.max(...kills.map((kill) => this.detectionMs(kill)));
  }

  private detectionMs({ atNs: killNs, action }: Fault): number {
    const victim = (action as { node: string }).node;
    const witnesses = this.names.filter(
      (name) => name !== victim && !this.inTrouble(name, killNs - GRACE_NS, killNs + GRACE_NS),
    );
    const said = witnesses.map((by) => {
      const death = this.deaths.find(
        (one) => one.by === by && one.of === victim && one.atNs > killNs,
      );
      return death === undefined ? Infinity : (death.atNs - killNs) / 1e6;
    });
    return said.length === 0 ? Infinity : Math.max(...said);
  }

  private inTrouble(name: string, fromNs: number, untilNs: number): boolean {
    return this.troubles(name).some((one) => one.fromNs <= untilNs && one.untilNs >= fromNs);
  }

  private troubles(name: string): Trouble[] {
    const troubles: Trouble[] = [];
    for (const { atNs, action } of this.faults) {
      if (action.kind !== "cut" && action.kind !== "heal") {
        if (!("node" in action) || action.node !== name) continue;
      }
      const endedBy = END_OF[action.kind];
      const slowed = action.kind === "slow" && action.factor !== 1;
      if (endedBy !== undefined || slowed) {
        troubles.push({ fromNs: atNs, untilNs: Infinity, endedBy: endedBy ?? "slow" });
        continue;
      }
      for (const one of troubles) {
        if (one.endedBy === action.kind) one.untilNs = Math.min(one.untilNs, atNs);
      }
    }
    return troubles;
  }
}
