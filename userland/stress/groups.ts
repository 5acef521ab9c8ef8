/**
 * The scenario's groups and workers as the kernel knows them.
 */
import {
  ExitRecord,
  GROUP_RECORD_BYTES,
  GroupCreateRecord,
  GroupRecord,
} from "../../kernel/abi/records";
import {
  Account,
  AccountRecord,
  LatencyHistogram,
  ScheduleRecord,
} from "../../kernel/abi/scheduler";
import {
  groupCreate,
  groupDestroy,
  groupHistogram,
  groupRead,
  processWait,
  scheduleRead,
} from "../lib/kernel";
import { describe, record, startDescribed } from "../lib/start";
import { copyText } from "../lib/text";
import { accountBuffer, histogramBuffer, scheduleBuffer } from "./books";
import { Plan, PlanGroup, PlanTask } from "./plan";
import { groupCount, groupNameAddress, groupWord, taskCount, taskWord } from "./scenario";

const created: usize = memory.data(96 * 4, 4);
const creation = changetype<GroupCreateRecord>(memory.data(24, 4));
const reading = changetype<GroupRecord>(memory.data(512, 8));
const words: usize = memory.data(256);
const programName: usize = memory.data(32);
const scratch: usize = memory.data(32);
const ended = changetype<ExitRecord>(memory.data(16, 4));
if (offsetof<GroupCreateRecord>() !== 24) ERROR("GroupCreateRecord changed size");

let groupsMade: u32 = 0;

/** Makes the groups in the kernel, parents first -> 0, or the refusal. */
export function groupsCreate(): i32 {
  groupsMade = 0;
  for (let group: u32 = 0; group < groupCount(); group++) {
    const parent = <i32>groupWord(group, PlanGroup.PARENT);
    creation.parent = parent === Plan.NO_GROUP ? Account.ROOT : kernelGroup(parent);
    creation.reservePpm = groupWord(group, PlanGroup.RESERVE_PPM);
    creation.weight = groupWord(group, PlanGroup.WEIGHT);
    creation.limitPpm = groupWord(group, PlanGroup.LIMIT_PPM);
    creation.name = <u32>groupNameAddress(group);
    creation.nameSize = groupWord(group, PlanGroup.NAME_SIZE);
    const made = groupCreate(creation);
    if (made < 0) return made;
    store<u32>(created + (group << 2), <u32>made);
    groupsMade++;
  }
  return 0;
}

/** Ends everything in the groups that were made, children first, and collects the dead. */
export function groupsDestroy(): void {
  while (groupsMade > 0) {
    groupsMade--;
    groupDestroy(kernelGroup(groupsMade));
  }
  while (processWait(0, ended) >= 0) {}
}

function kernelGroup(group: u32): u32 {
  return load<u32>(created + (group << 2));
}

/** Starts one process per thread of every task, each asleep until `begin` -> 0, or the refusal. */
export function workersStart(name: usize, nameSize: u32, begin: u64, rounds: u32): i32 {
  const programSize = copyText(programName, "stress-worker");
  for (let task: u32 = 0; task < taskCount(); task++) {
    const instances = taskWord(task, PlanTask.INSTANCES);
    for (let instance: u32 = 0; instance < instances; instance++) {
      memory.copy(words, name, nameSize);
      let size = endWord(nameSize);
      size = addNumber(size, task);
      size = addNumber(size, instance);
      size = addNumber(size, begin);
      size = addNumber(size, rounds);
      describe(programName, programSize, words, size);
      record.group = kernelGroup(taskWord(task, PlanTask.GROUP));
      const process = startDescribed();
      if (process < 0) return process;
    }
  }
  return 0;
}

function endWord(size: u32): u32 {
  store<u8>(words + size, 0);
  return size + 1;
}

/** Appends a decimal argument. */
function addNumber(size: u32, value: u64): u32 {
  let digits: u32 = 0;
  let rest = value;
  do {
    store<u8>(scratch + digits, <u8>(48 + <u32>(rest % 10)));
    rest /= 10;
    digits++;
  } while (rest !== 0);
  for (let i: u32 = 0; i < digits; i++) {
    store<u8>(words + size + i, load<u8>(scratch + (digits - 1 - i)));
  }
  return endWord(size + digits);
}

/** Copies the ledger's records of all groups into the report's buffers. */
export function booksRead(): void {
  for (let group: u32 = 0; group < groupCount(); group++) {
    groupRead(kernelGroup(group), changetype<usize>(reading));
    memory.copy(accountBuffer(group), reading.accountAddress, AccountRecord.SIZE);
  }
  scheduleRead(scheduleBuffer());
}

/** The same for the latency counters, which are larger. */
export function histogramsRead(): void {
  for (let group: u32 = 0; group < groupCount(); group++) {
    groupHistogram(kernelGroup(group), histogramBuffer(group));
  }
}

/** When the open epoch ends. */
export function epochEnd(): u64 {
  scheduleRead(scheduleBuffer());
  return load<u64>(scheduleBuffer(), ScheduleRecord.EPOCH_END_NS);
}

if (LatencyHistogram.SIZE !== 1536) ERROR("histograms changed size");
if (GROUP_RECORD_BYTES > 512) ERROR("the buffer for GroupRecord is too small");
