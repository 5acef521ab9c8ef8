/**
 * Fuzzed calls: any call with any words, by children that may die of it; the next child goes on.
 *
 * The parent looks after them: a child that is stuck in a call is ended. All of it follows from the
 * seed; child n of seed s does the same again when it is asked for alone (`fuzz-calls s 1 n`).
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, SystemRecord } from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { ended, grant } from "../lib/start";
import { check, report } from "./answers";
import { begin, child, drop, make } from "./children";
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
const ROUNDS: u32 = 12;
const system = changetype<SystemRecord>(memory.data(88, 8));

export function fuzz(): void {
  if (is("fuzz-calls")) parent(argument(1), argument(2), argument(3));
}

function callsMade(): u64 {
  kernel.systemRead(Slot.MACHINE, system);
  return system.calls;
}

/** Children until that many calls were made, by the kernel's own count. */
function parent(from: u32, calls: u32, first: u32): void {
  const endpoint = make(Kind.ENDPOINT);
  const bell = make(Kind.NOTIFICATION);
  const object = make(Kind.MEMORY, 4);
  const tally = make(Kind.MEMORY, 1);
  kernel.memoryMap(tally, 0, sums | 1, 1);
  const end = callsMade() + <u64>calls;
  for (let number = first; callsMade() < end; number++) {
    memory.fill(sums, 0, 4096);
    child("role-fuzz", from * 1000003 + number, calls < CALLS ? calls : CALLS);
    for (let slot: u32 = 2; slot <= <u32>Place.PARENT; slot++) {
      if (slot === <u32>Place.REPORT || kindIn(slot) === Kind.EMPTY) continue;
      grant(slot, slot, Right.ALL, 0);
    }
    grant(endpoint, FuzzPlace.ENDPOINT, Right.ALL, 0);
    grant(bell, FuzzPlace.NOTIFICATION, Right.ALL, 0);
    grant(object, FuzzPlace.MEMORY, Right.ALL, 0);
    grant(tally, FuzzPlace.TALLY, Right.ALL, 0);
    store<u32>(report, number, Report.COUNT);
    const slot = begin();
    see(slot);
    add();
    drop(slot);
    if (kindIn(endpoint) === Kind.EMPTY || kindIn(object) === Kind.EMPTY) break;
  }
}

const space: usize = memory.data(8192);
const sums: usize = (space + 4095) & ~4095;

/** Waits for the child's end, or ends it when it makes no calls any more. */
function see(slot: u32): void {
  let before: u32 = 0;
  kernel.messageTimeout(PATIENCE);
  for (let round: u32 = 0; round < ROUNDS; round++) {
    if (kernel.processWait(slot, ended) !== -KernelError.TIMED_OUT) {
      check(ended.reason !== ExitReason.EXITED || ended.code !== CODE_WRONG_ANSWER);
      break;
    }
    const now = load<u32>(sums, Report.COUNT);
    if (now === before) break;
    before = now;
  }
  kernel.messageTimeout(0);
}

/** What the child was answered, to what all were; unless it had its own tally written over. */
function add(): void {
  let sum: u32 = 0;
  for (let at: u32 = Report.ANSWERS; at < <u32>Report.ANSWERS_END; at += 4) {
    const times = load<u32>(sums + at);
    if (times > CALLS) return;
    sum += times;
  }
  if (sum !== load<u32>(sums, Report.COUNT)) return;
  for (let at: u32 = Report.ANSWERS; at < <u32>Report.ANSWERS_END; at += 4) {
    store<u32>(report + at, load<u32>(report + at) + load<u32>(sums + at));
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
  kernel.memoryMap(FuzzPlace.TALLY, 0, tally | MapFlag.WRITE, 1);
  prepare(worker.index);
  kernel.messageTimeout(20000);
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
      kernel.messageTimeout(20000);
      prepare(worker.index);
    }
    const call = choose();
    const answer = invoke(call, value(call, 0), value(call, 1), value(call, 2), value(call, 3));
    // A refusal that does not exist is the only wrong answer.
    if (answer < -LAST_ERROR) kernel.exit(CODE_WRONG_ANSWER);
    tell(answer);
  }
}

/** Any call; those that end or stop the caller, or take away what it holds, come seldom. */
function choose(): Call {
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
