/**
 * Records: 64 bytes for one small kernel object, out of frames that its group pays for.
 *
 * A frame holds 63 of them behind a header. Each group has a list of its frames with free records, so one
 * group's objects never use up another's room. A frame without records in use goes back at once.
 */
import { SchedulerLimit } from "../abi/scheduler";
import { FRAME_BYTES, frameReturn, frameTakeZeroed } from "./frames";
import { framesReserve, framesUnreserve } from "./hold";

export const RECORD_BYTES: usize = 64;
export const NO_RECORD: usize = 0;
const PER_FRAME: u32 = 63;

/** The first 64 bytes of a frame of records. */
@unmanaged
@final
class RecordFrame {
  group: u32;
  used: u32;
  /** Chain of records that were given back; the first word of each is the next. */
  free: u32;
  /** Where the never used ones begin, up to the frame's end. */
  fresh: u32;
  /** Neighbours in the group's list of frames with room. */
  next: u32;
  previous: u32;

  @inline
  static of(record: usize): RecordFrame {
    return changetype<RecordFrame>(record & ~(<usize>FRAME_BYTES - 1));
  }
}

/** By group: its first frame with room. */
const firsts: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 4, 4);
/** Frames that hold records, for the books. */
export let recordFrames: u32 = 0;

function first(group: u32): usize {
  return firsts + ((<usize>group) << 2);
}

/** A record full of zeros at the group's expense; NO_RECORD if it cannot pay for another frame. */
export function recordTake(group: u32): usize {
  let at = <usize>load<u32>(first(group));
  if (at === 0) {
    if (!framesReserve(group, 1)) return NO_RECORD;
    at = frameTakeZeroed();
    recordFrames++;
    const fresh = changetype<RecordFrame>(at);
    fresh.group = group;
    fresh.fresh = <u32>(at + RECORD_BYTES);
    link(fresh, group);
  }
  const frame = changetype<RecordFrame>(at);
  let record = <usize>frame.free;
  if (record !== 0) {
    frame.free = load<u32>(record);
    memory.fill(record, 0, RECORD_BYTES);
  } else {
    record = frame.fresh;
    frame.fresh += <u32>RECORD_BYTES;
  }
  frame.used++;
  if (frame.used === PER_FRAME) unlink(frame);
  return record;
}

/** Gives a record back. */
export function recordReturn(record: usize): void {
  const frame = RecordFrame.of(record);
  assert(frame.used !== 0 && frame.group < <u32>SchedulerLimit.ACCOUNTS_MAX);
  if (frame.used === PER_FRAME) link(frame, frame.group);
  store<u32>(record, frame.free);
  frame.free = <u32>record;
  frame.used--;
  if (frame.used !== 0) return;
  unlink(frame);
  const group = frame.group;
  recordFrames--;
  frameReturn(changetype<usize>(frame));
  framesUnreserve(group, 1);
}

/** The group that pays for a record. */
export function recordGroup(record: usize): u32 {
  return RecordFrame.of(record).group;
}

function link(frame: RecordFrame, group: u32): void {
  const old = load<u32>(first(group));
  frame.next = old;
  frame.previous = 0;
  if (old !== 0) changetype<RecordFrame>(<usize>old).previous = <u32>changetype<usize>(frame);
  store<u32>(first(group), <u32>changetype<usize>(frame));
}

function unlink(frame: RecordFrame): void {
  if (frame.previous === 0) store<u32>(first(frame.group), frame.next);
  else changetype<RecordFrame>(<usize>frame.previous).next = frame.next;
  if (frame.next !== 0) changetype<RecordFrame>(<usize>frame.next).previous = frame.previous;
}
