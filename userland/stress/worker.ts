/**
 * stress-worker: one thread of a scenario; it does what its task's phases say until it is killed.
 *
 * Arguments: the scenario's name, the task's number, the instance's number, the start (ns), rounds of work
 * per millisecond. The same meaning of events is in emulator-harness/stress/task-run.ts for the model.
 */
import { clock, exit, sleepUntil, yieldNow } from "../lib/kernel";
import { readArguments, wordAddress, wordSize } from "../lib/words";
import { work } from "./calibrate";
import { EventKind, Plan, PlanEvent, PlanHeader, PlanPhase, PlanTask, TimerLimit } from "./plan";
import { planRead } from "./plan-file";
import { header, plan, planSound, taskWord } from "./scenario";

const timers: usize = memory.data(8 * 8, 8);
if (TimerLimit.TIMERS !== 8) ERROR("the table of timers has another size");
/** `runtime` looks at the clock after so much work. */
const RUNTIME_CHUNK_NS: u64 = 32000;

let rounds: u64 = 0;

function main(): void {
  readArguments();
  const size = planRead(wordAddress(0), wordSize(0));
  if (!planSound(size)) exit(2);
  const task = <u32>number(1);
  const instance = <u32>number(2);
  const begin = number(3) + <u64>delayUs(task, instance) * 1000;
  rounds = number(4);
  for (let i: u32 = 0; i < <u32>TimerLimit.TIMERS; i++) {
    store<u64>(timers + ((<usize>i) << 3), begin);
  }
  sleepUntil(begin);
  runTask(task);
  exit(0);
}

/** A decimal argument of any length. */
function number(word: u32): u64 {
  let value: u64 = 0;
  for (let i: u32 = 0; i < wordSize(word); i++) {
    value = value * 10 + <u64>(load<u8>(wordAddress(word) + i) - 48);
  }
  return value;
}

function delayUs(task: u32, instance: u32): u32 {
  const most = taskWord(task, PlanTask.JITTER_US);
  const delay = taskWord(task, PlanTask.DELAY_US);
  if (most === 0) return delay;
  let mixed = header(PlanHeader.SEED) ^ ((task + 1) * 0x9e3779b1) ^ ((instance + 1) * 0x85ebca77);
  mixed = (mixed ^ (mixed >> 16)) * 0x7feb352d;
  mixed = (mixed ^ (mixed >> 15)) * 0x846ca68b;
  mixed ^= mixed >> 16;
  return delay + (mixed % (most + 1));
}

function runTask(task: u32): void {
  const loops = <i32>taskWord(task, PlanTask.LOOP);
  const first = taskWord(task, PlanTask.PHASE);
  const count = taskWord(task, PlanTask.PHASES);
  for (let loop = 0; loops === Plan.FOREVER || loop < loops; loop++) {
    for (let phase = first; phase < first + count; phase++) runPhase(phase);
  }
}

function runPhase(phase: u32): void {
  const record = plan + header(PlanHeader.PHASES_AT) + phase * PlanPhase.BYTES;
  const loops = load<i32>(record, PlanPhase.LOOP);
  const first = load<u32>(record, PlanPhase.EVENT);
  const count = load<u32>(record, PlanPhase.EVENTS);
  const events = plan + header(PlanHeader.EVENTS_AT) + first * PlanEvent.BYTES;
  for (let loop = 0; loops === Plan.FOREVER || loop < loops; loop++) {
    for (let i: u32 = 0; i < count; i++) runEvent(events + i * PlanEvent.BYTES);
  }
}

function runEvent(event: usize): void {
  const ns = load<u64>(event, PlanEvent.NS_LOW);
  switch (load<u32>(event, PlanEvent.KIND)) {
    case EventKind.RUN:
      workFor(ns);
      break;
    case EventKind.RUNTIME:
      workUntil(clock() + ns);
      break;
    case EventKind.SLEEP:
      sleepUntil(clock() + ns);
      break;
    case EventKind.TIMER_RELATIVE:
      awaitTimer(load<u32>(event, PlanEvent.TIMER), ns, false);
      break;
    case EventKind.TIMER_ABSOLUTE:
      awaitTimer(load<u32>(event, PlanEvent.TIMER), ns, true);
      break;
    case EventKind.YIELD:
      yieldNow();
      break;
    default:
      exit(2);
  }
}

/** That many nanoseconds of the processor, counted in rounds. */
function workFor(ns: u64): void {
  work((ns * rounds) / 1000000);
}

function workUntil(end: u64): void {
  while (clock() < end) workFor(min<u64>(RUNTIME_CHUNK_NS, end - min<u64>(end, clock())));
}

function awaitTimer(timer: u32, period: u64, absolute: bool): void {
  const slot = timers + ((<usize>timer) << 3);
  const at = load<u64>(slot) + period;
  store<u64>(slot, at);
  const now = clock();
  if (now < at) sleepUntil(at);
  else if (!absolute) store<u64>(slot, now);
}

main();
