/**
 * stand-in: asks the security manager what the heartbeat daemon would ask, one request a run.
 *
 *   stand-in list <n> | start <n> <epoch> | lease <n> <ms from now, 0: not at all> | stop <n> | raw <request> <n>
 *   stand-in                    starts the first one, gives it a minute and stays: the daemon that is ended
 *
 * A line says the status: 0, or a KernelError or ManagerStatus, then word 1 of the answer.
 */
import { Slot } from "../../kernel/abi/capability";
import { flush, print, printLine, printUnsigned } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { bytes, call, setWords, word } from "../lib/message";
import { equals, parseNumber } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { ManagerRequest } from "../security-manager/protocol";

const NS_PER_MS: u64 = 1000000;
const MINUTE_NS: u64 = 60000000000;
const CODE_USAGE: i32 = 2;

function isVerb(text: string): bool {
  return equals(wordAddress(0), wordSize(0), text);
}

function number(index: u32): u32 {
  return <u32>parseNumber(wordAddress(index), wordSize(index));
}

function ask(request: u32, index: u32, value: u64): void {
  bytes();
  setWords(request, index, <u32>value, <u32>(value >> 32));
  const answer = call(Slot.MANAGER, 0, 0);
  const status = answer < 0 ? <u32>-answer : word(0);
  const first = word(1);
  print("status ");
  printUnsigned(status);
  print(" word ");
  printUnsigned(first);
  printLine("");
  flush();
}

function main(): i32 {
  readArguments();
  if (wordCount === 0) {
    ask(ManagerRequest.AVAILABLE_START, 0, 1);
    ask(ManagerRequest.AVAILABLE_LEASE, 0, clock() + MINUTE_NS);
    while (true) sleepUntil(clock() + MINUTE_NS);
  }
  if (wordCount < 2) return CODE_USAGE;
  if (isVerb("list")) ask(ManagerRequest.AVAILABLE_LIST, number(1), 0);
  else if (isVerb("stop")) ask(ManagerRequest.AVAILABLE_STOP, number(1), 0);
  else if (isVerb("start")) ask(ManagerRequest.AVAILABLE_START, number(1), <u64>number(2));
  else if (isVerb("raw")) ask(number(1), number(2), 0);
  else if (isVerb("lease")) {
    const ms = <u64>number(2);
    ask(ManagerRequest.AVAILABLE_LEASE, number(1), ms === 0 ? 0 : clock() + ms * NS_PER_MS);
  } else return CODE_USAGE;
  return 0;
}

exit(main());
