/**
 * Calls of process groups.
 */
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { GROUP_RECORD_BYTES, GroupCreateRecord, GroupRecord, ProcessState } from "../abi/records";
import { Account as AccountIndex, LatencyHistogram, SchedulerLimit } from "../abi/scheduler";
import { ExitReason } from "../abi/traps";
import { Group, groupClose, groupFind, groupName, groupOpen } from "../object/group";
import { processEnd } from "../object/lifecycle";
import { Process } from "../object/process";
import { REFUSED, userRange } from "../object/user-memory";
import { accountHistogram, accountRead } from "../sched/schedule";

export function groupCreate(process: Process, address: u32, now: u64): i32 {
  const source = userRange(process, address, offsetof<GroupCreateRecord>());
  if (source === REFUSED) return -KernelError.BAD_ADDRESS;
  const record = changetype<GroupCreateRecord>(source);
  if (record.nameSize > <u32>Limit.NAME_BYTES) return -KernelError.BAD_ARGUMENT;
  const name = userRange(process, record.name, record.nameSize);
  if (name === REFUSED) return -KernelError.BAD_ADDRESS;
  const group = groupOpen(record.parent, record.reservePpm, record.weight, record.limitPpm, now);
  if (group < 0) return group;
  groupName(<u32>group, name, record.nameSize);
  Group.at(<u32>group).owner = process.number;
  process.groups = 1;
  return group;
}

/** Kills what runs in the group, then closes it; a group with children is busy. */
export function groupDestroy(caller: Process, index: u32, now: u64): i32 {
  if (!groupFind(index)) return -KernelError.NOT_FOUND;
  if (index === AccountIndex.ROOT || index === caller.group) return -KernelError.NOT_PERMITTED;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES && Group.at(index).processes !== 0; i++) {
    const process = Process.at(i);
    if (process.state !== ProcessState.ALIVE || process.group !== index) continue;
    processEnd(i, ExitReason.KILLED, 0, 0, now);
  }
  return -groupClose(index, now);
}

export function groupRead(process: Process, index: u32, address: u32): i32 {
  if (index >= <u32>SchedulerLimit.ACCOUNTS_MAX) return -KernelError.END;
  const target = userRange(process, address, GROUP_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  if (!groupFind(index)) return -KernelError.NOT_FOUND;
  const group = Group.at(index);
  const record = changetype<GroupRecord>(target);
  record.group = index;
  record.processes = group.processes;
  record.nameSize = group.nameSize;
  record.reserved = 0;
  memory.copy(record.nameAddress, group.name, Limit.NAME_BYTES);
  return -accountRead(index, record.accountAddress);
}

export function groupHistogram(process: Process, index: u32, address: u32): i32 {
  if (!groupFind(index)) return -KernelError.NOT_FOUND;
  const target = userRange(process, address, LatencyHistogram.SIZE);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, accountHistogram(index), LatencyHistogram.SIZE);
  return 0;
}
