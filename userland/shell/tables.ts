/**
 * Tables of the shell: processes, groups, and who used the processor for a while.
 */
import {
  flush,
  print,
  printByte,
  printBytes,
  printColumn,
  printLine,
  printPadded,
} from "../lib/console";
import { clock, groupRead, processRead, sleepUntil, systemRead } from "../lib/kernel";
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import {
  GROUP_RECORD_BYTES,
  GroupRecord,
  ProcessRecord,
  ProcessState,
  SystemRecord,
} from "../../kernel/abi/records";
import { AccountRecord, SchedulerLimit } from "../../kernel/abi/scheduler";

const NAME_COLUMNS: u32 = 16;
const NS_PER_SECOND: u64 = 1000000000;
const NS_PER_TENTH_MS: u64 = 100000;
const process: ProcessRecord = changetype<ProcessRecord>(memory.data(72, 8));
const group: GroupRecord = changetype<GroupRecord>(memory.data(GROUP_RECORD_BYTES, 8));
const system: SystemRecord = changetype<SystemRecord>(memory.data(88, 8));
/** CPU time of each process slot when `top` began, and whose it was. */
const before: usize = memory.data(Limit.PROCESSES * 8, 8);
const beforeNumber: usize = memory.data(Limit.PROCESSES * 4, 4);

function readProcess(index: u32): i32 {
  return processRead(Slot.MACHINE, index, changetype<usize>(process));
}

export function showProcesses(): i32 {
  printLine("process  group  threads  capabilities  memory KiB      cpu ms  state  name");
  for (let index: u32 = 0; index < <u32>Limit.PROCESSES; index++) {
    if (readProcess(index) !== KernelError.OK) continue;
    printPadded(process.process, 7);
    printPadded(process.group, 7);
    printPadded(process.threads, 9);
    printPadded(process.capabilities, 14);
    printPadded(process.frames * 4, 12);
    print("  ");
    printMilliseconds(process.cpuNs);
    print(process.state === <u32>ProcessState.ALIVE ? "  alive  " : "  ended  ");
    printBytes(process.nameAddress, process.nameSize);
    printByte(10);
  }
  systemRead(Slot.MACHINE, system);
  print("memory: ");
  printPadded(system.framesFree * 4, 0);
  print(" KiB free of ");
  printPadded(system.framesTotal * 4, 0);
  printLine(" KiB");
  return 0;
}

function printMilliseconds(ns: u64): void {
  const tenths = ns / NS_PER_TENTH_MS;
  printPadded(tenths / 10, 8);
  printByte(46);
  printPadded(tenths % 10, 0);
}

export function showGroups(): i32 {
  print("group  parent  reserve %  weight  limit %  threads  memory KiB");
  printLine("  entitled ms     used ms     lent ms borrowed ms   credit ms  name");
  for (let index: u32 = 0; index < <u32>SchedulerLimit.ACCOUNTS_MAX; index++) {
    if (groupRead(Slot.MACHINE, index, changetype<usize>(group)) !== KernelError.OK) continue;
    showGroup();
  }
  return 0;
}

function showGroup(): void {
  const account = group.accountAddress;
  printPadded(group.group, 5);
  const parent = load<i32>(account + AccountRecord.PARENT);
  if (parent < 0) print("       -");
  else printPadded(<u64>parent, 8);
  printPercent(load<u32>(account + AccountRecord.RESERVE_PPM), 9);
  printPadded(load<u32>(account + AccountRecord.WEIGHT), 8);
  printPercent(load<u32>(account + AccountRecord.LIMIT_PPM), 7);
  printPadded(load<u32>(account + AccountRecord.THREADS), 9);
  printPadded(load<u32>(account + AccountRecord.FRAMES_USED) * 4, 12);
  print("   ");
  printMilliseconds(load<u64>(account + AccountRecord.ENTITLED_NS));
  print("  ");
  printMilliseconds(load<u64>(account + AccountRecord.USED_NS));
  print("  ");
  printMilliseconds(load<u64>(account + AccountRecord.LENT_NS));
  print("  ");
  printMilliseconds(load<u64>(account + AccountRecord.BORROWED_NS));
  printCredit(load<i64>(account + AccountRecord.CREDIT_NS));
  print("  ");
  printColumn(group.nameAddress, group.nameSize, 0);
  printByte(10);
}

/** Milliseconds with one decimal and a sign of their own, right-aligned. */
function printCredit(ns: i64): void {
  const tenths = abs<i64>(ns) / <i64>NS_PER_TENTH_MS;
  let width: u32 = 9;
  for (let rest = tenths / 100; rest > 0; rest /= 10) width--;
  for (; width > 0; width--) printByte(32);
  printByte(ns < 0 && tenths > 0 ? 45 : 32);
  printPadded(<u64>(tenths / 10), 0);
  printByte(46);
  printPadded(<u64>(tenths % 10), 0);
}

/** Parts per million as percent with one decimal, right-aligned. */
function printPercent(ppm: u32, width: u32): void {
  printPadded(ppm / 10000, width);
  printByte(46);
  printPadded((ppm / 1000) % 10, 0);
}

export function showTop(seconds: u32): i32 {
  const start = clock();
  remember();
  flush();
  sleepUntil(start + <u64>seconds * NS_PER_SECOND);
  const span = clock() - start;
  printLine("process  group   cpu %  name");
  for (let index: u32 = 0; index < <u32>Limit.PROCESSES; index++) {
    if (readProcess(index) !== KernelError.OK) continue;
    const slot = <usize>index;
    const same = load<u32>(beforeNumber + (slot << 2)) === process.process;
    const used = process.cpuNs - (same ? load<u64>(before + (slot << 3)) : 0);
    printPadded(process.process, 7);
    printPadded(process.group, 7);
    printPercent(<u32>((used * 1000000) / span), 6);
    print("  ");
    printColumn(process.nameAddress, process.nameSize, NAME_COLUMNS);
    printByte(10);
  }
  return 0;
}

function remember(): void {
  for (let index: u32 = 0; index < <u32>Limit.PROCESSES; index++) {
    const known = readProcess(index) === KernelError.OK;
    const slot = <usize>index;
    store<u32>(beforeNumber + (slot << 2), known ? process.process : 0);
    store<u64>(before + (slot << 3), known ? process.cpuNs : 0);
  }
}
