/**
 * The system calls: one number, one name and one signature each.
 *
 * A program imports `kernel.<name>`; the generator turns the import into a thunk that puts the number
 * into eax and up to four argument words into ebx, esi, edi and ebp. A word count is the signature's:
 * `i` is one word (i32), `I` two words (i64, low word first). After the colon comes the result.
 * A result below zero is a refusal: the negated `KernelError`. Numbers are never reused.
 */
export const enum Call {
  /** nothing(): does nothing and answers 0: the cost of asking. */
  NULL = 0,
  /** exit(code): ends the calling process. */
  EXIT = 1,
  /** yieldNow(): lets another ready thread of the group run first. */
  YIELD = 2,
  /** clock(): nanoseconds since boot. */
  CLOCK = 3,
  /** sleepUntil(ns): blocks until that clock value; a past one returns at once. */
  SLEEP_UNTIL = 4,
  /** memoryGrow(pages): the Wasm memory.grow of the caller; old size in 64 KiB pages, or -1. */
  MEMORY_GROW = 5,
  /** consoleWrite(address, size): bytes written. */
  CONSOLE_WRITE = 6,
  /** consoleRead(address, size): blocks for the first byte; count of bytes read. */
  CONSOLE_READ = 7,
  /** consoleForeground(process): control-C kills that process; 0 hands control-C to the reader. */
  CONSOLE_FOREGROUND = 8,
  /** processSpawn(SpawnRecord): starts a program of the archives; its process number. */
  PROCESS_SPAWN = 9,
  /** processWait(process, ExitRecord or 0): blocks until that child ended; 0 waits for any child. */
  PROCESS_WAIT = 10,
  /** processKill(process) */
  PROCESS_KILL = 11,
  /** processSelf(): the caller's process number. */
  PROCESS_SELF = 12,
  /** processRead(index, ProcessRecord): NOT_FOUND for an empty slot, END past the last one. */
  PROCESS_READ = 13,
  /** threadStart(table index, argument): calls that (i32)->() function in a new thread; its number. */
  THREAD_START = 14,
  /** threadExit() */
  THREAD_EXIT = 15,
  /** threadRead(index, ThreadRecord): as processRead. */
  THREAD_READ = 16,
  /** threadSuspend(): blocks until resumed; returns at once if a resume is already pending. */
  THREAD_SUSPEND = 17,
  /** threadResume(thread): of the caller's own process. */
  THREAD_RESUME = 18,
  /** groupCreate(GroupCreateRecord): the group's number. */
  GROUP_CREATE = 19,
  /** groupDestroy(group): kills what runs in it and its children groups. */
  GROUP_DESTROY = 20,
  /** groupRead(index, GroupRecord): as processRead. */
  GROUP_READ = 21,
  /** fileCount(): files in both archives. */
  FILE_COUNT = 22,
  /** fileName(file, address, size): bytes of the name copied, without a terminating zero. */
  FILE_NAME = 23,
  /** fileSize(file) */
  FILE_SIZE = 24,
  /** fileRead(file, offset, address, size): bytes copied. */
  FILE_READ = 25,
  /** argumentsRead(address, size): bytes copied; each argument ends with a zero byte, the first is argument 1. */
  ARGUMENTS = 26,
  /** halt(code): stops the machine with that exit code. */
  HALT = 27,
  /** processCreate(ELF address, size, SpawnRecord): only for programs the archive marks as loaders. */
  PROCESS_CREATE = 28,
  /** processInvoke(process, thunk address, slots address, slot count): 0, a TrapKind, or a refusal. */
  PROCESS_INVOKE = 29,
  /** processMemory(process, its address, buffer, size): copies a child's memory to the caller. */
  PROCESS_MEMORY = 30,
  /** systemRead(SystemRecord) */
  SYSTEM_READ = 31,
  /** traceRead(cursor, address, records): copies TraceRecords from that sequence number on; count. */
  TRACE_READ = 32,
  /** commandLine(address, size): bytes of the kernel's command line copied. */
  COMMAND_LINE = 33,
  /** threadSelf(): the caller's thread number. */
  THREAD_SELF = 34,
  /** consoleReady(): bytes waiting to be read. */
  CONSOLE_READY = 35,
  /** groupHistogram(group, address): copies LatencyHistogram.SIZE bytes. */
  GROUP_HISTOGRAM = 36,
  /** scheduleRead(address): copies ScheduleRecord.SIZE bytes. */
  SCHEDULE_READ = 37,
  /** threadHandoff(thread): suspends the caller and lets that suspended thread of its group run instead. */
  THREAD_HANDOFF = 38,
  /** One more than the last call a program may import. */
  COUNT = 39,
  /** Made by invoke thunks only, never imported: the invoked function has returned. */
  INVOKE_DONE = 1000,
}

