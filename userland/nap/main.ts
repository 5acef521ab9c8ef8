/**
 * nap: sleeps for some seconds (one without an argument); something to wait for and to wake.
 */
import { flush, printLine } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const NS_PER_SECOND: u64 = 1000000000;
const CODE_USAGE: i32 = 2;

function main(): void {
  readArguments();
  const seconds = wordCount === 0 ? 1 : parseNumber(wordAddress(0), wordSize(0));
  if (wordCount > 1 || seconds < 0) {
    printLine("usage: nap [seconds]");
    flush();
    exit(CODE_USAGE);
  }
  sleepUntil(clock() + <u64>seconds * NS_PER_SECOND);
}

main();
