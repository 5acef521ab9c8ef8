/**
 * The system calls: one number, one name and one signature each.
 *
 * A program imports `kernel.<name>`; the generator turns the import into a thunk that puts the number
 * into eax and up to four argument words into ebx, esi, edi and ebp. A word count is the signature's:
 * `i` is one word (i32), `I` two words (i64, low word first). After the colon comes the result.
 * A result below zero is a refusal: the negated `KernelError`.
 *
 * Arguments that end in "slot" name capabilities of the caller's space (0: none). Whatever is not the
 * caller's own is reached through one of them. Messages (`callIsMessage`) are imported as
 * (info, address of four words): the thunk loads the words into registers and stores the answer's there.
 */
export const enum Call {
  // The caller itself.
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
  /** argumentsRead(address, size): bytes copied; each argument ends with a zero byte, the first is argument 1. */
  ARGUMENTS = 6,
  /** processSelf(): the caller's process number. */
  PROCESS_SELF = 7,
  /** threadStart(table index, argument, target slot): calls that (i32)->() function in a new thread; its number. */
  THREAD_START = 8,
  /** threadExit() */
  THREAD_EXIT = 9,
  /** threadSelf(): the caller's thread number. */
  THREAD_SELF = 10,
  /** threadSuspend(): blocks until resumed; returns at once if a resume is already pending. */
  THREAD_SUSPEND = 11,
  /** threadResume(thread): of the caller's own process. */
  THREAD_RESUME = 12,
  /**
   * memoryWindow(pages): grows the linear memory of the caller by 64 KiB pages that nobody pays for, to map
   * memory objects over them; elsewhere they trap. Once per process, or again directly behind. The old size
   * in pages, or -1.
   */
  MEMORY_WINDOW = 13,

  // Messages.
  /** messageCall(info, words): sends, and waits for the reply. SEND. */
  MESSAGE_CALL = 16,
  /** messageReplyReceive(info, words): replies to the latest caller, then receives. RECEIVE. */
  MESSAGE_REPLY_RECEIVE = 17,
  /** messageSend(info, words): blocks until somebody has received it; nobody replies. SEND; also to a REPLY. */
  MESSAGE_SEND = 18,
  /** messageReceive(info, words): RECEIVE. */
  MESSAGE_RECEIVE = 19,
  /** messageReply(info, words): to the latest caller. */
  MESSAGE_REPLY = 20,
  /** messageBuffer(address): where the thread's longer messages are; 0 takes it away. */
  MESSAGE_BUFFER = 21,
  /** messageTimeout(ns): most that each later blocking message call of the thread waits; 0 is no bound. */
  MESSAGE_TIMEOUT = 22,
  /** replySave(target slot): makes the latest caller a REPLY capability. */
  REPLY_SAVE = 23,
  /** notificationSignal(slot): adds the badge's bits. SIGNAL. */
  NOTIFICATION_SIGNAL = 24,
  /** notificationWait(slot): the bits, once there are any; they are cleared. WAIT. */
  NOTIFICATION_WAIT = 25,
  /** notificationPoll(slot): the same at once; 0 without bits. */
  NOTIFICATION_POLL = 26,
  /** notificationSignalWait(signal slot, wait slot): both in one. */
  NOTIFICATION_SIGNAL_WAIT = 27,
  /** notificationBind(slot): its bits also end the calling thread's receive; 0 unbinds. WAIT. */
  NOTIFICATION_BIND = 28,

  // Capabilities.
  /** capabilityMint(source slot, target slot, rights, badge): a derived copy; badge 0 keeps the badge. */
  CAPABILITY_MINT = 32,
  /** capabilityMove(source slot, target slot) */
  CAPABILITY_MOVE = 33,
  /** capabilityDelete(slot): with everything derived from it; the first capability takes its object along. */
  CAPABILITY_DELETE = 34,
  /** capabilityRevoke(slot): everything derived from it. */
  CAPABILITY_REVOKE = 35,
  /** capabilityGrant(process slot, GrantRecord): mints into that process's space. WRITE. */
  CAPABILITY_GRANT = 36,
  /** capabilityTake(process slot, slot of that process): deletes there. WRITE. */
  CAPABILITY_TAKE = 37,
  /** capabilityRead(process slot, slot of that process, CapabilityRecord): NOT_FOUND, END past the last. READ. */
  CAPABILITY_READ = 38,

  // Objects.
  /** objectCreate(group slot, kind, target slot, argument): ENDPOINT, NOTIFICATION, MEMORY (pages | MemoryFlag). */
  OBJECT_CREATE = 40,
  /** groupCreate(group slot, GroupCreateRecord, target slot): the group's number. CREATE. */
  GROUP_CREATE = 41,
  /** groupRead(group or machine slot, index, GroupRecord): with a group's capability the index means nothing. */
  GROUP_READ = 42,
  /** groupHistogram(group or machine slot, index, address): copies LatencyHistogram.SIZE bytes. */
  GROUP_HISTOGRAM = 43,
  /** processSpawn(SpawnRecord): starts a program of the archives; its process number. */
  PROCESS_SPAWN = 44,
  /** processCreate(ELF address, size, SpawnRecord): starts an image that the caller made. */
  PROCESS_CREATE = 45,
  /** processWait(process slot, ExitRecord or 0): blocks until it ended; the process number. OBSERVE. */
  PROCESS_WAIT = 46,
  /** processKill(process slot): ends it; the capability stays and tells how. CONTROL. */
  PROCESS_KILL = 47,
  /** processRead(machine slot, index, ProcessRecord): NOT_FOUND for an empty slot, END past the last one. */
  PROCESS_READ = 48,
  /** processOpen(machine slot, process number, target slot): for any process, as far as the machine's rights go. */
  PROCESS_OPEN = 49,
  /** processInvoke(process slot, thunk address, slots address, slot count): 0, a TrapKind, or a refusal. CONTROL. */
  PROCESS_INVOKE = 50,
  /** processMemory(process slot, its address, buffer, size): copies its memory to the caller. OBSERVE. */
  PROCESS_MEMORY = 51,
  /** threadRead(machine slot, index, ThreadRecord): as processRead. */
  THREAD_READ = 52,
  /** threadControl(thread slot, ThreadControl) */
  THREAD_CONTROL = 53,
  /** memoryMap(memory slot, process slot or 0, address | MapFlag, first page << 16 | pages) */
  MEMORY_MAP = 54,
  /** memoryUnmap(process slot or 0, address, pages) */
  MEMORY_UNMAP = 55,
  /** interruptBind(interrupt slot, notification slot, bits): 0 unbinds. */
  INTERRUPT_BIND = 56,
  /** interruptAcknowledge(interrupt slot): it may come again. */
  INTERRUPT_ACKNOWLEDGE = 57,
  /** portRead(ports slot, port, width 1|2|4): the value; 4-byte values lose their highest bit. READ. */
  PORT_READ = 58,
  /** portWrite(ports slot, port, value, width). WRITE. */
  PORT_WRITE = 59,
  /** portWriteBytes(ports slot, port, address, size): one after another. WRITE. */
  PORT_WRITE_BYTES = 60,
  /** portsNarrow(source slot, target slot, first port, count): a derived capability for a part. */
  PORTS_NARROW = 61,
  /** memoryRead(memory slot, MemoryRecord). READ. */
  MEMORY_READ = 62,
  /** memoryWatch(memory slot, notification slot, bits): signalled when soft pages are taken; 0 unbinds. WRITE. */
  MEMORY_WATCH = 63,

  // The archives: `file` is files slot << 16 | the file's index.
  /** fileCount(files slot) */
  FILE_COUNT = 64,
  /** fileName(file, address, size): bytes of the name copied, without a terminating zero. */
  FILE_NAME = 65,
  /** fileSize(file) */
  FILE_SIZE = 66,
  /** fileRead(file, offset, address, size): bytes copied. */
  FILE_READ = 67,

  // The machine.
  /** halt(machine slot, code): stops the machine with that exit code. CONTROL. */
  HALT = 72,
  /** systemRead(machine slot, SystemRecord) */
  SYSTEM_READ = 73,
  /** traceRead(machine slot, cursor, address, records): copies TraceRecords from that sequence number on; count. */
  TRACE_READ = 74,
  /** scheduleRead(machine slot, address): copies ScheduleRecord.SIZE bytes. */
  SCHEDULE_READ = 75,
  /** commandLine(machine slot, address, size): bytes of the kernel's command line copied. */
  COMMAND_LINE = 76,
  /** auditRead(audit slot, group, address, records): copies that group's AuditRecords, oldest first; count. READ. */
  AUDIT_READ = 77,
  /** auditLost(audit slot, group): records that were overwritten. */
  AUDIT_LOST = 78,
  /** portReadWords(ports slot, port, address, size): 16 bits after 16 bits, an even size; the bytes read. READ. */
  PORT_READ_WORDS = 79,
  /** One more than the last call a program may import. */
  COUNT = 80,
  /** Made by invoke thunks only, never imported: the invoked function has returned. */
  INVOKE_DONE = 126,
}

