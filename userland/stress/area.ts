/**
 * The area: pages that a worker shares with the stress program, for counts of events and the log.
 *
 * It outlives the worker. Each thread has its own row of counters, so none is lost when one thread
 * interrupts another.
 */
import { MapFlag } from "../../kernel/abi/records";
import { memoryMap } from "../lib/kernel";
import { Own } from "./own-slots";
import { Area, EventKind, LogWord, PlanFlag } from "./plan";
import { Run } from "./run";
import { flagged } from "./scenario";

const space: usize = memory.data(81920);
const area: usize = (space + 4095) & ~4095;
const RECORD_BYTES: u32 = LogWord.COUNT * 4;
if (Area.LOG_PAGES !== 19) ERROR("the area has another size");
if (EventKind.COUNT * 4 > Area.ROW_BYTES) ERROR("a row is too short");
if (Area.RECORDS_AT + Area.RECORDS_MAX * LogWord.COUNT * 4 > Area.LOG_PAGES * 4096) {
  ERROR("RECORDS_MAX is out of date");
}

let counts: bool = false;
let logs: bool = false;

/** Maps the area if the plan wants one; false when that is refused. */
export function areaOpen(): bool {
  counts = flagged(PlanFlag.COUNTS);
  logs = flagged(PlanFlag.LOG);
  if (!counts) return true;
  const pages: u32 = logs ? Area.LOG_PAGES : Area.COUNT_PAGES;
  return memoryMap(Own.AREA, 0, area | MapFlag.WRITE, pages) >= 0;
}

export function areaCount(run: Run, kind: EventKind): void {
  if (!counts) return;
  const counter = area + run.number * Area.ROW_BYTES + ((<usize>kind) << 2);
  store<u32>(counter, load<u32>(counter) + 1);
}

/** Where the worker's results go (Results in plan.ts). */
export function resultsAddress(): usize {
  assert(counts);
  return area + Area.RESULTS_AT;
}

/** A pass of a phase begins. */
export function passBegin(run: Run, now: u64): void {
  run.start = now;
  run.workNs = 0;
  run.runNs = 0;
  run.durationNs = 0;
  run.periodNs = 0;
  run.latencyNs = 0;
  if (!flagged(PlanFlag.CUMULATIVE)) run.slackNs = 0;
}

export function logging(): bool {
  return logs;
}

/** The pass is over: one line of the log. When it is full, the rest is not kept. */
export function passEnd(run: Run, now: u64, begin: u64): void {
  const index = load<u32>(area, Area.LOG_AT);
  if (index === <u32>Area.RECORDS_MAX) return;
  store<u32>(area, index + 1, Area.LOG_AT);
  const at = area + Area.RECORDS_AT + index * RECORD_BYTES;
  store<u32>(at, run.task, LogWord.TASK * 4);
  store<u32>(at, run.number, LogWord.THREAD * 4);
  store<u32>(at, microseconds(run.workNs), LogWord.PERF * 4);
  store<u32>(at, microseconds(run.runNs), LogWord.RUN * 4);
  store<u32>(at, microseconds(run.start - begin), LogWord.START * 4);
  store<u32>(at, microseconds(now - begin), LogWord.END * 4);
  store<i32>(at, <i32>(run.slackNs / 1000), LogWord.SLACK * 4);
  store<u32>(at, microseconds(run.durationNs), LogWord.DURATION * 4);
  store<u32>(at, microseconds(run.periodNs), LogWord.PERIOD * 4);
  store<u32>(at, microseconds(run.latencyNs), LogWord.LATENCY * 4);
}

function microseconds(time: u64): u32 {
  return <u32>(time / 1000);
}
