/**
 * client: calls the counter service ten times a second and says how that went; something to revoke.
 *
 *   client [calls]    ends after that many calls; without an argument it goes on
 *
 * It prints its first call, then only what changes: a refusal, and the first call that works again.
 */
import { flush, print, printLine, printUnsigned } from "../lib/console";
import { clock, exit, messageTimeout, sleepUntil } from "../lib/kernel";
import { call, setWords, word } from "../lib/message";
import { NOT_A_NUMBER, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { KernelError, errorText } from "../../kernel/abi/errors";

/** Where the policy's `service` line puts it. */
const COUNTER: u32 = 16;
const PERIOD_NS: u64 = 100000000;
/** A service that does not answer is as good as none. */
const TIMEOUT_NS: u64 = 1000000000;
const CODE_USAGE: i32 = 2;
const CODE_REFUSED: i32 = 1;
const NEVER_CALLED: i32 = 1;

function main(): i32 {
  readArguments();
  const calls = wordCount === 0 ? i32.MAX_VALUE : parseNumber(wordAddress(0), wordSize(0));
  if (wordCount > 1 || calls === NOT_A_NUMBER) {
    printLine("usage: client [calls]");
    return CODE_USAGE;
  }
  let latest = NEVER_CALLED;
  let next = clock();
  for (let i = 0; i < calls; i++) {
    messageTimeout(TIMEOUT_NS);
    setWords(0, 0, 0, 0);
    const answer = call(COUNTER, 0, 0);
    const count = word(0);
    messageTimeout(0);
    const result = min(answer, 0);
    if (result !== latest) say(result, count);
    latest = result;
    next += PERIOD_NS;
    sleepUntil(next);
  }
  return latest < 0 ? CODE_REFUSED : 0;
}

function say(result: i32, count: u32): void {
  if (result === 0) {
    print("client: the counter service answers ");
    printUnsigned(count);
    printLine("");
    return;
  }
  print("client: cannot call the counter service (slot 16): ");
  printLine(errorText(<KernelError>-result));
}

const code = main();
flush();
exit(code);
