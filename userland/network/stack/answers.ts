/**
 * How much we say unasked: echo replies and resets, together at most this many a second.
 */
import { Bucket } from "./bucket";

const PER_SECOND: u32 = 2000;
const bucket: Bucket = changetype<Bucket>(memory.data(16, 8));

export function answersClear(): void {
  bucket.setRate(PER_SECOND);
}

export function answerAllowed(now: u64): bool {
  return bucket.take(now);
}
