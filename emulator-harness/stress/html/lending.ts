// Who lent to whom: over time as areas, in all as a matrix.
import { type Loan, loansOf } from "../loans.ts";
import type { EpochRecord, StartRecord } from "../run-record.ts";
import { COLOURS, escapeText, legend, stackedArea } from "./svg.ts";
import { row, table } from "./tables.ts";

/** Pairs with an area of their own; the rest is one. */
const PAIRS_SHOWN = 8;
const REST = "all others";

export function lending(start: StartRecord, epochs: EpochRecord[]): string {
  const loans = epochs.flatMap((epoch) => loansOf(start, epoch));
  if (loans.length === 0) return "";
  return `<h3>Who lent to whom</h3>${areas(loans, start, epochs)}${matrix(loans, start)}`;
}

function areas(loans: Loan[], start: StartRecord, epochs: EpochRecord[]): string {
  const nameOf = ({ lender, borrower }: Loan) =>
    `${start.groups[lender].path} → ${start.groups[borrower].path}`;
  const totals = new Map<string, number>();
  for (const loan of loans) totals.set(nameOf(loan), (totals.get(nameOf(loan)) ?? 0) + loan.us);
  const largest = [...totals].sort((one, other) => other[1] - one[1]).map(([name]) => name);
  const shown = largest.slice(0, PAIRS_SHOWN);
  if (largest.length > PAIRS_SHOWN) shown.push(REST);
  const sums = new Map<string, number>();
  for (const loan of loans) {
    const name = shown.includes(nameOf(loan)) ? nameOf(loan) : REST;
    const key = `${name} ${loan.ms}`;
    sums.set(key, (sums.get(key) ?? 0) + loan.us);
  }
  const part = 100 / (start.epochMs * 1000);
  const series = shown.map((name, index) => ({
    name,
    colour: COLOURS[index % COLOURS.length],
    points: epochs.flatMap(({ ms }): [number, number][] => {
      const share = (sums.get(`${name} ${ms}`) ?? 0) * part;
      return [
        [(ms - start.epochMs) / 1000, share],
        [ms / 1000, share],
      ];
    }),
  }));
  const heights = epochs.map((_, index) =>
    series.reduce((sum, { points }) => sum + points[2 * index][1], 0),
  );
  const yMost = Math.min(100, 20 * Math.ceil(Math.max(...heights, 1) / 20));
  const options = { xMost: start.durationMs / 1000, yMost, xUnit: " s", yUnit: " %" };
  return stackedArea(series, options) + legend(series);
}

/** Rows lend, columns borrow: milliseconds of the whole run. */
function matrix(loans: Loan[], start: StartRecord): string {
  const lenders = [...new Set(loans.map(({ lender }) => lender))].sort((a, b) => a - b);
  const borrowers = [...new Set(loans.map(({ borrower }) => borrower))].sort((a, b) => a - b);
  if (borrowers.length > 8) return "";
  const name = (index: number) => escapeText(start.groups[index].path);
  const rows = lenders.map((lender) =>
    row([
      name(lender),
      ...borrowers.map((borrower) => {
        const between = loans.filter(
          (loan) => loan.lender === lender && loan.borrower === borrower,
        );
        const us = between.reduce((sum, loan) => sum + loan.us, 0);
        return us === 0 ? "" : (us / 1000).toFixed(1);
      }),
    ]),
  );
  return table(["ms lent by \\ to", ...borrowers.map(name)], rows);
}
