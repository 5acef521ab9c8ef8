/**
 * Fuzzed calls: any call with any words, by children that may die of it; the next child goes on.
 *
 * Three run at a time and share an endpoint, a notification and memory. The parent looks after them:
 * a child that is stuck in a call is ended. All of it follows from the seed.
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, MemoryFlag, SystemRecord } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { ended, grant } from "../lib/start";
import { check, done, report } from "./answers";
import { begin, child, drop } from "./children";
import { callExists, invoke } from "./every-call";
import { FuzzPlace, prepare, value } from "./fuzz-values";
import { Place, Report } from "./kit";
import { next, seed } from "./random";
import { argument, is } from "./select";

const LAST_ERROR: i32 = KernelError.NOT_MAPPABLE;
/** No random word. */
const CODE_WRONG_ANSWER: i32 = 0x5bad5bad;
const MILLISECOND: u64 = 1000000;
/** Calls of one child, and how long it may be at them. */
const CALLS: u32 = 2000;
const PATIENCE: u64 = 4 * MILLISECOND;
const ROUNDS: u32 = 40;
/** Of a child in a call: long enough for another one to come to the other end. */
const TIMEOUT: u64 = 300000;
const system = changetype<SystemRecord>(memory.data(88, 8));

export function fuzz(): void {
  if (is("fuzz-calls")) parent(argument(1), argument(2), argument(3));
}

function callsMade(): u64 {
  kernel.systemRead(Slot.MACHINE, system);
  return system.calls;
}

const endpoint: u32 = 200;
const bell: u32 = 201;
const object: u32 = 202;
const tallies: u32 = 203;
const soft: u32 = 204;
const space: usize = memory.data(20480);
/** A page for each of the children that run at a time. */
const sums: usize = (space + 4095) & ~4095;
const AT_A_TIME: u32 = 3;
const SOFT_PAGES: u32 = 16;
const slots: usize = memory.data(16, 4);

/** Children until that many calls were made, by the kernel's own count. */
function parent(from: u32, calls: u32, first: u32): void {
  kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, endpoint, 0);
  kernel.objectCreate(Slot.GROUP, Kind.NOTIFICATION, bell, 0);
  kernel.objectCreate(Slot.GROUP, Kind.MEMORY, object, 4);
  kernel.objectCreate(Slot.GROUP, Kind.MEMORY, tallies, AT_A_TIME);
  kernel.objectCreate(Slot.GROUP, Kind.MEMORY, soft, SOFT_PAGES | MemoryFlag.SOFT);
  done(kernel.memoryMap(tallies, 0, sums | MapFlag.WRITE, AT_A_TIME));
  const end = callsMade() + <u64>calls;
  const each = min<u32>(calls, CALLS);
  for (let number = first; callsMade() < end; number += AT_A_TIME) {
    memory.fill(sums, 0, AT_A_TIME << 12);
    store<u32>(report, number, Report.COUNT);
    for (let i: u32 = 0; i < AT_A_TIME; i++) {
      store<u32>(slots + (i << 2), start(from * 1000003 + number + i, each, i));
    }
    for (let i: u32 = 0; i < AT_A_TIME; i++) see(load<u32>(slots + (i << 2)), sums + (i << 12));
    for (let i: u32 = 0; i < AT_A_TIME; i++) {
      drop(load<u32>(slots + (i << 2)));
      add(sums + (i << 12));
    }
    // What they share is the parent's: they hold copies, and cannot take it away.
    check(kindIn(endpoint) === Kind.ENDPOINT && kindIn(object) === Kind.MEMORY);
  }
}

/** They send to each other, and signal, and map the same memory. */
function start(from: u32, calls: u32, place: u32): u32 {
  child("role-fuzz", from, calls, place);
  for (let slot: u32 = 2; slot <= <u32>Place.PARENT; slot++) {
    if (slot === <u32>Place.REPORT || kindIn(slot) === Kind.EMPTY) continue;
    grant(slot, slot, Right.ALL, 0);
  }
  grant(endpoint, FuzzPlace.ENDPOINT, Right.ALL, 0);
  grant(bell, FuzzPlace.NOTIFICATION, Right.ALL, 0);
  grant(object, FuzzPlace.MEMORY, Right.ALL, 0);
  grant(tallies, FuzzPlace.TALLY, Right.ALL, 0);
  grant(soft, FuzzPlace.SOFT, Right.ALL, 0);
  return begin();
}

