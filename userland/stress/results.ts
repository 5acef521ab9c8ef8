/**
 * Results: what became of one task's requests and memory, all its workers together; a line for people and one for
 * the harness.
 *
 *   @{"stress":"task","task":"web","answered":2400,"p50Ns":..,"latencies":[[bucketNs,count],..],"hits":..,..}
 */
import { LatencyHistogram } from "../../kernel/abi/scheduler";
import { flush, print, printByte, printBytes, printLine, printUnsigned } from "../lib/console";
import { bucketStartNs } from "./books";
import { field, quoted } from "./lines";
import { memoryAdd } from "./memory-verdict";
import { PlanTask, Results } from "./plan";
import { plan, taskWord } from "./scenario";
import { column } from "./table";

const sums: usize = memory.data(1592, 8);
if (Results.BYTES !== 1592 || LatencyHistogram.SIZE !== 1536) ERROR("results have another size");
/** Units of the latencies per unit of LatencyHistogram, as a shift. */
const UNIT_SHIFT: u64 = Results.LATENCY_SHIFT - LatencyHistogram.UNIT_SHIFT;
const PAGES_PER_MIB: u64 = 256;

/** Where the results of one task are, Results.BYTES of them. */
export function resultsBuffer(): usize {
  return sums;
}

export function resultsClear(): void {
  memory.fill(sums, 0, Results.BYTES);
}

/** Adds one worker's. */
export function resultsAdd(from: usize): void {
  for (let bucket: usize = 0; bucket < <usize>LatencyHistogram.SIZE; bucket += 4)
    add32(from, bucket);
  add64(from, Results.LATENCY_SUM_NS);
  add64(from, Results.GROW_NS);
  add32(from, Results.GROW_PAGES);
  add32(from, Results.HOLDS_REFUSED);
  add32(from, Results.HITS);
  add32(from, Results.MISSES);
  add32(from, Results.FIRST_READS);
  add32(from, Results.CACHE_PAGES);
  const most = max<u64>(long(Results.LATENCY_MAX_NS), load<u64>(from, Results.LATENCY_MAX_NS));
  store<u64>(sums, most, Results.LATENCY_MAX_NS);
  const worst = max<u32>(word(Results.GROW_WORST_NS), load<u32>(from, Results.GROW_WORST_NS));
  store<u32>(sums, worst, Results.GROW_WORST_NS);
}

/** Tells of the task if there is anything to tell. */
export function reportTask(task: u32): void {
  memoryAdd(task, sums);
  const reads = word(Results.HITS) + word(Results.MISSES);
  const holds = word(Results.GROW_PAGES) + word(Results.HOLDS_REFUSED);
  if (answered() === 0 && reads === 0 && holds === 0) return;
  print("task ");
  printBytes(plan + taskWord(task, PlanTask.NAME_AT), taskWord(task, PlanTask.NAME_SIZE));
  printByte(58);
  if (answered() > 0) printRequests();
  if (reads > 0) printCache(reads);
  if (holds > 0) printHolds();
  printLine("");
  lineTask(task);
}

function printRequests(): void {
  printByte(32);
  printUnsigned(answered());
  print(" requests answered, p50 ");
  column(quantileNs(500), 3, 0);
  print(" p99 ");
  column(quantileNs(990), 3, 0);
  print(" max ");
  column(long(Results.LATENCY_MAX_NS), 3, 0);
  print(" us;");
}

function printCache(reads: u32): void {
  print(" cache of ");
  column((<u64>word(Results.CACHE_PAGES) * 10) / PAGES_PER_MIB, 1, 0);
  print(" MiB now, ");
  printUnsigned(reads);
  print(" reads, ");
  column((<u64>word(Results.HITS) * 10000) / reads, 2, 0);
  print(" % hits, ");
  const first = word(Results.FIRST_READS);
  const again = reads - first;
  column(again === 0 ? 10000 : (<u64>word(Results.HITS) * 10000) / again, 2, 0);
  print(" % without first reads;");
}

function printHolds(): void {
  print(" grew by ");
  column((<u64>word(Results.GROW_PAGES) * 10) / PAGES_PER_MIB, 1, 0);
  print(" MiB in ");
  column(long(Results.GROW_NS), 6, 0);
  print(" ms, worst page ");
  column(word(Results.GROW_WORST_NS), 3, 0);
  print(" us, refused ");
  printUnsigned(word(Results.HOLDS_REFUSED));
}

function lineTask(task: u32): void {
  print('@{"stress":"task","task":');
  quoted(plan + taskWord(task, PlanTask.NAME_AT), taskWord(task, PlanTask.NAME_SIZE));
  field("answered", answered());
  field("p50Ns", quantileNs(500));
  field("p99Ns", quantileNs(990));
  field("maxNs", long(Results.LATENCY_MAX_NS));
  field("sumNs", long(Results.LATENCY_SUM_NS));
  field("hits", word(Results.HITS));
  field("misses", word(Results.MISSES));
  field("firstReads", word(Results.FIRST_READS));
  field("cachePages", word(Results.CACHE_PAGES));
  field("growPages", word(Results.GROW_PAGES));
  field("growNs", long(Results.GROW_NS));
  field("growWorstNs", word(Results.GROW_WORST_NS));
  field("holdsRefused", word(Results.HOLDS_REFUSED));
  print(',"latencies":[');
  let first = true;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++) {
    if (countIn(bucket) === 0) continue;
    if (!first) printByte(44);
    first = false;
    printByte(91);
    printUnsigned(endNs(bucket));
    printByte(44);
    printUnsigned(countIn(bucket));
    printByte(93);
  }
  printLine("]}");
  flush();
}

function answered(): u32 {
  let sum: u32 = 0;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++)
    sum += countIn(bucket);
  return sum;
}

/** What `perMille` of 1,000 requests did not exceed: the end of a bucket, at most the maximum. */
function quantileNs(perMille: u32): u64 {
  const rank = (<u64>answered() * <u64>perMille + 999) / 1000;
  let seen: u64 = 0;
  for (let bucket: u32 = 0; bucket < <u32>LatencyHistogram.BUCKETS; bucket++) {
    seen += countIn(bucket);
    if (seen >= rank) return min<u64>(endNs(bucket), long(Results.LATENCY_MAX_NS));
  }
  return long(Results.LATENCY_MAX_NS);
}

function endNs(bucket: u32): u64 {
  return bucketStartNs(bucket + 1) << UNIT_SHIFT;
}

function countIn(bucket: u32): u32 {
  return load<u32>(sums + Results.LATENCIES + ((<usize>bucket) << 2));
}

function word(offset: usize): u32 {
  return load<u32>(sums + offset);
}

function long(offset: usize): u64 {
  return load<u64>(sums + offset);
}

function add32(from: usize, offset: usize): void {
  store<u32>(sums + offset, load<u32>(sums + offset) + load<u32>(from + offset));
}

function add64(from: usize, offset: usize): void {
  store<u64>(sums + offset, load<u64>(sums + offset) + load<u64>(from + offset));
}
