/**
 * The scenario's groups as the kernel knows them: a capability for each.
 *
 * The policy gives the root group; what this program makes below it, with the workers in it, ends
 * with the capabilities of the groups.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GROUP_RECORD_BYTES, GroupCreateRecord, GroupRecord } from "../../kernel/abi/records";
import { AccountRecord, LatencyHistogram, ScheduleRecord } from "../../kernel/abi/scheduler";
import { groupCreate, groupHistogram, groupRead, scheduleRead } from "../lib/kernel";
import { forget } from "../lib/start";
import { giveSlot, slotsLimit, takeSlot } from "../lib/slots";
import { accountBuffer, histogramBuffer, scheduleBuffer } from "./books";
import { Plan, PlanGroup, PlanTask } from "./plan";
import { switchesAccount } from "./switches";
import { groupCount, groupNameAddress, groupWord, taskCount, taskWord } from "./scenario";

/** The root group: the first device of the policy's block. */
const ROOT: u32 = Slot.DEVICE;
/** As the policy says: a slot for each group and each worker. */
const SLOTS: u32 = 2048;
/** Records that a group may have beside its workers'. */
const SPARE: u32 = 1;
/** Slot of each group's capability. */
const created: usize = memory.data(96 * 4, 4);
/** Threads of each group and of those below it, with what each of them may have beside. */
const threads: usize = memory.data(96 * 4, 4);
/** Groups below each group. */
const below: usize = memory.data(96 * 4, 4);
const creation = changetype<GroupCreateRecord>(memory.data(44, 4));
const reading = changetype<GroupRecord>(memory.data(512, 8));
if (offsetof<GroupCreateRecord>() !== 44) ERROR("GroupCreateRecord changed size");

let groupsMade: u32 = 0;

/** Makes the groups in the kernel, parents first -> 0, or the refusal. */
export function groupsCreate(): i32 {
  slotsLimit(SLOTS);
  groupsMade = 0;
  countQuotas();
  for (let group: u32 = 0; group < groupCount(); group++) {
    const refusal = createGroup(group);
    if (refusal < 0) return refusal;
  }
  return 0;
}

function createGroup(group: u32): i32 {
  const parent = <i32>groupWord(group, PlanGroup.PARENT);
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  creation.reservePpm = groupWord(group, PlanGroup.RESERVE_PPM);
  creation.weight = groupWord(group, PlanGroup.WEIGHT);
  creation.limitPpm = groupWord(group, PlanGroup.LIMIT_PPM);
  creation.name = <u32>groupNameAddress(group);
  creation.nameSize = groupWord(group, PlanGroup.NAME_SIZE);
  creation.framesReserve = groupWord(group, PlanGroup.FRAMES_RESERVE);
  creation.framesLimit = groupWord(group, PlanGroup.FRAMES_LIMIT);
  creation.memoryTax = groupWord(group, PlanGroup.MEMORY_TAX);
  creation.processes = word(threads, group);
  creation.threads = word(threads, group);
  creation.groups = word(below, group);
  const payer = parent === Plan.NO_GROUP ? ROOT : slotOf(<u32>parent);
  const made = groupCreate(payer, creation, slot);
  if (made < 0) {
    giveSlot(slot);
    return made;
  }
  store<u32>(created + (group << 2), slot);
  groupsMade++;
  groupRead(slot, 0, changetype<usize>(reading));
  switchesAccount(reading.group, group);
  return 0;
}

/**
 * What a group passes on to its children comes out of its own quota, so it is summed from the
 * leaves up.
 */
function countQuotas(): void {
  for (let group: u32 = 0; group < groupCount(); group++) {
    store<u32>(threads + (group << 2), SPARE);
    store<u32>(below + (group << 2), 0);
  }
  for (let task: u32 = 0; task < taskCount(); task++) {
    const each = 1 + taskWord(task, PlanTask.FORKS);
    add(threads, taskWord(task, PlanTask.GROUP), taskWord(task, PlanTask.INSTANCES) * each);
  }
  for (let group = groupCount(); group > 0; group--) {
    const parent = <i32>groupWord(group - 1, PlanGroup.PARENT);
    if (parent === Plan.NO_GROUP) continue;
    add(threads, <u32>parent, word(threads, group - 1));
    add(below, <u32>parent, word(below, group - 1) + 1);
  }
}

function word(table: usize, group: u32): u32 {
  return load<u32>(table + (group << 2));
}

function add(table: usize, group: u32, amount: u32): void {
  store<u32>(table + (group << 2), word(table, group) + amount);
}

/** Ends the groups that were made, children first, with everything in them. */
export function groupsDestroy(): void {
  while (groupsMade > 0) {
    groupsMade--;
    forget(slotOf(groupsMade));
  }
}

/** Where the group's capability is. */
export function slotOf(group: u32): u32 {
  return load<u32>(created + (group << 2));
}

/** Copies the ledger's records of all groups into the report's buffers, once the latest epoch is closed for all. */
export function booksRead(): void {
  do {
    scheduleRead(Slot.MACHINE, scheduleBuffer());
  } while (!booksClosed());
  for (let group: u32 = 0; group < groupCount(); group++) {
    groupRead(slotOf(group), 0, changetype<usize>(reading));
    memory.copy(accountBuffer(group), reading.accountAddress, AccountRecord.SIZE);
  }
  scheduleRead(Slot.MACHINE, scheduleBuffer());
}

/** Books are closed in steps; every question does one. */
function booksClosed(): bool {
  const start = load<u64>(scheduleBuffer(), ScheduleRecord.EPOCH_START_NS);
  return load<u64>(scheduleBuffer(), ScheduleRecord.BOOKED_NS) === start;
}

/** The same for the latency counters, which are larger. */
export function histogramsRead(): void {
  for (let group: u32 = 0; group < groupCount(); group++) {
    groupHistogram(slotOf(group), 0, histogramBuffer(group));
  }
}

/** When the open epoch ends. */
export function epochEnd(): u64 {
  scheduleRead(Slot.MACHINE, scheduleBuffer());
  return load<u64>(scheduleBuffer(), ScheduleRecord.EPOCH_END_NS);
}

if (LatencyHistogram.SIZE !== 1536) ERROR("histograms changed size");
if (GROUP_RECORD_BYTES > 512) ERROR("the buffer for GroupRecord is too small");
