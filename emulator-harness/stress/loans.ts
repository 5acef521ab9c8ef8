// Who lent to whom: the books say how much each group lent and borrowed in an epoch; offers are drawn on in proportion.
import type { EpochRecord, StartRecord } from "./run-record.ts";

/** In the epoch that ended at `ms`: so much of the lender's time went to the borrower. Groups by index. */
export interface Loan {
  ms: number;
  lender: number;
  borrower: number;
  us: number;
}

const LENT = 2;
const BORROWED = 3;

/** Loans of one epoch between groups without children, largest parts of a microsecond dropped. */
export function loansOf(start: StartRecord, { ms, groups }: EpochRecord): Loan[] {
  const leaves = groups.flatMap((_, index) => (start.groups[index].leaf ? [index] : []));
  const sum = (column: number) => leaves.reduce((total, leaf) => total + groups[leaf][column], 0);
  // What is left over went to or came from the system's group and the common pool.
  const whole = Math.max(sum(LENT), sum(BORROWED));
  return leaves.flatMap((lender) =>
    leaves.flatMap((borrower) => {
      const us = Math.floor((groups[lender][LENT] * groups[borrower][BORROWED]) / whole);
      return lender !== borrower && us > 0 ? [{ ms, lender, borrower, us }] : [];
    }),
  );
}
