/**
 * One thread of a worker: what it does, its timers, and the pass of a phase that it is in.
 *
 * The first record is the worker's own thread; the others are for threads that it forks.
 */
import { TimerLimit } from "./plan";

export const RUNS_MAX: u32 = 64;
const RUN_BYTES: usize = 192;
const table: usize = memory.data(64 * 192, 16);

@unmanaged
@final
export class Run {
  /** A message to the hub: four words at a multiple of 16. */
  word0: u32;
  word1: u32;
  word2: u32;
  word3: u32;
  /** When its first event is due: the zero of its timers. */
  begin: u64;
  /** When the present pass began, and sums of it so far. */
  start: u64;
  workNs: u64;
  runNs: u64;
  durationNs: u64;
  periodNs: u64;
  latencyNs: u64;
  slackNs: i64;
  task: u32;
  /** Its place in the table. */
  number: u32;
  /** 1: a thread uses the record. */
  used: u32;
  /** State of the random times between its requests. */
  random: u32;
  /** When the latest request of its stream arrived. */
  arrival: u64;
  /** Times of its last expiries follow. */

  @inline
  static at(number: u32): Run {
    assert(number < RUNS_MAX);
    return changetype<Run>(table + <usize>number * RUN_BYTES);
  }

  @inline
  timer(index: u32): usize {
    assert(index < <u32>TimerLimit.TIMERS);
    return changetype<usize>(this) + offsetof<Run>() + ((<usize>index) << 3);
  }
}
if (offsetof<Run>() + <usize>TimerLimit.TIMERS * 8 > RUN_BYTES) ERROR("RUN_BYTES is out of date");

/** Prepares a record for a thread that begins with that task at that time. */
export function runPrepare(number: u32, task: u32, begin: u64): Run {
  const run = Run.at(number);
  run.task = task;
  run.number = number;
  run.used = 1;
  run.begin = begin;
  run.arrival = begin;
  run.slackNs = 0;
  for (let i: u32 = 0; i < <u32>TimerLimit.TIMERS; i++) store<u64>(run.timer(i), begin);
  return run;
}
