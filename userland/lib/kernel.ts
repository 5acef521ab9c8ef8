/**
 * The system calls as a program sees them: this file's name is the import module `kernel`.
 *
 * Meaning, numbers and errors are in kernel/abi/; a negative result is a negated KernelError.
 */
import {
  ExitRecord,
  GroupCreateRecord,
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
export declare function consoleWrite(address: usize, size: u32): i32;
export declare function consoleRead(address: usize, size: u32): i32;
export declare function consoleReady(): i32;
export declare function consoleForeground(process: i32): i32;
export declare function processSpawn(record: SpawnRecord): i32;
export declare function processWait(process: i32, record: ExitRecord | null): i32;
export declare function processKill(process: i32): i32;
export declare function processSelf(): i32;
export declare function processRead(index: u32, record: usize): i32;
export declare function threadStart(tableIndex: u32, argument: i32): i32;
export declare function threadExit(): void;
export declare function threadRead(index: u32, record: ThreadRecord): i32;
export declare function threadSelf(): i32;
export declare function threadSuspend(): i32;
export declare function threadHandoff(thread: i32): i32;
export declare function threadResume(thread: i32): i32;
export declare function groupCreate(record: GroupCreateRecord): i32;
export declare function groupDestroy(group: i32): i32;
export declare function groupRead(index: u32, record: usize): i32;
export declare function fileCount(): i32;
export declare function fileName(file: u32, address: usize, size: u32): i32;
export declare function fileSize(file: u32): i32;
export declare function fileRead(file: u32, offset: u32, address: usize, size: u32): i32;
export declare function argumentsRead(address: usize, size: u32): i32;
export declare function halt(code: i32): void;
export declare function processCreate(image: usize, size: u32, record: SpawnRecord): i32;
export declare function processInvoke(process: i32, thunk: u32, slots: usize, count: u32): i32;
export declare function processMemory(process: i32, source: u32, target: usize, size: u32): i32;
export declare function systemRead(record: SystemRecord): i32;
export declare function traceRead(cursor: u32, address: usize, records: u32): i32;
export declare function commandLine(address: usize, size: u32): i32;
export declare function groupHistogram(group: u32, address: usize): i32;
export declare function scheduleRead(address: usize): i32;
