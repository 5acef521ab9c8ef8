/**
 * Calls of threads: start, sleep, suspend, resume, end.
 */
import { AuditEvent, Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ThreadControl, ThreadState, WaitKind } from "../abi/records";
import { ExitReason } from "../abi/traps";
import { capabilityOf } from "../capability/capability";
import { found, foundTarget, lookup, lookupTarget, originInsert } from "../capability/space";
import { exitBegin } from "../end/work";
import { threadEnd } from "../end/thread-end";
import { auditCapability } from "../object/audited";
import { Process } from "../object/process";
import { threadStartIn } from "../object/start";
import { block, NO_THREAD, Thread, threadFind, wake, wakeAt } from "../object/thread";

export function threadStart(process: Process, thread: Thread, now: u64): i32 {
  const slot = thread.edi;
  if (slot !== 0) {
    const refusal = lookupTarget(thread.space, slot);
    if (refusal !== KernelError.OK) return -refusal;
  }
  const target = foundTarget;
  const number = threadStartIn(process, thread.ebx, thread.esi, now);
  if (number < 0 || slot === 0) return number;
  const rights = Right.CONTROL | Right.OBSERVE;
  originInsert(target, capabilityOf(process.origin), Kind.THREAD, rights, number);
  auditCapability(thread, AuditEvent.CREATE, target);
  return number;
}

/** The last thread's end is the process's. */
export function threadExit(thread: Thread, now: u64): i32 {
  if (Process.at(thread.process).threads === 1) exitBegin(thread, ExitReason.EXITED, 0, 0);
  else threadEnd(thread, thread, now);
  return 0;
}

export function sleepUntil(thread: Thread, now: u64): i32 {
  const due = ((<u64>thread.esi) << 32) | <u64>thread.ebx;
  if (due <= now) return 0;
  thread.eax = 0;
  block(thread.index, WaitKind.SLEEP, now);
  wakeAt(thread.index, due);
  return 0;
}

/** Blocks unless a resume came first. */
export function suspend(thread: Thread, now: u64): i32 {
  if (thread.resumePending !== 0) {
    thread.resumePending = 0;
    return 0;
  }
  thread.eax = 0;
  block(thread.index, WaitKind.RESUME, now);
  return 0;
}

/** Wakes a thread of the caller's process. */
export function threadResume(thread: Thread, now: u64): i32 {
  const index = threadFind(thread.ebx);
  if (index === NO_THREAD) return -KernelError.NOT_FOUND;
  const target = Thread.at(index);
  if (target.process !== thread.process) return -KernelError.NOT_PERMITTED;
  return resumeThread(target, now);
}

function resumeThread(target: Thread, now: u64): i32 {
  if (target.state === ThreadState.BLOCKED && target.wait === <u32>WaitKind.RESUME) {
    wake(target.index, now, now);
  } else {
    target.resumePending = 1;
  }
  return 0;
}

/** A thread suspends itself; others are resumed or ended through their capabilities. */
export function threadControl(thread: Thread, now: u64): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.THREAD, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  const capability = found;
  const index = threadFind(capability.object);
  if (index === NO_THREAD) return -KernelError.NOT_FOUND;
  const target = Thread.at(index);
  switch (thread.esi) {
    case ThreadControl.SUSPEND:
      return target === thread ? suspend(thread, now) : -KernelError.BAD_ARGUMENT;
    case ThreadControl.RESUME:
      return resumeThread(target, now);
    case ThreadControl.END:
      return endThread(thread, target, now);
    default:
      return -KernelError.BAD_ARGUMENT;
  }
}

function endThread(thread: Thread, target: Thread, now: u64): i32 {
  if (target === thread) return threadExit(thread, now);
  if (Process.at(target.process).threads === 1) return -KernelError.BUSY;
  threadEnd(target, thread, now);
  return 0;
}
