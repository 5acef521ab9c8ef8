/**
 * Beginning and end of processes and threads: what has to happen together, in order.
 *
 * Decode first (image, group, memory can each refuse), then act. At the end everything the process held
 * goes back to its group before anybody hears of it.
 */
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import {
  ExitRecord,
  ProcessState,
  SpawnFlag,
  ThreadState,
  TraceKind,
  WaitKind,
} from "../abi/records";
import { ExitReason } from "../abi/traps";
import { Selector } from "../machine/memory-map";
import { floatingPointReset } from "../machine/processor";
import { trace } from "../trace";
import { foreground, foregroundSet } from "./console";
import { floatingPointForget } from "./floating-point";
import { Group, groupsCloseOrphans, groupsOrphan, ORPHANED } from "./group";
import { Image, imageRelease } from "./image";
import {
  NO_PROCESS,
  Process,
  processBury,
  processEnliven,
  processFind,
  processRecord,
} from "./process";
import { spaceClose, spaceOpen, stackClose, stackOpen, stackTop } from "./space";
import {
  cpuTime,
  NO_THREAD,
  Thread,
  threadAnswer,
  threadCreate,
  threadDestroy,
  wake,
} from "./thread";
import { copyToStack, pokeRecord } from "./user-memory";

/** Process number of init: when it ends, the machine halts. */
export const INIT: u32 = 1;
/** Below the arguments: where an invocable process finds its slots. */
export const SLOT_BYTES: u32 = 8;
const INVOKE_BYTES: u32 = Limit.INVOKE_SLOTS * SLOT_BYTES;
const FLAGS_INTERRUPTS_ON: u32 = 0x202;
/** As after a call from aligned code: a zero return address on top, 12 bytes short of 16 below it. */
const CALL_BYTES: u32 = 20;
const EXIT_RECORD_BYTES: u32 = 16;
if (offsetof<ExitRecord>() !== 16) ERROR("EXIT_RECORD_BYTES is out of date");

/** What the caller of `processStart` wants; one, filled in before each call. */
@unmanaged
@final
export class Start {
  name: u32;
  nameSize: u32;
  arguments: u32;
  argumentsSize: u32;
  group: u32;
  flags: u32;
  parent: u32;
}
export const start: Start = changetype<Start>(memory.data(28, 4));

/** Starts a process on an image (one reference is handed over); its number or a negated refusal. */
export function processStart(image: u32, now: u64): i32 {
  const index = processRecord();
  if (index === NO_PROCESS) return refuse(image, KernelError.TABLE_FULL);
  const process = Process.at(index);
  process.group = start.group;
  process.image = image;
  if (!spaceOpen(process, Image.at(image))) return refuse(image, KernelError.OUT_OF_MEMORY);
  const thread = threadCreate(index, start.group, now);
  if (thread === NO_THREAD) {
    spaceClose(process);
    return refuse(image, KernelError.TABLE_FULL);
  }
  actStart(process, thread, now);
  return <i32>process.number;
}

function refuse(image: u32, error: KernelError): i32 {
  imageRelease(image);
  return -error;
}

function actStart(process: Process, threadIndex: u32, now: u64): void {
  processEnliven(process.index);
  process.parent = start.parent;
  process.flags = start.flags;
  process.nameSize = min<u32>(start.nameSize, Limit.NAME_BYTES);
  memory.copy(process.name, start.name, process.nameSize);
  process.argumentsSize = start.argumentsSize;
  process.arguments = (stackTop(0) - start.argumentsSize) & ~(<u32>15);
  const copied = copyToStack(process, process.arguments, start.arguments, start.argumentsSize);
  assert(copied);
  Group.at(process.group).processes++;
  const entry = Image.at(process.image).layout.entry;
  attach(process, threadIndex, 0, entry, initialStack(process));
  trace(now, TraceKind.START, process.index, process.group);
  wake(threadIndex, now, now);
}

/** Where the stack begins: below the arguments and, for invocations, their slots. */
export function initialStack(process: Process): u32 {
  return slotsAddress(process) - CALL_BYTES;
}

/** Where an invocation's slots lie in an invocable process. */
export function slotsAddress(process: Process): u32 {
  const invocable = (process.flags & SpawnFlag.INVOCABLE) !== 0;
  return process.arguments - (invocable ? INVOKE_BYTES : 0);
}

function attach(process: Process, threadIndex: u32, slot: u32, eip: u32, esp: u32): void {
  const thread = Thread.at(threadIndex);
  thread.slot = slot;
  thread.nextInProcess = process.firstThread;
  process.firstThread = threadIndex;
  process.threads++;
  floatingPointReset(thread.floatingPoint);
  aim(thread, eip, esp);
}

/** Sets a thread to start at `eip` in ring 3. */
export function aim(thread: Thread, eip: u32, esp: u32): void {
  thread.vector = 0;
  thread.eip = eip;
  thread.esp = esp;
  thread.cs = Selector.USER_CODE;
  thread.ss = Selector.USER_DATA;
  thread.eflags = FLAGS_INTERRUPTS_ON;
}

/** Starts another thread of a process at the image's thread entry; its number or a negated refusal. */
export function threadStartIn(process: Process, element: u32, argument: u32, now: u64): i32 {
  const entry = Image.at(process.image).layout.info.threadEntry;
  if (entry === 0) return -KernelError.NOT_PERMITTED;
  const slot = <u32>ctz<u64>(~process.slots);
  if (slot >= <u32>Limit.THREADS_PER_PROCESS) return -KernelError.TABLE_FULL;
  const index = threadCreate(process.index, process.group, now);
  if (index === NO_THREAD) return -KernelError.TABLE_FULL;
  if (!stackOpen(process, slot)) {
    threadDestroy(index, now);
    return -KernelError.OUT_OF_MEMORY;
  }
  attach(process, index, slot, entry, stackTop(slot) - CALL_BYTES);
  const thread = Thread.at(index);
  thread.eax = element;
  thread.edx = argument;
  wake(index, now, now);
  return <i32>thread.number;
}

