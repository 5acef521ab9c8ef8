/**
 * Entering the kernel from ring 3: interrupts and exceptions through `enter`, calls through `systemCall`.
 *
 * Both get the address of the running thread's frame, which is its record, and answer with the frame to
 * resume. Time is booked where something happens that the scheduler has to know.
 */
import { Call, callIsTimeless } from "../abi/calls";
import { ThreadState } from "../abi/records";
import { invoke } from "../invoke/call";
import { settleFault } from "../message/settle";
import { unsettled } from "../memory/soft";
import { clockNow } from "../machine/clock";
import { TrapFrame, Vector } from "../machine/memory-map";
import { current, Thread } from "../object/thread";
import { WorkKind } from "../object/workers";
import { sleepNext } from "../object/sleep";
import { charge, choiceChanged, preemptionDue } from "../sched/schedule";
import { exception } from "./fault";
import { interrupt } from "./interrupt";
import { leave } from "./leave";

export function enter(frame: usize): usize {
  let now = clockNow();
  charge(now);
  const vector = load<u32>(frame, TrapFrame.VECTOR);
  if (vector >= <u32>Vector.INTERRUPTS && vector < <u32>Vector.INTERRUPTS_END) {
    now = interrupt(vector - Vector.INTERRUPTS, now);
  } else {
    exception(changetype<Thread>(frame), vector, now);
  }
  if (unsettled) now = settleFault(changetype<Thread>(frame).group, now);
  return leave(now);
}

/** Nothing that such a call does has to do with time, unless it is refused. */
function timelessCall(thread: Thread, number: u32, frame: usize): usize {
  thread.eax = <u32>invoke(thread, number, 0);
  return frame;
}

/**
 * Ends of slices and of sleeps are the timer's business, but its interrupt comes late: the emulator looks at timers
 * every 100,003 instructions, and counts anew when a program leaves one compiled loop for another. Whoever asks for
 * the time when some end is overdue is the timer.
 */
function overdue(now: u64): bool {
  return sleepNext() <= now || preemptionDue(now);
}

/** Calls that change nothing return from here; the rest goes through the books. */
export function systemCall(frame: usize): usize {
  const thread = changetype<Thread>(frame);
  const number = thread.eax;
  if (number === <u32>Call.NULL) {
    thread.eax = 0;
    return frame;
  }
  if (callIsTimeless(number)) return timelessCall(thread, number, frame);
  const now = clockNow();
  if (number === Call.CLOCK) {
    thread.eax = <u32>now;
    thread.ebx = <u32>(now >> 32);
    return overdue(now) ? leave(now) : frame;
  }
  const index = current;
  const result = invoke(thread, number, now);
  // A thread that now waits is answered when it wakes; one that is gone, never.
  if (current !== index) return leave(now);
  if (thread.state !== <u32>ThreadState.READY) return leave(now);
  thread.eax = <u32>result;
  if (choiceChanged() || overdue(now)) return leave(now);
  return thread.work === <u32>WorkKind.NONE ? frame : leave(now);
}
