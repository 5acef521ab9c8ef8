/**
 * Lines: the run as `@` JSON for the harness: one line at the start, one per epoch, one at the end.
 *
 *   @{"stress":"start","scenario":..,"durationMs":..,"epochMs":100,"seed":..,"groups":[{..}]}
 *   @{"stress":"epoch","ms":100,"groups":[[entitled,used,lent,borrowed],..]}         microseconds
 *      with "lag":[[group,ppmOfAQuantum],..] where lag is expected: the worst window that ended in the epoch
 *   @{"stress":"memory","ms":100,"groups":[[held,soft,lent,borrowed,taken],..]}    pages of 4 KiB; not on the model
 *   @{"stress":"end","failed":0,"idleUs":..,...,"groups":[{..,"wakes":[[bucketUs,count],..]}],"expect":[..]}
 */

import { AccountRecord, LatencyHistogram, SchedulerTime } from "../../kernel/abi/scheduler";
import { flush, print, printByte, printBytes, printUnsigned } from "../lib/console";
import * as books from "./books";
import { errorPpm, errorWorstPpm, hungry, idealNs, jainPpm } from "./ideal";
import { lagCount, lagEpochPpmQ, lagGroup } from "./lag";
import { Plan, PlanGroup, PlanHeader } from "./plan";
import { durationNs, groupCount, groupNameAddress, groupWord, header, plan } from "./scenario";
import { column } from "./table";
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

const QUOTE: u32 = 34;
const COMMA: u32 = 44;
const NEWLINE: u32 = 10;

export function lineStart(): void {
  print('@{"stress":"start","scenario":');
  quoted(plan + header(PlanHeader.NAME_AT), header(PlanHeader.NAME_SIZE));
  field("durationMs", durationNs() / 1000000);
  field("epochMs", SchedulerTime.EPOCH_NS / 1000000);
  field("seed", header(PlanHeader.SEED));
  print(',"groups":[');
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (group > 0) printByte(COMMA);
    print('{"path":');
    quoted(groupNameAddress(group), groupWord(group, PlanGroup.NAME_SIZE));
    field("reservePpm", groupWord(group, PlanGroup.RESERVE_PPM));
    field("weight", groupWord(group, PlanGroup.WEIGHT));
    field("limitPpm", groupWord(group, PlanGroup.LIMIT_PPM));
    print(books.leaf(group) ? ',"leaf":true' : ',"leaf":false');
    print(hungry(group) ? ',"hungry":true}' : ',"hungry":false}');
  }
  end("]}");
}

/** When, by the machine's clock, the scenario begins; for a host that has several machines. */
export function lineBegin(ns: u64): void {
  print('@{"stress":"begin"');
  field("ns", ns);
  end("}");
}

/** The latest closed epoch; `sinceStart` is when it ended. */
export function lineEpoch(sinceStart: u64): void {
  print('@{"stress":"epoch","ms":');
  printUnsigned(sinceStart / 1000000);
  print(',"groups":[');
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (group > 0) printByte(COMMA);
    printByte(91);
    printUnsigned(books.epochNs(group, AccountRecord.EPOCH_ENTITLED_NS) / 1000);
    printByte(COMMA);
    printUnsigned(books.epochNs(group, AccountRecord.EPOCH_USED_NS) / 1000);
    printByte(COMMA);
    printUnsigned(books.epochSubtreeNs(group, AccountRecord.EPOCH_LENT_NS) / 1000);
    printByte(COMMA);
    printUnsigned(books.epochSubtreeNs(group, AccountRecord.EPOCH_BORROWED_NS) / 1000);
    printByte(93);
  }
  printByte(93);
  if (lagCount() > 0) lags();
  end("}");
}

function lags(): void {
  print(',"lag":[');
  for (let i: u32 = 0; i < lagCount(); i++) {
    if (i > 0) printByte(COMMA);
    printByte(91);
    printUnsigned(lagGroup(i));
    printByte(COMMA);
    printUnsigned(lagEpochPpmQ(i));
    printByte(93);
  }
  printByte(93);
}