/** Ends one thread; the last one's end is the process's. */
export function threadEnd(index: u32, now: u64): void {
  const thread = Thread.at(index);
  const process = Process.at(thread.process);
  if (process.threads === 1) {
    processEnd(thread.process, ExitReason.EXITED, 0, 0, now);
    return;
  }
  detach(process, index);
  stackClose(process, thread.slot);
  destroy(process, index, now);
}

function detach(process: Process, index: u32): void {
  const next = Thread.at(index).nextInProcess;
  if (process.firstThread === index) {
    process.firstThread = next;
    return;
  }
  let at = process.firstThread;
  while (Thread.at(at).nextInProcess !== index) at = Thread.at(at).nextInProcess;
  Thread.at(at).nextInProcess = next;
}

function destroy(process: Process, index: u32, now: u64): void {
  process.pastNs += cpuTime(index, now);
  process.threads--;
  floatingPointForget(index);
  threadDestroy(index, now);
}

/** Ends a process, and with it the instances that only it could invoke and the groups that it made. */
export function processEnd(index: u32, reason: u32, code: u32, offset: u32, now: u64): void {
  end(index, reason, code, offset, now);
  if (!straySearch) return;
  let stray = findStray();
  while (stray !== NO_PROCESS) {
    end(stray, ExitReason.KILLED, 0, 0, now);
    stray = findStray();
  }
  groupsCloseOrphans(now);
  straySearch = false;
}

/** Set when an invocable process lost its parent, or a group its owner. */
let straySearch: bool = false;

/** A living process that must not go on by itself; NO_PROCESS if there is none. */
function findStray(): u32 {
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.state !== ProcessState.ALIVE) continue;
    if (Group.at(process.group).owner === ORPHANED) return i;
    if (process.parent === 0 && (process.flags & SpawnFlag.INVOCABLE) !== 0) return i;
  }
  return NO_PROCESS;
}

/** In order: threads, memory, image, group, then whoever waited for it. */
function end(index: u32, reason: u32, code: u32, offset: u32, now: u64): void {
  const process = Process.at(index);
  assert(process.state === ProcessState.ALIVE);
  process.exitReason = reason;
  process.exitCode = code;
  process.exitOffset = offset;
  while (process.firstThread !== NO_THREAD) {
    const thread = process.firstThread;
    process.firstThread = Thread.at(thread).nextInProcess;
    destroy(process, thread, now);
  }
  spaceClose(process);
  imageRelease(process.image);
  Group.at(process.group).processes--;
  if (foreground === process.number) foregroundSet(0);
  processBury(process);
  trace(now, TraceKind.END, index, reason);
  releaseInvoker(process, now);
  orphan(process.number);
  if (process.groups !== 0) {
    groupsOrphan(process.number);
    straySearch = true;
  }
  announce(process, now);
}

/** Whoever invoked a function of a process that is gone gets a refusal. */
function releaseInvoker(process: Process, now: u64): void {
  const invoker = process.invoker;
  process.invoker = NO_THREAD;
  if (invoker === NO_THREAD) return;
  const thread = Thread.at(invoker);
  if (thread.wait !== <u32>WaitKind.RESULT || thread.waitSubject !== process.number) return;
  threadAnswer(thread, -KernelError.NOT_FOUND);
  wake(invoker, now, now);
}

/** Children of a dead process: nobody will ask for their ends. */
function orphan(number: u32): void {
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const child = Process.at(i);
    if (child.state === ProcessState.EMPTY || child.parent !== number) continue;
    child.parent = 0;
    if ((child.flags & SpawnFlag.INVOCABLE) !== 0) straySearch = true;
    if (child.state === ProcessState.ENDED) child.state = ProcessState.EMPTY;
  }
}

/** Tells a waiting parent, or keeps the record for it, or frees the record. */
function announce(process: Process, now: u64): void {
  const parentIndex = process.parent === 0 ? NO_PROCESS : processFind(process.parent);
  if (parentIndex === NO_PROCESS) {
    if (process.number !== INIT) process.state = ProcessState.EMPTY;
    return;
  }
  let at = Process.at(parentIndex).firstThread;
  while (at !== NO_THREAD) {
    const thread = Thread.at(at);
    const waits = thread.state === ThreadState.BLOCKED && thread.wait === WaitKind.CHILD;
    if (waits && (thread.waitSubject === 0 || thread.waitSubject === process.number)) {
      deliverExit(thread, process);
      wake(at, now, now);
      return;
    }
    at = thread.nextInProcess;
  }
}

const exitRecord: ExitRecord = changetype<ExitRecord>(memory.data(16, 4));

/** Answers a wait for this dead process and frees its record. */
export function deliverExit(thread: Thread, process: Process): void {
  assert(process.state === ProcessState.ENDED);
  exitRecord.process = process.number;
  exitRecord.reason = process.exitReason;
  exitRecord.code = process.exitCode;
  exitRecord.wasmOffset = process.exitOffset;
  threadAnswer(thread, <i32>process.number);
  process.state = ProcessState.EMPTY;
  if (thread.waitAddress === 0) return;
  const waiter = Process.at(thread.process);
  const source = changetype<usize>(exitRecord);
  const written = pokeRecord(waiter, thread.waitAddress, source, EXIT_RECORD_BYTES);
  if (!written) threadAnswer(thread, -KernelError.BAD_ADDRESS);
}
