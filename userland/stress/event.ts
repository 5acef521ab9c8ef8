/**
 * One event of a worker's thread. The same meaning is in emulator-harness/stress/task-run.ts for the
 * model; what several threads have to do with is in meeting.ts for both.
 */
import { clock, exit, messageCall, sleepUntil, yieldNow } from "../lib/kernel";
import { infoOf } from "../lib/message";
import { areaCount } from "./area";
import { work } from "./calibrate";
import { cacheRead } from "./cache";
import { fork } from "./fork";
import { holdBytes } from "./hold";
import { deviceWrite, memoryRun, memoryWrite } from "./memory-work";
import { Own } from "./own-slots";
import { EventKind, PlanEvent, PlanTask } from "./plan";
import { requestAnswer, requestArrive } from "./request";
import { Run } from "./run";
import { taskWord } from "./scenario";

/** `runtime` looks at the clock after so much work. */
const RUNTIME_CHUNK_NS: u64 = 32000;
let rounds: u64 = 0;

/** Rounds of work per millisecond. */
export function eventPace(perMs: u64): void {
  rounds = perMs;
}

export function runEvent(run: Run, event: usize): void {
  const kind = <EventKind>load<u32>(event, PlanEvent.KIND);
  const ns = load<u64>(event, PlanEvent.NS_LOW);
  const object = load<u32>(event, PlanEvent.OBJECT);
  areaCount(run, kind);
  switch (kind) {
    case EventKind.RUN:
      working(run, ns, clock(), false);
      break;
    case EventKind.RUNTIME:
      working(run, ns, clock(), true);
      break;
    case EventKind.SLEEP:
      sleepUntil(clock() + ns);
      break;
    case EventKind.TIMER_RELATIVE:
    case EventKind.TIMER_ABSOLUTE:
      awaitTimer(run, object, ns, kind === EventKind.TIMER_ABSOLUTE);
      break;
    case EventKind.YIELD:
      yieldNow();
      break;
    case EventKind.MEM:
      memoryWrite(<u32>ns);
      break;
    case EventKind.IORUN:
      deviceWrite(<u32>ns);
      break;
    case EventKind.MEMRUN:
      memoryRun(object, <u32>(ns >> 32), <u32>ns, load<u32>(event, PlanEvent.SECOND));
      break;
    case EventKind.FORK:
      ask(run, EventKind.LOCK, load<u32>(event, PlanEvent.SECOND), 0, 0);
      if (!fork(object)) areaCount(run, EventKind.REFUSED);
      ask(run, EventKind.UNLOCK, load<u32>(event, PlanEvent.SECOND), 0, 0);
      break;
    case EventKind.SHARED_RELATIVE:
    case EventKind.SHARED_ABSOLUTE:
      awaitShared(run, kind, object, ns);
      break;
    case EventKind.HOLD:
      holdBytes(<u32>ns);
      break;
    case EventKind.CACHE:
      cacheRead(run, object, load<u32>(event, PlanEvent.SECOND), ns);
      break;
    case EventKind.ARRIVE:
      requestArrive(run, ns, object !== 0);
      break;
    case EventKind.ANSWER:
      requestAnswer(run);
      break;
    default:
      ask(run, kind, object, load<u32>(event, PlanEvent.SECOND), 0);
  }
}

function working(run: Run, ns: u64, start: u64, timed: bool): void {
  if (timed) workUntil(run, start + ns);
  else workFor(run, ns);
  run.durationNs += ns;
  run.runNs += clock() - start;
}

/** That many nanoseconds of the processor, counted in rounds. */
export function workFor(run: Run, ns: u64): void {
  work((ns * rounds) / 1000000);
  run.workNs += ns;
}

function workUntil(run: Run, end: u64): void {
  while (clock() < end) workFor(run, min<u64>(RUNTIME_CHUNK_NS, end - min<u64>(end, clock())));
}

function awaitTimer(run: Run, timer: u32, period: u64, absolute: bool): void {
  const slot = run.timer(timer);
  const at = load<u64>(slot) + period;
  store<u64>(slot, at);
  const now = clock();
  if (now >= at && !absolute) store<u64>(slot, now);
  expire(run, period, at, now);
}

/** A timer of several threads is the hub's. */
function awaitShared(run: Run, kind: EventKind, timer: u32, period: u64): void {
  ask(run, kind, timer, <u32>(period / 1000), taskWord(run.task, PlanTask.DELAY_US));
  const at = ((<u64>run.word1) << 32) | <u64>run.word0;
  expire(run, period, at, clock());
}

function expire(run: Run, period: u64, at: u64, now: u64): void {
  run.periodNs += period;
  run.slackNs += <i64>at - <i64>now;
  if (now >= at) return;
  sleepUntil(at);
  run.latencyNs += clock() - at;
}

/** Asks the hub, and waits as long as it makes the thread wait. */
function ask(run: Run, kind: EventKind, object: u32, second: u32, third: u32): void {
  run.word0 = kind;
  run.word1 = object;
  run.word2 = second;
  run.word3 = third;
  if (messageCall(infoOf(Own.HUB, 0, 0), changetype<usize>(run)) < 0) exit(3);
}
