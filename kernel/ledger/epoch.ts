/**
 * Epoch: the spans whose books are closed, of 100 ms each, on a grid.
 *
 * Closing is done in steps (books.ts). Should an epoch end before the books of the one before are closed, it is
 * made longer by one place of the grid: no step ever has to be longer.
 */
import { SchedulerTime } from "../abi/scheduler";
import { epochSerialNext } from "./account";
import { booksBegin, booksFinish, booksPending, booksStart } from "./books";

/** The span of the open epoch; ends stay on the grid start + n * EPOCH_NS. */
export let epochStartNs: u64 = 0;
export let epochEndNs: u64 = 0;

/** An epoch with service in it is at most this long: the books' arithmetic is 32 bits wide there. */
const LONGEST_NS: u64 = 2000000000;

export function epochStart(now: u64): void {
  epochStartNs = now;
  epochEndNs = now + SchedulerTime.EPOCH_NS;
  booksStart(now);
}

/** The open epoch ends at its grid end: everything until then has been charged. */
export function epochClose(): void {
  if (booksPending()) {
    if (epochEndNs - epochStartNs < LONGEST_NS) {
      epochEndNs += SchedulerTime.EPOCH_NS;
      return;
    }
    // For two seconds nobody came by: the machine was paused, and has time for this.
    booksFinish();
  }
  close();
}

/** Nothing ran until `now`, for longer than an epoch: what is left of that is closed as one. */
export function epochSkip(now: u64): void {
  if (now < epochEndNs) return;
  booksFinish();
  close();
  if (now < epochEndNs) return;
  const beyond = (now - epochEndNs) / <u64>SchedulerTime.EPOCH_NS;
  epochEndNs += beyond * SchedulerTime.EPOCH_NS;
  booksFinish();
  close();
}

function close(): void {
  booksBegin(epochEndNs - epochStartNs, epochEndNs);
  epochSerialNext();
  epochStartNs = epochEndNs;
  epochEndNs += SchedulerTime.EPOCH_NS;
}
