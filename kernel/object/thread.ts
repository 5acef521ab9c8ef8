/**
 * Threads: what the scheduler schedules. A blocked thread is this record, not a stack in the kernel.
 *
 *   0    trap frame: the registers, as the stubs in boot/ push and pop them
 *   60   the kernel's own fields
 *   128  FXSAVE area
 *
 * A thread's number is its index plus a generation, so that a stale number finds nothing.
 */
import { Limit } from "../abi/limits";
import { ThreadState, TraceKind, WaitKind } from "../abi/records";
import { TrapFrame } from "../machine/memory-map";
import { NONE, threadAdmit, threadBlock, threadDismiss, threadWake } from "../sched/schedule";
import { trace } from "../trace";
import { sleepAdd, sleepRemove } from "./sleep";

@unmanaged
@final
export class Thread {
  edi: u32;
  esi: u32;
  ebp: u32;
  /** pusha stores esp here; popa ignores it. */
  unused: u32;
  ebx: u32;
  edx: u32;
  ecx: u32;
  eax: u32;
  vector: u32;
  error: u32;
  eip: u32;
  cs: u32;
  eflags: u32;
  esp: u32;
  ss: u32;

  /** Index of the process. */
  process: u32;
  /** CPU time; of the running thread, less the time when it began to run (see cpuTime). */
  cpuNs: u64;
  /** When a sleep ends. */
  dueNs: u64;
  number: u32;
  /** ThreadState, and what it waits for. */
  state: u32;
  wait: u32;
  /** The place of its native stack. */
  slot: u32;
  /** Position in the sleepers' heap plus one; 0: not in it. */
  sleeping: u32;
  resumePending: u32;
  nextInProcess: u32;
  /** What a wait was asked with: a user address, a number. */
  waitAddress: u32;
  waitSubject: u32;
  waitSize: u32;
  /** The scheduler's number for it: threads of one group can exchange theirs (`exchange`). */
  schedule: u32;
  /** The process's group. */
  group: u32;

  @inline
  static at(index: u32): Thread {
    assert(index < <u32>Limit.THREADS);
    return changetype<Thread>(table + <usize>index * THREAD_SIZE);
  }

  @inline
  get index(): u32 {
    return <u32>((changetype<usize>(this) - table) / THREAD_SIZE);
  }

  @inline
  get floatingPoint(): usize {
    return changetype<usize>(this) + FLOATING_POINT;
  }
}

const THREAD_SIZE: usize = 640;
const FLOATING_POINT: usize = 128;
if (offsetof<Thread>() > 128) ERROR("a thread's fields reach into its FXSAVE area");
if (offsetof<Thread>("eip") !== TrapFrame.EIP) ERROR("the stubs save eip elsewhere");
if (offsetof<Thread>("eax") !== TrapFrame.EAX) ERROR("the stubs save eax elsewhere");
if (offsetof<Thread>("ss") !== TrapFrame.SS) ERROR("the stubs save ss elsewhere");
const table: usize = memory.data(655360, 16);
if (THREAD_SIZE * Limit.THREADS !== 655360) ERROR("the thread table has another size");

/** By the scheduler's number: the thread's index. */
const owners: usize = memory.data(4096, 4);
if (Limit.THREADS * 4 !== 4096) ERROR("the table of schedule numbers has another size");
export const NO_THREAD: u32 = NONE;
export let threadsAlive: u32 = 0;
/** Whose registers the processor has; NO_THREAD while the machine is idle. */
export let current: u32 = NO_THREAD;
let latestIndex: u32 = 0;

export function currentSet(index: u32): void {
  current = index;
}

/** Once, at boot: every thread begins with its own index as the scheduler's number. */
export function threadsStart(): void {
  for (let index: u32 = 0; index < <u32>Limit.THREADS; index++) scheduleSet(index, index);
}

function scheduleSet(index: u32, schedule: u32): void {
  Thread.at(index).schedule = schedule;
  store<u32>(owners + ((<usize>schedule) << 2), index);
}

