/**
 * Calls of process groups.
 */
import { AuditEvent, Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { GROUP_RECORD_BYTES, GroupCreateRecord, GroupRecord } from "../abi/records";
import { LatencyHistogram, SchedulerLimit } from "../abi/scheduler";
import {
  found,
  foundTarget,
  lookup,
  lookupAny,
  lookupTarget,
  originInsert,
} from "../capability/space";
import { eventNs } from "../capability/audit";
import { helpRevocations } from "../end/work";
import { auditCapability } from "../object/audited";
import { Group, groupFind, groupName, groupOpen, GroupShare, groupUsed } from "../object/group";
import { Process } from "../object/process";
import { Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";
import { accountHistogram, accountRead, charge } from "../sched/schedule";

/** Words: the parent's capability, a GroupCreateRecord, the target. */
export function groupCreate(process: Process, thread: Thread, now: u64): i32 {
  helpRevocations(now);
  let refusal = lookup(thread.space, thread.ebx, Kind.GROUP, Right.CREATE);
  if (refusal !== KernelError.OK) return -refusal;
  const parent = found;
  const source = userRange(process, thread.esi, offsetof<GroupCreateRecord>());
  if (source === REFUSED) return -KernelError.BAD_ADDRESS;
  const record = changetype<GroupCreateRecord>(source);
  if (record.nameSize > <u32>Limit.NAME_BYTES) return -KernelError.BAD_ARGUMENT;
  const name = userRange(process, record.name, record.nameSize);
  if (name === REFUSED) return -KernelError.BAD_ADDRESS;
  refusal = lookupTarget(thread.space, thread.edi);
  if (refusal !== KernelError.OK) return -refusal;
  const target = foundTarget;
  const group = groupOpen(parent.object, record, now);
  if (group < 0) return group;
  groupName(group, name, record.nameSize);
  const rights = Right.CREATE | Right.OBSERVE | Right.CONTROL;
  originInsert(target, parent, Kind.GROUP, rights, group);
  auditCapability(thread, AuditEvent.CREATE, target);
  return group;
}

/** The group that the words (capability, index) mean: by its own capability, or any by the machine's. */
let meant: u32 = 0;

function decodeRead(thread: Thread): KernelError {
  charge(eventNs);
  const refusal = lookupAny(thread.space, thread.ebx);
  if (refusal !== KernelError.OK) return refusal;
  if (!found.allows(Right.OBSERVE)) {
    const known = found.kind === Kind.GROUP || found.kind === Kind.MACHINE;
    return known ? KernelError.MISSING_RIGHT : KernelError.WRONG_KIND;
  }
  meant = found.kind === Kind.GROUP ? found.object : thread.esi;
  if (found.kind !== Kind.GROUP && found.kind !== Kind.MACHINE) return KernelError.WRONG_KIND;
  if (meant >= <u32>SchedulerLimit.ACCOUNTS_MAX) return KernelError.END;
  return groupFind(meant) ? KernelError.OK : KernelError.NOT_FOUND;
}

export function groupRead(process: Process, thread: Thread): i32 {
  const refusal = decodeRead(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.edi, GROUP_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const group = Group.at(meant);
  const record = changetype<GroupRecord>(target);
  record.group = meant;
  record.processes = groupUsed(meant, GroupShare.PROCESSES);
  record.nameSize = group.nameSize;
  record.reserved = 0;
  memory.copy(record.nameAddress, group.name, Limit.NAME_BYTES);
  return -accountRead(meant, record.accountAddress);
}

export function groupHistogram(process: Process, thread: Thread): i32 {
  const refusal = decodeRead(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.edi, LatencyHistogram.SIZE);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, accountHistogram(meant), LatencyHistogram.SIZE);
  return 0;
}
