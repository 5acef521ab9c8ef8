/**
 * Verification of waits: queues and calls look the same from both ends, and accounts are lent along calls only.
 */
import { Limit } from "./abi/limits";
import { ThreadState, WaitKind } from "./abi/records";
import { Waiting } from "./object/queue";
import { Thread } from "./object/thread";
import { threadReady } from "./sched/schedule";

export function verifyWaits(): void {
  for (let i: u32 = 0; i < <u32>Limit.THREADS; i++) {
    const thread = Thread.at(i);
    if (thread.state === <u32>ThreadState.EMPTY) {
      assert(thread.schedule === thread.own);
      continue;
    }
    verifyThread(thread);
    if (thread.waitObject !== 0) verifyPlace(thread);
  }
}

function verifyThread(thread: Thread): void {
  const ready = thread.state === <u32>ThreadState.READY;
  assert(threadReady(thread.schedule) === ready);
  assert(!ready || thread.waitObject === 0);
  const callee = thread.callee;
  if (callee) assert(callee.caller === thread && thread.wait === <u32>WaitKind.REPLY);
  const caller = thread.caller;
  if (caller) {
    assert(caller.callee === thread);
    assert(thread.nesting === 0 || thread.nesting === caller.nesting + 1);
  }
  if (thread.nesting !== 0) assert(caller !== null);
  if (thread.replyCapability !== 0) assert(thread.wait === <u32>WaitKind.REPLY && callee === null);
  const lent = thread.nesting !== 0 || (callee !== null && callee.nesting !== 0);
  assert(lent || thread.schedule === thread.own);
}

/** The queue has the thread, and its neighbours know it. */
function verifyPlace(thread: Thread): void {
  const object = Waiting.at(thread.waitObject);
  const next = thread.queueNext;
  const previous = thread.queuePrevious;
  if (next) assert(next.queuePrevious === thread && next.waitObject === thread.waitObject);
  else assert(object.last === thread);
  if (previous) assert(previous.queueNext === thread);
  else assert(object.first === thread);
}
