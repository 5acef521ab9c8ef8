/**
 * Switches: the kernel's trace of who ran when, as it comes, into delays per group and task (like `perf sched
 * latency`) and into lag.
 *
 * Whoever drives the report fills `traceBuffer` with TraceRecords and says who is who: `switchesWorker` for
 * processes, `accountSlot` for accounts. A delay is the time from becoming ready (woken, or preempted) to running.
 * Time is the payer's: in a call the server runs on its client's account, and both are in the record.
 */
import { Limit } from "../../kernel/abi/limits";
import { TraceKind, TraceRecord } from "../../kernel/abi/records";
import { SchedulerLimit } from "../../kernel/abi/scheduler";
import { lagAdvance, lagStart } from "./lag";
import { Plan } from "./plan";
import { durationNs, groupCount, taskCount } from "./scenario";

const ROWS_MAX: u32 = 608;
export const ACCOUNTS_MAX: u32 = 4096;
export const NOBODY: u32 = 0xffff;
if (Plan.GROUPS_MAX + Plan.TASKS_MAX !== ROWS_MAX) ERROR("the table of delays has another size");
if (<u32>SchedulerLimit.ACCOUNTS_MAX > ACCOUNTS_MAX) ERROR("there are more accounts");
if (Limit.TRACE_RECORDS !== 4096 || Limit.THREADS !== 1280 || Limit.PROCESSES !== 1280)
  ERROR("tables have another size");

/** What is known of a group, or of all threads of a task. */
@unmanaged
@final
export class DelayRow {
  runtimeNs: u64;
  delayNs: u64;
  delayMaxNs: u64;
  /** When the longest delay ended, since the start. */
  maxAtNs: u64;
  switches: u32;
  delays: u32;

  @inline
  static at(row: u32): DelayRow {
    assert(row < ROWS_MAX);
    return changetype<DelayRow>(rows + <usize>row * offsetof<DelayRow>());
  }
}
if (offsetof<DelayRow>() !== 40) ERROR("the table of delays has another size");

const rows: usize = memory.data(608 * 40, 8);
const records: usize = memory.data(65536, 8);
/** u16 by process: its task, or NOBODY. */
const tasks: usize = memory.data(1280 * 2, 2);
/** u16 by account: its group, or NOBODY. */
const groups: usize = memory.data(4096 * 2, 2);
/** u64 by thread: since when it is ready and does not run; 0: it is not. */
const ready: usize = memory.data(1280 * 8, 8);

let startNs: u64 = 0;
let endNs: u64 = 0;
let latestNs: u64 = 0;
let bookedNs: u64 = 0;
let runningThread: u32 = NOBODY;
let runningTask: u32 = NOBODY;
let runningGroup: u32 = NOBODY;
/** Records that were overwritten before they were read. */
export let recordsLost: u32 = 0;

export function traceBuffer(): usize {
  return records;
}

/** Before any worker or account is named. */
export function switchesReset(): void {
  memory.fill(tasks, 0xff, 1280 * 2);
  memory.fill(groups, 0xff, <usize>ACCOUNTS_MAX * 2);
  recordsLost = 0;
}

/** The process does that task. */
export function switchesWorker(process: u32, task: u32): void {
  assert(process < <u32>Limit.PROCESSES);
  store<u16>(tasks + ((<usize>process) << 1), <u16>task);
}

/** The account is that group's. */
export function switchesAccount(account: u32, group: u32): void {
  assert(account < ACCOUNTS_MAX);
  store<u16>(groups + ((<usize>account) << 1), <u16>group);
}

export function taskOfProcess(process: u32): u32 {
  return load<u16>(tasks + ((<usize>process) << 1));
}

export function groupOfAccount(account: u32): u32 {
  return account < ACCOUNTS_MAX ? <u32>load<u16>(groups + ((<usize>account) << 1)) : NOBODY;
}

