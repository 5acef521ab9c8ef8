/**
 * A token bucket: so many a second, and a burst of a tenth of a second or eight, whichever is more.
 *
 * It is kept as the moment at which the bucket would be full: 8 bytes, no division when it is used.
 */
const NS_PER_SECOND: u64 = 1000000000;
const BURST_LEAST: u64 = 8;

@unmanaged
@final
export class Bucket {
  fullAt: u64;
  costNs: u64;

  /** An empty rate takes nothing at all. */
  setRate(perSecond: u32): void {
    this.costNs = perSecond === 0 ? 0 : NS_PER_SECOND / <u64>perSecond;
    this.fullAt = 0;
  }

  /** Takes one, if there is one. */
  take(now: u64): bool {
    if (this.costNs === 0) return false;
    const burstNs = max<u64>(NS_PER_SECOND / 10, this.costNs * BURST_LEAST);
    const from = max<u64>(this.fullAt, now);
    if (from + this.costNs > now + burstNs) return false;
    this.fullAt = from + this.costNs;
    return true;
  }
}
if (offsetof<Bucket>() !== 16) ERROR("the buffers for Bucket have another size");
