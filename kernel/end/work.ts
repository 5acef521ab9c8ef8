/**
 * Work: deleting, revoking and ending, in steps of bounded length.
 *
 * The thread that asked does the work when it is its turn (trap/leave), on its group's account; between the
 * steps interrupts are taken and others run. A thread that ends hands what it has to do to the one that
 * ends it, so that nothing is left undone. Whoever derives a capability while others revoke does two of
 * their steps: nobody can derive faster than it is revoked.
 */
import { AuditEvent, Kind } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ProcessState } from "../abi/records";
import { ExitReason } from "../abi/traps";
import {
  addressOf,
  Capability,
  capabilityDescendant,
  capabilityOf,
} from "../capability/capability";
import { auditCapability } from "../object/audited";
import { groupWithin } from "../object/group";
import { NO_PROCESS, Process, processFind } from "../object/process";
import { Waiting } from "../object/queue";
import { Thread } from "../object/thread";
import { doom, doomedPop, workBegin, workEnd, workers, WorkKind } from "../object/workers";
import { objectEndStep } from "./object-end";
import { EndPhase, processEndBegin } from "./process-begin";
import { processEndStep } from "./process-end";
import { leafStep, removeStep } from "./remove";

/** Steps of others' revocations that a derivation does. */
const HELP_STEPS: u32 = 2;
/** Children that are deleted without further ado. */
const AT_ONCE: i32 = 4;

/** Begins to delete (or only to revoke) at a capability; OK, or BUSY when somebody does that already. */
export function deleteBegin(
  thread: Thread,
  capability: Capability,
  whole: bool,
  now: u64,
): KernelError {
  if (capability.worker !== 0) return KernelError.BUSY;
  auditCapability(thread, whole ? AuditEvent.DELETE : AuditEvent.REVOKE, capability);
  if (deleteAtOnce(thread, capability, whole, now)) {
    if (thread.doomed !== 0) workBegin(thread, WorkKind.FINISH, 0);
    return KernelError.OK;
  }
  capability.worker = thread.index + 1;
  workBegin(thread, whole ? WorkKind.DELETE : WorkKind.REVOKE, addressOf(capability));
  return KernelError.OK;
}

/** The usual case needs no steps: a few descendants at most, all of them children. True: it is done. */
function deleteAtOnce(thread: Thread, capability: Capability, whole: bool, now: u64): bool {
  let left = AT_ONCE;
  let child = capabilityDescendant(capability);
  while (child) {
    if (left === 0) return false;
    if (capabilityDescendant(child) !== null) return false;
    if (!removeStep(child, thread, now)) return false;
    left--;
    child = capabilityDescendant(capability);
  }
  return whole ? removeStep(capability, thread, now) : true;
}

/** Begins to end the thread's own process. */
export function exitBegin(thread: Thread, reason: u32, code: u32, offset: u32): void {
  const process = Process.at(thread.process);
  if (process.state !== <u32>ProcessState.ALIVE) return;
  processEndBegin(process, reason, code, offset);
  doomProcess(process, thread);
  if (thread.work === <u32>WorkKind.NONE) workBegin(thread, WorkKind.FINISH, 0);
}

function doomProcess(process: Process, worker: Thread): void {
  process.doomed = 1;
  doom(<u32>changetype<usize>(process), worker);
}

/** Begins to end another process; one that ends already is helped. */
export function killBegin(thread: Thread, process: Process): void {
  // A thread of the process itself ends it as by an exit: it is its own worker to the end.
  if (process.index === thread.process) return exitBegin(thread, ExitReason.KILLED, 0, 0);
  if (process.state === <u32>ProcessState.ALIVE) {
    processEndBegin(process, ExitReason.KILLED, 0, 0);
  } else if (process.state === <u32>ProcessState.ENDING) {
    // A thread of its own that was at it is the first to go.
    process.phase = EndPhase.THREADS;
  }
  if (process.doomed === 0 && process.state === <u32>ProcessState.ENDING) {
    doomProcess(process, thread);
    workBegin(thread, WorkKind.FINISH, 0);
    return;
  }
  workBegin(thread, WorkKind.KILL, process.number);
}

/** One step of a thread's work; its `work` is NONE when all is done, its state EMPTY when it is gone. */
export function workStep(thread: Thread, now: u64): void {
  if (thread.work === <u32>WorkKind.DELETE || thread.work === <u32>WorkKind.REVOKE) {
    deleteStep(thread, now);
  } else if (thread.doomed !== 0) {
    doomedStep(thread, now);
  } else if (thread.work !== <u32>WorkKind.KILL || killed(thread, now)) {
    workEnd(thread);
  }
}

function deleteStep(thread: Thread, now: u64): void {
  if (thread.workAt !== 0) {
    const capability = capabilityOf(thread.workAt);
    if (!leafStep(capability, thread, now)) return;
    if (thread.work === <u32>WorkKind.REVOKE) capability.worker = 0;
    else if (!removeStep(capability, thread, now)) return;
  }
  thread.workAt = 0;
  thread.work = WorkKind.FINISH;
}

/** A worker's own process and its groups come after everything else. */
function doomedStep(thread: Thread, now: u64): void {
  const object = thread.doomed;
  if (isOwn(object, thread) && !onlyOwn(object, thread)) {
    doomedPop(thread);
    doom(object, thread);
    return;
  }
  if (objectEndStep(object, thread, now)) {
    if (thread.doomed === object) doomedPop(thread);
    return;
  }
  const record = Waiting.at(object);
  if (record.kind !== <u32>Kind.GROUP || record.nextDoomed === 0) return;
  // What a group pays for may be behind it: a thread that ended has handed it on.
  doomedPop(thread);
  doom(object, thread);
}

/** Is the thread part of the object? */
function isOwn(object: u32, thread: Thread): bool {
  const record = Waiting.at(object);
  if (record.kind === <u32>Kind.PROCESS) return object === ownProcess(thread);
  return record.kind === <u32>Kind.GROUP && groupWithin(thread.group, record.group);
}

function ownProcess(thread: Thread): u32 {
  return <u32>changetype<usize>(Process.at(thread.process));
}

/** May the object be next? The own process, once nothing else but own groups is left. */
function onlyOwn(object: u32, thread: Thread): bool {
  let at = thread.doomed;
  while (at !== 0) {
    if (!isOwn(at, thread)) return false;
    at = Waiting.at(at).nextDoomed;
  }
  return object === ownProcess(thread);
}

/** One step at the process that is to be killed; true: it has ended. */
function killed(thread: Thread, now: u64): bool {
  const index = processFind(thread.workAt);
  if (index === NO_PROCESS) return true;
  const process = Process.at(index);
  const ending = process.state === <u32>ProcessState.ENDING;
  if (!ending && process.phase !== EndPhase.WAITERS) return true;
  return processEndStep(process, thread, now);
}

/** Before a capability is derived: helps whoever deletes or revokes. */
export function helpRevocations(now: u64): void {
  if (workers === null) return;
  for (let i: u32 = 0; i < HELP_STEPS; i++) {
    const worker = workers;
    if (!worker) return;
    if (worker.work > <u32>WorkKind.REVOKE) return;
    deleteStep(worker, now);
  }
}
