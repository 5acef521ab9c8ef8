/**
 * Checked: scheduler, ledger and calls as one module in which adversaries move; for emulator-harness/checker.
 *
 * `edge` is everything between two states that the checker knows: what the adversaries do at one moment, the
 * decision that follows, and the time until somebody may move again. The harness gives it a kept state and looks
 * up what it leaves: canonical bytes, their hash, who may do what, and what the victim got. It decides nothing
 * by itself; every step is a function of the kernel's. The globals of the module are the harness's part, which
 * keeps them in front of the records.
 */
import { SchedulerTime } from "../abi/scheduler";
import { hostNs } from "../sched/clock";
import { Entity } from "../sched/entity";
import { label, statePut, stateSize } from "../sched/canonical";
import { labelOf } from "../sched/labels";
import {
  charge,
  choose,
  NEVER,
  NONE,
  preemptionDue,
  running,
  serverHasBudget,
  sliceEnd,
  stateBuffer,
  stateCanonical,
  stateRestore,
  stateSave,
  threadReady,
  verify,
} from "../sched/model";
import {
  act,
  adversaries,
  closedMask,
  dozing,
  inCall,
  serves,
  threadHere,
  threads,
  time,
  timePass,
  wakeIn,
} from "./checked-moves";
import { Passing, Report } from "./checked-words";
import { callsPut, callsRestore, callsSave, callsSound, withCalls } from "./checked-calls";

export * from "../sched/model";
export { labelClass } from "../sched/labels";
export { accountPlan, begin, threadPlan, threadServes, threadWakes } from "./checked-moves";

const enum VictimRests {
  NO = 0,
  /** It was asleep, or blocked for however short a time, and is here again: it counts anew. */
  NO_MORE = 1,
  YES = 2,
}

const KEPT_SIZE: usize = 65536;
const GLOBALS_SIZE: usize = 2048;
/** A state as it was kept: globals, then records. */
const kept: usize = memory.data(65536, 16);
const fresh: usize = memory.data(65536, 16);
const report: usize = memory.data(64, 16);

let stepNs: u64 = 0;
let lateNs: u64 = 0;
let victims: u32 = 0;
let guests: u32 = 0;
let lender: u32 = NONE;
let lenderAccount: u32 = 0;
/** Bytes of the scheduler's records: the same for all states of a configuration. */
let recordsSize: u32 = 0;

export function keptAddress(): usize {
  return kept;
}

export function freshAddress(): usize {
  return fresh;
}

export function reportAddress(): usize {
  return report;
}

/** How often adversaries may move, and whose service is measured; `thread`: the lender's, or NONE. */
export function settings(step: u32, late: u32, victimMask: u32, guestMask: u32, thread: u32): void {
  stepNs = step;
  lateNs = late;
  victims = victimMask;
  guests = guestMask;
  lender = thread;
  recordsSize = stateSave(threads);
  if (thread !== NONE) lenderAccount = Entity.ofThread(thread).parent;
}

/** Writes the state that is here to `fresh`, behind the globals -> bytes, globals' room included. */
export function keep(): u32 {
  const size = stateSave(threads);
  assert(size === recordsSize);
  const records = fresh + GLOBALS_SIZE;
  memory.copy(records, stateBuffer(), size);
  const all = GLOBALS_SIZE + size + callsSave(records + size);
  assert(all <= KEPT_SIZE);
  return <u32>all;
}

/** Puts back the records of the state in `kept`; its globals are back already. */
export function restore(): void {
  const records = kept + GLOBALS_SIZE;
  memory.copy(stateBuffer(), records, recordsSize);
  stateRestore(threads);
  callsRestore(records + recordsSize);
}

