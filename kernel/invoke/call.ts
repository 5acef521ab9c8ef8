/**
 * System calls: from the number in eax to the function that decides and acts.
 *
 * Words 0..3 are ebx, esi, edi and ebp. A negative answer is a refusal; a call that blocks answers when
 * its thread is woken, and what it returns here is not looked at.
 */
import { Call } from "../abi/calls";
import { KernelError } from "../abi/errors";
import { WaitKind } from "../abi/records";
import { ExitReason } from "../abi/traps";
import { Image } from "../object/image";
import { processEnd, threadEnd } from "../object/lifecycle";
import { Process } from "../object/process";
import { spaceGrow } from "../object/space";
import { block, blockUntil, NO_THREAD, Thread, threadFind, wake } from "../object/thread";
import { threadYield } from "../sched/schedule";
import {
  commandLine,
  consoleForeground,
  consoleRead,
  consoleReady,
  consoleWrite,
} from "./console-calls";
import { fileCount, fileName, fileRead, fileSize } from "./file-calls";
import { groupCreate, groupDestroy, groupHistogram, groupRead } from "./group-calls";
import { invokeDone, processCreate, processInvoke, processMemory } from "./loader-calls";
import {
  argumentsRead,
  processKill,
  processRead,
  processSpawn,
  processWait,
} from "./process-calls";
import { halt, scheduleCopy, systemRead, threadRead, threadStart, traceRead } from "./system-calls";

/** The calls of every program; the rest is further down. */
export function invoke(thread: Thread, number: u32, now: u64): i32 {
  const process = Process.at(thread.process);
  switch (number) {
    case Call.EXIT:
      processEnd(thread.process, ExitReason.EXITED, thread.ebx, 0, now);
      return 0;
    case Call.YIELD:
      threadYield(now);
      return 0;
    case Call.SLEEP_UNTIL:
      return sleepUntil(thread, now);
    case Call.MEMORY_GROW:
      return spaceGrow(process, Image.at(process.image), thread.ebx);
    case Call.CONSOLE_WRITE:
      return consoleWrite(process, thread.ebx, thread.esi);
    case Call.CONSOLE_READ:
      return consoleRead(process, thread, now);
    case Call.THREAD_START:
      return threadStart(process, thread.ebx, thread.esi, now);
    case Call.THREAD_EXIT:
      threadEnd(thread.index, now);
      return 0;
    case Call.THREAD_SELF:
      return <i32>thread.number;
    case Call.THREAD_SUSPEND:
      return suspend(thread, now);
    case Call.THREAD_RESUME:
      return resume(thread, false, now);
    case Call.THREAD_HANDOFF: {
      const refusal = resume(thread, true, now);
      return refusal < 0 ? refusal : suspend(thread, now);
    }
    case Call.PROCESS_SELF:
      return <i32>process.number;
    default:
      return invokeProcess(thread, process, number, now);
  }
}

/** Processes, groups and the console. */
function invokeProcess(thread: Thread, process: Process, number: u32, now: u64): i32 {
  switch (number) {
    case Call.PROCESS_SPAWN:
      return processSpawn(process, thread.ebx, now);
    case Call.PROCESS_WAIT:
      return processWait(process, thread, now);
    case Call.PROCESS_KILL:
      return processKill(thread.ebx, now);
    case Call.PROCESS_READ:
      return processRead(process, thread.ebx, thread.esi);
    case Call.THREAD_READ:
      return threadRead(process, thread.ebx, thread.esi);
    case Call.GROUP_CREATE:
      return groupCreate(process, thread.ebx, now);
    case Call.GROUP_DESTROY:
      return groupDestroy(process, thread.ebx, now);
    case Call.GROUP_READ:
      return groupRead(process, thread.ebx, thread.esi);
    case Call.GROUP_HISTOGRAM:
      return groupHistogram(process, thread.ebx, thread.esi);
    case Call.CONSOLE_FOREGROUND:
      return consoleForeground(process, thread.ebx);
    case Call.CONSOLE_READY:
      return consoleReady();
    case Call.COMMAND_LINE:
      return commandLine(process, thread.ebx, thread.esi);
    case Call.ARGUMENTS:
      return argumentsRead(process, thread.ebx, thread.esi);
    default:
      return invokeSystem(thread, process, number, now);
  }
}

/** Files, loaders, and looking at the machine. */
function invokeSystem(thread: Thread, process: Process, number: u32, now: u64): i32 {
  switch (number) {
    case Call.FILE_COUNT:
      return fileCount();
    case Call.FILE_NAME:
      return fileName(process, thread.ebx, thread.esi, thread.edi);
    case Call.FILE_SIZE:
      return fileSize(thread.ebx);
    case Call.FILE_READ:
      return fileRead(process, thread);
    case Call.PROCESS_CREATE:
      return processCreate(process, thread, now);
    case Call.PROCESS_INVOKE:
      return processInvoke(process, thread, now);
    case Call.PROCESS_MEMORY:
      return processMemory(process, thread);
    case Call.INVOKE_DONE:
      return invokeDone(process, thread, now);
    case Call.SYSTEM_READ:
      return systemRead(process, thread.ebx, now);
    case Call.SCHEDULE_READ:
      return scheduleCopy(process, thread.ebx);
    case Call.TRACE_READ:
      return traceRead(process, thread.ebx, thread.esi, thread.edi);
    case Call.HALT:
      return halt(thread.ebx);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

function sleepUntil(thread: Thread, now: u64): i32 {
  const due = ((<u64>thread.esi) << 32) | <u64>thread.ebx;
  if (due <= now) return 0;
  thread.eax = 0;
  blockUntil(thread.index, due, now);
  return 0;
}

/** Blocks unless a resume came first. */
function suspend(thread: Thread, now: u64): i32 {
  if (thread.resumePending !== 0) {
    thread.resumePending = 0;
    return 0;
  }
  thread.eax = 0;
  block(thread.index, WaitKind.RESUME, now);
  return 0;
}

/** Wakes a thread of the caller's process, or with `group` of its group. */
function resume(thread: Thread, group: bool, now: u64): i32 {
  const index = threadFind(thread.ebx);
  if (index === NO_THREAD) return -KernelError.NOT_FOUND;
  const target = Thread.at(index);
  const allowed = group
    ? Process.at(target.process).group === Process.at(thread.process).group
    : target.process === thread.process;
  if (!allowed) return -KernelError.NOT_PERMITTED;
  if (target.wait === WaitKind.RESUME) wake(index, now, now);
  else target.resumePending = 1;
  return 0;
}
