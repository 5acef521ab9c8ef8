/**
 * Histograms: where the latency counters of accounts lie.
 *
 * They are seven times as large as an account, and most accounts never wake anybody: an account gets its counters
 * with its first wait. There are as many as HISTOGRAMS_MAX; an account that comes when all are taken has sums and a
 * maximum, but no distribution.
 */
import { LatencyHistogram, SchedulerLimit } from "../abi/scheduler";
import { Account } from "./account";

/** The last one stays empty: what accounts without counters show. */
const EMPTY: u32 = SchedulerLimit.HISTOGRAMS_MAX;
const histograms: usize = memory.data(
  (SchedulerLimit.HISTOGRAMS_MAX + 1) * LatencyHistogram.SIZE,
  16,
);
/** By number: the next free one plus one. */
const next: usize = memory.data(SchedulerLimit.HISTOGRAMS_MAX * 4, 4);
let free: u32 = 0;
let top: u32 = 0;

export function histogramsReset(): void {
  free = 0;
  top = 0;
}

/** Counters to count in: the account gets some if it has none; 0 when all are taken. */
export function histogramClaim(account: Account): usize {
  if (account.histogram === 0) {
    if (free !== 0) {
      account.histogram = free;
      free = load<u32>(next + ((<usize>free - 1) << 2));
    } else {
      if (top === <u32>SchedulerLimit.HISTOGRAMS_MAX) return 0;
      account.histogram = ++top;
    }
    memory.fill(at(account.histogram - 1), 0, LatencyHistogram.SIZE);
  }
  return at(account.histogram - 1);
}

/** Counters to read. */
export function histogramOf(account: Account): usize {
  return account.histogram === 0 ? at(EMPTY) : at(account.histogram - 1);
}

/** The account goes away. */
export function histogramForget(account: Account): void {
  const own = account.histogram;
  if (own === 0) return;
  store<u32>(next + ((<usize>own - 1) << 2), free);
  free = own;
  account.histogram = 0;
}

function at(number: u32): usize {
  assert(number <= EMPTY);
  return histograms + <usize>number * LatencyHistogram.SIZE;
}
