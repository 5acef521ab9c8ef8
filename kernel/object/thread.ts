/**
 * Threads: what the scheduler schedules. A blocked thread is this record, not a stack in the kernel.
 *
 *   0    trap frame: the registers, as the stubs in boot/ push and pop them
 *   60   the kernel's own fields
 *   256  FXSAVE area
 *
 * A thread's number is its index plus a generation, so that a stale number finds nothing.
 *
 * `schedule` is the number under which the scheduler runs the thread, `own` the one it was admitted with.
 * A server in a call has its client's: the two have exchanged them, so time, request and deadline are the
 * client's without the scheduler's knowing. CPU time is therefore kept by schedule number.
 */
import { Limit } from "../abi/limits";
import { ThreadState, TraceKind, WaitKind } from "../abi/records";
import { TrapFrame } from "../machine/memory-map";
import { NONE, threadAdmit, threadBlock, threadDismiss, threadWake } from "../sched/schedule";
import { Space } from "../capability/space";
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
  /** CPU time under schedule numbers that are no longer its own. */
  pastNs: u64;
  /** When a sleep, or the patience of a wait, ends. */
  dueNs: u64;
  /** The most that a message call waits; 0: for ever. */
  timeoutNs: u64;
  index: u32;
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
  /** The scheduler's numbers, see above. */
  schedule: u32;
  own: u32;
  /** The process's group and number. */
  group: u32;
  processNumber: u32;

  /** Its process's capability space and page directory. */
  space: Space;
  directory: u32;
  /** Whose reply this thread owes, and who owes it one. */
  caller: Thread | null;
  callee: Thread | null;
  /** Calls on whose account it runs: above 0 it has its caller's schedule number. */
  nesting: u32;
  /** Neighbours in the queue of the object it waits at, and that object. */
  queueNext: Thread | null;
  queuePrevious: Thread | null;
  waitObject: u32;
  /** Through which capability, with which badge and info. */
  waitCapability: u32;
  waitBadge: u32;
  waitInfo: u32;
  /** The capability that is to be used for the reply to its call, if it was saved. */
  replyCapability: u32;
  /** Message buffer in its linear memory, 0: none; and its physical place, 0: to be looked up. */
  buffer: u32;
  bufferAt: u32;
  /** 1: `timeoutNs` is not 0. */
  impatient: u32;
  /** The notification that ends its receives. */
  bound: u32;
  /** WorkKind that it has to finish before it goes on, and where: see workers.ts. */
  work: u32;
  workAt: u32;
  workRoot: u32;
  workCursor: u32;
  /** Objects that it has to end, first come, first served. */
  doomed: u32;
  lastDoomed: u32;
  nextWorker: Thread | null;

  @inline
  static at(index: u32): Thread {
    assert(index < <u32>Limit.THREADS);
    return changetype<Thread>(table + <usize>index * THREAD_SIZE);
  }

  @inline
  runAs(schedule: u32): void {
    this.schedule = schedule;
    store<u32>(owners + ((<usize>schedule) << 2), <u32>changetype<usize>(this));
  }

  /** The two trade places with the scheduler, which knows nothing of it. */
  @inline
  static exchange(one: Thread, other: Thread): void {
    const schedule = one.schedule;
    one.runAs(other.schedule);
    other.runAs(schedule);
  }

  @inline
  get floatingPoint(): usize {
    return changetype<usize>(this) + FLOATING_POINT;
  }
}

const THREAD_SIZE: usize = 768;
const FLOATING_POINT: usize = 256;
if (offsetof<Thread>() > 256) ERROR("a thread's fields reach into its FXSAVE area");
if (offsetof<Thread>("eip") !== TrapFrame.EIP) ERROR("the stubs save eip elsewhere");
if (offsetof<Thread>("eax") !== TrapFrame.EAX) ERROR("the stubs save eax elsewhere");
if (offsetof<Thread>("ss") !== TrapFrame.SS) ERROR("the stubs save ss elsewhere");
const table: usize = memory.data(Limit.THREADS * 768, 16);

/** By the scheduler's number: the thread. */
const owners: usize = memory.data(Limit.THREADS * 4, 4);
/** By the scheduler's number: CPU time; of the one that runs, less the time when it began (see cpuTime). */
const times: usize = memory.data(Limit.THREADS * 8, 8);
export const NO_THREAD: u32 = NONE;
export let threadsAlive: u32 = 0;
/** Whose registers the processor has; NO_THREAD while the machine is idle. */
export let current: u32 = NO_THREAD;
/** The schedule number whose time runs; NONE while the machine is idle. */
let timed: u32 = NONE;
let latestIndex: u32 = 0;

