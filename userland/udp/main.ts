/**
 * udp: sends datagrams back, or sends them and waits for what comes back.
 *
 *   udp echo <port> [count]                       answers count datagrams (for ever without)
 *   udp send <address> <port> <size> [count]      sends datagrams of so many bytes from any port, one after the other,
 *                                                 and compares what comes back
 */
import { KernelError } from "../../kernel/abi/errors";
import { addressParse, parsedAddress } from "../lib/address";
import { flush, print, printLine, printUnsigned } from "../lib/console";
import { clock, exit } from "../lib/kernel";
import { equals, parseNumber } from "../lib/text";
import {
  udpBind,
  UDP_BYTES_MAX,
  udpFromAddress,
  udpFromPort,
  udpPort,
  udpReceive,
  udpSend,
  udpSize,
  udpText,
} from "../lib/udp";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const TIMEOUT_NS: u64 = 4000000000;
const CODE_FAILED: i32 = 1;
const CODE_USAGE: i32 = 2;
const sent: usize = memory.data(1472, 4);
const came: usize = memory.data(1472, 4);
if (UDP_BYTES_MAX !== 1472) ERROR("the buffers have another size");

function main(): i32 {
  readArguments();
  const verb = wordAddress(0);
  if (equals(verb, wordSize(0), "echo") && wordCount >= 2 && wordCount <= 3) return echo();
  if (equals(verb, wordSize(0), "send") && wordCount >= 4 && wordCount <= 5) return sendAll();
  return usage();
}

function usage(): i32 {
  printLine("usage: udp echo <port> [count] | udp send <address> <port> <size 0..1472> [count]");
  return CODE_USAGE;
}

/** Word `index` as a number, `otherwise` without that word; below 0: not one. */
function number(index: u32, otherwise: i32): i32 {
  return index < wordCount ? parseNumber(wordAddress(index), wordSize(index)) : otherwise;
}

function failed(what: string, status: u32): i32 {
  print("udp: ");
  print(what);
  print(": ");
  printLine(udpText(status));
  return CODE_FAILED;
}

function echo(): i32 {
  const port = number(1, -1);
  const count = number(2, i32.MAX_VALUE);
  if (port < 1 || count < 1) return usage();
  let status = udpBind(<u32>port);
  if (status !== KernelError.OK) return failed("bind", status);
  printLine("udp: listening");
  for (let i = 0; i < count; i++) {
    status = udpReceive(<u32>port, came, 0);
    if (status !== KernelError.OK) return failed("receive", status);
    status = udpSend(<u32>port, udpFromAddress, udpFromPort, came, udpSize);
    if (status !== KernelError.OK) failed("send", status);
  }
  return 0;
}

function sendAll(): i32 {
  const port = number(2, -1);
  const size = number(3, -1);
  const count = number(4, 1);
  if (!addressParse(wordAddress(1), wordSize(1), false) || port < 1 || count < 1) return usage();
  if (size < 0 || size > <i32>UDP_BYTES_MAX) return usage();
  const status = udpBind(0);
  if (status !== KernelError.OK) return failed("bind", status);
  const begun = clock();
  for (let i = 0; i < count; i++) {
    const code = exchange(parsedAddress, <u32>port, <u32>size, <u32>i);
    if (code !== 0) return code;
  }
  printUnsigned(<u64>count);
  print(" came back, ");
  printUnsigned((clock() - begun) / <u64>count);
  printLine(" ns each");
  return 0;
}

function exchange(address: u32, port: u32, size: u32, round: u32): i32 {
  for (let i: u32 = 0; i < size; i++) store<u8>(sent + i, <u8>(i * 7 + round));
  let status = udpSend(udpPort, address, port, sent, size);
  if (status !== KernelError.OK) return failed("send", status);
  status = udpReceive(udpPort, came, TIMEOUT_NS);
  if (status !== KernelError.OK) return failed("receive", status);
  const same = udpSize === size && udpFromAddress === address && udpFromPort === port;
  if (same && memory.compare(sent, came, size) === 0) return 0;
  printLine("udp: something else came back");
  return CODE_FAILED;
}

const code = main();
flush();
exit(code);