/** Pages of the groups now: held, soft, of their own part lent, borrowed, soft ones taken from them so far. */
export function lineMemory(sinceStart: u64): void {
  print('@{"stress":"memory","ms":');
  printUnsigned(sinceStart / 1000000);
  print(',"groups":[');
  for (let group: u32 = 0; group < groupCount(); group++) {
    print(group > 0 ? ",[" : "[");
    printUnsigned(books.epochNs(group, AccountRecord.FRAMES_HELD));
    printByte(COMMA);
    printUnsigned(books.epochNs(group, AccountRecord.FRAMES_SOFT));
    printByte(COMMA);
    printUnsigned(books.epochNs(group, AccountRecord.FRAMES_LENT));
    printByte(COMMA);
    printUnsigned(books.epochNs(group, AccountRecord.FRAMES_BORROWED));
    printByte(COMMA);
    printUnsigned(books.epochNs(group, AccountRecord.FRAMES_TAKEN));
    printByte(93);
  }
  end("]}");
}

export function lineEnd(failed: u32): void {
  print('@{"stress":"end"');
  field("failed", failed);
  field("idleNs", books.idleNs());
  field("idleWhileReadyNs", books.idleWhileReadyNs());
  field("hostNs", books.hostNs());
  field("switches", books.switches());
  field("shareErrorPpm", errorWorstPpm());
  field("jainPpm", jainPpm());
  print(',"groups":[');
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (group > 0) printByte(COMMA);
    groupResult(group);
  }
  print('],"expect":[');
  for (let i: u32 = 0; i < expectCount(); i++) {
    if (i > 0) printByte(COMMA);
    verdict(i);
  }
  end("]}");
}

function groupResult(group: u32): void {
  print('{"path":');
  quoted(groupNameAddress(group), groupWord(group, PlanGroup.NAME_SIZE));
  field("entitledNs", books.entitledNs(group));
  field("usedNs", books.usedNs(group));
  field("lentNs", books.lentNs(group));
  field("borrowedNs", books.borrowedNs(group));
  if (hungry(group)) {
    field("idealNs", idealNs(group));
    field("errorPpm", errorPpm(group));
  }
  field("wakeCount", books.wakeCount(group));
  field("wakeP50Ns", books.wakeQuantileNs(group, 500));
  field("wakeP99Ns", books.wakeQuantileNs(group, 990));
  field("wakeP999Ns", books.wakeQuantileNs(group, 999));
  field("wakeMaxNs", books.wakeMaxNs(group));
  print(',"wakes":[');
  let first = true;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++) {
    const count = books.wakesIn(group, bucket);
    if (count === 0 || groupWord(group, PlanGroup.SLEEPS) === 0) continue;
    if (!first) printByte(COMMA);
    first = false;
    printByte(91);
    printUnsigned(books.bucketStartNs(bucket + 1));
    printByte(COMMA);
    printUnsigned(count);
    printByte(93);
  }
  print("]}");
}

function verdict(index: u32): void {
  const kind = expectKind(index);
  const places = expectPlaces(kind);
  print('{"name":"');
  print(expectName(kind));
  printByte(QUOTE);
  const group = expectGroup(index);
  if (group !== Plan.NO_GROUP) {
    print(',"group":');
    quoted(groupNameAddress(group), groupWord(group, PlanGroup.NAME_SIZE));
  }
  print(expectLeast(index) ? ',"least":' : ',"most":');
  column(expectBound(index), places, 0);
  print(',"measured":');
  column(expectMeasured(index), places, 0);
  print(expectMet(index) ? ',"met":true}' : ',"met":false}');
}

export function field(key: string, value: u64): void {
  printByte(COMMA);
  printByte(QUOTE);
  print(key);
  printByte(QUOTE);
  printByte(58);
  printUnsigned(value);
}

/** Paths and names hold no quotes and no backslashes: the loader refuses them. */
export function quoted(address: usize, size: u32): void {
  printByte(QUOTE);
  printBytes(address, size);
  printByte(QUOTE);
}

function end(text: string): void {
  print(text);
  printByte(NEWLINE);
  flush();
}
