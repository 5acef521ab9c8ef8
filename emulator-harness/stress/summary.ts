// The last lines of a command that ran several scenarios: a row for each, and for each attack its victim.
import type { ExpectResult, StressRun } from "./run-record.ts";

/** One victim of one run, or a run without any. */
export interface SummaryRow {
  scenario: string;
  on: StressRun["on"];
  victim: string;
  /** Worst deficit over any window and its bound, in quanta. */
  lag: number | null;
  bound: number | null;
  /** What the victim used and what it owned, in percent of the processor. */
  used: number | null;
  due: number | null;
  met: boolean;
  /** Expectations that failed, all of them counted; null: the run did not come to its end. */
  failed: number | null;
}

export function summaryRows(runs: StressRun[]): SummaryRow[] {
  return runs.flatMap((run): SummaryRow[] => {
    const scenario = run.start?.scenario ?? run.file;
    const lags = run.end?.expect.filter(({ name }) => name === "lag_q") ?? [];
    const common = { scenario, on: run.on, failed: run.end?.failed ?? null };
    const met = run.exitCode === 0;
    if (lags.length > 0) return lags.map((lag) => ({ ...common, ...victim(run, lag), met }));
    return [{ ...common, victim: "", lag: null, bound: null, used: null, due: null, met }];
  });
}

function victim(run: StressRun, lag: ExpectResult) {
  const { group = "", measured, most = Infinity } = lag;
  const result = run.end!.groups.find(({ path }) => path === group)!;
  const percent = (ns: number) => ns / (run.start!.durationMs * 1e4);
  const [used, due] = [percent(result.usedNs), percent(result.entitledNs)];
  return { victim: group, lag: measured, bound: most, used, due };
}

export function summaryText(rows: SummaryRow[]): string {
  const number = (value: number | null, digits: number) => value?.toFixed(digits) ?? "-";
  const cells = rows.map((row) => [
    row.scenario,
    row.on,
    row.victim,
    number(row.lag, 3),
    number(row.bound, 3),
    number(row.used, 3),
    number(row.due, 3),
    row.failed === null ? "ended early" : row.met ? "met" : `${row.failed} FAILED`,
  ]);
  const heads = [
    "scenario",
    "on",
    "victim",
    "worst lag q",
    "bound q",
    "used %",
    "due %",
    "expectations",
  ];
  const all = [heads, ...cells];
  const widths = heads.map((_, i) => Math.max(...all.map((row) => row[i].length)));
  const left = [0, 1, 2, 7];
  const lines = all.map((row) =>
    row
      .map((cell, i) => (left.includes(i) ? cell.padEnd(widths[i]) : cell.padStart(widths[i])))
      .join("  ")
      .trimEnd(),
  );
  const worst = Math.max(...rows.map(({ lag }) => lag ?? 0));
  const failed = rows.filter(({ met }) => !met).length;
  const last = `${rows.length - failed} rows met, ${failed} failed`;
  return [...lines, worst > 0 ? `${last}; worst lag ${worst.toFixed(3)} q` : last].join("\n");
}
