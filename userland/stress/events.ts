/**
 * Events: how many of each kind all threads together began; a line for people and one for the harness.
 *
 *   @{"stress":"events","counts":{"run":12,"lock":3}}
 */
import { flush, print, printByte, printLine, printUnsigned } from "../lib/console";
import { EventKind } from "./plan";

const counts: usize = memory.data(28 * 4, 4);
if (EventKind.COUNT !== 28) ERROR("the table of counts has another size");
const SPACE: u32 = 32;
const COMMA: u32 = 44;
const QUOTE: u32 = 34;

/** A u32 per EventKind, filled by whoever drives the report. */
export function countsBuffer(): usize {
  return counts;
}

export function printEvents(): void {
  print("events");
  for (let kind: u32 = 1; kind < <u32>EventKind.COUNT; kind++) {
    const count = countOf(kind);
    if (count === 0 || nameOf(kind).length === 0) continue;
    printByte(SPACE);
    print(nameOf(kind));
    printByte(SPACE);
    printUnsigned(count);
  }
  if (countOf(EventKind.REFUSED) > 0) {
    print(", forks refused ");
    printUnsigned(countOf(EventKind.REFUSED));
  }
  printLine("");
}

export function lineEvents(): void {
  print('@{"stress":"events","counts":{');
  let first = true;
  for (let kind: u32 = 1; kind < <u32>EventKind.COUNT; kind++) {
    if (countOf(kind) === 0 || nameOf(kind).length === 0) continue;
    if (!first) printByte(COMMA);
    first = false;
    printByte(QUOTE);
    print(nameOf(kind));
    printByte(QUOTE);
    printByte(58);
    printUnsigned(countOf(kind));
  }
  print('},"forksRefused":');
  printUnsigned(countOf(EventKind.REFUSED));
  printLine("}");
  flush();
}

/** All four kinds of timers are the one event `timer`. */
function countOf(kind: u32): u32 {
  if (kind !== <u32>EventKind.TIMER_RELATIVE) return one(kind);
  return (
    one(kind) +
    one(EventKind.TIMER_ABSOLUTE) +
    one(EventKind.SHARED_RELATIVE) +
    one(EventKind.SHARED_ABSOLUTE)
  );
}

function one(kind: u32): u32 {
  return load<u32>(counts + ((<usize>kind) << 2));
}

function nameOf(kind: u32): string {
  switch (kind) {
    case EventKind.RUN:
      return "run";
    case EventKind.RUNTIME:
      return "runtime";
    case EventKind.SLEEP:
      return "sleep";
    case EventKind.TIMER_RELATIVE:
      return "timer";
    case EventKind.YIELD:
      return "yield";
    case EventKind.MEM:
      return "mem";
    case EventKind.MEMRUN:
      return "memrun";
    case EventKind.IORUN:
      return "iorun";
    case EventKind.FORK:
      return "fork";
    case EventKind.SUSPEND:
      return "suspend";
    case EventKind.RESUME:
      return "resume";
    default:
      return nameOfMeeting(kind);
  }
}

function nameOfMeeting(kind: u32): string {
  switch (kind) {
    case EventKind.LOCK:
      return "lock";
    case EventKind.UNLOCK:
      return "unlock";
    case EventKind.WAIT:
      return "wait";
    case EventKind.SIGNAL:
      return "signal";
    case EventKind.BROAD:
      return "broad";
    case EventKind.SYNC:
      return "sync";
    case EventKind.SEM_POST:
      return "sem_post";
    case EventKind.SEM_WAIT:
      return "sem_wait";
    case EventKind.BARRIER:
      return "barrier";
    case EventKind.HOLD:
      return "hold";
    case EventKind.CACHE:
      return "cache";
    case EventKind.ARRIVE:
      return "arrive";
    case EventKind.ANSWER:
      return "answer";
    default:
      return "";
  }
}
