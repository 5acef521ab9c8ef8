/**
 * The trace ring: who ran when. Sixteen bytes an event; readers keep a cursor and may fall behind.
 */
import { Limit } from "./abi/limits";
import { TraceKind, TraceRecord } from "./abi/records";

const RECORD_BYTES: u32 = 16;
const ring: usize = memory.data(65536, 8);
if (Limit.TRACE_RECORDS * RECORD_BYTES !== 65536) ERROR("the trace ring has another size");

/** Sequence number of the next record. */
export let traceNext: u32 = 0;

export function trace(now: u64, kind: TraceKind, subject: u32, value: u32): void {
  const record = changetype<TraceRecord>(place(traceNext));
  record.timeNs = now;
  record.kind = <u16>kind;
  record.subject = <u16>subject;
  record.value = value;
  traceNext++;
}

function place(sequence: u32): usize {
  return ring + <usize>((sequence & (Limit.TRACE_RECORDS - 1)) * RECORD_BYTES);
}

/** The oldest sequence number at or after `cursor` that is still in the ring. */
export function traceFirst(cursor: u32): u32 {
  const age = traceNext - cursor;
  return age > <u32>Limit.TRACE_RECORDS ? traceNext - Limit.TRACE_RECORDS : cursor;
}

/** Copies up to `count` records from `cursor` on (one that traceFirst gave); how many. */
export function traceCopy(cursor: u32, target: usize, count: u32): u32 {
  const copied = min<u32>(count, traceNext - cursor);
  // As many as there are up to the ring's end, and the rest from its beginning.
  const whole = min<u32>(copied, Limit.TRACE_RECORDS - (cursor & (Limit.TRACE_RECORDS - 1)));
  memory.copy(target, place(cursor), whole * RECORD_BYTES);
  memory.copy(target + <usize>(whole * RECORD_BYTES), ring, (copied - whole) * RECORD_BYTES);
  return copied;
}
