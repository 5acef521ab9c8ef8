/**
 * Leaving the kernel: the one place that decides, with the scheduler, whose frame is resumed.
 *
 * With nobody to run the processor halts here, interrupts open only inside `idle`; what came meanwhile is
 * handled as if it had come from ring 3.
 */
import { ExitReason } from "../abi/traps";
import { EXIT_PANIC, machineStop } from "../panic";
import { INIT } from "../object/lifecycle";
import { ProcessState, TraceKind } from "../abi/records";
import { countSwitch } from "../counters";
import { clockNow } from "../machine/clock";
import { takePending } from "../machine/interrupts";
import { idle } from "../machine/machine";
import { spaceSwitch, trapFrameUse } from "../machine/processor";
import { timerArm } from "../machine/timer";
import { floatingPointAllow } from "../object/floating-point";
import { Process } from "../object/process";
import { sleepFirst, sleepNext } from "../object/sleep";
import { current, currentSet, NO_THREAD, Thread, threadOf, wake } from "../object/thread";
import { charge, choose, preemptionDue, sliceEnd } from "../sched/schedule";
import { trace } from "../trace";
import { interrupt } from "./interrupt";

/** The time at the end of the latest idle stretch. */
let latest: u64 = 0;

/** After an entry that may have changed something: the frame to resume. */
export function leave(now: u64): usize {
  if (Process.at(INIT).state === ProcessState.ENDED) initEnded(Process.at(INIT));
  if (sleepNext() <= now) wakeSleepers(now);
  if (current === NO_THREAD || preemptionDue(now)) return reschedule(now);
  arm(now);
  return changetype<usize>(Thread.at(current));
}

/** Without init there is no system: its own exit code, or that of a system that failed. */
function initEnded(init: Process): void {
  const exited = init.exitReason === ExitReason.EXITED;
  machineStop(exited ? init.exitCode : EXIT_PANIC);
}

function reschedule(now: u64): usize {
  let time = now;
  let chosen = threadOf(choose(now));
  if (chosen === NO_THREAD || chosen !== current) {
    if (current !== NO_THREAD) Thread.at(current).cpuNs += now;
    if (chosen === NO_THREAD) {
      trace(now, TraceKind.IDLE, 0, 0);
      chosen = idleUntilReady(now);
      time = latest;
    }
    run(Thread.at(chosen), chosen, time);
  }
  arm(time);
  return changetype<usize>(Thread.at(chosen));
}

/** Gives the processor to a thread; whoever had it has been booked. */
export function run(thread: Thread, index: u32, now: u64): void {
  currentSet(index);
  thread.cpuNs -= now;
  countSwitch();
  spaceSwitch(Process.at(thread.process).directory);
  trapFrameUse(changetype<usize>(thread));
  floatingPointAllow(index);
  trace(now, TraceKind.RUN, index, thread.process);
}

function arm(now: u64): void {
  timerArm(now, min<u64>(sliceEnd(now), sleepNext()));
}

/** Halts until the scheduler has somebody: who. `latest` is the time by then. */
function idleUntilReady(since: u64): u32 {
  currentSet(NO_THREAD);
  latest = since;
  let chosen: u32 = NO_THREAD;
  while (chosen === NO_THREAD) {
    arm(latest);
    idle();
    latest = clockNow();
    charge(latest);
    handlePending(latest);
    if (sleepNext() <= latest) wakeSleepers(latest);
    chosen = threadOf(choose(latest));
  }
  return chosen;
}

function handlePending(now: u64): void {
  let pending = takePending();
  while (pending !== 0) {
    const line = <u32>ctz<u32>(pending);
    pending &= pending - 1;
    interrupt(line, now);
  }
}

function wakeSleepers(now: u64): void {
  while (sleepNext() <= now) {
    const index = sleepFirst();
    wake(index, now, Thread.at(index).dueNs);
  }
}
