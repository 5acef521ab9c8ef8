// What a section of the bench is: a name, a line that explains its unit, and a measurement.
import type { Figure } from "./figure.ts";

export interface Effort {
  /** Fresh machines for each build of a program. */
  machines: number;
  /** Milliseconds that each of them runs before it is timed. */
  warmUpMs: number;
  /** Timed rounds of each of them. */
  rounds: number;
  /** Which builds of each program run; null for all. */
  variants: string[] | null;
  /** Decisions over which the model's lag is measured. */
  decisions: number;
}

export interface Section {
  name: string;
  title: string;
  /** Reports every figure as soon as it is known; `wanted` tells by name which were asked for. */
  measure(
    wanted: (name: string) => boolean,
    effort: Effort,
    report: (figure: Figure) => void,
  ): Promise<void>;
}
