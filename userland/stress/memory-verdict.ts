/**
 * What the groups' memory went through, for the verdict: the worst first touch of held memory, and what caches kept.
 */
import { below } from "./books";
import { Plan, PlanTask, Results } from "./plan";
import { groupCount, taskWord } from "./scenario";

/** By group, of its own tasks: the worst page in ns, reads that were not an entry's first, and those that found it. */
const worst: usize = memory.data(96 * 4, 4);
const again: usize = memory.data(96 * 8, 8);
const found: usize = memory.data(96 * 8, 8);
if (Plan.GROUPS_MAX !== 96) ERROR("the tables of groups have another size");
const PPM: u64 = 1000000;

export function memoryStart(): void {
  memory.fill(worst, 0, Plan.GROUPS_MAX * 4);
  memory.fill(again, 0, Plan.GROUPS_MAX * 8);
  memory.fill(found, 0, Plan.GROUPS_MAX * 8);
}

/** Adds the results of one task, all its workers together. */
export function memoryAdd(task: u32, results: usize): void {
  const group = <usize>taskWord(task, PlanTask.GROUP);
  const page = load<u32>(results, Results.GROW_WORST_NS);
  store<u32>(worst + (group << 2), max<u32>(load<u32>(worst + (group << 2)), page));
  const hits = load<u32>(results, Results.HITS);
  const missed = load<u32>(results, Results.MISSES) - load<u32>(results, Results.FIRST_READS);
  add(found, group, hits);
  add(again, group, hits + missed);
}

function add(table: usize, group: usize, amount: u32): void {
  const at = table + (group << 3);
  store<u64>(at, load<u64>(at) + <u64>amount);
}

/** The longest that a first touch of a page took in the group or below it. */
export function reclaimWorstNs(group: u32): u64 {
  let most: u32 = 0;
  for (let at: u32 = 0; at < groupCount(); at++) {
    if (at === group || below(at, group))
      most = max<u32>(most, load<u32>(worst + ((<usize>at) << 2)));
  }
  return most;
}

/** Of the reads of entries that had been there before, those that found them; all, if there were none. */
export function foundPpm(group: u32): u64 {
  let reads: u64 = 0;
  let hits: u64 = 0;
  for (let at: u32 = 0; at < groupCount(); at++) {
    if (at !== group && !below(at, group)) continue;
    reads += load<u64>(again + ((<usize>at) << 3));
    hits += load<u64>(found + ((<usize>at) << 3));
  }
  return reads === 0 ? PPM : (hits * PPM) / reads;
}
