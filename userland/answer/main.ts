/**
 * answer: a service without state, of which a cluster runs one: whoever asks at UDP port 7100 hears where it runs.
 *
 *   answer epoch=<era>.<number>
 *
 * The answer to a datagram: `<last byte of the address> epoch <era>.<number> answers <count>`.
 */
import { KernelError } from "../../kernel/abi/errors";
import { flush, print, printLine } from "../lib/console";
import { clock, exit, sleepUntil } from "../lib/kernel";
import { copyDecimal, copyText, startsWith } from "../lib/text";
import {
  udpBind,
  UDP_BYTES_MAX,
  udpFromAddress,
  udpFromPort,
  udpOwnAddress,
  udpReceive,
  udpSend,
  udpText,
} from "../lib/udp";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";

const PORT: u32 = 7100;
const CODE_USAGE: i32 = 2;
const CODE_FAILED: i32 = 1;
const EPOCH_BYTES_MAX: u32 = 32;
const NS_PER_SECOND: u64 = 1000000000;
const came: usize = memory.data(1472, 4);
if (UDP_BYTES_MAX !== 1472) ERROR("the buffer has another size");
const text: usize = memory.data(128);
let answers: u32 = 0;

function main(): i32 {
  readArguments();
  const one = wordCount === 1 && startsWith(wordAddress(0), wordSize(0), "epoch=");
  if (!one || wordSize(0) > 6 + EPOCH_BYTES_MAX) {
    printLine(
      "usage: answer epoch=<era>.<number>; the security manager starts it where the cluster says",
    );
    return CODE_USAGE;
  }
  const bound = udpBind(PORT);
  if (bound !== KernelError.OK) return failed("bind port 7100", bound);
  while (true) {
    const status = udpReceive(PORT, came, NS_PER_SECOND);
    if (status === KernelError.TIMED_OUT) continue;
    if (status !== KernelError.OK) return failed("receive", status);
    answers++;
    const sent = udpSend(PORT, udpFromAddress, udpFromPort, text, compose());
    // The lease is over, or the card is behind: as lost as on the wire.
    if (sent !== KernelError.OK) say("send", sent);
  }
}

/** The answer's text; its size. */
function compose(): u32 {
  let size = copyDecimal(text, udpOwnAddress & 255);
  size += copyText(text + size, " epoch ");
  memory.copy(text + size, wordAddress(0) + 6, wordSize(0) - 6);
  size += wordSize(0) - 6;
  size += copyText(text + size, " answers ");
  return size + copyDecimal(text + size, answers);
}

function failed(what: string, status: u32): i32 {
  say(what, status);
  // The manager starts it again at once: not faster than somebody can read.
  sleepUntil(clock() + NS_PER_SECOND);
  return CODE_FAILED;
}

function say(what: string, status: u32): void {
  print("answer: ");
  print(what);
  print(": ");
  printLine(udpText(status));
  flush();
}

exit(main());
