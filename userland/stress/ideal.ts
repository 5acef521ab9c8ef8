/**
 * The ideal: what each always-busy group should have used, and how far off the run was.
 *
 * Within one family (the children of one group, or of the root) the always-busy members should divide
 * what they used together by max(reserve, weight share), at most the limit. What the sleepers leave
 * changes from moment to moment, so this is computed for each epoch and summed. Groups that sleep take
 * what they ask for, and have no ideal.
 */
import { AccountRecord, SchedulerTime } from "../../kernel/abi/scheduler";
import { epochNs, leaf, usedNs } from "./books";
import { Plan, PlanGroup } from "./plan";
import { durationNs, groupCount, groupWord } from "./scenario";

/** Of the epoch at hand, and summed over the epochs. */
const ideals: usize = memory.data(96 * 8, 8);
const sums: usize = memory.data(96 * 8, 8);
const settled: usize = memory.data(96, 8);
if (Plan.GROUPS_MAX !== 96) ERROR("the tables of ideals have another size");

export function idealsStart(): void {
  memory.fill(sums, 0, <usize>Plan.GROUPS_MAX * 8);
}

/** Adds the ideals of the latest closed epoch. */
export function idealsAdd(): void {
  memory.fill(ideals, 0, <usize>Plan.GROUPS_MAX * 8);
  divide(Plan.NO_GROUP);
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (!leaf(group)) divide(<i32>group);
  }
  for (let group: u32 = 0; group < groupCount(); group++) {
    const sum = sums + (group << 3);
    store<u64>(sum, load<u64>(sum) + level(group));
  }
}

export function idealNs(group: u32): u64 {
  return load<u64>(sums + (group << 3));
}

/** The ideal of the epoch at hand. */
function level(group: u32): u64 {
  return load<u64>(ideals + (group << 3));
}

export function hungry(group: u32): bool {
  return groupWord(group, PlanGroup.HUNGRY) !== 0;
}

/** Difference from the ideal as a part of the run. */
export function errorPpm(group: u32): u32 {
  const used = usedNs(group);
  const ideal = idealNs(group);
  const off = used > ideal ? used - ideal : ideal - used;
  return <u32>((off * 1000000 + (durationNs() >> 1)) / durationNs());
}

/** The largest error of an always-busy group. */
export function errorWorstPpm(): u32 {
  let worst: u32 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (hungry(group)) worst = max<u32>(worst, errorPpm(group));
  }
  return worst;
}

/** Jain's index of used / ideal over the always-busy leaves: 1,000,000 is perfectly fair. */
export function jainPpm(): u32 {
  let count: u64 = 0;
  let sum: u64 = 0;
  let squares: u64 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    const ideal = idealNs(group) >> 10;
    if (!hungry(group) || !leaf(group) || ideal === 0) continue;
    const ratio = ((usedNs(group) >> 10) << 20) / ideal;
    count++;
    sum += ratio;
    squares += ratio * ratio;
  }
  if (squares === 0) return 1000000;
  return <u32>((sum * ((sum * 1000000) / count)) / squares);
}

function member(group: u32, parent: i32): bool {
  return <i32>groupWord(group, PlanGroup.PARENT) === parent && hungry(group);
}

/** Raises the water level until nobody is below a reserve or above a limit that was not settled. */
function divide(parent: i32): void {
  memory.fill(settled, 0, Plan.GROUPS_MAX);
  let total: u64 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (member(group, parent)) total += <u64>epochNs(group, AccountRecord.EPOCH_USED_NS);
  }
  while (pass(parent, total)) {}
}

/** One pass of the division in kernel/ledger/entitlement.ts, in nanoseconds of use. */
function pass(parent: i32, total: u64): bool {
  let left = total;
  let weights: u64 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (!member(group, parent)) continue;
    if (load<u8>(settled + group) !== 0) left -= min<u64>(left, level(group));
    else weights += <u64>groupWord(group, PlanGroup.WEIGHT);
  }
  if (weights === 0) return false;

  let violation: i64 = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (!member(group, parent) || load<u8>(settled + group) !== 0) continue;
    const share = (left * <u64>groupWord(group, PlanGroup.WEIGHT)) / weights;
    const bounded = clampShare(group, share);
    store<u64>(ideals + (group << 3), bounded);
    violation += <i64>bounded - <i64>share;
  }
  return settle(parent, left, weights, violation);
}

function settle(parent: i32, left: u64, weights: u64, violation: i64): bool {
  let open = false;
  for (let group: u32 = 0; group < groupCount(); group++) {
    if (!member(group, parent) || load<u8>(settled + group) !== 0) continue;
    const share = (left * <u64>groupWord(group, PlanGroup.WEIGHT)) / weights;
    const raised = level(group) > share;
    const lowered = level(group) < share;
    if (violation === 0 || (violation > 0 && raised) || (violation < 0 && lowered)) {
      store<u8>(settled + group, 1);
    } else {
      open = true;
    }
  }
  return open;
}

function clampShare(group: u32, share: u64): u64 {
  const least = portion(groupWord(group, PlanGroup.RESERVE_PPM));
  const most = portion(groupWord(group, PlanGroup.LIMIT_PPM));
  return share < least ? least : min<u64>(share, most);
}

function portion(ppm: u32): u64 {
  return <u64>ppm * <u64>(SchedulerTime.EPOCH_NS / 1000000);
}