/** The bits of eax that are the call's number. */
export const CALL_MASK: u32 = 127;

/** Is the call's import (info, address of four words)? */
export function callIsMessage(call: Call): bool {
  return call >= Call.MESSAGE_CALL && call <= Call.MESSAGE_REPLY;
}

/** Does the call neither block nor wake anybody, nor look at the clock? Mappings, interrupt lines, ports. */
export function callIsTimeless(call: Call): bool {
  if (call === Call.PORT_READ_WORDS) return true;
  return call >= Call.MEMORY_MAP && call <= Call.MEMORY_WATCH;
}

/** `name parameters:result` of an importable call; the empty string for every other number. */
export function callSignature(call: Call): string {
  if (call < Call.MESSAGE_CALL) return callSignatureSelf(call);
  if (call < Call.CAPABILITY_MINT) return callSignatureMessage(call);
  if (call < Call.PROCESS_SPAWN) return callSignatureCapability(call);
  if (call < Call.FILE_COUNT) return callSignatureObject(call);
  return callSignatureMachine(call);
}

function callSignatureSelf(call: Call): string {
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
    case Call.ARGUMENTS:
      return "argumentsRead ii:i";
    case Call.PROCESS_SELF:
      return "processSelf :i";
    case Call.THREAD_START:
      return "threadStart iii:i";
    case Call.THREAD_EXIT:
      return "threadExit :";
    case Call.THREAD_SELF:
      return "threadSelf :i";
    case Call.THREAD_SUSPEND:
      return "threadSuspend :i";
    case Call.THREAD_RESUME:
      return "threadResume i:i";
    case Call.MEMORY_WINDOW:
      return "memoryWindow i:i";
    default:
      return "";
  }
}

