/**
 * Bucket: the limit of an account, as time it may still use in the present 20 ms.
 *
 * Every LIMIT_PERIOD_NS the bucket gets limit * period, and never holds more than that. An account
 * whose bucket is empty is throttled: it leaves the queue above it until the bucket holds something
 * again. Overrun is a debt, so in the long run use <= limit * t + one bucket. Reservations are served
 * in spite of a limit above them (children's reserves <= reserve <= limit), and are counted here too.
 */
import { Ppm, SchedulerLimit, SchedulerTime } from "../abi/scheduler";
import { ACCOUNTS_MAX } from "../ledger/account";

@unmanaged
@final
export class Bucket {
  refillAt: u64;
  leftNs: i64;
  wholeNs: u32;
  throttled: u32;

  @inline
  static at(account: u32): Bucket {
    assert(account < ACCOUNTS_MAX);
    return changetype<Bucket>(buckets + <usize>account * BUCKET_SIZE);
  }

  /** An account without a limit has no bucket. */
  @inline
  get limited(): bool {
    return this.wholeNs !== 0;
  }
}

const BUCKET_SIZE: usize = 24;
if (offsetof<Bucket>() !== 24) ERROR("BUCKET_SIZE is out of date");
const buckets: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 24, 16);

const WHOLE_PER_PPM: u32 = SchedulerTime.LIMIT_PERIOD_NS / Ppm.ONE;
if (SchedulerTime.LIMIT_PERIOD_NS % Ppm.ONE !== 0) ERROR("buckets must be whole nanoseconds");
/** An account that was idle for so many periods starts afresh. */
const STALE_PERIODS: u64 = 16;

export function bucketPrepare(account: u32, limitPpm: u32, now: u64): void {
  const bucket = Bucket.at(account);
  bucket.wholeNs = limitPpm === <u32>Ppm.ONE ? 0 : limitPpm * WHOLE_PER_PPM;
  bucket.leftNs = bucket.wholeNs;
  bucket.refillAt = now + SchedulerTime.LIMIT_PERIOD_NS;
  bucket.throttled = 0;
}

/** Something below wants to run again: with a full bucket, the period begins now and not on an old grid. */
export function bucketBegin(bucket: Bucket, now: u64): void {
  bucketRefill(bucket, now);
  if (bucket.leftNs === <i64>bucket.wholeNs) bucket.refillAt = now + SchedulerTime.LIMIT_PERIOD_NS;
}

/** Takes service out of the bucket -> is it empty now? */
export function bucketCharge(bucket: Bucket, deltaNs: u32, now: u64): bool {
  bucket.leftNs -= <i64>deltaNs;
  bucketRefill(bucket, now);
  return bucket.leftNs <= 0;
}

/** Adds what the periods up to `now` bring. */
export function bucketRefill(bucket: Bucket, now: u64): void {
  const period = <u64>SchedulerTime.LIMIT_PERIOD_NS;
  if (now >= bucket.refillAt + STALE_PERIODS * period) {
    bucket.leftNs = bucket.wholeNs;
    bucket.refillAt = now + period;
    return;
  }
  while (now >= bucket.refillAt) {
    bucket.leftNs += bucket.wholeNs;
    if (bucket.leftNs > <i64>bucket.wholeNs) bucket.leftNs = bucket.wholeNs;
    bucket.refillAt += period;
  }
}
