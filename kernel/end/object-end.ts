/**
 * The ends of objects whose first capability is gone, step by step.
 */
import { Kind } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { ProcessState } from "../abi/records";
import { ExitReason } from "../abi/traps";
import { waitCancel } from "../message/wait";
import { recordReturn } from "../memory/records";
import { Group, groupClose, groupEmpty } from "../object/group";
import { interruptForget } from "../object/interrupt";
import { Memory } from "../memory/memory-records";
import { mappingEnd, memoryFree, memoryWatch } from "../object/memory";
import { Notification } from "../object/notification";
import { Process, processForget } from "../object/process";
import { Waiting } from "../object/queue";
import { NO_THREAD, Thread, threadFind } from "../object/thread";
import { doom } from "../object/workers";
import { processEndBegin } from "./process-begin";
import { processEndStep } from "./process-end";
import { threadEnd } from "./thread-end";

/** Pages unmapped or freed in one step. */
const STEP_PAGES: u32 = 64;

/** The object's first capability was removed: what can be ended at once is, the rest is the worker's. */
export function objectEnd(kind: Kind, object: u32, worker: Thread, now: u64): void {
  switch (kind) {
    case Kind.ENDPOINT:
    case Kind.NOTIFICATION:
    case Kind.MEMORY:
      doom(object, worker);
      break;
    case Kind.GROUP:
      doom(<u32>changetype<usize>(Group.at(object)), worker);
      break;
    case Kind.PROCESS:
      processOrphaned(Process.at(object), worker);
      break;
    case Kind.THREAD:
      threadOrphaned(object, worker, now);
      break;
    default:
  }
}

function processOrphaned(process: Process, worker: Thread): void {
  process.origin = 0;
  if (process.state === ProcessState.ENDED) {
    processForget(process);
    return;
  }
  if (process.state === ProcessState.ALIVE) processEndBegin(process, ExitReason.KILLED, 0, 0);
  doomProcess(process, worker);
}

/** Unless it is in somebody's list already. */
function doomProcess(process: Process, worker: Thread): void {
  if (process.doomed !== 0) return;
  process.doomed = 1;
  doom(<u32>changetype<usize>(process), worker);
}

/** The thread ends; the last one's process with it. A thread that deletes itself ends as its process would. */
function threadOrphaned(number: u32, worker: Thread, now: u64): void {
  const index = threadFind(number);
  if (index === NO_THREAD) return;
  const thread = Thread.at(index);
  const process = Process.at(thread.process);
  if (process.state !== <u32>ProcessState.ALIVE) return;
  if (process.threads > 1 && thread !== worker) {
    threadEnd(thread, worker, now);
    return;
  }
  processEndBegin(process, ExitReason.KILLED, 0, 0);
  doomProcess(process, worker);
}

/** One step at the end of an object; true: it is gone. */
export function objectEndStep(address: u32, worker: Thread, now: u64): bool {
  const object = Waiting.at(address);
  switch (object.kind) {
    case Kind.ENDPOINT:
      return queueEndStep(object, now);
    case Kind.NOTIFICATION:
      return notificationEndStep(address, object, now);
    case Kind.MEMORY:
      return memoryEndStep(Memory.at(address));
    case Kind.PROCESS:
      return processListedStep(changetype<Process>(<usize>address), worker, now);
    default:
      assert(object.kind === Kind.GROUP);
      return groupEndStep(object.group, now);
  }
}

/** A process that is in the worker's list: unless it was the worker's own, it is in no list afterwards. */
function processListedStep(process: Process, worker: Thread, now: u64): bool {
  if (!processEndStep(process, worker, now)) return false;
  process.doomed = 0;
  processForget(process);
  return true;
}

/** Somebody else may still be ending what the group pays for: then it is for later. */
function groupEndStep(group: u32, now: u64): bool {
  if (!groupEmpty(group)) return false;
  groupClose(group, now);
  return true;
}

function queueEndStep(object: Waiting, now: u64): bool {
  const first = object.first;
  if (first) {
    waitCancel(first, KernelError.CANCELED, now);
    return false;
  }
  recordReturn(changetype<usize>(object));
  return true;
}

function notificationEndStep(address: u32, object: Waiting, now: u64): bool {
  const bound = Notification.at(address).bound;
  if (bound) bound.bound = 0;
  Notification.at(address).bound = null;
  interruptForget(address);
  const watched = Notification.at(address).watches;
  if (watched !== 0) memoryWatch(Memory.at(watched), null, 0);
  return queueEndStep(object, now);
}

function memoryEndStep(memory: Memory): bool {
  const mapping = memory.mappings;
  if (mapping) {
    mappingEnd(mapping, STEP_PAGES);
    return false;
  }
  return memoryFree(memory, STEP_PAGES);
}
