/**
 * Leaving the kernel: the one place that decides, with the scheduler, whose frame is resumed.
 *
 * With nobody to run the processor halts here, interrupts open only inside `idle`; what came meanwhile is
 * handled as if it had come from ring 3.
 */
import { KernelError } from "../abi/errors";
import { ProcessState, ThreadState, TraceKind, WaitKind } from "../abi/records";
import { ExitReason } from "../abi/traps";
import { auditTime } from "../capability/audit";
import { EXIT_PANIC, machineStop } from "../panic";
import { workStep } from "../end/work";
import { INIT } from "../object/start";
import { settleTimeless } from "../message/settle";
import { waitCancel } from "../message/wait";
import { WorkKind } from "../object/workers";
import { countSwitch, noteStretch } from "../counters";
import { clockNow } from "../machine/clock";
import { unsettled } from "../memory/soft";
import { takePending } from "../machine/interrupts";
import { cli, idle, inb, sti } from "../machine/machine";
import { spaceSwitch, trapFrameUse } from "../machine/processor";
import { timerArm, timerArmed } from "../machine/timer";
import { FloatingPoint } from "../object/floating-point";
import { Process } from "../object/process";
import { sleepFirst, sleepNext } from "../object/sleep";
import { current, currentSet, NO_THREAD, Thread, threadOf, timeRuns, wake } from "../object/thread";
import { charge, choose, preemptionDue, sliceEnd, threadAccount } from "../sched/schedule";
import { trace } from "../trace";
import { interrupt } from "./interrupt";

/** Work is done with interrupts off for this long, and the step that is under way. */
const WORK_NS: u64 = 8000;
/** Reading it takes a moment and does nothing else. */
const DELAY_PORT: u32 = 0x80;

/** The time at the end of the latest idle stretch. */
let latest: u64 = 0;

/** After an entry that may have changed something: the frame to resume. Who has work to do does it first. */
export function leave(now: u64): usize {
  let time = now;
  while (true) {
    if (Process.at(INIT).state === ProcessState.ENDED) initEnded(Process.at(INIT));
    if (sleepNext() <= time) wakeSleepers(time);
    if (current === NO_THREAD || preemptionDue(time)) time = reschedule(time);
    else if (!timerArmed()) arm(time);
    const thread = Thread.at(current);
    if (thread.work === <u32>WorkKind.NONE) return changetype<usize>(thread);
    time = work(thread, time);
  }
}

/** Steps for as long as interrupts may stay off, then takes the interrupts; the time by then. */
function work(thread: Thread, now: u64): u64 {
  auditTime(now);
  let time = now;
  while (thread.work !== <u32>WorkKind.NONE && time - now < WORK_NS) {
    workStep(thread, time);
    // A group that ends gives its part of memory back, and what was lent of it may have to go.
    if (unsettled) settleTimeless();
    time = clockNow();
    if (thread.state !== <u32>ThreadState.READY) break;
  }
  noteStretch(time - now);
  if (current !== NO_THREAD && thread.work === <u32>WorkKind.NONE) return time;
  sti();
  inb(DELAY_PORT);
  cli();
  time = clockNow();
  charge(time);
  return handlePending(time);
}

/** Without init there is no system: its own exit code, or that of a system that failed. */
function initEnded(init: Process): void {
  const exited = init.exitReason === ExitReason.EXITED;
  machineStop(exited ? init.exitCode : EXIT_PANIC);
}

/** Somebody runs afterwards; the time by then. */
function reschedule(now: u64): u64 {
  let time = now;
  let chosen = threadOf(choose(now));
  if (chosen === NO_THREAD || chosen !== current) {
    if (chosen === NO_THREAD) {
      trace(now, TraceKind.IDLE, 0, 0);
      chosen = idleUntilReady(now);
      time = latest;
    }
    run(Thread.at(chosen), chosen, time);
  }
  arm(time);
  return time;
}

/** Gives the processor to a thread; whoever had it has been booked. */
export function run(thread: Thread, index: u32, now: u64): void {
  currentSet(index);
  timeRuns(thread.schedule, now);
  countSwitch();
  spaceSwitch(thread.directory);
  trapFrameUse(changetype<usize>(thread));
  FloatingPoint.allow(index);
  trace(now, TraceKind.RUN, index, thread.process | (threadAccount(thread.schedule) << 16));
}

function arm(now: u64): void {
  timerArm(now, min<u64>(sliceEnd(now), sleepNext()));
}

/** Halts until the scheduler has somebody: who. `latest` is the time by then. */
function idleUntilReady(since: u64): u32 {
  currentSet(NO_THREAD);
  timeRuns(NO_THREAD, since);
  latest = since;
  let chosen: u32 = NO_THREAD;
  while (chosen === NO_THREAD) {
    arm(latest);
    idle();
    latest = clockNow();
    charge(latest);
    latest = handlePending(latest);
    if (sleepNext() <= latest) wakeSleepers(latest);
    chosen = threadOf(choose(latest));
  }
  return chosen;
}

/** The time when all of them are done. */
function handlePending(now: u64): u64 {
  let time = now;
  let pending = takePending();
  while (pending !== 0) {
    const line = <u32>ctz<u32>(pending);
    pending &= pending - 1;
    time = interrupt(line, time);
  }
  return time;
}

function wakeSleepers(now: u64): void {
  while (sleepNext() <= now) {
    const thread = Thread.at(sleepFirst());
    if (thread.wait === <u32>WaitKind.SLEEP) wake(thread.index, now, thread.dueNs);
    else waitCancel(thread, KernelError.TIMED_OUT, now);
  }
}
