/**
 * Report: from the ledger's records to the printed result, the same code in LendOS and for the model.
 *
 * The driver fills the buffers of books.ts, then calls: reportHeading, reportStart (at the start time),
 * reportEpoch (after each closed epoch), reportTask (for each task, with its results in resultsBuffer), reportFinish
 * (with the counts of events in countsBuffer); with
 * PlanFlag.DELAYS also reportTrace, more often, before the books of the same time. Node drives the exports of this
 * very file.
 */
import { ScheduleRecord } from "../../kernel/abi/scheduler";
import * as books from "./books";
import { lineEvents } from "./events";
import { lineDelays } from "./delay-table";
import { idealsAdd, idealsStart } from "./ideal";
import { lineEnd, lineEpoch, lineStart } from "./lines";
import { memoryStart } from "./memory-verdict";
import { PlanFlag } from "./plan";
import { flagged, plan, planSound } from "./scenario";
import { switchesEnd, switchesRead, switchesReset, switchesStart } from "./switches";
import { printHeading, printResult } from "./table";

export { countsBuffer } from "./events";
export { switchesAccount, switchesWorker, traceBuffer } from "./switches";
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
  switchesReset();
  memoryStart();
  printHeading();
  lineStart();
  return true;
}

export function reportStart(): void {
  books.booksStart();
  idealsStart();
  switchesStart(load<u64>(books.scheduleBuffer(), ScheduleRecord.EPOCH_START_NS));
}

/** The buffer holds `count` more TraceRecords; so many before them were lost. */
export function reportTrace(count: u32, lost: u32): void {
  switchesRead(count, lost);
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
  switchesEnd();
  const failed = printResult();
  if (flagged(PlanFlag.COUNTS)) lineEvents();
  if (flagged(PlanFlag.DELAYS)) lineDelays();
  lineEnd(failed);
  return failed;
}
