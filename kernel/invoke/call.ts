/**
 * System calls: from the number in eax to the function that decides and acts.
 *
 * Words 0..3 are ebx, esi, edi and ebp. A negative answer is a refusal; a call that blocks answers when
 * its thread is woken, and what it returns here is not looked at. Refusals for want of a capability or a
 * right are audited here, once for all calls.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { CALL_MASK, Call, callIsMessage } from "../abi/calls";
import { KernelError } from "../abi/errors";
import { ExitReason } from "../abi/traps";
import { auditCall, auditTime } from "../capability/audit";
import { exitBegin } from "../end/work";
import { call, receive, reply, replyReceive, send } from "../message/message";
import { settle, settleTimeless } from "../message/settle";
import { unsettled } from "../memory/soft";
import { auditBy } from "../object/audited";
import { Image } from "../object/image";
import { Process } from "../object/process";
import { spaceGrow, spaceWindow } from "../object/space";
import { Thread } from "../object/thread";
import { threadYield } from "../sched/schedule";
import { invokeCapability } from "./capability-calls";
import { fileCount, fileName, fileRead, fileSize } from "./file-calls";
import { groupCreate, groupHistogram, groupRead } from "./group-calls";
import {
  interruptAcknowledge,
  interruptBindTo,
  memoryMap,
  memoryRead,
  memoryUnmap,
  memoryWatchBy,
} from "./device-calls";
import { invokeDone, processCreate, processInvoke, processMemory } from "./loader-calls";
import {
  commandLine,
  halt,
  scheduleCopy,
  systemRead,
  threadRead,
  traceRead,
} from "./machine-calls";
import { auditRead, auditLostOf } from "./machine-calls";
import { invokeNotification, messageBuffer, messageTimeout, replySave } from "./message-calls";
import { portRead, portReadWords, portsNarrow, portWrite, portWriteBytes } from "./port-calls";
import {
  argumentsRead,
  processKill,
  processOpen,
  processRead,
  processSpawn,
  processWait,
} from "./process-calls";
import {
  suspend,
  sleepUntil,
  threadControl,
  threadExit,
  threadResume,
  threadStart,
} from "./thread-calls";

/** Decides and acts; audits what was refused. */
export function invoke(thread: Thread, info: u32, now: u64): i32 {
  auditTime(now);
  auditCall(info & CALL_MASK);
  const result = dispatch(thread, info, now);
  if (unsettled) settleCall(thread, now);
  return result >= 0 ? result : refused(thread, info, result);
}

/** The call had to take somebody's soft pages. */
function settleCall(thread: Thread, now: u64): void {
  if (now === 0) settleTimeless();
  else settle(thread.group, now);
}

/** A refusal for want of authority leaves a record. */
function refused(thread: Thread, info: u32, result: i32): i32 {
  if (!forbidden(-result)) return result;
  const slot = callIsMessage(info & CALL_MASK) ? info >>> 16 : thread.ebx;
  auditBy(thread, AuditEvent.REFUSE, Kind.EMPTY, slot, <u32>-result);
  return result;
}

/** By ranges of numbers. Only messages have anything beside the number in eax. */
function dispatch(thread: Thread, info: u32, now: u64): i32 {
  if (info > CALL_MASK) return invokeMessage(thread, info & CALL_MASK, info, now);
  if (info >= <u32>Call.CAPABILITY_MINT) {
    if (info <= <u32>Call.OBJECT_CREATE) return invokeCapability(thread, info, now);
    const process = Process.at(thread.process);
    if (info < <u32>Call.THREAD_READ) return invokeObject(process, thread, info, now);
    if (info < <u32>Call.FILE_COUNT) return invokeDevice(process, thread, info, now);
    return invokeMachine(process, thread, info, now);
  }
  if (callIsMessage(info)) return invokeMessage(thread, info, info, now);
  return invokeSelf(Process.at(thread.process), thread, info, now);
}

/** Was it refused for want of authority? */
function forbidden(error: KernelError): bool {
  if (error === KernelError.NOT_PERMITTED) return true;
  return error >= KernelError.INVALID_CAPABILITY && error <= KernelError.MISSING_RIGHT;
}

