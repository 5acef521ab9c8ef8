// The page of a merged sweep: what every expectation measured over all seeds.
import { expectRows, type Merged } from "../sweep/merge.ts";
import { page } from "./report.ts";
import { escapeText } from "./svg.ts";
import { row, table } from "./tables.ts";

export function sweepReport(merged: Merged): string {
  const { head, lines } = merged;
  const rows = expectRows(merged).map((one) => {
    const word = one.failed === 0 ? "met" : "failed";
    const numbers = [one.best, one.median, one.worst].map((value) => value.toFixed(3));
    const verdict = `<span class="${word}">${one.failed} of ${one.runs}</span>`;
    const names = [one.scenario, one.expect, one.bound].map(escapeText);
    return row([...names, ...numbers, String(one.worstSeed), verdict]);
  });
  const heads = [
    "scenario",
    "expectation",
    "bound",
    "best",
    "median",
    "worst",
    "at seed",
    "failed",
  ];
  const failed = lines.filter(({ exitCode }) => exitCode !== 0).length;
  return page(head.scenarios.map(({ name }) => name).join(", "), [
    `<h1>How fair was it under ${lines.length} runs?</h1>`,
    `<p>Seeds ${head.seeds} on ${head.on}; ${failed} runs failed an expectation.</p>`,
    `<div class="wide">${table(heads, rows)}</div>`,
  ]);
}
