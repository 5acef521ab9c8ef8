/**
 * ping: sends echo requests, one a second, and says how long each reply took.
 *
 *   ping <address> [count]    4 requests without a count; exit code 1 if a reply is missing
 */
import { KernelError } from "../../kernel/abi/errors";
import { addressParse, parsedAddress, printAddress } from "../lib/address";
import { flush, print, printFixed, printLine, printUnsigned } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { parseNumber } from "../lib/text";
import { echo, echoNs, udpText } from "../lib/udp";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const COUNT_DEFAULT: i32 = 4;
const SECOND_NS: u64 = 1000000000;
const TIMEOUT_NS: u64 = 4000000000;
const CODE_LOST: i32 = 1;
const CODE_USAGE: i32 = 2;

function main(): i32 {
  readArguments();
  const count = wordCount === 2 ? parseNumber(wordAddress(1), wordSize(1)) : COUNT_DEFAULT;
  const good = wordCount > 0 && wordCount < 3 && addressParse(wordAddress(0), wordSize(0), false);
  if (!good || count < 1) {
    printLine("usage: ping <address> [count]");
    return CODE_USAGE;
  }
  const address = parsedAddress;
  let replies: i32 = 0;
  for (let i = 0; i < count; i++) {
    const begun = clock();
    const status = echo(address, TIMEOUT_NS);
    if (status === KernelError.OK) replies++;
    say(address, status);
    if (i + 1 < count) sleepUntil(begun + SECOND_NS);
  }
  printUnsigned(<u64>count);
  print(" sent, ");
  printUnsigned(<u64>replies);
  printLine(" answered");
  return replies === count ? 0 : CODE_LOST;
}

function say(address: u32, status: u32): void {
  printAddress(address);
  if (status === KernelError.OK) {
    print(" answers in ");
    printFixed(echoNs / 1000, 3);
    printLine(" ms");
    return;
  }
  print(": ");
  printLine(status === KernelError.TIMED_OUT ? "no answer" : udpText(status));
}

const code = main();
flush();
exit(code);