/** One edge from the state in `kept`; false: there is no such move. `deficit` becomes part of the state if >= 0. */
export function edge(move: u32, waiting: bool, deficit: f64, part: f64, whole: f64): bool {
  restore();
  const restedBefore = victimsRest();
  if (!act(move)) return false;
  const rested = restedBefore || victimsRest();
  wakeIn((move >> 16) & 0xff);
  const now = time();
  const thread = preemptionDue(now) ? choose(now) : running();
  const waits = lenderWaits(waiting, move, thread);
  const span = spanOf((move >> 24) & 7, now);
  if (span === 0) return false;
  store<u32>(report, thread === NONE ? NONE : threadHere(thread), 4 * Report.RAN);
  const hostBefore = hostNs;
  timePass(span);
  charge(time());
  const host = hostNs - hostBefore;
  store<u32>(report, <u32>span, 4 * Report.SPAN);
  store<u32>(report, <u32>host, 4 * Report.HOST);
  store<u32>(report, <u32>(span - host), 4 * Report.SERVED);
  const served = thread !== NONE && (victims & (1 << thread)) !== 0;
  store<u32>(report, served ? 1 : 0, 4 * Report.VICTIM_RUNS);
  const rests = restsNow(rested);
  store<u32>(report, rests, 4 * Report.VICTIM_RESTS);
  store<u32>(report, lawBroken(), 4 * Report.LAW);
  if (deficit < 0) {
    describe(waits, -1);
    return true;
  }
  const gain = <f64>(span - host) * (served ? part - whole : part);
  const owed = rests === VictimRests.NO ? deficit : 0;
  describe(waits, rests === VictimRests.YES ? 0 : max<f64>(0, owed + gain));
  return true;
}

function victimsRest(): bool {
  return guests !== 0 && (guests & ~dozing()) === 0;
}

function restsNow(rested: bool): u32 {
  if (!rested) return VictimRests.NO;
  return victimsRest() ? VictimRests.YES : VictimRests.NO_MORE;
}

/** How long nobody else moves; 0: this way of passing time is not open. */
function spanOf(passing: u32, now: u64): u64 {
  if (passing === Passing.PAUSE) return SchedulerTime.HOST_PAUSE_NS + 1;
  if (passing === Passing.LONG_PAUSE) return SchedulerTime.EPOCH_NS + SchedulerTime.QUANTUM_NS / 2;
  const until = sliceEnd(now);
  const left = until === NEVER ? NEVER : until - now;
  if (passing === Passing.LATE) return left > stepNs ? 0 : max<u64>(1, left) + lateNs;
  return max<u64>(1, min<u64>(left, stepNs));
}

/** Is the lender awake with budget and not yet served? */
function lenderWaits(before: bool, move: u32, thread: u32): bool {
  if (lender === NONE) return false;
  const woken = before || ((move >> 16) & (1 << lender)) !== 0;
  return woken && thread !== lender && threadReady(lender) && serverHasBudget(lenderAccount);
}

/** 0, or the number of what is broken: 1-4 are model.ts's, 5 is that the scheduler believes what threads are. */
function lawBroken(): u32 {
  const rule = verify();
  if (rule !== 0) return rule;
  return withCalls && !callsSound(threads) ? 5 : 0;
}

/** Describes the state that is here: its bytes, their hash, and who may do what. */
export function describe(waiting: bool, deficit: f64): void {
  stateCanonical();
  statePut(waiting ? 1 : 0);
  if (deficit >= 0) statePut(<i64>deficit);
  if (closedMask !== 0 || adversaries === 0) putClosed();
  if (withCalls) callsPut(threads);
  const size = stateSize();
  store<u32>(stateBuffer() + size, 0);
  const here = running();
  store<u32>(report, here === NONE ? NONE : threadHere(here), 4 * Report.RUNNING);
  store<u32>(report, dozing(), 4 * Report.ASLEEP);
  store<u32>(report, inCall(), 4 * Report.IN_CALL);
  store<u32>(report, closedMask, 4 * Report.CLOSED);
  store<u32>(report, serves() ? 1 : 0, 4 * Report.SERVES);
  store<u32>(report, waiting ? 1 : 0, 4 * Report.WAITING);
  store<u32>(report, size, 4 * Report.SIZE);
  store<u32>(report, hashOf(size), 4 * Report.HASH);
}

/** Which accounts are closed, by label. */
function putClosed(): void {
  label();
  let mask: i64 = 0;
  for (let thread: u32 = 0; thread < threads; thread++) {
    if ((closedMask & (1 << thread)) === 0) continue;
    mask |= (<i64>1) << labelOf(Entity.ofThread(thread).parent);
  }
  statePut(mask);
}

function hashOf(size: u32): u32 {
  let hash: u32 = size;
  const end = stateBuffer() + size;
  for (let at = stateBuffer(); at < end; at += 4) {
    hash = (hash ^ load<u32>(at)) * 0x9e3779b1;
    hash ^= hash >> 15;
  }
  return (hash * 0x85ebca6b) ^ (hash >> 13);
}

/** Time the account was served: for tests of this module. */
