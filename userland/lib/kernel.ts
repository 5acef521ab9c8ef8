/**
 * The system calls as a program sees them: this file's name is the import module `kernel`.
 *
 * Meaning, numbers and errors are in kernel/abi/; a negative result is a negated KernelError.
 */
import {
  CapabilityRecord,
  ExitRecord,
  GrantRecord,
  GroupCreateRecord,
  MemoryRecord,
  SpawnRecord,
  SystemRecord,
  ThreadRecord,
} from "../../kernel/abi/records";

export declare function nothing(): i32;
export declare function exit(code: i32): void;
export declare function yieldNow(): void;
export declare function clock(): u64;
export declare function sleepUntil(timeNs: u64): void;
export declare function memoryGrow(pages: u32): i32;
export declare function argumentsRead(address: usize, size: u32): i32;
export declare function processSelf(): i32;
export declare function threadStart(tableIndex: u32, argument: i32, target: u32): i32;
export declare function threadExit(): void;
export declare function threadSelf(): i32;
export declare function threadSuspend(): i32;
export declare function threadResume(thread: i32): i32;
export declare function memoryWindow(pages: u32): i32;

export declare function messageCall(info: u32, words: usize): i32;
export declare function messageReplyReceive(info: u32, words: usize): i32;
export declare function messageSend(info: u32, words: usize): i32;
export declare function messageReceive(info: u32, words: usize): i32;
export declare function messageReply(info: u32, words: usize): i32;
export declare function messageBuffer(address: usize): i32;
export declare function messageTimeout(timeNs: u64): i32;
export declare function replySave(target: u32): i32;
export declare function notificationSignal(slot: u32): i32;
export declare function notificationWait(slot: u32): i32;
export declare function notificationPoll(slot: u32): i32;
export declare function notificationSignalWait(signal: u32, wait: u32): i32;
export declare function notificationBind(slot: u32): i32;

export declare function capabilityMint(source: u32, target: u32, rights: u32, badge: u32): i32;
export declare function capabilityMove(source: u32, target: u32): i32;
export declare function capabilityDelete(slot: u32): i32;
export declare function capabilityRevoke(slot: u32): i32;
export declare function capabilityGrant(process: u32, record: GrantRecord): i32;
export declare function capabilityTake(process: u32, slot: u32): i32;
export declare function capabilityRead(process: u32, slot: u32, record: CapabilityRecord): i32;

export declare function objectCreate(group: u32, kind: u32, target: u32, argument: u32): i32;
export declare function groupCreate(group: u32, record: GroupCreateRecord, target: u32): i32;
export declare function groupRead(slot: u32, index: u32, record: usize): i32;
export declare function groupHistogram(slot: u32, index: u32, address: usize): i32;
export declare function processSpawn(record: SpawnRecord): i32;
export declare function processCreate(image: usize, size: u32, record: SpawnRecord): i32;
export declare function processWait(process: u32, record: ExitRecord | null): i32;
export declare function processKill(process: u32): i32;
export declare function processRead(machine: u32, index: u32, record: usize): i32;
export declare function processOpen(machine: u32, process: u32, target: u32): i32;
export declare function processInvoke(process: u32, thunk: u32, slots: usize, count: u32): i32;
export declare function processMemory(process: u32, source: u32, target: usize, size: u32): i32;
export declare function threadRead(machine: u32, index: u32, record: ThreadRecord): i32;
export declare function threadControl(thread: u32, control: u32): i32;
export declare function memoryMap(memory: u32, process: u32, address: usize, pages: u32): i32;
export declare function memoryUnmap(process: u32, address: usize, pages: u32): i32;
export declare function memoryRead(memory: u32, record: MemoryRecord): i32;
export declare function memoryWatch(memory: u32, notification: u32, bits: u32): i32;
export declare function interruptBind(interrupt: u32, notification: u32, bits: u32): i32;
export declare function interruptAcknowledge(interrupt: u32): i32;
export declare function portRead(ports: u32, port: u32, width: u32): i32;
export declare function portWrite(ports: u32, port: u32, value: u32, width: u32): i32;
export declare function portWriteBytes(ports: u32, port: u32, address: usize, size: u32): i32;
export declare function portReadWords(ports: u32, port: u32, address: usize, size: u32): i32;
export declare function portsNarrow(source: u32, target: u32, first: u32, count: u32): i32;

export declare function fileCount(files: u32): i32;
export declare function fileName(file: u32, address: usize, size: u32): i32;
export declare function fileSize(file: u32): i32;
export declare function fileRead(file: u32, offset: u32, address: usize, size: u32): i32;

export declare function halt(machine: u32, code: i32): i32;
export declare function systemRead(machine: u32, record: SystemRecord): i32;
export declare function traceRead(machine: u32, cursor: u32, address: usize, records: u32): i32;
export declare function scheduleRead(machine: u32, address: usize): i32;
export declare function commandLine(machine: u32, address: usize, size: u32): i32;
export declare function auditRead(audit: u32, group: u32, address: usize, records: u32): i32;
export declare function auditLost(audit: u32, group: u32): i32;