/** The thread that the scheduler means; NO_THREAD stays itself. */
export function threadOf(schedule: u32): u32 {
  return schedule === NONE ? NO_THREAD : load<u32>(owners + ((<usize>schedule) << 2));
}

/**
 * Two threads of one group trade places with the scheduler: the one that was running becomes the one that
 * is blocked and the other way round. Nothing is booked or decided: the newcomer goes on with the request.
 */
export function exchange(one: Thread, oneIndex: u32, other: Thread, otherIndex: u32): void {
  const schedule = one.schedule;
  one.schedule = other.schedule;
  other.schedule = schedule;
  store<u32>(owners + ((<usize>one.schedule) << 2), oneIndex);
  store<u32>(owners + ((<usize>schedule) << 2), otherIndex);
}

/** CPU time of a thread up to now. */
export function cpuTime(index: u32, now: u64): u64 {
  const time = Thread.at(index).cpuNs;
  return index === current ? time + now : time;
}

/** A free record for a thread of `process`, blocked and known to the scheduler; NO_THREAD if none is. */
export function threadCreate(process: u32, account: u32, now: u64): u32 {
  const index = freeRecord();
  if (index === NO_THREAD) return NO_THREAD;
  const thread = Thread.at(index);
  const schedule = thread.schedule;
  if (threadAdmit(schedule, account, now) !== 0) return NO_THREAD;
  const generation = thread.number / Limit.THREADS + 1;
  memory.fill(changetype<usize>(thread), 0, FLOATING_POINT);
  thread.number = generation * Limit.THREADS + index;
  thread.schedule = schedule;
  thread.process = process;
  thread.group = account;
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.NONE;
  thread.nextInProcess = NO_THREAD;
  latestIndex = index;
  threadsAlive++;
  return index;
}

/** Round robin, so that a number stays unused for as long as possible. */
function freeRecord(): u32 {
  for (let i: u32 = 1; i <= <u32>Limit.THREADS; i++) {
    const index = (latestIndex + i) % Limit.THREADS;
    if (Thread.at(index).state === ThreadState.EMPTY) return index;
  }
  return NO_THREAD;
}

export function threadDestroy(index: u32, now: u64): void {
  const thread = Thread.at(index);
  assert(thread.state !== ThreadState.EMPTY);
  if (thread.sleeping !== 0) sleepRemove(index);
  threadDismiss(thread.schedule, now);
  thread.state = ThreadState.EMPTY;
  if (current === index) current = NO_THREAD;
  threadsAlive--;
}

/** The result of the system call that the thread is in. */
export function threadAnswer(thread: Thread, value: i32): void {
  thread.eax = <u32>value;
}

export function block(index: u32, wait: WaitKind, now: u64): void {
  const thread = Thread.at(index);
  assert(thread.state === ThreadState.READY);
  thread.state = ThreadState.BLOCKED;
  thread.wait = wait;
  threadBlock(thread.schedule, now);
  trace(now, TraceKind.BLOCK, index, wait);
}

/** Blocks until `due`. */
export function blockUntil(index: u32, due: u64, now: u64): void {
  Thread.at(index).dueNs = due;
  block(index, WaitKind.SLEEP, now);
  sleepAdd(index);
}

/** Makes a blocked thread ready; `due` is when it should have become so. */
export function wake(index: u32, now: u64, due: u64): void {
  const thread = Thread.at(index);
  assert(thread.state === ThreadState.BLOCKED);
  if (thread.sleeping !== 0) sleepRemove(index);
  thread.state = ThreadState.READY;
  thread.wait = WaitKind.NONE;
  threadWake(thread.schedule, now, due);
  trace(now, TraceKind.WAKE, index, 0);
}

/** The thread with this number, or NO_THREAD. */
export function threadFind(number: u32): u32 {
  const index = number % Limit.THREADS;
  const thread = Thread.at(index);
  return thread.state !== ThreadState.EMPTY && thread.number === number ? index : NO_THREAD;
}