function callSignatureMessage(call: Call): string {
  switch (call) {
    case Call.MESSAGE_CALL:
      return "messageCall ii:i";
    case Call.MESSAGE_REPLY_RECEIVE:
      return "messageReplyReceive ii:i";
    case Call.MESSAGE_SEND:
      return "messageSend ii:i";
    case Call.MESSAGE_RECEIVE:
      return "messageReceive ii:i";
    case Call.MESSAGE_REPLY:
      return "messageReply ii:i";
    case Call.MESSAGE_BUFFER:
      return "messageBuffer i:i";
    case Call.MESSAGE_TIMEOUT:
      return "messageTimeout I:i";
    case Call.REPLY_SAVE:
      return "replySave i:i";
    case Call.NOTIFICATION_SIGNAL:
      return "notificationSignal i:i";
    case Call.NOTIFICATION_WAIT:
      return "notificationWait i:i";
    case Call.NOTIFICATION_POLL:
      return "notificationPoll i:i";
    case Call.NOTIFICATION_SIGNAL_WAIT:
      return "notificationSignalWait ii:i";
    case Call.NOTIFICATION_BIND:
      return "notificationBind i:i";
    default:
      return "";
  }
}

function callSignatureCapability(call: Call): string {
  switch (call) {
    case Call.CAPABILITY_MINT:
      return "capabilityMint iiii:i";
    case Call.CAPABILITY_MOVE:
      return "capabilityMove ii:i";
    case Call.CAPABILITY_DELETE:
      return "capabilityDelete i:i";
    case Call.CAPABILITY_REVOKE:
      return "capabilityRevoke i:i";
    case Call.CAPABILITY_GRANT:
      return "capabilityGrant ii:i";
    case Call.CAPABILITY_TAKE:
      return "capabilityTake ii:i";
    case Call.CAPABILITY_READ:
      return "capabilityRead iii:i";
    case Call.OBJECT_CREATE:
      return "objectCreate iiii:i";
    case Call.GROUP_CREATE:
      return "groupCreate iii:i";
    case Call.GROUP_READ:
      return "groupRead iii:i";
    case Call.GROUP_HISTOGRAM:
      return "groupHistogram iii:i";
    default:
      return "";
  }
}

