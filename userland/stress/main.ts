/**
 * stress: runs a scenario in its own groups and prints how fair it was; exit code 1 if it was not.
 *
 * It lives in the system's group, sleeps from epoch to epoch, and reads the ledger's books at their ends;
 * those are exact to the nanosecond however late it wakes.
 */

import { errorText, KernelError } from "../../kernel/abi/errors";
import { SchedulerTime } from "../../kernel/abi/scheduler";
import { flush, print, printBytes, printLine } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { roundsPerMs } from "./calibrate";
import { booksRead, epochEnd, groupsCreate, groupsDestroy, histogramsRead } from "./groups";
import { eventsRead, logsPrint, tasksRead, workersEnd, workersStart, workersStop } from "./workers";
import { lineBegin, lineMemory } from "./lines";
import { PlanFlag, PlanHeader } from "./plan";
import { planRead } from "./plan-file";
import { reportEpoch, reportFinish, reportHeading, reportStart } from "./report";
import { durationNs, flagged, header } from "./scenario";
import { traceDrain, tracePrint, traceStart, traceUntil } from "./trace";

const CODE_UNFAIR: i32 = 1;
const CODE_BAD_INPUT: i32 = 2;
/** Time that starting one worker may take, and what everything else before the start may. */
const WORKER_START_NS: u64 = 3000000;
const PREPARE_NS: u64 = 20000000;
const EPOCH_NS: u64 = SchedulerTime.EPOCH_NS;

function main(): i32 {
  readArguments();
  if (wordCount !== 1) {
    printLine("usage: stress <scenario>");
    return CODE_BAD_INPUT;
  }
  const size = planRead(wordAddress(0), wordSize(0));
  if (size === 0 || !reportHeading(size)) {
    print("stress: there is no scenario ");
    printBytes(wordAddress(0), wordSize(0));
    printLine("");
    return CODE_BAD_INPUT;
  }
  const code = runScenario();
  workersStop();
  groupsDestroy();
  workersEnd();
  return code;
}

function runScenario(): i32 {
  const rounds = roundsPerMs();
  const refused = groupsCreate();
  if (refused !== 0) return refuse("the groups", refused);
  const begin = startTime();
  const failed = workersStart(wordAddress(0), wordSize(0), begin, rounds);
  if (failed !== 0) return refuse("a worker", failed);
  if (clock() > begin) {
    printLine("stress: starting the workers took too long");
    return CODE_BAD_INPUT;
  }
  return observe(begin);
}

/** The end of an epoch that is far enough away for every worker to be there. */
function startTime(): u64 {
  const ready = clock() + PREPARE_NS + <u64>header(PlanHeader.THREADS) * WORKER_START_NS;
  let end = epochEnd();
  while (end < ready) end += EPOCH_NS;
  return end;
}

/** Reads the books at the end of every epoch of the run. */
function observe(begin: u64): i32 {
  const delays = flagged(PlanFlag.DELAYS);
  lineBegin(begin);
  sleepUntil(begin);
  booksRead();
  reportStart();
  if (delays && !traceStart()) return refuse("room for the trace", -KernelError.OUT_OF_MEMORY);
  const duration = durationNs();
  for (let at: u64 = EPOCH_NS; at <= duration; at += EPOCH_NS) {
    if (delays) traceUntil(begin + at - EPOCH_NS, begin + at);
    sleepUntil(begin + at);
    if (delays) traceDrain();
    booksRead();
    if (at === EPOCH_NS || at === duration) histogramsRead();
    reportEpoch(at);
    if (flagged(PlanFlag.MEMORY)) lineMemory(at);
  }
  eventsRead();
  tasksRead();
  const failed = reportFinish();
  logsPrint();
  if (flagged(PlanFlag.TRACE)) tracePrint(begin);
  return failed === 0 ? 0 : CODE_UNFAIR;
}

function refuse(what: string, error: i32): i32 {
  print("stress: ");
  print(what);
  print(" could not be made: ");
  printLine(errorText(-error));
  return CODE_BAD_INPUT;
}

const code = main();
flush();
exit(code);
