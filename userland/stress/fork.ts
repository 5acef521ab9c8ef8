/**
 * Threads: the phases of a task, passed by the worker's own thread and by those that it forks.
 *
 * A forked thread lives in the worker's process and so in its group, whatever its task says.
 */
import { clock, exit, sleepUntil, threadExit, threadStart } from "../lib/kernel";
import { logging, passBegin, passEnd } from "./area";
import { runEvent } from "./event";
import { Plan, PlanEvent, PlanHeader, PlanPhase, PlanTask } from "./plan";
import { Run, runPrepare } from "./run";
import { header, plan, taskWord } from "./scenario";

/** The task of the worker's own thread, and when the scenario began. */
let ownTask: u32 = 0;
let scenarioBegin: u64 = 0;

/** Runs the worker's own thread to its end; the process ends with the last of its threads. */
export function runWorker(run: Run, begin: u64): void {
  ownTask = run.task;
  scenarioBegin = begin;
  runTask(run);
  if (taskWord(ownTask, PlanTask.FORKS) === 0) exit(0);
  threadExit();
}

/** Starts a thread for that task; false when as many run as may. The caller holds the fork's lock. */
export function fork(task: u32): bool {
  const most = taskWord(ownTask, PlanTask.FORKS);
  for (let number: u32 = 1; number <= most; number++) {
    if (Run.at(number).used !== 0) continue;
    runPrepare(number, task, clock() + <u64>taskWord(task, PlanTask.DELAY_US) * 1000);
    if (threadStart(forked.index, <i32>number, 0) >= 0) return true;
    Run.at(number).used = 0;
    return false;
  }
  return false;
}

function forked(number: i32): void {
  const run = Run.at(<u32>number);
  sleepUntil(run.begin);
  runTask(run);
  run.used = 0;
  threadExit();
}

function runTask(run: Run): void {
  const loops = <i32>taskWord(run.task, PlanTask.LOOP);
  const first = taskWord(run.task, PlanTask.PHASE);
  const count = taskWord(run.task, PlanTask.PHASES);
  for (let loop = 0; loops === Plan.FOREVER || loop < loops; loop++) {
    for (let phase = first; phase < first + count; phase++) runPhase(run, phase);
  }
}

function runPhase(run: Run, phase: u32): void {
  const record = plan + header(PlanHeader.PHASES_AT) + phase * PlanPhase.BYTES;
  const loops = load<i32>(record, PlanPhase.LOOP);
  const first = load<u32>(record, PlanPhase.EVENT);
  const count = load<u32>(record, PlanPhase.EVENTS);
  const events = plan + header(PlanHeader.EVENTS_AT) + first * PlanEvent.BYTES;
  for (let loop = 0; loops === Plan.FOREVER || loop < loops; loop++) {
    if (logging()) passBegin(run, clock());
    for (let i: u32 = 0; i < count; i++) runEvent(run, events + i * PlanEvent.BYTES);
    if (logging()) passEnd(run, clock(), scenarioBegin);
  }
}