/** `name parameters:result` of an importable call; the empty string for every other number. */
export function callSignature(call: Call): string {
  switch (call) {
    case Call.NULL:
      return "nothing :i";
    case Call.EXIT:
      return "exit i:";
    case Call.YIELD:
      return "yieldNow :";
    case Call.CLOCK:
      return "clock :I";
    case Call.SLEEP_UNTIL:
      return "sleepUntil I:";
    case Call.MEMORY_GROW:
      return "memoryGrow i:i";
    case Call.CONSOLE_WRITE:
      return "consoleWrite ii:i";
    case Call.CONSOLE_READ:
      return "consoleRead ii:i";
    case Call.CONSOLE_FOREGROUND:
      return "consoleForeground i:i";
    case Call.PROCESS_SPAWN:
      return "processSpawn i:i";
    case Call.PROCESS_WAIT:
      return "processWait ii:i";
    case Call.PROCESS_KILL:
      return "processKill i:i";
    case Call.PROCESS_SELF:
      return "processSelf :i";
    case Call.PROCESS_READ:
      return "processRead ii:i";
    case Call.THREAD_START:
      return "threadStart ii:i";
    case Call.THREAD_EXIT:
      return "threadExit :";
    case Call.THREAD_READ:
      return "threadRead ii:i";
    case Call.THREAD_SUSPEND:
      return "threadSuspend :i";
    case Call.THREAD_RESUME:
      return "threadResume i:i";
    case Call.GROUP_CREATE:
      return "groupCreate i:i";
    case Call.GROUP_DESTROY:
      return "groupDestroy i:i";
    case Call.GROUP_READ:
      return "groupRead ii:i";
    case Call.FILE_COUNT:
      return "fileCount :i";
    case Call.FILE_NAME:
      return "fileName iii:i";
    case Call.FILE_SIZE:
      return "fileSize i:i";
    case Call.FILE_READ:
      return "fileRead iiii:i";
    case Call.ARGUMENTS:
      return "argumentsRead ii:i";
    case Call.HALT:
      return "halt i:";
    default:
      return callSignatureLoader(call);
  }
}

/** The second half: the calls of loaders and observers. */
function callSignatureLoader(call: Call): string {
  switch (call) {
    case Call.PROCESS_CREATE:
      return "processCreate iii:i";
    case Call.PROCESS_INVOKE:
      return "processInvoke iiii:i";
    case Call.PROCESS_MEMORY:
      return "processMemory iiii:i";
    case Call.SYSTEM_READ:
      return "systemRead i:i";
    case Call.TRACE_READ:
      return "traceRead iii:i";
    case Call.COMMAND_LINE:
      return "commandLine ii:i";
    case Call.THREAD_SELF:
      return "threadSelf :i";
    case Call.CONSOLE_READY:
      return "consoleReady :i";
    case Call.THREAD_HANDOFF:
      return "threadHandoff i:i";
    case Call.GROUP_HISTOGRAM:
      return "groupHistogram ii:i";
    case Call.SCHEDULE_READ:
      return "scheduleRead i:i";
    default:
      return "";
  }
}
