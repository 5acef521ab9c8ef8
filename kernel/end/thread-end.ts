/**
 * The end of a thread: out of every call, queue and list; what it had to do is another's.
 */
import { KernelError } from "../abi/errors";
import { ProcessState } from "../abi/records";
import { capabilityOf } from "../capability/capability";
import { waitCancel, waitLeave } from "../message/wait";
import { floatingPointForget } from "../object/floating-point";
import { GroupShare, groupUse } from "../object/group";
import { notificationBind } from "../object/notification";
import { Process } from "../object/process";
import { stackClose } from "../object/space";
import { cpuTime, NO_THREAD, Thread, threadDestroy } from "../object/thread";
import { doomedHandOn, workEnd, WorkKind } from "../object/workers";

/**
 * Ends a thread; `worker` takes over what it had to end. A thread that is its own worker goes at the very end
 * of its process.
 */
export function threadEnd(thread: Thread, worker: Thread, now: u64): void {
  const process = Process.at(thread.process);
  const caller = thread.caller;
  if (caller) waitCancel(caller, KernelError.CANCELED, now);
  waitLeave(thread, now);
  if (thread.bound !== 0) notificationBind(thread, 0);
  if (thread.work === <u32>WorkKind.DELETE || thread.work === <u32>WorkKind.REVOKE) {
    if (thread.workAt !== 0) capabilityOf(thread.workAt).worker = 0;
  }
  if (thread.work !== <u32>WorkKind.NONE) workEnd(thread);
  doomedHandOn(thread, worker);
  detach(process, thread.index);
  if (process.state === <u32>ProcessState.ALIVE) stackClose(process, thread.slot);
  process.pastNs += cpuTime(thread.index, now);
  process.threads--;
  floatingPointForget(thread.index);
  groupUse(thread.group, GroupShare.THREADS, -1);
  threadDestroy(thread.index, now);
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
  assert(index !== NO_THREAD);
}
