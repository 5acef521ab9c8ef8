/**
 * Handing the processor over: one thread suspends itself and another one of its group goes on in its place.
 *
 * The fast way from one process to another. The two trade places with the scheduler, so nothing is decided
 * and the group's books see one thread running on: that is sound only within a group.
 */
import { Limit } from "../abi/limits";
import { ThreadState, WaitKind } from "../abi/records";
import { clockNow } from "../machine/clock";
import { current, exchange, Thread } from "../object/thread";
import { systemCall } from "./enter";
import { run } from "./leave";

/** Called by the stub for this call alone; everything but the simple case goes the way of all calls. */
export function handoff(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const index = thread.ebx % Limit.THREADS;
  const target = Thread.at(index);
  if (target.wait !== <u32>WaitKind.RESUME || target.number !== thread.ebx) {
    return systemCall(frame);
  }
  if (target.group !== thread.group || thread.resumePending !== 0) return systemCall(frame);

  const now = clockNow();
  thread.cpuNs += now;
  exchange(thread, current, target, index);
  thread.state = ThreadState.BLOCKED;
  thread.wait = WaitKind.RESUME;
  thread.eax = 0;
  target.state = ThreadState.READY;
  target.wait = WaitKind.NONE;
  run(target, index, now);
  return changetype<usize>(target);
}
