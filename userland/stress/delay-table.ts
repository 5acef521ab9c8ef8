/**
 * The table of delays, in the columns of `perf sched latency`: who ran, how often it was switched to, and how long
 * it was ready and did not run. Groups first, then tasks; and the same as a record for the harness.
 *
 *   @{"stress":"delays","lost":0,"rows":[["/web",runtimeNs,switches,delays,delayNs,delayMaxNs,maxAtNs],..]}
 */
import { flush, print, printByte, printBytes, printLine, printUnsigned } from "../lib/console";
import { PlanGroup, PlanTask } from "./plan";
import { groupCount, groupNameAddress, groupWord, plan, taskCount, taskWord } from "./scenario";
import { DelayRow, delayRow, recordsLost } from "./switches";
import { column } from "./table";

const NAME_WIDTH: u32 = 22;
const SPACE: u32 = 32;
const COMMA: u32 = 44;
const QUOTE: u32 = 34;
/** Tasks that get a line; the record has them all. */
const TASKS_SHOWN: u32 = 24;

export function printDelays(): void {
  printLine("");
  print("group, task             runtime ms  switches  average us    max us");
  printLine("     max at s");
  for (let i: u32 = 0; i < groupCount() + min<u32>(taskCount(), TASKS_SHOWN); i++) printRow(i);
  if (taskCount() > TASKS_SHOWN) {
    printUnsigned(taskCount() - TASKS_SHOWN);
    printLine(" more tasks are in the record (--json)");
  }
  if (recordsLost > 0) {
    print("records of the trace that were overwritten before they were read: ");
    printUnsigned(recordsLost);
    printLine("");
  }
}

function printRow(index: u32): void {
  const row = delayRow(index);
  const task = index >= groupCount();
  let size = nameSize(index);
  if (task) {
    print("  ");
    size += 2;
  }
  printBytes(nameAddress(index), nameSize(index));
  for (let i = size; i < NAME_WIDTH; i++) printByte(SPACE);
  column((row.runtimeNs + 500) / 1000, 3, 12);
  column(row.switches, 0, 10);
  column(averageNs(row), 3, 12);
  column(row.delayMaxNs, 3, 10);
  column((row.maxAtNs + 500) / 1000, 6, 13);
  printByte(10);
}

function averageNs(row: DelayRow): u64 {
  return row.delays === 0 ? 0 : row.delayNs / row.delays;
}

export function lineDelays(): void {
  print('@{"stress":"delays","lost":');
  printUnsigned(recordsLost);
  print(',"rows":[');
  for (let i: u32 = 0; i < groupCount() + taskCount(); i++) {
    if (i > 0) printByte(COMMA);
    printByte(91);
    printByte(QUOTE);
    printBytes(nameAddress(i), nameSize(i));
    printByte(QUOTE);
    const row = delayRow(i);
    value(row.runtimeNs);
    value(row.switches);
    value(row.delays);
    value(row.delayNs);
    value(row.delayMaxNs);
    value(row.maxAtNs);
    printByte(93);
  }
  printLine("]}");
  flush();
}

function value(number: u64): void {
  printByte(COMMA);
  printUnsigned(number);
}

function nameAddress(index: u32): usize {
  if (index < groupCount()) return groupNameAddress(index);
  return plan + taskWord(index - groupCount(), PlanTask.NAME_AT);
}

function nameSize(index: u32): u32 {
  if (index < groupCount()) return groupWord(index, PlanGroup.NAME_SIZE);
  return taskWord(index - groupCount(), PlanTask.NAME_SIZE);
}
