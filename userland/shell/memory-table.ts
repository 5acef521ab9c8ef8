/**
 * The table `memory`: what each group owns, holds, lends and borrows of memory, and how long its threads waited for it.
 *
 * A group's pressure is in the form of Linux's /proc/pressure/memory. There is one processor, and it takes pages back
 * itself, so "some" and "full" are the same (kernel/ledger/pressure.ts): one line is printed for both.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GROUP_RECORD_BYTES, GroupRecord } from "../../kernel/abi/records";
import { AccountRecord, SchedulerLimit } from "../../kernel/abi/scheduler";
import {
  print,
  printByte,
  printColumn,
  printLine,
  printPadded,
  printUnsigned,
} from "../lib/console";
import { groupRead } from "../lib/kernel";

const KIB_PER_FRAME: u64 = 4;
const NS_PER_US: u64 = 1000;
const PPM_PER_HUNDREDTH: u32 = 100;
const NAME_COLUMNS: u32 = 12;
const group: GroupRecord = changetype<GroupRecord>(memory.data(GROUP_RECORD_BYTES, 8));

export function showMemory(): i32 {
  print("group  reserve     held     soft     lent borrowed    taken  name (KiB)    ");
  printLine("pressure: some = full");
  for (let index: u32 = 0; index < <u32>SchedulerLimit.ACCOUNTS_MAX; index++) {
    if (groupRead(Slot.MACHINE, index, changetype<usize>(group)) !== KernelError.OK) continue;
    showGroup(group.accountAddress);
  }
  return 0;
}

function showGroup(account: usize): void {
  printPadded(group.group, 5);
  printFrames(account + AccountRecord.FRAMES_RESERVED);
  printFrames(account + AccountRecord.FRAMES_HELD);
  printFrames(account + AccountRecord.FRAMES_SOFT);
  printFrames(account + AccountRecord.FRAMES_LENT);
  printFrames(account + AccountRecord.FRAMES_BORROWED);
  printFrames(account + AccountRecord.FRAMES_TAKEN);
  print("  ");
  printColumn(group.nameAddress, group.nameSize, NAME_COLUMNS);
  print("  ");
  printPressure(account);
  printByte(10);
}

function printFrames(at: usize): void {
  printPadded(<u64>load<u32>(at) * KIB_PER_FRAME, 9);
}

/** As the kernel of Linux writes it: percentages with two digits, and the sum in microseconds. */
function printPressure(account: usize): void {
  printAverage("avg10=", load<u32>(account + AccountRecord.PRESSURE_10_PPM));
  printAverage(" avg60=", load<u32>(account + AccountRecord.PRESSURE_60_PPM));
  printAverage(" avg300=", load<u32>(account + AccountRecord.PRESSURE_300_PPM));
  print(" total=");
  printUnsigned(load<u64>(account + AccountRecord.PRESSURE_NS) / NS_PER_US);
}

function printAverage(name: string, ppm: u32): void {
  print(name);
  const hundredths = ppm / PPM_PER_HUNDREDTH;
  printUnsigned(hundredths / 100);
  printByte(46);
  printUnsigned((hundredths / 10) % 10);
  printUnsigned(hundredths % 10);
}
