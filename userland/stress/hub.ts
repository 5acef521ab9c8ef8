/**
 * The hub: where the threads of a scenario meet. It answers those that go on and keeps the others.
 *
 * One thread serves one request after another, so nothing in meeting.ts needs a lock; a call lends the
 * caller's account, so the group that locks pays for it. It is a process of the program stress-worker,
 * because a program of its own would cost the image 20 KB.
 * A request: EventKind, object, mutex or period (us), delay of the caller's task (us).
 */
import { clock, replySave } from "../lib/kernel";
import { receive, replyReceive, send, setWords, word } from "../lib/message";
import { giveSlot, slotsLimit, takeSlot } from "../lib/slots";
import { HUB_SLOTS, Own } from "./own-slots";
import { meetingAsk, meetingReleased, meetingStart, meetingTimer } from "./meeting";
import { EventKind } from "./plan";

let begin: u64 = 0;

/** Serves until the process is ended; the scenario begins at that time. */
export function hubRun(start: u64): void {
  begin = start;
  slotsLimit(HUB_SLOTS);
  meetingStart();
  let came = receive(Own.HUB);
  while (true) {
    // A caller that is gone by now is nobody to answer.
    if (came < 0) came = receive(Own.HUB);
    else if (serve()) came = replyReceive(Own.HUB, 0, 0);
    else came = receive(Own.HUB);
  }
}

/** Is the caller to be answered at once? */
function serve(): bool {
  const kind = <EventKind>word(0);
  const object = word(1);
  if (kind >= EventKind.SHARED_RELATIVE) {
    expire(object, kind === EventKind.SHARED_ABSOLUTE);
    return true;
  }
  const waiter = takeSlot();
  const goes = meetingAsk(kind, object, word(2), waiter);
  if (goes) giveSlot(waiter);
  // First the others: from replySave on, the hub runs on its own account until it receives again.
  for (let other = meetingReleased(); other >= 0; other = meetingReleased()) {
    send(<u32>other, 0, 0);
    giveSlot(<u32>other);
  }
  if (!goes) replySave(waiter);
  return goes;
}

function expire(timer: u32, absolute: bool): void {
  const period = <u64>word(2) * 1000;
  const at = meetingTimer(timer, period, begin + <u64>word(3) * 1000, clock(), absolute);
  setWords(<u32>at, <u32>(at >> 32), 0, 0);
}
