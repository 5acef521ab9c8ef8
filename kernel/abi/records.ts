/**
 * The records that cross the system call border: same bytes in the kernel and in programs.
 *
 * AssemblyScript only (the harness reads console lines, not records). Field order is by size, and each
 * size is a checked fact, because both sides compile this file by themselves.
 */
import { Limit } from "./limits";
import { AccountRecord } from "./scheduler";

/** What to start, as what, who pays, and with which capabilities it begins. */
@unmanaged
@final
export class SpawnRecord {
  /** Address of the program's name: a file of the archives without `bin/` and `.elf`. */
  name: u32;
  nameSize: u32;
  /** Arguments 1.., each ended by a zero byte. */
  arguments: u32;
  argumentsSize: u32;
  /** Slot of the group that pays: CREATE. */
  group: u32;
  /** SpawnFlag bits. */
  flags: u32;
  /** processSpawn: slot of the archives (READ). processCreate: slot of the loader's capability (CREATE). */
  source: u32;
  /** Empty slot for the new process's capability. */
  target: u32;
  /** Address of GrantRecords, and how many: they are minted into the new space, targets there. */
  grants: u32;
  grantCount: u32;
  /** Slots of the new space, at most 65,536; 0: Limit.SLOTS_DEFAULT. */
  slots: u32;
}
export const SPAWN_RECORD_BYTES: u32 = 44;
if (offsetof<SpawnRecord>() !== 44) ERROR("SPAWN_RECORD_BYTES is out of date");

export const enum SpawnFlag {
  NONE = 0,
  /** processCreate: run the initialiser only, then wait for processInvoke; a trap does not end it. */
  INVOCABLE = 1,
  /** The console prints no report when this process dies by a trap. */
  QUIET = 2,
}

/** A capability to be minted into another space. */
@unmanaged
@final
export class GrantRecord {
  /** Slot of the giver. */
  source: u32;
  /** Empty slot of the receiver. */
  target: u32;
  /** Right bits; those that the source lacks are left out. */
  rights: u32;
  /** 0 keeps the source's badge. */
  badge: u32;
}
export const GRANT_RECORD_BYTES: u32 = 16;
if (offsetof<GrantRecord>() !== 16) ERROR("GRANT_RECORD_BYTES is out of date");

/** What a slot holds. */
@unmanaged
@final
export class CapabilityRecord {
  /** Kind. */
  kind: u32;
  rights: u32;
  /** A number that is the same for all capabilities of one object of this kind: process, thread and group numbers. */
  object: u32;
  badge: u32;
  /** How many derivations it is away from the first capability of the machine. */
  depth: u32;
  /** 1: the object ends with this capability. */
  origin: u32;
  /** Process and slot of the one it was derived from; 0: none, or too far away to be found. */
  parentProcess: u32;
  parentSlot: u32;
}
export const CAPABILITY_RECORD_BYTES: u32 = 32;
if (offsetof<CapabilityRecord>() !== 32) ERROR("CAPABILITY_RECORD_BYTES is out of date");

export const enum ThreadControl {
  SUSPEND = 0,
  RESUME = 1,
  END = 2,
}

/** In objectCreate's argument for MEMORY, above the count of pages. */
export const enum MemoryFlag {
  PAGES_MASK = 0xffff,
  /** Lendable: pages come when they are touched, and the kernel may take their contents away (class B). */
  SOFT = 0x10000,
  /** With SOFT: what it holds can be had again from elsewhere, so it goes first (class A). */
  CLEAN = 0x20000,
}

/** A memory object. */
@unmanaged
@final
export class MemoryRecord {
  pages: u32;
  /** MemoryFlag bits. */
  flags: u32;
  /** Of a soft object: pages that have a frame now, and how often one was taken away. */
  resident: u32;
  taken: u32;
}
export const MEMORY_RECORD_BYTES: u32 = 16;
if (offsetof<MemoryRecord>() !== 16) ERROR("MEMORY_RECORD_BYTES is out of date");

/** In the low bits of memoryMap's address. */
export const enum MapFlag {
  READ = 0,
  WRITE = 1,
}

/** One audited event. */
@unmanaged
@final
export class AuditRecord {
  timeNs: u64;
  /** Machine-wide order. */
  sequence: u32;
  /** How many equal ones followed it directly. */
  repeats: u32;
  /** The process that did it, or asked. */
  subject: u32;
  /** The object's number; of a refusal: the first argument, a slot. */
  object: u32;
  /** AuditEvent. */
  event: u8;
  /** Kind. */
  kind: u8;
  rights: u16;
  /** KernelError, or TrapKind of a FAULT. */
  result: u16;
  /** The Call. */
  call: u16;
}
export const AUDIT_RECORD_BYTES: u32 = 32;
if (offsetof<AuditRecord>() !== 32) ERROR("AUDIT_RECORD_BYTES is out of date");

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
  /** Dead; its first capability still exists and tells how it ended. */
  ENDED = 2,
  /** Its threads, capabilities and memory are being taken apart. */
  ENDING = 3,
}

@unmanaged
@final
export class ProcessRecord {
  /** CPU time of all its threads, dead ones included. */
  cpuNs: u64;
  process: u32;
  /** Capabilities in its space. */
  capabilities: u32;
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
  /** In an endpoint's queue with a message that somebody is to receive: CALLING wants a reply. */
  SENDING = 2,
  CALLING = 3,
  RESUME = 4,
  /** An invocable process between two invocations. */
  INVOCATION = 5,
  /** The caller of processInvoke. */
  RESULT = 6,
  /** For a message at an endpoint. */
  RECEIVING = 7,
  /** The message was received: for its reply. */
  REPLY = 8,
  NOTIFICATION = 9,
  /** For a process to end. */
  END = 10,
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
  /** Guaranteed share of the processor, parts per million of the whole machine. */
  reservePpm: u32;
  /** 1..10,000: the share of what is not reserved. */
  weight: u32;
  /** Upper bound in parts per million; 1,000,000 is none. */
  limitPpm: u32;
  name: u32;
  nameSize: u32;
  /** Frames that are guaranteed, and the most it may have (0: no limit but its parent's). */
  framesReserve: u32;
  framesLimit: u32;
  /** Kernel records that it gets of its parent's quota; 0: the defaults of Quota. */
  processes: u32;
  threads: u32;
  groups: u32;
  /** Idle tax on its soft pages in percent, at most 99; 0: the default. */
  memoryTax: u32;
}
if (offsetof<GroupCreateRecord>() !== 44) ERROR("GroupCreateRecord is out of date");

export const enum Quota {
  PROCESSES = 64,
  THREADS = 96,
  GROUPS = 0,
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
  switches: u32;
  /** Of work that is done in steps: the longest stretch with interrupts off. */
  longestStretchNs: u32;
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
