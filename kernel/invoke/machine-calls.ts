/**
 * Calls that look at the machine as a whole, read its audit log, or stop it.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import {
  AUDIT_RECORD_BYTES,
  SystemRecord,
  ThreadRecord,
  ThreadState,
  TraceRecord,
} from "../abi/records";
import { ScheduleRecord } from "../abi/scheduler";
import { auditCopy, auditLost, eventNs } from "../capability/audit";
import { lookup } from "../capability/space";
import { bootNs, interrupts, longestStretchNs, pageFaults, switches } from "../counters";
import { clockNow } from "../machine/clock";
import { BootSlot, Physical } from "../machine/memory-map";
import { framesFree, framesTotal } from "../memory/frames";
import { commandLineAddress, commandLineSize } from "../machine/multiboot";
import { groupFind, groupsOpen } from "../object/group";
import { Process, processesAlive } from "../object/process";
import { cpuTime, Thread, threadsAlive } from "../object/thread";
import { REFUSED, userRange, userRecords } from "../object/user-memory";
import { machineStop } from "../panic";
import { verify } from "../verify";
import { charge, scheduleRead } from "../sched/schedule";
import { traceCopy, traceFirst, traceNext } from "../trace";

const scheduleCopyBuffer: usize = memory.data(96, 8);
if (ScheduleRecord.SIZE !== 96) ERROR("the copy of the schedule's record has another size");

/** May the thread look? Then the books are brought up to date: to the time of this entry, which decides next. */
function decodeObserve(thread: Thread): KernelError {
  charge(eventNs);
  return lookup(thread.space, thread.ebx, Kind.MACHINE, Right.OBSERVE);
}

export function systemRead(process: Process, thread: Thread): i32 {
  const refusal = decodeObserve(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.esi, offsetof<SystemRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  scheduleRead(scheduleCopyBuffer);
  const record = changetype<SystemRecord>(target);
  record.nowNs = clockNow();
  record.idleNs = load<u64>(scheduleCopyBuffer + ScheduleRecord.IDLE_NS);
  record.idleWhileReadyNs = load<u64>(scheduleCopyBuffer + ScheduleRecord.IDLE_WHILE_READY_NS);
  record.bootNs = bootNs;
  record.switches = switches;
  record.longestStretchNs = longestStretchNs;
  record.calls = load<u64>(Physical.BOOT_SLOTS + BootSlot.CALLS);
  record.interrupts = interrupts;
  record.pageFaults = pageFaults;
  record.framesTotal = framesTotal;
  record.framesFree = framesFree;
  record.processes = processesAlive;
  record.threads = threadsAlive;
  record.groups = groupsOpen;
  record.traceNext = traceNext;
  return 0;
}

export function scheduleCopy(process: Process, thread: Thread): i32 {
  const refusal = decodeObserve(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.esi, ScheduleRecord.SIZE);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  scheduleRead(target);
  return 0;
}

export function traceRead(process: Process, thread: Thread): i32 {
  const refusal = decodeObserve(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const most = min<u32>(thread.ebp, Limit.TRACE_RECORDS);
  const target = userRecords(process, thread.edi, most, offsetof<TraceRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  return <i32>traceCopy(traceFirst(thread.esi), target, most);
}

export function threadRead(process: Process, caller: Thread): i32 {
  const refusal = decodeObserve(caller);
  if (refusal !== KernelError.OK) return -refusal;
  const index = caller.esi;
  if (index >= <u32>Limit.THREADS) return -KernelError.END;
  const target = userRange(process, caller.edi, offsetof<ThreadRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const thread = Thread.at(index);
  if (thread.state === ThreadState.EMPTY) return -KernelError.NOT_FOUND;
  const record = changetype<ThreadRecord>(target);
  record.cpuNs = cpuTime(index, clockNow());
  record.thread = thread.number;
  record.process = Process.at(thread.process).number;
  record.state = thread.state;
  record.wait = thread.wait;
  return 0;
}

export function commandLine(process: Process, thread: Thread): i32 {
  const refusal = decodeObserve(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const count = min<u32>(thread.edi, commandLineSize);
  const target = userRange(process, thread.esi, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, commandLineAddress, count);
  return <i32>count;
}

/** Words: audit log, group, address, records. */
export function auditRead(process: Process, thread: Thread): i32 {
  const refusal = decodeAudit(thread);
  if (refusal !== KernelError.OK) return -refusal;
  const most = min<u32>(thread.ebp, Limit.AUDIT_RECORDS);
  const target = userRecords(process, thread.edi, most, AUDIT_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  return <i32>auditCopy(thread.esi, target, most);
}

export function auditLostOf(thread: Thread): i32 {
  const refusal = decodeAudit(thread);
  return refusal !== KernelError.OK ? -refusal : <i32>(auditLost(thread.esi) & 0x7fffffff);
}

function decodeAudit(thread: Thread): KernelError {
  const refusal = lookup(thread.space, thread.ebx, Kind.AUDIT, Right.READ);
  if (refusal !== KernelError.OK) return refusal;
  return groupFind(thread.esi) ? KernelError.OK : KernelError.NOT_FOUND;
}

/** The last act of every good end: the books are checked. */
export function halt(thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.MACHINE, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  verify();
  machineStop(thread.esi);
  return 0;
}
