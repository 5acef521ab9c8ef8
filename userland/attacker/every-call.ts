/**
 * Every call by its number, and which kind of capability its first argument names.
 *
 * The words are what the caller says they are: addresses of records are not looked at here.
 */
import { Call } from "../../kernel/abi/calls";
import { Kind } from "../../kernel/abi/capability";
import { CapabilityRecord, ExitRecord, GrantRecord, MemoryRecord } from "../../kernel/abi/records";
import { GroupCreateRecord, SpawnRecord, SystemRecord } from "../../kernel/abi/records";
import { ThreadRecord } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";

/** Makes that call; calls without a result answer 0. */
export function invoke(call: Call, a: u32, b: u32, c: u32, d: u32): i32 {
  if (call < Call.MESSAGE_CALL) return invokeSelf(call, a, b, c);
  if (call < Call.CAPABILITY_MINT) return invokeMessage(call, a, b);
  if (call < Call.PROCESS_SPAWN) return invokeCapability(call, a, b, c, d);
  if (call < Call.THREAD_READ) return invokeProcess(call, a, b, c, d);
  if (call < Call.FILE_COUNT) return invokeDevice(call, a, b, c, d);
  return invokeMachine(call, a, b, c, d);
}

function invokeSelf(call: Call, a: u32, b: u32, c: u32): i32 {
  switch (call) {
    case Call.NULL:
      return kernel.nothing();
    case Call.EXIT:
      kernel.exit(<i32>a);
      return 0;
    case Call.YIELD:
      kernel.yieldNow();
      return 0;
    case Call.CLOCK:
      return <i32>(kernel.clock() & 0x7fffffff);
    case Call.SLEEP_UNTIL:
      kernel.sleepUntil(((<u64>b) << 32) | <u64>a);
      return 0;
    case Call.MEMORY_GROW:
      return kernel.memoryGrow(a);
    case Call.ARGUMENTS:
      return kernel.argumentsRead(a, b);
    case Call.PROCESS_SELF:
      return kernel.processSelf();
    case Call.THREAD_START:
      return kernel.threadStart(a, <i32>b, c);
    case Call.THREAD_EXIT:
      kernel.threadExit();
      return 0;
    case Call.THREAD_SELF:
      return kernel.threadSelf();
    case Call.THREAD_SUSPEND:
      return kernel.threadSuspend();
    case Call.THREAD_RESUME:
      return kernel.threadResume(<i32>a);
    case Call.MEMORY_WINDOW:
      return kernel.memoryWindow(a);
    default:
      return 0;
  }
}

function invokeMessage(call: Call, a: u32, b: u32): i32 {
  switch (call) {
    case Call.MESSAGE_CALL:
      return kernel.messageCall(a, b);
    case Call.MESSAGE_REPLY_RECEIVE:
      return kernel.messageReplyReceive(a, b);
    case Call.MESSAGE_SEND:
      return kernel.messageSend(a, b);
    case Call.MESSAGE_RECEIVE:
      return kernel.messageReceive(a, b);
    case Call.MESSAGE_REPLY:
      return kernel.messageReply(a, b);
    case Call.MESSAGE_BUFFER:
      return kernel.messageBuffer(a);
    case Call.MESSAGE_TIMEOUT:
      return kernel.messageTimeout(((<u64>b) << 32) | <u64>a);
    case Call.REPLY_SAVE:
      return kernel.replySave(a);
    case Call.NOTIFICATION_SIGNAL:
      return kernel.notificationSignal(a);
    case Call.NOTIFICATION_WAIT:
      return kernel.notificationWait(a);
    case Call.NOTIFICATION_POLL:
      return kernel.notificationPoll(a);
    case Call.NOTIFICATION_SIGNAL_WAIT:
      return kernel.notificationSignalWait(a, b);
    case Call.NOTIFICATION_BIND:
      return kernel.notificationBind(a);
    default:
      return 0;
  }
}

