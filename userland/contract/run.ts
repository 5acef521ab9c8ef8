/**
 * The runner: for each line of etc/contract one test in a process and groups of its own, and the
 * machine's books before and after it.
 *
 * A test that hangs is ended at its patience, one that traps fails alone. The groups are deleted before the
 * books are read, but the test's own group must be empty by then: what is left of it is told as well.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { errorText, KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord, MapFlag, SpawnFlag } from "../../kernel/abi/records";
import { flush, print, printLine } from "../lib/console";
import { findFile, NO_FILE } from "../lib/files";
import * as kernel from "../lib/kernel";
import { describe, ended, grant, record } from "../lib/start";
import { copyText } from "../lib/text";
import { splitLine, wordAddress, wordCount, wordSize } from "../lib/words";
import { booksRead, framesUsed, groupRecord } from "./books";
import { Place, Report } from "./kit";
import { LineWord } from "./line";
import { printBegin, printRecord, Said } from "./record";
import { argument } from "./select";

/** The runner's slots: what its block of the policy gives, and what it makes for one test. */
const enum Own {
  ROOT = 9,
  PORTS = 10,
  INTERRUPT = 11,
  HOME = 100,
  GROUP = 101,
  TEST = 102,
  REPORT = 103,
}

const PAGE: usize = 4096;
const NEWLINE: u8 = 10;
const MILLISECOND: u64 = 1000000;
const TEXT_BYTES: u32 = 16384;
const PPM: u32 = 1000000;
const WEIGHT: u32 = 1000;
const text: usize = memory.data(16384);
const name: usize = memory.data(32);
const word: usize = memory.data(64);
const space: usize = memory.data(8192);
const report: usize = (space + PAGE - 1) & ~(PAGE - 1);
const group = changetype<GroupCreateRecord>(memory.data(44, 4));
const CODE_CANNOT: i32 = 3;

/** Runs all lines; 0, or why it cannot. */
export function runAll(): i32 {
  const file = findFile(name, copyText(name, "etc/contract"));
  if (file === NO_FILE) return CODE_CANNOT;
  const size = min<u32>(<u32>kernel.fileSize(file), TEXT_BYTES);
  kernel.fileRead(file, 0, text, size);
  let start: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    if (load<u8>(text + i) !== NEWLINE) continue;
    splitLine(text + start, i - start);
    start = i + 1;
    if (wordCount > <u32>LineWord.RESERVE_PPM) runOne();
  }
  flush();
  return 0;
}

function runOne(): void {
  printBegin();
  booksRead(Said.before);
  const from = kernel.clock();
  need("the groups", groupsMake());
  need("the page", pageMake());
  need("the test", start());
  kernel.messageTimeout(<u64>argument(LineWord.PATIENCE_MS) * MILLISECOND);
  ended.process = 0;
  const waited = kernel.processWait(Own.TEST, ended);
  kernel.messageTimeout(0);
  if (waited < 0 && waited !== -KernelError.TIMED_OUT) need("the test's end", waited);
  Said.ns = kernel.clock() - from;
  memory.copy(Said.report, report, PAGE);
  need("the test's process", kernel.capabilityDelete(Own.TEST));
  Said.leftFrames = framesUsed(Own.GROUP) - 1;
  Said.leftProcesses = groupRecord.processes;
  need("the page", kernel.capabilityDelete(Own.REPORT));
  need("the groups", kernel.capabilityDelete(Own.HOME));
  booksRead(Said.after);
  printRecord();
}

/** The test's own group, and one above it in which no thread is. */
function groupsMake(): i32 {
  group.name = <u32>name;
  group.nameSize = copyText(name, "contract");
  group.weight = WEIGHT;
  group.limitPpm = PPM;
  group.reservePpm = argument(LineWord.RESERVE_PPM);
  group.framesLimit = argument(LineWord.FRAMES);
  group.processes = argument(LineWord.PROCESSES);
  group.threads = argument(LineWord.THREADS);
  group.groups = argument(LineWord.GROUPS) + 1;
  const home = kernel.groupCreate(Own.ROOT, group, Own.HOME);
  if (home < 0) return home;
  group.nameSize = copyText(name, "test");
  group.weight = 100;
  group.reservePpm = 0;
  group.framesLimit = 0;
  group.processes /= 2;
  group.threads /= 2;
  group.groups = 0;
  return kernel.groupCreate(Own.HOME, group, Own.GROUP);
}

function pageMake(): i32 {
  const refused = kernel.objectCreate(Slot.GROUP, Kind.MEMORY, Own.REPORT, 1);
  if (refused < 0) return refused;
  return kernel.memoryMap(Own.REPORT, 0, report | MapFlag.WRITE, 1);
}

function start(): i32 {
  memory.copy(word, wordAddress(LineWord.NAME), wordSize(LineWord.NAME));
  store<u8>(word + wordSize(LineWord.NAME), 0);
  describe(name, copyText(name, "contract"), word, wordSize(LineWord.NAME) + 1);
  record.group = Own.GROUP;
  record.slots = argument(LineWord.SLOTS);
  record.flags = SpawnFlag.QUIET;
  record.target = Own.TEST;
  grant(Own.GROUP, Slot.GROUP, Right.ALL, 0);
  grant(Slot.FILES, Slot.FILES, Right.READ, 0);
  grant(Slot.MACHINE, Slot.MACHINE, Right.OBSERVE, 0);
  grant(Slot.AUDIT, Slot.AUDIT, Right.READ, 0);
  grant(Own.HOME, Place.HOME, Right.CREATE | Right.OBSERVE, 0);
  grant(Own.PORTS, Place.PORTS, Right.READ | Right.WRITE, 0);
  grant(Own.INTERRUPT, Place.INTERRUPT, Right.CONTROL, 0);
  grant(Own.REPORT, Place.REPORT, Right.READ | Right.WRITE, 0);
  return kernel.processSpawn(record);
}

function need(what: string, answer: i32): void {
  if (answer >= 0) return;
  print("contract: ");
  print(what);
  print(": ");
  printLine(errorText(<KernelError>-answer));
  flush();
  kernel.exit(CODE_CANNOT);
}

if (Report.END !== 4096) ERROR("the report is one page");
