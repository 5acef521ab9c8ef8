/**
 * Table: the result of a run as text for people.
 */
import { flush, print, printByte, printBytes, printLine, printUnsigned } from "../lib/console";
import * as books from "./books";
import { printDelays } from "./delay-table";
import { printEvents } from "./events";
import { errorPpm, errorWorstPpm, hungry, idealNs, jainPpm } from "./ideal";
import { Plan, PlanFlag, PlanGroup, PlanHeader } from "./plan";
import {
  durationNs,
  flagged,
  groupCount,
  groupNameAddress,
  groupWord,
  header,
  plan,
  taskCount,
} from "./scenario";
import {
  expectBound,
  expectCount,
  expectGroup,
  expectKind,
  expectLeast,
  expectMeasured,
  expectMet,
  expectName,
  expectPlaces,
} from "./verdict";

const NAME_WIDTH: u32 = 18;
const SPACE: u32 = 32;

/** The first line: what is about to run. */
export function printHeading(): void {
  print("stress ");
  printBytes(plan + header(PlanHeader.NAME_AT), header(PlanHeader.NAME_SIZE));
  print(": ");
  column(durationNs() / 1000000, 3, 0);
  print(" s, ");
  printUnsigned(groupCount());
  print(" groups, ");
  printUnsigned(taskCount());
  print(" tasks, ");
  printUnsigned(header(PlanHeader.THREADS));
  print(" threads, seed ");
  printUnsigned(header(PlanHeader.SEED));
  printByte(10);
}

/** Everything after the run -> how many expectations failed. */
export function printResult(): u32 {
  printShares();
  printWakes();
  if (flagged(PlanFlag.DELAYS)) printDelays();
  printMachine();
  if (flagged(PlanFlag.COUNTS)) printEvents();
  const failed = printVerdicts();
  flush();
  return failed;
}

/** In percent of the processor, so that a row fits a terminal; the records carry nanoseconds. */
function printShares(): void {
  printLine("");
  print("group             ");
  print("reserve weight  limit entitled %  used %  lent % borrowed %");
  printLine(" ideal % error %");
  for (let group: u32 = 0; group < groupCount(); group++) printShare(group);
}

function printShare(group: u32): void {
  name(group);
  column(groupWord(group, PlanGroup.RESERVE_PPM) / 1000, 1, 5);
  print(" %");
  column(groupWord(group, PlanGroup.WEIGHT), 0, 7);
  const limit = groupWord(group, PlanGroup.LIMIT_PPM);
  if (limit === 1000000) {
    print("      -");
  } else {
    column(limit / 1000, 1, 5);
    print(" %");
  }
  column(share(books.entitledNs(group)), 3, 11);
  column(share(books.usedNs(group)), 3, 8);
  column(share(books.lentNs(group)), 3, 8);
  column(share(books.borrowedNs(group)), 3, 11);
  if (hungry(group)) {
    column(share(idealNs(group)), 3, 8);
    column(errorPpm(group), 4, 8);
    printByte(10);
  } else {
    printLine("       -       -");
  }
}

/** Parts per 100,000 of the run, rounded. */
function share(time: u64): u64 {
  return (time * 100000 + (durationNs() >> 1)) / durationNs();
}

function printWakes(): void {
  let rows: u32 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    const count = books.wakeCount(group);
    if (count === 0) continue;
    if (rows === 0) {
      printLine("");
      printLine("wake-up to run       count    p50 us    p99 us  p99.9 us    max us");
    }
    rows++;
    name(group);
    column(count, 0, 8);
    microseconds(books.wakeQuantileNs(group, 500));
    microseconds(books.wakeQuantileNs(group, 990));
    microseconds(books.wakeQuantileNs(group, 999));
    microseconds(books.wakeMaxNs(group));
    printByte(10);
  }
}

function microseconds(time: u64): void {
  column((time + 50) / 100, 1, 10);
}

function printMachine(): void {
  printLine("");
  print("idle ");
  column(books.idleNs() / 1000, 3, 0);
  print(" ms, idle while ready ");
  column(books.idleWhileReadyNs(), 3, 0);
  print(" us, taken by the host ");
  column(books.hostNs() / 1000, 3, 0);
  print(" ms, switches ");
  printUnsigned(books.switches());
  printByte(10);
  print("largest share error ");
  column(errorWorstPpm(), 4, 0);
  print(" %, Jain's index ");
  column(jainPpm(), 6, 0);
  printByte(10);
}

function printVerdicts(): u32 {
  const count = expectCount();
  let failed: u32 = 0;
  if (count > 0) printLine("");
  for (let i: u32 = 0; i < count; i++) {
    if (!printVerdict(i)) failed++;
  }
  if (count > 0) {
    printUnsigned(count - failed);
    print(" expectations met, ");
    printUnsigned(failed);
    printLine(" failed");
  }
  return failed;
}

function printVerdict(index: u32): bool {
  const met = expectMet(index);
  const kind = expectKind(index);
  print(met ? "ok    " : "FAILED ");
  const group = expectGroup(index);
  if (group !== Plan.NO_GROUP) {
    printBytes(groupNameAddress(group), groupWord(group, PlanGroup.NAME_SIZE));
    printByte(SPACE);
  }
  print(expectName(kind));
  print(expectLeast(index) ? " >= " : " <= ");
  column(expectBound(index), expectPlaces(kind), 0);
  print(": ");
  column(expectMeasured(index), expectPlaces(kind), 0);
  printByte(10);
  return met;
}

function name(group: u32): void {
  const size = groupWord(group, PlanGroup.NAME_SIZE);
  printBytes(groupNameAddress(group), size);
  for (let i = size; i < NAME_WIDTH; i++) printByte(SPACE);
}

/** A value counted in 10^-places, right-aligned in at least `width` columns. */
export function column(value: u64, places: u32, width: u32): void {
  let scale: u64 = 1;
  for (let i: u32 = 0; i < places; i++) scale *= 10;
  let columns: u32 = places > 0 ? places + 2 : 1;
  for (let rest = value / scale; rest >= 10; rest /= 10) columns++;
  for (let i = columns; i < width; i++) printByte(SPACE);
  printUnsigned(value / scale);
  if (places === 0) return;
  printByte(46);
  for (let rest = value % scale; scale > 1; rest %= scale) {
    scale /= 10;
    printByte(<u32>(48 + rest / scale));
  }
}