function invokeCapability(call: Call, a: u32, b: u32, c: u32, d: u32): i32 {
  switch (call) {
    case Call.CAPABILITY_MINT:
      return kernel.capabilityMint(a, b, c, d);
    case Call.CAPABILITY_MOVE:
      return kernel.capabilityMove(a, b);
    case Call.CAPABILITY_DELETE:
      return kernel.capabilityDelete(a);
    case Call.CAPABILITY_REVOKE:
      return kernel.capabilityRevoke(a);
    case Call.CAPABILITY_GRANT:
      return kernel.capabilityGrant(a, changetype<GrantRecord>(<usize>b));
    case Call.CAPABILITY_TAKE:
      return kernel.capabilityTake(a, b);
    case Call.CAPABILITY_READ:
      return kernel.capabilityRead(a, b, changetype<CapabilityRecord>(<usize>c));
    case Call.OBJECT_CREATE:
      return kernel.objectCreate(a, b, c, d);
    case Call.GROUP_CREATE:
      return kernel.groupCreate(a, changetype<GroupCreateRecord>(<usize>b), c);
    case Call.GROUP_READ:
      return kernel.groupRead(a, b, c);
    case Call.GROUP_HISTOGRAM:
      return kernel.groupHistogram(a, b, c);
    default:
      return 0;
  }
}

function invokeProcess(call: Call, a: u32, b: u32, c: u32, d: u32): i32 {
  switch (call) {
    case Call.PROCESS_SPAWN:
      return kernel.processSpawn(changetype<SpawnRecord>(<usize>a));
    case Call.PROCESS_CREATE:
      return kernel.processCreate(a, b, changetype<SpawnRecord>(<usize>c));
    case Call.PROCESS_WAIT:
      return kernel.processWait(a, changetype<ExitRecord | null>(<usize>b));
    case Call.PROCESS_KILL:
      return kernel.processKill(a);
    case Call.PROCESS_READ:
      return kernel.processRead(a, b, c);
    case Call.PROCESS_OPEN:
      return kernel.processOpen(a, b, c);
    case Call.PROCESS_INVOKE:
      return kernel.processInvoke(a, b, c, d);
    case Call.PROCESS_MEMORY:
      return kernel.processMemory(a, b, c, d);
    default:
      return 0;
  }
}

function invokeDevice(call: Call, a: u32, b: u32, c: u32, d: u32): i32 {
  switch (call) {
    case Call.THREAD_READ:
      return kernel.threadRead(a, b, changetype<ThreadRecord>(<usize>c));
    case Call.THREAD_CONTROL:
      return kernel.threadControl(a, b);
    case Call.MEMORY_MAP:
      return kernel.memoryMap(a, b, c, d);
    case Call.MEMORY_UNMAP:
      return kernel.memoryUnmap(a, b, c);
    case Call.INTERRUPT_BIND:
      return kernel.interruptBind(a, b, c);
    case Call.INTERRUPT_ACKNOWLEDGE:
      return kernel.interruptAcknowledge(a);
    case Call.PORT_READ:
      return kernel.portRead(a, b, c);
    case Call.PORT_WRITE:
      return kernel.portWrite(a, b, c, d);
    case Call.PORT_WRITE_BYTES:
      return kernel.portWriteBytes(a, b, c, d);
    case Call.PORTS_NARROW:
      return kernel.portsNarrow(a, b, c, d);
    case Call.MEMORY_READ:
      return kernel.memoryRead(a, changetype<MemoryRecord>(<usize>b));
    case Call.MEMORY_WATCH:
      return kernel.memoryWatch(a, b, c);
    default:
      return 0;
  }
}