function invokeMessage(thread: Thread, number: u32, info: u32, now: u64): i32 {
  switch (number) {
    case Call.MESSAGE_CALL:
      return call(thread, info, now);
    case Call.MESSAGE_REPLY_RECEIVE:
      return replyReceive(thread, info, now);
    case Call.MESSAGE_SEND:
      return send(thread, info, now);
    case Call.MESSAGE_RECEIVE:
      return receive(thread, info, now);
    case Call.MESSAGE_REPLY:
      return reply(thread, info, now);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

/** What concerns the caller alone. */
function invokeSelf(process: Process, thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.EXIT:
      exitBegin(thread, ExitReason.EXITED, thread.ebx, 0);
      return 0;
    case Call.YIELD:
      threadYield(now);
      return 0;
    case Call.SLEEP_UNTIL:
      return sleepUntil(thread, now);
    case Call.MEMORY_GROW:
      return spaceGrow(process, Image.at(process.image), thread.ebx);
    case Call.MEMORY_WINDOW:
      return spaceWindow(process, Image.at(process.image), thread.ebx);
    case Call.ARGUMENTS:
      return argumentsRead(process, thread.ebx, thread.esi);
    case Call.PROCESS_SELF:
      return <i32>process.number;
    case Call.THREAD_START:
      return threadStart(process, thread, now);
    case Call.THREAD_EXIT:
      return threadExit(thread, now);
    case Call.THREAD_SELF:
      return <i32>thread.number;
    case Call.THREAD_SUSPEND:
      return suspend(thread, now);
    case Call.THREAD_RESUME:
      return threadResume(thread, now);
    case Call.MESSAGE_BUFFER:
      return messageBuffer(process, thread);
    case Call.MESSAGE_TIMEOUT:
      return messageTimeout(thread);
    case Call.REPLY_SAVE:
      return replySave(thread, now);
    default:
      return invokeNotification(thread, number, now);
  }
}

/** Objects that are made, and processes. */
function invokeObject(process: Process, thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.GROUP_CREATE:
      return groupCreate(process, thread, now);
    case Call.GROUP_READ:
      return groupRead(process, thread);
    case Call.GROUP_HISTOGRAM:
      return groupHistogram(process, thread);
    case Call.PROCESS_SPAWN:
      return processSpawn(process, thread, now);
    case Call.PROCESS_CREATE:
      return processCreate(process, thread, now);
    case Call.PROCESS_WAIT:
      return processWait(process, thread, now);
    case Call.PROCESS_KILL:
      return processKill(thread);
    case Call.PROCESS_READ:
      return processRead(process, thread);
    case Call.PROCESS_OPEN:
      return processOpen(thread, now);
    case Call.PROCESS_INVOKE:
      return processInvoke(process, thread, now);
    case Call.PROCESS_MEMORY:
      return processMemory(process, thread);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

/** Threads, memory, interrupts, ports. */
function invokeDevice(process: Process, thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.THREAD_READ:
      return threadRead(process, thread);
    case Call.THREAD_CONTROL:
      return threadControl(thread, now);
    case Call.MEMORY_MAP:
      return memoryMap(process, thread);
    case Call.MEMORY_UNMAP:
      return memoryUnmap(process, thread);
    case Call.INTERRUPT_BIND:
      return interruptBindTo(thread);
    case Call.INTERRUPT_ACKNOWLEDGE:
      return interruptAcknowledge(thread);
    case Call.PORT_READ:
      return portRead(thread);
    case Call.PORT_WRITE:
      return portWrite(thread);
    case Call.PORT_WRITE_BYTES:
      return portWriteBytes(process, thread);
    case Call.PORTS_NARROW:
      return portsNarrow(thread);
    case Call.MEMORY_READ:
      return memoryRead(process, thread);
    case Call.MEMORY_WATCH:
      return memoryWatchBy(thread);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}

/** Files, the machine as a whole, and what came later. */
function invokeMachine(process: Process, thread: Thread, number: u32, now: u64): i32 {
  switch (number) {
    case Call.FILE_COUNT:
      return fileCount(thread);
    case Call.FILE_NAME:
      return fileName(process, thread);
    case Call.FILE_SIZE:
      return fileSize(thread);
    case Call.FILE_READ:
      return fileRead(process, thread);
    case Call.INVOKE_DONE:
      return invokeDone(process, thread, now);
    case Call.HALT:
      return halt(thread);
    case Call.SYSTEM_READ:
      return systemRead(process, thread);
    case Call.SCHEDULE_READ:
      return scheduleCopy(process, thread);
    case Call.TRACE_READ:
      return traceRead(process, thread);
    case Call.COMMAND_LINE:
      return commandLine(process, thread);
    case Call.AUDIT_READ:
      return auditRead(process, thread);
    case Call.AUDIT_LOST:
      return auditLostOf(thread);
    case Call.PORT_READ_WORDS:
      return portReadWords(process, thread);
    default:
      return -KernelError.UNKNOWN_CALL;
  }
}
