/**
 * Report: from the ledger's records to the printed result, the same code in LendOS and for the model.
 *
 * The driver fills the buffers of books.ts, then calls: reportHeading, reportStart (at the start time),
 * reportEpoch (after each closed epoch), reportFinish (with the counts of events in countsBuffer). Node
 * drives the exports of this very file.
 */
import * as books from "./books";
import { lineEvents } from "./events";
import { idealsAdd, idealsStart } from "./ideal";
import { lineEnd, lineEpoch, lineStart } from "./lines";
import { PlanFlag } from "./plan";
import { flagged, plan, planSound } from "./scenario";
import { printHeading, printResult } from "./table";

export { countsBuffer } from "./events";
export { reportTask, resultsBuffer } from "./results";
export { accountBuffer, histogramBuffer, scheduleBuffer } from "./books";

let epochsSeen: u32 = 0;

export function planBuffer(): usize {
  return plan;
}

/** The plan of `size` bytes is in its buffer -> is it one? */
export function reportHeading(size: u32): bool {
  if (!planSound(size)) return false;
  epochsSeen = 0;
  printHeading();
  lineStart();
  return true;
}

export function reportStart(): void {
  books.booksStart();
  idealsStart();
}

/** The buffers hold the books after one more epoch. Wake-ups of the first do not count: all start at once. */
export function reportEpoch(sinceStartNs: u64): void {
  epochsSeen++;
  if (epochsSeen === 1) books.wakesStart();
  else books.wakesNote();
  idealsAdd();
  lineEpoch(sinceStartNs);
}

/** -> how many expectations failed. */
export function reportFinish(): u32 {
  const failed = printResult();
  if (flagged(PlanFlag.COUNTS)) lineEvents();
  lineEnd(failed);
  return failed;
}
