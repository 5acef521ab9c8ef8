/**
 * Requests: a task's own stream of them, which comes whether or not it keeps up, and the time each took.
 *
 * `arrive` takes the next one, and waits for it when the task is ahead; `answer` counts from its arrival,
 * so the time that it lay in the queue is in the figure. Only a worker's first thread has a stream.
 */
import { LatencyHistogram } from "../../kernel/abi/scheduler";
import { clock, sleepUntil } from "../lib/kernel";
import { resultsAddress } from "./area";
import { Results } from "./plan";
import { Run } from "./run";
import { streamGap, streamNext } from "./stream";

export function requestArrive(run: Run, mean: u64, random: bool): void {
  let gap = mean;
  if (random) {
    run.random = streamNext(run.random);
    gap = streamGap(mean, run.random);
  }
  run.arrival += gap;
  if (clock() < run.arrival) sleepUntil(run.arrival);
}

export function requestAnswer(run: Run): void {
  const latency = clock() - run.arrival;
  const results = resultsAddress();
  const counter = results + Results.LATENCIES + ((<usize>latencyBucket(latency)) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
  const sum = load<u64>(results, Results.LATENCY_SUM_NS);
  store<u64>(results, sum + latency, Results.LATENCY_SUM_NS);
  const most = load<u64>(results, Results.LATENCY_MAX_NS);
  store<u64>(results, max<u64>(most, latency), Results.LATENCY_MAX_NS);
}

/** Below 16 units one bucket each, then 16 per power of two; the last one takes all that is longer. */
function latencyBucket(latencyNs: u64): u32 {
  const units = latencyNs >> Results.LATENCY_SHIFT;
  if (units < <u64>LatencyHistogram.STEPS) return <u32>units;
  const octave: u32 = 63 - <u32>clz(units);
  const step = <u32>(units >> (octave - 4)) & 15;
  return min<u32>(((octave - 3) << 4) + step, LatencyHistogram.BUCKETS - 1);
}