/** Time counts from here; who runs now is learnt from the next record. */
export function switchesStart(now: u64): void {
  memory.fill(rows, 0, <usize>ROWS_MAX * offsetof<DelayRow>());
  memory.fill(ready, 0, 1280 * 8);
  startNs = now;
  endNs = now + durationNs();
  latestNs = now;
  bookedNs = now;
  runningThread = NOBODY;
  runningTask = NOBODY;
  runningGroup = NOBODY;
  lagStart();
}

/** Reads `count` records of the buffer; so many before them were lost. */
export function switchesRead(count: u32, lost: u32): void {
  if (lost > 0) {
    recordsLost += lost;
    // Nobody knows who ran meanwhile, and who became ready.
    memory.fill(ready, 0, 1280 * 8);
    runningThread = NOBODY;
  }
  const end = records + <usize>count * offsetof<TraceRecord>();
  for (let at = records; at < end; at += offsetof<TraceRecord>()) {
    const record = changetype<TraceRecord>(at);
    const now = record.timeNs;
    if (now < startNs || now > endNs) continue;
    const kind: u32 = record.kind;
    const subject: u32 = record.subject;
    assert(subject < <u32>Limit.THREADS);
    const since = ready + ((<usize>subject) << 3);
    if (kind === <u32>TraceKind.RUN) {
      runs(now, subject, record.value);
    } else if (kind === <u32>TraceKind.WAKE) {
      store<u64>(since, now - <u64>record.value);
    } else if (kind === <u32>TraceKind.BLOCK) {
      store<u64>(since, 0);
      if (subject === runningThread) runningThread = NOBODY;
    } else if (kind === <u32>TraceKind.IDLE) idles(now);
  }
  book();
}

/** The run is over: whoever runs has run until then. */
export function switchesEnd(): void {
  if (endNs > latestNs) advance(endNs);
}

function runs(now: u64, thread: u32, value: u32): void {
  preempted(now);
  const group = groupOfAccount(value >> 16);
  const task = taskOfProcess(value & 0xffff);
  if (group !== runningGroup || task !== runningTask) {
    advance(now);
    runningGroup = group;
    runningTask = task;
  } else {
    latestNs = now;
  }
  runningThread = thread;
  const since = load<u64>(readyAt(thread));
  store<u64>(readyAt(thread), 0);
  if (task !== NOBODY) enters(DelayRow.at(Plan.GROUPS_MAX + task), now, since);
  if (group !== NOBODY) enters(DelayRow.at(group), now, since);
}

function idles(now: u64): void {
  preempted(now);
  advance(now);
  runningThread = NOBODY;
  runningTask = NOBODY;
  runningGroup = NOBODY;
}

function enters(row: DelayRow, now: u64, since: u64): void {
  row.switches++;
  if (since === 0) return;
  const delay = now - since;
  row.delays++;
  row.delayNs += delay;
  if (delay <= row.delayMaxNs) return;
  row.delayMaxNs = delay;
  row.maxAtNs = now - startNs;
}

/** Who ran did not block: it waits from now on. */
function preempted(now: u64): void {
  if (runningThread !== NOBODY) store<u64>(readyAt(runningThread), now);
}

/** Until then, whoever ran has run; somebody else, or for somebody else, from now on. */
function advance(now: u64): void {
  latestNs = now;
  book();
}

/** Books the time up to the latest record, which is the same one's since it was booked last. */
function book(): void {
  const delta = latestNs - bookedNs;
  bookedNs = latestNs;
  if (runningTask !== NOBODY) DelayRow.at(Plan.GROUPS_MAX + runningTask).runtimeNs += delta;
  if (runningGroup !== NOBODY) DelayRow.at(runningGroup).runtimeNs += delta;
  lagAdvance(runningGroup, delta);
}

function readyAt(thread: u32): usize {
  assert(thread < <u32>Limit.THREADS);
  return ready + ((<usize>thread) << 3);
}

/** The row of a group or, counted behind the groups, of a task. */
export function delayRow(index: u32): DelayRow {
  const groupRows = groupCount();
  assert(index < groupRows + taskCount());
  return DelayRow.at(index < groupRows ? index : Plan.GROUPS_MAX + index - groupRows);
}
