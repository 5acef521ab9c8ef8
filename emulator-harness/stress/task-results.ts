// What became of one task's requests and memory on the model: the bytes that userland/stress/results.ts reads.
import { LatencyHistogram } from "../../kernel/abi/scheduler.ts";
import { Results } from "../../userland/stress/plan.ts";

export class TaskResults {
  readonly bytes = new Uint8Array(Results.BYTES);
  private readonly view = new DataView(this.bytes.buffer);

  answered(latencyNs: number): void {
    this.add32(Results.LATENCIES + 4 * latencyBucket(latencyNs), 1);
    this.add64(Results.LATENCY_SUM_NS, latencyNs);
    const most = Number(this.view.getBigUint64(Results.LATENCY_MAX_NS, true));
    const worst = Math.max(most, Math.round(latencyNs));
    this.view.setBigUint64(Results.LATENCY_MAX_NS, BigInt(worst), true);
  }

  grew(pages: number, pageNs: number): void {
    this.add32(Results.GROW_PAGES, pages);
    this.add64(Results.GROW_NS, pages * pageNs);
    if (pages > 0) this.view.setUint32(Results.GROW_WORST_NS, pageNs, true);
  }

  cached(pages: number): void {
    this.add32(Results.CACHE_PAGES, pages);
  }

  read(hits: number, misses: number): void {
    this.add32(Results.HITS, hits);
    this.add32(Results.MISSES, misses);
    this.add32(Results.FIRST_READS, misses);
  }

  private add32(at: number, value: number): void {
    this.view.setUint32(at, this.view.getUint32(at, true) + value, true);
  }

  private add64(at: number, value: number): void {
    const sum = this.view.getBigUint64(at, true) + BigInt(Math.round(value));
    this.view.setBigUint64(at, sum, true);
  }
}

/** As in userland/stress/request.ts. */
export function latencyBucket(latencyNs: number): number {
  const units = Math.floor(latencyNs / 2 ** Results.LATENCY_SHIFT);
  if (units < LatencyHistogram.STEPS) return units;
  const octave = Math.floor(Math.log2(units));
  const step = Math.floor(units / 2 ** (octave - 4)) & 15;
  return Math.min((octave - 3) * 16 + step, LatencyHistogram.BUCKETS - 1);
}
