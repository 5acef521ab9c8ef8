/**
 * measure: what a system call and a switch of processes cost, in nanoseconds of the clock.
 *
 * On the harness's instruction clock a nanosecond is an instruction. `measure partner <thread>` is the
 * other half of the switch test: it hands the processor back to that thread again and again.
 */

import { Limit } from "../../kernel/abi/limits";
import { ThreadRecord } from "../../kernel/abi/records";
import { flush, print, printFixed, printLine } from "../lib/console";
import {
  clock,
  nothing,
  processKill,
  threadHandoff,
  threadRead,
  threadSelf,
  threadSuspend,
  yieldNow,
} from "../lib/kernel";
import { describe, startDescribed } from "../lib/start";
import { copyText, equals, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const ROUNDS: u32 = 1000;
const name: usize = memory.data(8);
const words: usize = memory.data(32);
const thread: ThreadRecord = changetype<ThreadRecord>(memory.data(24, 8));

function main(): void {
  readArguments();
  if (wordCount === 2 && equals(wordAddress(0), wordSize(0), "partner")) {
    const thread = parseNumber(wordAddress(1), wordSize(1));
    while (true) threadHandoff(thread);
  }
  report("null system call", nullCall());
  report("yield, nobody else", yields());
  describe(name, copyText(name, "measure"), words, partnerArguments());
  const partner = startDescribed();
  threadSuspend();
  const other = threadOf(partner);
  handoffs(other);
  report("switch to another process", handoffs(other));
  processKill(partner);
  flush();
}

/** `partner` and the number of this thread. */
function partnerArguments(): u32 {
  const size = copyText(words, "partner\0");
  let digits: u32 = 1;
  for (let rest = threadSelf(); rest >= 10; rest /= 10) digits++;
  let rest = threadSelf();
  for (let i = digits; i > 0; i--) {
    store<u8>(words + size + i - 1, <u8>(48 + (rest % 10)));
    rest /= 10;
  }
  store<u8>(words + size + digits, 0);
  return size + digits + 1;
}

/** The number of a process's only thread. */
function threadOf(process: i32): i32 {
  for (let index: u32 = 0; index < <u32>Limit.THREADS; index++) {
    if (threadRead(index, thread) !== 0) continue;
    if (thread.process === <u32>process) return <i32>thread.thread;
  }
  return 0;
}

/** Hundredths of a nanosecond per call, the loop included. */
function nullCall(): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) nothing();
  return ((clock() - start) * 100) / ROUNDS;
}

function yields(): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) yieldNow();
  return ((clock() - start) * 100) / ROUNDS;
}

/** The same per switch: each round goes to the partner and back. */
function handoffs(partner: i32): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) threadHandoff(partner);
  return ((clock() - start) * 100) / (ROUNDS * 2);
}

function report(what: string, hundredths: u64): void {
  print(what);
  print(": ");
  printFixed(hundredths, 2);
  printLine(" ns");
}

main();