/** Waits for the child's end, or until it makes no calls any more. */
function see(slot: u32, sum: usize): void {
  let before: u32 = 0;
  kernel.messageTimeout(PATIENCE);
  for (let round: u32 = 0; round < ROUNDS; round++) {
    if (kernel.processWait(slot, ended) !== -KernelError.TIMED_OUT) {
      check(ended.reason !== ExitReason.EXITED || ended.code !== CODE_WRONG_ANSWER);
      break;
    }
    const now = load<u32>(sum, Report.COUNT);
    if (now === before) break;
    before = now;
  }
  kernel.messageTimeout(0);
}

/** What a child was answered, to what all were; unless it had its own tally written over. */
function add(from: usize): void {
  let sum: u32 = 0;
  for (let at: u32 = Report.ANSWERS; at < <u32>Report.ANSWERS_END; at += 4) {
    const times = load<u32>(from + at);
    if (times > CALLS) return;
    sum += times;
  }
  if (sum !== load<u32>(from, Report.COUNT)) return;
  for (let at: u32 = Report.ANSWERS; at < <u32>Report.ANSWERS_END; at += 4) {
    store<u32>(report + at, load<u32>(report + at) + load<u32>(from + at));
  }
}

/** Where a child's tally lies: in the middle of memory that no call is likely to be pointed at. */
let tally: usize = 0;
const TALLY_PAGES: u32 = 16;
const TALLY_OFFSET: usize = 0x53000;

function tell(answer: i32): void {
  const error = answer < 0 ? <u32>-answer : 0;
  const at = tally + Report.ANSWERS + ((<usize>error) << 2);
  store<u32>(at, load<u32>(at) + 1);
  store<u32>(tally, load<u32>(tally, Report.COUNT) + 1, Report.COUNT);
}

/** role-fuzz: so many random calls. */
export function roleFuzz(): void {
  seed(argument(1));
  tally = ((<usize>kernel.memoryGrow(TALLY_PAGES)) << 16) + TALLY_OFFSET;
  kernel.memoryMap(FuzzPlace.TALLY, 0, tally | MapFlag.WRITE, (argument(3) << 16) | 1);
  prepare(worker.index);
  kernel.messageTimeout(TIMEOUT);
  calls(argument(2));
}

/** A second thread, started by a fuzzed call. */
function worker(_: u32): void {
  calls(20);
  kernel.threadExit();
}

function calls(most: u32): void {
  for (let i: u32 = 0; i < most; i++) {
    if ((i & 15) === 0) {
      kernel.messageTimeout(TIMEOUT);
      prepare(worker.index);
    }
    const call = choose();
    const answer = invoke(call, value(call, 0), value(call, 1), value(call, 2), value(call, 3));
    // A refusal that does not exist is the only wrong answer.
    if (answer < -LAST_ERROR) kernel.exit(CODE_WRONG_ANSWER);
    tell(answer);
  }
}

/** Any call, messages often; those that end or stop the caller, or take away what it holds, come seldom. */
function choose(): Call {
  if ((next() & 7) === 0) return <Call>(<u32>Call.MESSAGE_CALL + (next() & 7));
  while (true) {
    const call = <Call>(next() % <u32>Call.COUNT);
    if (!callExists(call)) continue;
    if ((next() & rarity(call)) === 0) return call;
  }
}

/** All of these bits of a random number must be 0. */
function rarity(call: Call): u32 {
  switch (call) {
    case Call.EXIT:
    case Call.SLEEP_UNTIL:
    case Call.THREAD_EXIT:
    case Call.THREAD_SUSPEND:
    case Call.PROCESS_KILL:
      return 127;
    case Call.CAPABILITY_DELETE:
    case Call.CAPABILITY_MOVE:
    case Call.CAPABILITY_TAKE:
      return 15;
    default:
      return 0;
  }
}
