/**
 * Latency: how long woken threads waited for the processor, counted per account.
 *
 * Log-linear counters (kernel/abi/scheduler.ts): 6 % wide at most, fixed size, no division.
 */
import { LatencyHistogram } from "../abi/scheduler";
import { Account } from "../ledger/account";
import { histogramClaim } from "../ledger/histograms";

/** Counts one wait of a thread of this (leaf) account. */
export function latencyRecord(index: u32, waitNs: u64): void {
  const account = Account.at(index);
  const wait: u32 = waitNs > 0xffffffff ? 0xffffffff : <u32>waitNs;
  account.enter();
  account.wakes++;
  account.wakeSumNs += <u64>wait;
  if (wait > account.wakeMaxNs) account.wakeMaxNs = wait;
  if (wait > account.epochWakeMaxNs) account.epochWakeMaxNs = wait;

  const counters = histogramClaim(account);
  if (counters === 0) return;
  const counter = counters + ((<usize>latencyBucket(wait)) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** The bucket of a wait: below 16 units one each, then 16 per power of two. */
export function latencyBucket(waitNs: u32): u32 {
  const units = waitNs >> LatencyHistogram.UNIT_SHIFT;
  if (units < <u32>LatencyHistogram.STEPS) return units;
  const octave: u32 = 31 - clz(units);
  const step = (units >> (octave - 4)) & 15;
  return ((octave - 3) << 4) + step;
}

/** The least wait that belongs to a bucket: the inverse of `latencyBucket`. */
export function latencyBucketNs(bucket: u32): u64 {
  if (bucket < <u32>LatencyHistogram.STEPS) return (<u64>bucket) << LatencyHistogram.UNIT_SHIFT;
  const units = (<u64>(16 + (bucket & 15))) << ((bucket >> 4) - 1);
  return units << LatencyHistogram.UNIT_SHIFT;
}
