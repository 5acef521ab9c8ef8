/**
 * measure: what a system call and a switch of processes cost, in nanoseconds of the clock.
 *
 * On the harness's instruction clock a nanosecond is an instruction. `measure partner` is the other half
 * of the switch test: it yields for as long as its parent lives.
 */
import { flush, print, printFixed, printLine } from "../lib/console";
import { clock, nothing, processKill, yieldNow } from "../lib/kernel";
import { describe, startDescribed } from "../lib/start";
import { copyText, equals } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const ROUNDS: u32 = 1000;
const name: usize = memory.data(8);
const words: usize = memory.data(16);

function main(): void {
  readArguments();
  if (wordCount === 1 && equals(wordAddress(0), wordSize(0), "partner")) {
    while (true) yieldNow();
  }
  report("null system call", nullCall());
  report("yield, nobody else", yields(1));
  describe(name, copyText(name, "measure"), words, copyText(words, "partner\0"));
  const partner = startDescribed();
  yields(1);
  report("switch to another process", yields(2));
  processKill(partner);
  flush();
}

/** Hundredths of a nanosecond per call, the loop included. */
function nullCall(): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) nothing();
  return ((clock() - start) * 100) / ROUNDS;
}

/** The same per switch, when each yield makes `switches` of them. */
function yields(switches: u32): u64 {
  const start = clock();
  for (let i: u32 = 0; i < ROUNDS; i++) yieldNow();
  return ((clock() - start) * 100) / (ROUNDS * switches);
}

function report(what: string, hundredths: u64): void {
  print(what);
  print(": ");
  printFixed(hundredths, 2);
  printLine(" ns");
}

main();
