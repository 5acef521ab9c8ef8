/**
 * ask: asks a cluster's machines, again and again, which of them runs the service `answer`.
 *
 *   ask <seconds> <address>...
 *
 * A question goes to every address each 50 ms. A line says who answers when that changes, and how long nobody had; the
 * last line has the longest silence.
 */
import { KernelError } from "../../kernel/abi/errors";
import { addressParse, parsedAddress, printAddress } from "../lib/address";
import { flush, print, printBytes, printFixed, printLine, printUnsigned } from "../lib/console";
import { clock, exit } from "../lib/kernel";
import { parseNumber } from "../lib/text";
import {
  udpBind,
  UDP_BYTES_MAX,
  udpFromAddress,
  udpPort,
  udpReceive,
  udpSend,
  udpSize,
  udpText,
} from "../lib/udp";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const PORT: u32 = 7100;
const PERIOD_NS: u64 = 50000000;
const NS_PER_SECOND: u64 = 1000000000;
const NS_PER_US: u64 = 1000;
const SECONDS_MAX: i32 = 100000;
const ADDRESSES_MAX: u32 = 16;
const CODE_SILENT: i32 = 1;
const CODE_USAGE: i32 = 2;
const addresses: usize = memory.data(64, 4);
if (ADDRESSES_MAX * 4 !== 64) ERROR("the list of addresses has another size");
const came: usize = memory.data(1472, 4);
if (UDP_BYTES_MAX !== 1472) ERROR("the buffer has another size");
const question: usize = memory.data<u8>([63]);
let start: u64 = 0;
let heardAt: u64 = 0;
let heardFrom: u32 = 0;
let heard: u32 = 0;
let longest: u64 = 0;

function main(): i32 {
  readArguments();
  const seconds = wordCount < 2 ? -1 : parseNumber(wordAddress(0), wordSize(0));
  if (seconds < 1 || seconds > SECONDS_MAX || wordCount > ADDRESSES_MAX + 1) return usage();
  for (let i: u32 = 1; i < wordCount; i++) {
    if (!addressParse(wordAddress(i), wordSize(i), false)) return usage();
    store<u32>(addresses + ((<usize>(i - 1)) << 2), parsedAddress);
  }
  const bound = udpBind(0);
  if (bound !== KernelError.OK) {
    print("ask: ");
    printLine(udpText(bound));
    return CODE_SILENT;
  }
  start = clock();
  heardAt = start;
  const end = start + <u64>seconds * NS_PER_SECOND;
  for (let next = start; next < end; next += PERIOD_NS) {
    askAll();
    listen(next + PERIOD_NS);
  }
  return summary(end);
}

function usage(): i32 {
  printLine("usage: ask <seconds> <address>... (at most 16)");
  return CODE_USAGE;
}

/** What cannot be sent now is sent the next time. */
function askAll(): void {
  for (let i: u32 = 0; i < wordCount - 1; i++) {
    udpSend(udpPort, load<u32>(addresses + ((<usize>i) << 2)), PORT, question, 1);
  }
}

/** Takes answers in until then. */
function listen(until: u64): void {
  for (let now = clock(); now < until; now = clock()) {
    if (udpReceive(udpPort, came, until - now) === KernelError.OK) note(clock());
  }
}

function note(now: u64): void {
  const silence = now - heardAt;
  if (heard > 0 && silence > longest) longest = silence;
  if (heard === 0 || udpFromAddress !== heardFrom) {
    printFixed((now - start) / NS_PER_US, 6);
    print(" s ");
    printAddress(udpFromAddress);
    print(" answers: ");
    printBytes(came, udpSize);
    print(", after ");
    printFixed(silence / NS_PER_US, 6);
    printLine(" s of silence");
    flush();
  }
  heard++;
  heardAt = now;
  heardFrom = udpFromAddress;
}

function summary(end: u64): i32 {
  const silence = end - heardAt;
  if (heard > 0 && silence > longest) longest = silence;
  printUnsigned(heard);
  print(" answers, longest silence ");
  printFixed(longest / NS_PER_US, 6);
  printLine(" s");
  return heard > 0 ? 0 : CODE_SILENT;
}

const code = main();
flush();
exit(code);