export function currentSet(index: u32): void {
  current = index;
}

/** Once, at boot: every thread begins with its own index as the scheduler's number. */
export function threadsStart(): void {
  for (let index: u32 = 0; index < <u32>Limit.THREADS; index++) {
    const thread = Thread.at(index);
    thread.index = index;
    thread.own = index;
    thread.runAs(index);
  }
}

/** The thread that the scheduler means; NO_THREAD stays itself. */
export function threadOf(schedule: u32): u32 {
  if (schedule === NONE) return NO_THREAD;
  return changetype<Thread>(<usize>load<u32>(owners + ((<usize>schedule) << 2))).index;
}

function timeOf(schedule: u32): usize {
  return times + ((<usize>schedule) << 3);
}

/** Books time up to now under whoever's ran; from now on it runs under `schedule` (NONE: idle). */
export function timeRuns(schedule: u32, now: u64): void {
  if (timed === schedule) return;
  if (timed !== NONE) store<u64>(timeOf(timed), load<u64>(timeOf(timed)) + now);
  timed = schedule;
  if (schedule !== NONE) store<u64>(timeOf(schedule), load<u64>(timeOf(schedule)) - now);
}

/** A stretch of the time that runs was nobody's of its own: an interrupt, handled for somebody. */
export function timeSkip(from: u64, to: u64): void {
  if (timed === NONE) return;
  store<u64>(timeOf(timed), load<u64>(timeOf(timed)) + from - to);
}

/** Two threads of one group keep each other's schedule numbers for good: their times so far are settled. */
export function exchangeForGood(one: Thread, other: Thread, now: u64): void {
  one.pastNs = cpuTime(one.index, now);
  other.pastNs = cpuTime(other.index, now);
  timeReset(one.own, now);
  timeReset(other.own, now);
  const own = one.own;
  one.own = other.own;
  other.own = own;
  Thread.exchange(one, other);
}

function timeReset(schedule: u32, now: u64): void {
  store<u64>(timeOf(schedule), timed === schedule ? 0 - now : 0);
}

/** CPU time of a thread up to now, with what servers used on its account. */
export function cpuTime(index: u32, now: u64): u64 {
  const thread = Thread.at(index);
  const time = thread.pastNs + load<u64>(timeOf(thread.own));
  return thread.own === timed ? time + now : time;
}

/** A free record for a thread of `process`, blocked and known to the scheduler; NO_THREAD if none is. */
export function threadCreate(process: u32, account: u32, now: u64): u32 {
  const index = freeRecord();
  if (index === NO_THREAD) return NO_THREAD;
  const thread = Thread.at(index);
  const own = thread.own;
  if (threadAdmit(own, account, now) !== 0) return NO_THREAD;
  const generation = thread.number / Limit.THREADS + 1;
  memory.fill(changetype<usize>(thread), 0, FLOATING_POINT);
  thread.index = index;
  thread.number = generation * Limit.THREADS + index;
  thread.own = own;
  thread.schedule = own;
  thread.process = process;
  thread.group = account;
  thread.space = Space.at(process);
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.NONE;
  thread.nextInProcess = NO_THREAD;
  store<u64>(timeOf(own), 0);
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

/** The thread is nobody's server or client, and in no queue, any more. */
export function threadDestroy(index: u32, now: u64): void {
  const thread = Thread.at(index);
  assert(thread.state !== ThreadState.EMPTY && thread.schedule === thread.own);
  assert(thread.waitObject === 0 && thread.doomed === 0);
  if (thread.sleeping !== 0) sleepRemove(index);
  if (timed === thread.own) timeRuns(NONE, now);
  threadDismiss(thread.schedule, now);
  thread.state = ThreadState.EMPTY;
  // Whoever remembers it as an invoker finds that it waits for nothing.
  thread.wait = WaitKind.NONE;
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

/** Has the sleepers' heap wake the blocked thread at `due`. */
export function wakeAt(index: u32, due: u64): void {
  Thread.at(index).dueNs = due;
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
  trace(now, TraceKind.WAKE, index, <u32>min<u64>(now - due, 0xffffffff));
}

/** The thread with this number, or NO_THREAD. */
export function threadFind(number: u32): u32 {
  const index = number % Limit.THREADS;
  const thread = Thread.at(index);
  return thread.state !== ThreadState.EMPTY && thread.number === number ? index : NO_THREAD;
}
