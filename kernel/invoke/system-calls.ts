/**
 * Calls that look at the machine as a whole, and the ones that start threads or stop everything.
 */
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { SystemRecord, ThreadRecord, ThreadState, TraceRecord } from "../abi/records";
import { ScheduleRecord } from "../abi/scheduler";
import { bootNs, interrupts, pageFaults, switches } from "../counters";
import { clockNow } from "../machine/clock";
import { BootSlot, Physical } from "../machine/memory-map";
import { framesFree, framesTotal } from "../object/frames";
import { groupsOpen } from "../object/group";
import { threadStartIn } from "../object/lifecycle";
import { Process, processesAlive } from "../object/process";
import { cpuTime, Thread, threadsAlive } from "../object/thread";
import { REFUSED, userRange, userRecords } from "../object/user-memory";
import { machineStop } from "../panic";
import { verify } from "../verify";
import { scheduleRead } from "../sched/schedule";
import { traceCopy, traceFirst, traceNext } from "../trace";

const scheduleCopyBuffer: usize = memory.data(72, 8);
if (ScheduleRecord.SIZE !== 72) ERROR("the copy of the schedule's record has another size");

export function systemRead(process: Process, address: u32, now: u64): i32 {
  const target = userRange(process, address, offsetof<SystemRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  scheduleRead(scheduleCopyBuffer);
  const record = changetype<SystemRecord>(target);
  record.nowNs = now;
  record.idleNs = load<u64>(scheduleCopyBuffer + ScheduleRecord.IDLE_NS);
  record.idleWhileReadyNs = load<u64>(scheduleCopyBuffer + ScheduleRecord.IDLE_WHILE_READY_NS);
  record.bootNs = bootNs;
  record.switches = switches;
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

export function scheduleCopy(process: Process, address: u32): i32 {
  const target = userRange(process, address, ScheduleRecord.SIZE);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  scheduleRead(target);
  return 0;
}

export function traceRead(process: Process, cursor: u32, address: u32, count: u32): i32 {
  const most = min<u32>(count, Limit.TRACE_RECORDS);
  const target = userRecords(process, address, most, offsetof<TraceRecord>());
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  return <i32>traceCopy(traceFirst(cursor), target, most);
}

export function threadStart(process: Process, element: u32, argument: u32, now: u64): i32 {
  return threadStartIn(process, element, argument, now);
}

export function threadRead(process: Process, index: u32, address: u32): i32 {
  if (index >= <u32>Limit.THREADS) return -KernelError.END;
  const target = userRange(process, address, offsetof<ThreadRecord>());
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

/** The last act of every good end: the books are checked. */
export function halt(code: u32): i32 {
  verify();
  machineStop(code);
  return 0;
}
