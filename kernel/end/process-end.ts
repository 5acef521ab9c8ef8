/**
 * The end of a process: threads, capabilities, mappings, address space, image, and then whoever waited for it.
 *
 * Everything goes back to its group before anybody hears of it. The worker may be a thread of the process
 * itself: it goes last.
 */
import { Kind } from "../abi/capability";
import { ProcessState, TraceKind } from "../abi/records";
import { Physical } from "../machine/memory-map";
import { Space, spaceCloseSlots, spaceEmptySlots } from "../capability/space";
import { waitLeave, resume } from "../message/wait";
import { exitDeliver } from "../object/exit";
import { GroupShare, groupUse } from "../object/group";
import { imageFree, imageRelease, NO_IMAGE } from "../object/image";
import { releaseInvoker } from "../object/invocation";
import { Mapping } from "../memory/memory-records";
import { mappingEnd } from "../object/memory";
import { Process, processForget } from "../object/process";
import { Waiting } from "../object/queue";
import { spaceClose, spaceEmpty } from "../object/space";
import { KERNEL_FIRST } from "../memory/tables";
import { NO_THREAD, Thread } from "../object/thread";
import { doomedPop } from "../object/workers";
import { trace } from "../trace";
import { EndPhase } from "./process-begin";
import { leafStep, removeStep } from "./remove";
import { threadEnd } from "./thread-end";

/** Slots looked at, and pages unmapped, in one step. */
const STEP_SLOTS: u32 = 64;
const STEP_PAGES: u32 = 64;

/** One step; true: the process is gone, with the worker if it was its own. */
export function processEndStep(process: Process, worker: Thread, now: u64): bool {
  switch (process.phase) {
    case EndPhase.THREADS:
      return endThread(process, worker, now);
    case EndPhase.CAPABILITIES:
      return endCapabilities(process, worker, now);
    case EndPhase.MAPPINGS:
      return endMapping(process);
    case EndPhase.SPACE:
      return advanceAt(process, spaceEmpty(process, process.cursor), EndPhase.IMAGE);
    case EndPhase.IMAGE:
      return endImage(process);
    case EndPhase.LAST:
      return last(process, now);
    default:
      return endWaiter(process, worker, now);
  }
}

function next(process: Process, phase: EndPhase): bool {
  process.phase = phase;
  process.cursor = 0;
  return false;
}

function advanceAt(process: Process, cursor: u32, phase: EndPhase): bool {
  if (cursor === <u32>KERNEL_FIRST) return next(process, phase);
  process.cursor = cursor;
  return false;
}

function endThread(process: Process, worker: Thread, now: u64): bool {
  let at = process.firstThread;
  while (at !== NO_THREAD) {
    const thread = Thread.at(at);
    if (thread !== worker) {
      threadEnd(thread, worker, now);
      return false;
    }
    at = thread.nextInProcess;
  }
  // Whoever is left is the worker, and does not go back to where it came from.
  if (process.firstThread !== NO_THREAD) worker.directory = Physical.PAGE_DIRECTORY;
  return next(process, EndPhase.CAPABILITIES);
}

/** Slot by slot; what was derived from one goes first. */
function endCapabilities(process: Process, worker: Thread, now: u64): bool {
  const space = Space.at(process.index);
  for (let i: u32 = 0; i < STEP_SLOTS; i++) {
    if (process.cursor >= space.slots) return next(process, EndPhase.MAPPINGS);
    const capability = space.slot(process.cursor);
    if (capability && capability.kind !== Kind.EMPTY) {
      if (leafStep(capability, worker, now)) removeStep(capability, worker, now);
      return false;
    }
    process.cursor++;
  }
  return false;
}

function endMapping(process: Process): bool {
  if (process.mappings === 0) return next(process, EndPhase.SPACE);
  mappingEnd(changetype<Mapping>(<usize>process.mappings), STEP_PAGES);
  return false;
}

/** `image` stays until its last frame is free; NO_IMAGE: that is done. */
function endImage(process: Process): bool {
  if (process.image === NO_IMAGE) return next(process, EndPhase.LAST);
  if (process.cursor === 0 && !imageRelease(process.image)) {
    process.image = NO_IMAGE;
    return next(process, EndPhase.LAST);
  }
  process.cursor = imageFree(process.image, process.cursor);
  if (process.cursor === <u32>KERNEL_FIRST) process.image = NO_IMAGE;
  return false;
}

/** Nothing is left but the frames of its slots, and the record. */
function last(process: Process, now: u64): bool {
  process.cursor = spaceEmptySlots(process.index, process.cursor);
  if (process.cursor !== 0) return false;
  spaceClose(process);
  spaceCloseSlots(process.index);
  groupUse(process.group, GroupShare.PROCESSES, -1);
  process.state = ProcessState.ENDED;
  trace(now, TraceKind.END, process.index, process.exitReason);
  releaseInvoker(process, now);
  return next(process, EndPhase.WAITERS);
}

/** Tells one of those who wait; after the last one the record may be free. */
function endWaiter(process: Process, worker: Thread, now: u64): bool {
  const thread = Waiting.at(<u32>changetype<usize>(process)).first;
  if (thread) {
    waitLeave(thread, now);
    exitDeliver(thread, process);
    resume(thread, now);
    return false;
  }
  // What remains of the worker's list are the groups that it is in itself.
  if (worker.process === process.index) {
    doomedPop(worker);
    process.doomed = 0;
    threadEnd(worker, worker, now);
  }
  processForget(process);
  return true;
}
