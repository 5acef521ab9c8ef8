/**
 * attack-victim: works beside an attack, and says what came out: nothing in it depends on time.
 *
 * It computes over its memory in rounds and keeps a checksum of a second part that it never writes
 * again. Each round it touches pages that it was promised and never had: they are there, and empty.
 * What it was owed and got of the processor goes to the arena's page, not to the console.
 */
import { Slot } from "../../kernel/abi/capability";
import { GroupRecord, MapFlag } from "../../kernel/abi/records";
import { AccountRecord } from "../../kernel/abi/scheduler";
import { print, printHex, printLine, printUnsigned } from "../lib/console";
import {
  clock,
  exit,
  groupRead,
  memoryMap,
  notificationPoll,
  sleepUntil,
  yieldNow,
} from "../lib/kernel";
import { readArguments } from "../lib/words";
import { Place, Report } from "./kit";
import { argument } from "./select";

/** Words that are worked on, and words that stay as they are. */
const WORK_WORDS: u32 = 8192;
const KEPT_WORDS: u32 = 16384;
const PASSES: u32 = 24;
const ROUNDS_MAX: u32 = 64;
/** The first budget comes one period after the group was made. */
const BEGIN_NS: u64 = 12000000;
const FIRST_REFUSED: u32 = 20;
const REFUSALS: u32 = 9;
const PPM: u64 = 1000000;
const work: usize = memory.data(8192 * 4, 4);
const kept: usize = memory.data(16384 * 4, 4);
const results: usize = memory.data(64 * 4, 4);
const sums: usize = memory.data(64 * 4, 4);
const fresh: usize = memory.data(64 * 4, 4);
/** New pages of each round. */
const FRESH_PAGES: u32 = 4;
const PAGES_PER_GROWTH: u32 = 16;
let grown: usize = 0;
const space: usize = memory.data(8192);
const page: usize = (space + 4095) & ~4095;
const reading = changetype<GroupRecord>(memory.data(512, 8));

let beginNs: u64 = 0;
let beginChargedNs: u64 = 0;
/** The least that was owed so far, and the most that it ever grew by from there. */
let leastOwed: i64 = 0;
let worstOwed: i64 = 0;

function main(): void {
  readArguments();
  const rounds = min<u32>(argument(0), ROUNDS_MAX);
  memoryMap(Place.REPORT, 0, page | MapFlag.WRITE, 1);
  for (let i: u32 = 0; i < KEPT_WORDS; i++) store<u32>(at(kept, i), i * 0x9e3779b1);
  for (let i: u32 = 0; i < WORK_WORDS; i++) store<u32>(at(work, i), i ^ 0x5bd1e995);
  grown =
    (<usize>memory.grow((rounds * FRESH_PAGES + PAGES_PER_GROWTH - 1) / PAGES_PER_GROWTH)) << 16;
  // Records in its group's audit: nobody else's may push them out.
  for (let slot: u32 = 0; slot < REFUSALS; slot++) notificationPoll(FIRST_REFUSED + slot);
  notificationPoll(Place.REPORT);
  sleepUntil(clock() + BEGIN_NS);
  beginChargedNs = charged();
  beginNs = clock();
  for (let round: u32 = 0; round < rounds; round++) {
    store<u32>(at(results, round), compute());
    store<u32>(at(sums, round), checksum());
    store<u32>(at(fresh, round), grow(round));
    book();
  }
  for (let round: u32 = 0; round < rounds; round++) say(round);
  exit(0);
}

function at(table: usize, index: u32): usize {
  return table + ((<usize>index) << 2);
}

/** A few milliseconds of arithmetic over memory. */
function compute(): u32 {
  let mixed: u32 = 1;
  for (let pass: u32 = 0; pass < PASSES; pass++) {
    for (let i: u32 = 0; i < WORK_WORDS; i++) {
      mixed = (mixed ^ load<u32>(at(work, i))) * 0x85ebca77;
      mixed ^= mixed >> 13;
      store<u32>(at(work, i), mixed);
    }
  }
  return mixed;
}

function checksum(): u32 {
  let sum: u32 = 0;
  for (let i: u32 = 0; i < KEPT_WORDS; i++) sum = sum * 31 + load<u32>(at(kept, i));
  return sum;
}

/** What is in the new pages of this round, and then in those of all rounds so far, each with its own mark. */
function grow(round: u32): u32 {
  const from = grown + ((<usize>(round * FRESH_PAGES)) << 12);
  let sum: u32 = 0;
  for (let i: u32 = 0; i < FRESH_PAGES * 1024; i++) sum |= load<u32>(at(from, i));
  for (let i: u32 = 0; i < FRESH_PAGES; i++) store<u32>(at(from, i << 10), round + i + 1);
  for (let i: u32 = 0; i < (round + 1) * FRESH_PAGES; i++) {
    sum = sum * 31 + load<u32>(at(grown, i << 10));
  }
  return sum;
}

/** What the group was charged, up to now: giving way closes the slice at hand. */
function charged(): u64 {
  yieldNow();
  groupRead(Slot.GROUP, 0, changetype<usize>(reading));
  return load<u64>(reading.accountAddress, AccountRecord.CHARGED_NS);
}

function book(): void {
  const used = charged() - beginChargedNs;
  const wall = clock() - beginNs;
  const entitled = load<u32>(reading.accountAddress, AccountRecord.RESERVE_PPM);
  const owed = <i64>((wall * <u64>entitled) / PPM);
  const behind = owed - <i64>used;
  worstOwed = max<i64>(worstOwed, behind - leastOwed);
  leastOwed = min<i64>(leastOwed, behind);
  store<u64>(page, <u64>owed, Report.VICTIM_OWED_NS);
  store<u64>(page, used, Report.VICTIM_USED_NS);
  store<u64>(page, <u64>worstOwed, Report.VICTIM_WORST_NS);
  store<u64>(page, wall, Report.VICTIM_WALL_NS);
}

function say(round: u32): void {
  print("victim: ");
  printUnsigned(round);
  print(" result ");
  printHex(load<u32>(at(results, round)));
  print(" memory ");
  printHex(load<u32>(at(sums, round)));
  print(" new pages ");
  printHex(load<u32>(at(fresh, round)));
  printLine("");
}

main();
