/**
 * Books: the ledger's records of the scenario's groups at the start and now, and their differences.
 *
 * Whoever drives the report (the stress program in LendOS, the model in Node) copies raw AccountRecords,
 * histograms and the ScheduleRecord here; everything derived from them is computed once, in this file.
 */
import { AccountRecord, LatencyHistogram, ScheduleRecord } from "../../kernel/abi/scheduler";
import { Plan, PlanGroup } from "./plan";
import { groupCount, groupWord } from "./scenario";

const accountsNow: usize = memory.data(96 * 176, 8);
const accountsStart: usize = memory.data(96 * 176, 8);
const histogramsNow: usize = memory.data(96 * 1536, 8);
const histogramsStart: usize = memory.data(96 * 1536, 8);
const scheduleNow: usize = memory.data(96, 8);
const scheduleStart: usize = memory.data(96, 8);
const wakeMaxima: usize = memory.data(96 * 4, 4);
if (Plan.GROUPS_MAX !== 96) ERROR("the tables of books have another size");
if (AccountRecord.SIZE !== 176 || LatencyHistogram.SIZE !== 1536) ERROR("records changed size");
if (ScheduleRecord.SIZE !== 96) ERROR("the schedule's record changed size");

/** Where the driver writes AccountRecord.SIZE bytes of a group. */
export function accountBuffer(group: u32): usize {
  return accountsNow + group * AccountRecord.SIZE;
}

export function histogramBuffer(group: u32): usize {
  return histogramsNow + group * LatencyHistogram.SIZE;
}

export function scheduleBuffer(): usize {
  return scheduleNow;
}

/** What is in the buffers is where time starts to count. */
export function booksStart(): void {
  memory.copy(accountsStart, accountsNow, <usize>Plan.GROUPS_MAX * AccountRecord.SIZE);
  memory.copy(scheduleStart, scheduleNow, ScheduleRecord.SIZE);
  memory.fill(wakeMaxima, 0, <usize>Plan.GROUPS_MAX * 4);
}

/** Wake-ups count from here: the common start of all threads is behind. */
export function wakesStart(): void {
  memory.copy(histogramsStart, histogramsNow, <usize>Plan.GROUPS_MAX * LatencyHistogram.SIZE);
  memory.fill(wakeMaxima, 0, <usize>Plan.GROUPS_MAX * 4);
}

/** Keeps the longest wait of each epoch that was read. */
export function wakesNote(): void {
  for (let group: u32 = 0; group < groupCount(); group++) {
    const longest = load<u32>(accountBuffer(group), AccountRecord.EPOCH_WAKE_MAX_NS);
    const kept = wakeMaxima + (group << 2);
    if (longest > load<u32>(kept)) store<u32>(kept, longest);
  }
}

/** A sum of the ledger (byte offset of a u64 in AccountRecord) since the start. */
function own(group: u32, offset: u32): u64 {
  const at = group * AccountRecord.SIZE + offset;
  return load<u64>(accountsNow + at) - load<u64>(accountsStart + at);
}

export function entitledNs(group: u32): u64 {
  return own(group, AccountRecord.ENTITLED_NS);
}

export function usedNs(group: u32): u64 {
  return own(group, AccountRecord.USED_NS);
}

/** Lent by the group and the groups below it. */
export function lentNs(group: u32): u64 {
  return subtree(group, AccountRecord.LENT_NS);
}

export function borrowedNs(group: u32): u64 {
  return subtree(group, AccountRecord.BORROWED_NS);
}

/** A figure of the latest closed epoch, as the ledger keeps it. */
export function epochNs(group: u32, offset: u32): u32 {
  return load<u32>(accountBuffer(group) + offset);
}

/** The same, summed over the group and the groups below it. */
export function epochSubtreeNs(group: u32, offset: u32): u32 {
  let sum = epochNs(group, offset);
  for (let child = group + 1; child < groupCount(); child++) {
    if (below(child, group)) sum += epochNs(child, offset);
  }
  return sum;
}

function subtree(group: u32, offset: u32): u64 {
  let sum = own(group, offset);
  for (let child = group + 1; child < groupCount(); child++) {
    if (below(child, group)) sum += own(child, offset);
  }
  return sum;
}

/** Is `group` somewhere under `ancestor`? Parents come first in a plan, so this walk ends. */
function below(group: u32, ancestor: u32): bool {
  let at = <i32>groupWord(group, PlanGroup.PARENT);
  while (at !== Plan.NO_GROUP) {
    if (<u32>at === ancestor) return true;
    at = <i32>groupWord(at, PlanGroup.PARENT);
  }
  return false;
}

export function leaf(group: u32): bool {
  for (let child = group + 1; child < groupCount(); child++) {
    if (<i32>groupWord(child, PlanGroup.PARENT) === <i32>group) return false;
  }
  return true;
}

export function idleNs(): u64 {
  return sinceStart(ScheduleRecord.IDLE_NS);
}

export function idleWhileReadyNs(): u64 {
  return sinceStart(ScheduleRecord.IDLE_WHILE_READY_NS);
}

export function switches(): u64 {
  return sinceStart(ScheduleRecord.SWITCHES);
}

export function hostNs(): u64 {
  return sinceStart(ScheduleRecord.HOST_NS);
}

function sinceStart(offset: u32): u64 {
  return load<u64>(scheduleNow + offset) - load<u64>(scheduleStart + offset);
}

/** Wake-ups counted in one bucket since `wakesStart`. */
export function wakesIn(group: u32, bucket: u32): u32 {
  const at = group * LatencyHistogram.SIZE + (bucket << 2);
  return load<u32>(histogramsNow + at) - load<u32>(histogramsStart + at);
}

export function wakeCount(group: u32): u32 {
  let count: u32 = 0;
  if (groupWord(group, PlanGroup.SLEEPS) === 0) return 0;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++) {
    count += wakesIn(group, bucket);
  }
  return count;
}

export function wakeMaxNs(group: u32): u64 {
  return load<u32>(wakeMaxima + (group << 2));
}

/** The wait that `perMille` of 1,000 wake-ups did not exceed: the end of its bucket, at most the maximum. */
export function wakeQuantileNs(group: u32, perMille: u32): u64 {
  const count = wakeCount(group);
  if (count === 0) return 0;
  const rank = (<u64>count * <u64>perMille + 999) / 1000;
  let seen: u64 = 0;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++) {
    seen += <u64>wakesIn(group, bucket);
    if (seen >= rank) return min<u64>(bucketStartNs(bucket + 1), wakeMaxNs(group));
  }
  return wakeMaxNs(group);
}

/** See LatencyHistogram in kernel/abi/scheduler.ts. */
export function bucketStartNs(bucket: u32): u64 {
  const steps = <u32>LatencyHistogram.STEPS;
  if (bucket < steps) return (<u64>bucket) << LatencyHistogram.UNIT_SHIFT;
  const units = (<u64>(steps + (bucket % steps))) << (bucket / steps - 1);
  return units << LatencyHistogram.UNIT_SHIFT;
}
