/**
 * Calls of processes: start, wait, kill, look.
 */
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import {
  ExitRecord,
  GROUP_OWN,
  PROCESS_RECORD_BYTES,
  ProcessRecord,
  ProcessState,
  SpawnFlag,
  SpawnRecord,
  WaitKind,
} from "../abi/records";
import { ExitReason } from "../abi/traps";
import { clockNow } from "../machine/clock";
import { fileFindProgram, NO_FILE } from "../object/archive";
import { groupFind } from "../object/group";
import { imageOfFile, imageRule, imageWithoutMemory, NO_IMAGE } from "../object/image";
import { deliverExit, INIT, processEnd, processStart, start } from "../object/lifecycle";
import { NO_PROCESS, Process, processFind } from "../object/process";
import { reportRefusal } from "../object/report";
import { block, cpuTime, NO_THREAD, Thread } from "../object/thread";
import { copyFromStack, REFUSED, userRange } from "../object/user-memory";

/** Checks a SpawnRecord and fills `start` from it; OK or the refusal. */
export function decodeStart(process: Process, address: u32): KernelError {
  const source = userRange(process, address, offsetof<SpawnRecord>());
  if (source === REFUSED) return KernelError.BAD_ADDRESS;
  const record = changetype<SpawnRecord>(source);
  if (record.nameSize > <u32>Limit.NAME_BYTES) return KernelError.BAD_ARGUMENT;
  if (record.argumentsSize > <u32>Limit.ARGUMENT_BYTES) return KernelError.BAD_ARGUMENT;
  const name = userRange(process, record.name, record.nameSize);
  const words = userRange(process, record.arguments, record.argumentsSize);
  if (name === REFUSED || words === REFUSED) return KernelError.BAD_ADDRESS;
  const group = record.group === GROUP_OWN ? process.group : record.group;
  if (!groupFind(group)) return KernelError.NOT_FOUND;
  start.name = <u32>name;
  start.nameSize = record.nameSize;
  start.arguments = <u32>words;
  start.argumentsSize = record.argumentsSize;
  start.group = group;
  start.flags = record.flags;
  start.parent = process.number;
  return KernelError.OK;
}

export function processSpawn(process: Process, address: u32, now: u64): i32 {
  const refusal = decodeStart(process, address);
  if (refusal !== KernelError.OK) return -refusal;
  if ((start.flags & SpawnFlag.INVOCABLE) !== 0) return -KernelError.BAD_ARGUMENT;
  const file = fileFindProgram(start.name, start.nameSize);
  if (file === NO_FILE) return -KernelError.NOT_FOUND;
  return startOn(imageOfFile(file), now);
}

/** Starts what `decodeStart` described on an image, or says why there is no image. */
export function startOn(image: u32, now: u64): i32 {
  if (image !== NO_IMAGE) return processStart(image, now);
  const rule = imageRule;
  if (rule !== null) {
    reportRefusal(start.name, start.nameSize, rule);
    return -KernelError.BAD_IMAGE;
  }
  return imageWithoutMemory ? -KernelError.OUT_OF_MEMORY : -KernelError.TABLE_FULL;
}

/** Answers at once if a child has ended already, blocks if one is alive. */
export function processWait(process: Process, thread: Thread, now: u64): i32 {
  const wanted = thread.ebx;
  const address = thread.esi;
  if (address !== 0) {
    const target = userRange(process, address, offsetof<ExitRecord>());
    if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  }
  thread.waitSubject = wanted;
  thread.waitAddress = address;
  let alive = false;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const child = Process.at(i);
    if (child.state === ProcessState.EMPTY || child.parent !== process.number) continue;
    if (wanted !== 0 && wanted !== child.number) continue;
    if (child.state === ProcessState.ENDED) {
      deliverExit(thread, child);
      return <i32>thread.eax;
    }
    alive = true;
  }
  if (!alive) return -KernelError.NO_CHILD;
  block(thread.index, WaitKind.CHILD, now);
  return 0;
}

export function processKill(number: u32, now: u64): i32 {
  const index = processFind(number);
  if (index === NO_PROCESS) return -KernelError.NOT_FOUND;
  if (number === INIT) return -KernelError.NOT_PERMITTED;
  if (Process.at(index).state !== ProcessState.ALIVE) return -KernelError.NOT_FOUND;
  processEnd(index, ExitReason.KILLED, 0, 0, now);
  return 0;
}

export function processRead(caller: Process, index: u32, address: u32): i32 {
  if (index >= <u32>Limit.PROCESSES) return -KernelError.END;
  const target = userRange(caller, address, PROCESS_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const process = Process.at(index);
  if (process.state === ProcessState.EMPTY) return -KernelError.NOT_FOUND;
  const record = changetype<ProcessRecord>(target);
  record.cpuNs = cpuOf(process);
  record.process = process.number;
  record.parent = process.parent;
  record.group = process.group;
  record.state = process.state;
  record.threads = process.threads;
  record.frames = process.frames;
  record.nameSize = process.nameSize;
  record.reserved = 0;
  memory.copy(record.nameAddress, process.name, Limit.NAME_BYTES);
  return 0;
}

function cpuOf(process: Process): u64 {
  const now = clockNow();
  let sum = process.pastNs;
  let at = process.firstThread;
  while (at !== NO_THREAD) {
    sum += cpuTime(at, now);
    at = Thread.at(at).nextInProcess;
  }
  return sum;
}

/** The arguments lie above the first stack. */
export function argumentsRead(process: Process, address: u32, size: u32): i32 {
  const count = min<u32>(size, process.argumentsSize);
  const target = userRange(process, address, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  if (!copyFromStack(process, process.arguments, target, count)) return -KernelError.BAD_ADDRESS;
  return <i32>count;
}
