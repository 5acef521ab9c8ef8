// One measured number beside its goal, and how a list of them is printed.
import { colour } from "../colour.ts";

export interface Figure {
  /** The section, then what was measured: "code/sieve". */
  name: string;
  /** Null when it could not be measured; `note` says why. */
  value: number | null;
  unit: string;
  /** The value may be at most (or must be at least) this. */
  goal?: { at: "most" | "least"; limit: number };
  /** Other numbers of the same row: variants, conditions. */
  beside?: string;
  note?: string;
  /** Something broke while measuring: counts as missed. */
  failed?: boolean;
}

export type Verdict = "ok" | "MISSED" | "";

export function verdictOf({ value, goal, failed }: Figure): Verdict {
  if (failed) return "MISSED";
  if (goal === undefined) return "";
  if (value === null) return "MISSED";
  const holds = goal.at === "most" ? value <= goal.limit : value >= goal.limit;
  return holds ? "ok" : "MISSED";
}

export function atMost(limit: number): Figure["goal"] {
  return { at: "most", limit };
}

export function atLeast(limit: number): Figure["goal"] {
  return { at: "least", limit };
}

/** Three digits that matter, thousands apart. */
export function numberText(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000) {
    return Math.round(value).toLocaleString("en-US");
  }
  return value.toPrecision(3);
}

/** The rows of one section, aligned. */
export function tableOf(figures: Figure[]): string {
  const rows = figures.map((figure) => {
    const { value, unit, goal } = figure;
    const measured = value === null ? "-" : `${numberText(value)} ${unit}`.trim();
    const wanted = goal ? `${goal.at === "most" ? "<=" : ">="} ${numberText(goal.limit)}` : "";
    const rest = [figure.beside, figure.note].filter(Boolean).join("; ");
    return [figure.name, measured, wanted, verdictOf(figure), rest];
  });
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map(([name, measured, wanted, verdict, rest]) => {
      const coloured = colour(verdict === "MISSED" ? "red" : "green", verdict.padEnd(widths[3]));
      const cells = [
        name.padEnd(widths[0]),
        measured.padStart(widths[1]),
        wanted.padEnd(widths[2]),
        verdict === "" ? " ".repeat(widths[3]) : coloured,
        rest,
      ];
      return cells.join("  ").trimEnd();
    })
    .join("\n");
}