function invokeMachine(call: Call, a: u32, b: u32, c: u32, d: u32): i32 {
  switch (call) {
    case Call.FILE_COUNT:
      return kernel.fileCount(a);
    case Call.FILE_NAME:
      return kernel.fileName(a, b, c);
    case Call.FILE_SIZE:
      return kernel.fileSize(a);
    case Call.FILE_READ:
      return kernel.fileRead(a, b, c, d);
    case Call.HALT:
      return kernel.halt(a, <i32>b);
    case Call.SYSTEM_READ:
      return kernel.systemRead(a, changetype<SystemRecord>(<usize>b));
    case Call.TRACE_READ:
      return kernel.traceRead(a, b, c, d);
    case Call.SCHEDULE_READ:
      return kernel.scheduleRead(a, b);
    case Call.COMMAND_LINE:
      return kernel.commandLine(a, b, c);
    case Call.AUDIT_READ:
      return kernel.auditRead(a, b, c, d);
    case Call.PORT_READ_WORDS:
      return kernel.portReadWords(a, b, c, d);
    case Call.AUDIT_LOST:
      return kernel.auditLost(a, b);
    default:
      return 0;
  }
}

/** The kind that the first argument must be for; EMPTY: it is no slot; COUNT: any kind will do. */
export function kindOf(call: Call): Kind {
  if (call < Call.CAPABILITY_MINT) return kindOfMessage(call);
  if (call <= Call.CAPABILITY_REVOKE) return Kind.COUNT;
  if (call <= Call.CAPABILITY_READ) return Kind.PROCESS;
  if (call <= Call.GROUP_HISTOGRAM) return Kind.GROUP;
  if (call < Call.FILE_COUNT) return kindOfObject(call);
  if (call <= Call.FILE_READ) return Kind.FILES;
  if (call === Call.PORT_READ_WORDS) return Kind.PORTS;
  return call < Call.AUDIT_READ ? Kind.MACHINE : Kind.AUDIT;
}

function kindOfMessage(call: Call): Kind {
  if (call < Call.MESSAGE_CALL || call === Call.MESSAGE_REPLY) return Kind.EMPTY;
  if (call <= Call.MESSAGE_RECEIVE) return Kind.ENDPOINT;
  return call >= Call.NOTIFICATION_SIGNAL ? Kind.NOTIFICATION : Kind.EMPTY;
}

function kindOfObject(call: Call): Kind {
  switch (call) {
    case Call.PROCESS_SPAWN:
    case Call.PROCESS_CREATE:
      return Kind.EMPTY;
    case Call.PROCESS_READ:
    case Call.PROCESS_OPEN:
    case Call.THREAD_READ:
      return Kind.MACHINE;
    case Call.THREAD_CONTROL:
      return Kind.THREAD;
    case Call.MEMORY_MAP:
    case Call.MEMORY_READ:
    case Call.MEMORY_WATCH:
      return Kind.MEMORY;
    case Call.INTERRUPT_BIND:
    case Call.INTERRUPT_ACKNOWLEDGE:
      return Kind.INTERRUPT;
    default:
      return call >= Call.PORT_READ ? Kind.PORTS : Kind.PROCESS;
  }
}

/** The slot as the first argument of that call. */
export function slotWord(call: Call, slot: u32): u32 {
  if (call >= Call.MESSAGE_CALL && call <= Call.MESSAGE_REPLY) return slot << 16;
  return call > Call.FILE_COUNT && call <= Call.FILE_READ ? slot << 16 : slot;
}

/** Is there a call of that number? */
export function callExists(call: Call): bool {
  if (call > Call.MEMORY_WINDOW && call < Call.MESSAGE_CALL) return false;
  if (call > Call.NOTIFICATION_BIND && call < Call.CAPABILITY_MINT) return false;
  if (call > Call.CAPABILITY_READ && call < Call.OBJECT_CREATE) return false;
  if (call > Call.MEMORY_WATCH && call < Call.FILE_COUNT) return false;
  if (call > Call.FILE_READ && call < Call.HALT) return false;
  return call < Call.COUNT;
}
