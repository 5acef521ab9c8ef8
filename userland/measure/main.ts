/**
 * measure: what system calls, messages and switches cost, in nanoseconds of the clock.
 *
 *   measure                      everything
 *   measure [beside N] [touched] messages and signals only: beside N idle processes, after
 *                                touching 64 MiB
 *   measure revoke               100,000 descendants, in breadth and in depth
 *   measure trips                round trips and plain instructions, between marks for the harness
 *
 * On the harness's instruction clock a nanosecond is an instruction. The same program is the
 * partner of a measurement, in a role that its argument names (partner.ts).
 */
import { flush, printLine } from "../lib/console";
import { clock, exit, nothing, yieldNow } from "../lib/kernel";
import { equals, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { crowdStart, memoryTouch } from "./crowd";
import { measureMessages, measureSignals } from "./messages";
import { measureObjects } from "./objects";
import { play } from "./partner";
import { measureRevocations } from "./revocations";
import { measureTrips } from "./trips";
import { circumstancesSet, report, ROUNDS } from "./report";

const CODE_USAGE: i32 = 2;
const CROWD_MAX: i32 = 1060;

function main(): i32 {
  readArguments();
  if (wordCount === 1) play(wordAddress(0), wordSize(0));
  if (wordCount === 1 && equals(wordAddress(0), wordSize(0), "revoke")) {
    measureRevocations();
    return 0;
  }
  if (wordCount === 1 && equals(wordAddress(0), wordSize(0), "trips")) {
    measureTrips();
    return 0;
  }
  if (wordCount > 0) return crowded();
  report("null system call", nullCall());
  report("yield, nobody else", yields());
  measureSignals();
  measureMessages();
  measureObjects();
  return 0;
}

/** Messages and signals under the circumstances that the words name. */
function crowded(): i32 {
  let word: u32 = 0;
  let crowd: i32 = 0;
  if (equals(wordAddress(0), wordSize(0), "beside")) {
    crowd = parseNumber(wordAddress(1), wordSize(1));
    word = 2;
    if (crowd < 1 || crowd > CROWD_MAX) return usage();
  }
  const touched = equals(wordAddress(word), wordSize(word), "touched");
  if (wordCount !== word + (touched ? 1 : 0)) return usage();
  if (crowd > 0) crowdStart(<u32>crowd);
  if (touched) memoryTouch();
  circumstancesSet(touched ? ", 64 MiB touched" : "", <u32>crowd);
  measureSignals();
  measureMessages();
  return 0;
}

function usage(): i32 {
  printLine("usage: measure [beside <1..1060 processes>] [touched] | revoke | trips");
  return CODE_USAGE;
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

const code = main();
flush();
exit(code);
