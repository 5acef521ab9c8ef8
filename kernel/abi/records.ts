/**
 * The records that cross the system call border: same bytes in the kernel and in programs.
 *
 * AssemblyScript only (the harness reads console lines, not records). Field order is by size, and each
 * size is a checked fact, because both sides compile this file by themselves.
 */
import { Limit } from "./limits";
import { AccountRecord } from "./scheduler";

/** What to start, as what, and who pays. */
@unmanaged
@final
export class SpawnRecord {
  /** Address of the program's name: a file of the archives without `bin/` and `.elf`. */
  name: u32;
  nameSize: u32;
  /** Arguments 1.., each ended by a zero byte. */
  arguments: u32;
  argumentsSize: u32;
  /** The group that pays; 0xFFFFFFFF is the caller's own. */
  group: u32;
  /** SpawnFlag bits. */
  flags: u32;
}

export const enum SpawnFlag {
  NONE = 0,
  /** processCreate: run the initialiser only, then wait for processInvoke; a trap does not end it. */
  INVOCABLE = 1,
  /** The console prints no report when this process dies by a trap. */
  QUIET = 2,
}

/** SpawnRecord.group: the caller's own group. */
export const GROUP_OWN: u32 = 0xffffffff;

/** How a process ended. */
@unmanaged
@final
export class ExitRecord {
  process: u32;
  /** ExitReason. */
  reason: u32;
  /** The exit code, or the TrapKind. */
  code: u32;
  /** Offset in the Wasm module of the instruction that trapped. */
  wasmOffset: u32;
}

export const enum ProcessState {
  EMPTY = 0,
  ALIVE = 1,
  /** Dead; its parent has not asked for the ExitRecord yet. */
  ENDED = 2,
}

@unmanaged
@final
export class ProcessRecord {
  /** CPU time of all its threads, dead ones included. */
  cpuNs: u64;
  process: u32;
  parent: u32;
  group: u32;
  /** ProcessState. */
  state: u32;
  threads: u32;
  /** Frames of 4 KiB held, shared text not included. */
  frames: u32;
  nameSize: u32;
  reserved: u32;
  /** Limit.NAME_BYTES bytes follow. */
  @inline
  get nameAddress(): usize {
    return changetype<usize>(this) + <usize>offsetof<ProcessRecord>();
  }
}
export const PROCESS_RECORD_BYTES: u32 = 40 + Limit.NAME_BYTES;
if (offsetof<ProcessRecord>() !== 40) ERROR("PROCESS_RECORD_BYTES is out of date");

export const enum ThreadState {
  EMPTY = 0,
  READY = 1,
  BLOCKED = 2,
}

/** What a blocked thread waits for. */
export const enum WaitKind {
  NONE = 0,
  SLEEP = 1,
  CONSOLE = 2,
  CHILD = 3,
  RESUME = 4,
  /** An invocable process between two invocations. */
  INVOCATION = 5,
  /** The caller of processInvoke. */
  RESULT = 6,
}

@unmanaged
@final
export class ThreadRecord {
  cpuNs: u64;
  thread: u32;
  process: u32;
  /** ThreadState. */
  state: u32;
  /** WaitKind. */
  wait: u32;
}
if (offsetof<ThreadRecord>() !== 24) ERROR("ThreadRecord is out of date");

@unmanaged
@final
export class GroupCreateRecord {
  /** 0 is the root; a group with threads cannot become a parent. */
  parent: u32;
  /** Guaranteed share of the processor, parts per million of the whole machine. */
  reservePpm: u32;
  /** 1..10,000: the share of what is not reserved. */
  weight: u32;
  /** Upper bound in parts per million; 1,000,000 is none. */
  limitPpm: u32;
  name: u32;
  nameSize: u32;
}

/** A group by the kernel's books; the ledger's follow it as an AccountRecord (abi/scheduler.ts). */
@unmanaged
@final
export class GroupRecord {
  /** The group's number is its account's index. */
  group: u32;
  processes: u32;
  nameSize: u32;
  reserved: u32;
  /** Limit.NAME_BYTES bytes follow. */
  @inline
  get nameAddress(): usize {
    return changetype<usize>(this) + <usize>offsetof<GroupRecord>();
  }
  /** Then the AccountRecord. */
  @inline
  get accountAddress(): usize {
    return this.nameAddress + Limit.NAME_BYTES;
  }
}
export const GROUP_RECORD_BYTES: u32 = 16 + Limit.NAME_BYTES + AccountRecord.SIZE;
if (offsetof<GroupRecord>() !== 16) ERROR("GROUP_RECORD_BYTES is out of date");

/** The machine as a whole. */
@unmanaged
@final
export class SystemRecord {
  nowNs: u64;
  idleNs: u64;
  /** Idle although a thread was ready: a broken promise if it is not 0. */
  idleWhileReadyNs: u64;
  /** Time of the boot until the first program ran. */
  bootNs: u64;
  switches: u64;
  calls: u64;
  interrupts: u64;
  pageFaults: u64;
  framesTotal: u32;
  framesFree: u32;
  processes: u32;
  threads: u32;
  groups: u32;
  /** Sequence number of the next trace record. */
  traceNext: u32;
}
if (offsetof<SystemRecord>() !== 88) ERROR("SystemRecord is out of date");

export const enum TraceKind {
  /** thread runs; value = process. */
  RUN = 1,
  /** thread became ready. */
  WAKE = 2,
  /** thread blocked; value = WaitKind. */
  BLOCK = 3,
  /** nothing to run. */
  IDLE = 4,
  /** process started; value = group. */
  START = 5,
  /** process ended; value = ExitReason. */
  END = 6,
}

@unmanaged
@final
export class TraceRecord {
  timeNs: u64;
  kind: u16;
  /** Thread index, or process index for START and END. */
  subject: u16;
  value: u32;
}
if (offsetof<TraceRecord>() !== 16) ERROR("TraceRecord is out of date");
