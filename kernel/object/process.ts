/**
 * Processes: an address space, a capability space, threads, and a group that pays for all of it.
 *
 * The record of a dead process tells how it ended for as long as its first capability exists.
 */
import { Kind } from "../abi/capability";
import { Limit } from "../abi/limits";
import { ProcessState } from "../abi/records";
import { hold, letGo } from "../memory/hold";
import { NO_THREAD } from "./thread";

@unmanaged
@final
export class Process {
  /** The first fields are those of `Waiting`: threads wait here for its end. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  first: u32;
  last: u32;
  /** Its first capability; 0: deleted. */
  origin: u32;
  /** CPU time of threads that are gone. */
  pastNs: u64;
  /** Bit n: the native stack in slot n is in use. */
  slots: u64;
  number: u32;
  /** ProcessState. */
  state: u32;
  image: u32;
  directory: u32;
  threads: u32;
  firstThread: u32;
  /** Frames that the account pays for, and those of them that are in use. */
  promised: u32;
  frames: u32;
  /** Size of the linear memory in pages of 64 KiB, and the most it may have. */
  memoryPages: u32;
  memoryMaximum: u32;
  /** From this page of it to that one it is only there to be mapped over: nobody has paid. */
  windowFrom: u32;
  windowTo: u32;
  /** Stretches of memory objects in it. */
  mappings: u32;
  arguments: u32;
  argumentsSize: u32;
  /** SpawnFlag bits. */
  flags: u32;
  exitReason: u32;
  exitCode: u32;
  exitOffset: u32;
  /** How far its end has come: EndPhase, and where in it. */
  phase: u32;
  cursor: u32;
  /** Of an invocable process: the thread that waits for the result, and where its slots go. */
  invoker: u32;
  invokerSlots: u32;
  invokerCount: u32;
  /** Of an invocable process: how its initialiser ended, once it has. */
  started: u32;
  startTrap: u32;
  nameSize: u32;
  /** 1: in some worker's list of doomed objects. */
  doomed: u32;

  @inline
  static at(index: u32): Process {
    assert(index < <u32>Limit.PROCESSES);
    return changetype<Process>(table + <usize>index * PROCESS_SIZE);
  }

  @inline
  get index(): u32 {
    return <u32>((changetype<usize>(this) - table) / PROCESS_SIZE);
  }

  @inline
  get name(): usize {
    return changetype<usize>(this) + <usize>offsetof<Process>();
  }

  get memoryBytes(): u32 {
    return this.memoryPages << 16;
  }
}

const PROCESS_SIZE: usize = 152 + 32;
if (offsetof<Process>() !== 152) ERROR("PROCESS_SIZE is out of date");
const table: usize = memory.data(Limit.PROCESSES * 184, 8);
export const NO_PROCESS: u32 = 0xffffffff;
export let processesAlive: u32 = 0;
/** Index 0 is never used: process number 0 means none. */
let latestIndex: u32 = 0;

/** So many of the promised frames are free now, and the process's. */
export function processHolds(process: Process, count: u32): void {
  hold(process.group, count);
  process.frames += count;
}

/** They are given back, still promised. */
export function processLetsGo(process: Process, count: u32): void {
  letGo(process.group, count);
  process.frames -= count;
}

/** A fresh record with a number of its own, or NO_PROCESS. */
export function processRecord(): u32 {
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const index = ((latestIndex + i - 1) % (Limit.PROCESSES - 1)) + 1;
    const process = Process.at(index);
    if (process.state !== ProcessState.EMPTY) continue;
    const generation = process.number === 0 ? 0 : process.number / Limit.PROCESSES + 1;
    memory.fill(changetype<usize>(process), 0, PROCESS_SIZE);
    process.number = generation * Limit.PROCESSES + index;
    process.kind = Kind.PROCESS;
    process.firstThread = NO_THREAD;
    process.invoker = NO_THREAD;
    return index;
  }
  return NO_PROCESS;
}

/** The record is a living process from now on. */
export function processEnliven(index: u32): void {
  const process = Process.at(index);
  assert(process.state === ProcessState.EMPTY);
  process.state = ProcessState.ALIVE;
  latestIndex = index;
  processesAlive++;
}

/** Its end begins: nothing new may be made in it. */
export function processEnding(process: Process): void {
  assert(process.state === ProcessState.ALIVE);
  process.state = ProcessState.ENDING;
  processesAlive--;
}

/** The record is free once nobody can ask, nobody waits and no worker comes to it. */
export function processForget(process: Process): void {
  if (process.origin !== 0 || process.doomed !== 0) return;
  if (process.state === ProcessState.ENDED && process.first === 0) {
    process.state = ProcessState.EMPTY;
  }
}

/** The index of the process with this number, dead or alive; NO_PROCESS otherwise. */
export function processFind(number: u32): u32 {
  const index = number % Limit.PROCESSES;
  if (index === 0) return NO_PROCESS;
  const process = Process.at(index);
  const known = process.state !== ProcessState.EMPTY && process.number === number;
  return known ? index : NO_PROCESS;
}