function callSignatureObject(call: Call): string {
  switch (call) {
    case Call.PROCESS_SPAWN:
      return "processSpawn i:i";
    case Call.PROCESS_CREATE:
      return "processCreate iii:i";
    case Call.PROCESS_WAIT:
      return "processWait ii:i";
    case Call.PROCESS_KILL:
      return "processKill i:i";
    case Call.PROCESS_READ:
      return "processRead iii:i";
    case Call.PROCESS_OPEN:
      return "processOpen iii:i";
    case Call.PROCESS_INVOKE:
      return "processInvoke iiii:i";
    case Call.PROCESS_MEMORY:
      return "processMemory iiii:i";
    case Call.THREAD_READ:
      return "threadRead iii:i";
    case Call.THREAD_CONTROL:
      return "threadControl ii:i";
    case Call.MEMORY_MAP:
      return "memoryMap iiii:i";
    case Call.MEMORY_UNMAP:
      return "memoryUnmap iii:i";
    case Call.INTERRUPT_BIND:
      return "interruptBind iii:i";
    case Call.INTERRUPT_ACKNOWLEDGE:
      return "interruptAcknowledge i:i";
    case Call.PORT_READ:
      return "portRead iii:i";
    case Call.PORT_WRITE:
      return "portWrite iiii:i";
    case Call.PORT_WRITE_BYTES:
      return "portWriteBytes iiii:i";
    case Call.PORTS_NARROW:
      return "portsNarrow iiii:i";
    case Call.MEMORY_READ:
      return "memoryRead ii:i";
    case Call.MEMORY_WATCH:
      return "memoryWatch iii:i";
    default:
      return "";
  }
}

function callSignatureMachine(call: Call): string {
  switch (call) {
    case Call.FILE_COUNT:
      return "fileCount i:i";
    case Call.FILE_NAME:
      return "fileName iii:i";
    case Call.FILE_SIZE:
      return "fileSize i:i";
    case Call.FILE_READ:
      return "fileRead iiii:i";
    case Call.HALT:
      return "halt ii:i";
    case Call.SYSTEM_READ:
      return "systemRead ii:i";
    case Call.TRACE_READ:
      return "traceRead iiii:i";
    case Call.SCHEDULE_READ:
      return "scheduleRead ii:i";
    case Call.COMMAND_LINE:
      return "commandLine iii:i";
    case Call.AUDIT_READ:
      return "auditRead iiii:i";
    case Call.AUDIT_LOST:
      return "auditLost ii:i";
    case Call.PORT_READ_WORDS:
      return "portReadWords iiii:i";
    default:
      return "";
  }
}
