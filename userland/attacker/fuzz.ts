/**
 * Fuzzed calls: any call with any words, by children that may die of it; the next child goes on.
 *
 * The parent looks after them: a child that is stuck in a call is ended. All of it follows from the
 * seed; child n of seed s does the same again when it is asked for alone (`fuzz-calls s 1 n`).
 */
import { Call } from "../../kernel/abi/calls";
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { SystemRecord } from "../../kernel/abi/records";
import { kindIn } from "../lib/capabilities";
import * as kernel from "../lib/kernel";
import { grant } from "../lib/start";
import { count, note, report } from "./answers";
import { begin, child, drop, make } from "./children";
import { callExists, invoke } from "./every-call";
import { prepare, value } from "./fuzz-values";
import { Place, Report } from "./kit";
import { next, seed } from "./random";
import { argument, is } from "./select";

const MILLISECOND: u64 = 1000000;
/** Calls of one child, and how long it may be at them. */
const CALLS: u32 = 2000;
const PATIENCE: u64 = 4 * MILLISECOND;
const ROUNDS: u32 = 12;
const system = changetype<SystemRecord>(memory.data(88, 8));
/** What a child holds beyond the kit: an endpoint, a notification, memory, its page for the tally. */
const ENDPOINT: u32 = 20;
const NOTIFICATION: u32 = 21;
const MEMORY: u32 = 22;
const TALLY: u32 = Place.REPORT;

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
      if (slot !== TALLY && kindIn(slot) !== Kind.EMPTY) grant(slot, slot, Right.ALL, 0);
    }
    grant(endpoint, ENDPOINT, Right.ALL, 0);
    grant(bell, NOTIFICATION, Right.ALL, 0);
    grant(object, MEMORY, Right.ALL, 0);
    grant(tally, TALLY, Right.ALL, 0);
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
    if (kernel.processWait(slot, null) !== -KernelError.TIMED_OUT) break;
    const now = load<u32>(sums, Report.COUNT);
    if (now === before) break;
    before = now;
  }
  kernel.messageTimeout(0);
}

/** What the child was answered, to what all were. */
function add(): void {
  for (let at: u32 = Report.ANSWERS; at < <u32>Report.ANSWERS_END; at += 4) {
    store<u32>(report + at, load<u32>(report + at) + load<u32>(sums + at));
  }
}

/** role-fuzz: so many random calls. */
export function roleFuzz(): void {
  seed(argument(1));
  kernel.memoryMap(TALLY, 0, report | 1, 1);
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
    note(answer);
    // A refusal that does not exist is the only wrong answer.
    if (answer < -32) kernel.exit(1);
    count(1);
  }
}

/** Any call; those that end or stop the caller come seldom. */
function choose(): Call {
  while (true) {
    const call = <Call>(next() % <u32>Call.COUNT);
    if (!callExists(call)) continue;
    if (!rare(call) || (next() & 127) === 0) return call;
  }
}

function rare(call: Call): bool {
  switch (call) {
    case Call.EXIT:
    case Call.SLEEP_UNTIL:
    case Call.THREAD_EXIT:
    case Call.THREAD_SUSPEND:
    case Call.PROCESS_KILL:
      return true;
    default:
      return false;
  }
}
