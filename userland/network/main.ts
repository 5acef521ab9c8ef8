/**
 * network: the card and the stack as one service; the policy says who may use it, and for what.
 *
 * One thread waits for the card's interrupt, for its clients and for the stack's next deadline at once. Without an
 * address on the command line, or without a card, it answers every request with NO_NETWORK.
 */
import { Kind, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import {
  clock,
  exit,
  interruptAcknowledge,
  interruptBind,
  messageTimeout,
  notificationBind,
  objectCreate,
} from "../lib/kernel";
import {
  badgeOf,
  call,
  notified,
  receive,
  reply,
  replyReceive,
  setWords,
  word,
} from "../lib/message";
import { startsWith } from "../lib/text";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { PciCard, PciRequest } from "../pci/protocol";
import { addressParse, parsedAddress, parsedBits } from "../lib/address";
import {
  cardAcknowledge,
  cardLook,
  cardReady,
  cardReceive,
  cardSend,
  cardStart,
  received,
} from "./card";
import { Device, Own, Service } from "./devices";
import { answers, answerWords, deliver, echoesCheck, localTaken, serve } from "./requests";
import { deadline, input, poll, stackStart } from "./stack/stack";
import { NEVER } from "./stack/arp";
import { outputDone, outputFirst, outputLate, outputSize } from "./stack/output";
import { NO_SOCKET } from "./stack/udp";
import { put32 } from "./stack/wire";

const CODE_NO_ENDPOINT: i32 = 1;
const INTERRUPTED: u32 = 1;
/** Frames in a row before clients have their turn. */
const BATCH: u32 = 16;
const hardware: usize = memory.data(8);
/** The card has more frames than the latest batch took. */
let more: bool = false;

function main(): void {
  const up = start();
  let message = receive(Service.NETWORK);
  while (true) {
    let due = turn(message, up);
    const local = localTaken();
    if (local !== NO_SOCKET) {
      if (due) reply(answerWords, 0);
      due = false;
      deliver(local);
    }
    const timeoutNs = up ? settle() : 0;
    // The bound is for this receive only: nothing else that the service waits for may end early.
    if (timeoutNs !== 0) messageTimeout(timeoutNs);
    message = due ? replyReceive(Service.NETWORK, answerWords, 0) : receive(Service.NETWORK);
    if (timeoutNs !== 0) messageTimeout(0);
  }
}

/** The address's own bytes are the hardware address's last four: one network has no two of either. */
function start(): bool {
  readArguments();
  const given =
    wordCount === 1 && wordSize(0) > 3 && startsWith(wordAddress(0), wordSize(0), "ip=");
  if (!given || !addressParse(wordAddress(0) + 3, wordSize(0) - 3, true)) return false;
  store<u8>(hardware, 2);
  put32(hardware + 2, parsedAddress);
  setWords(PciRequest.ENABLE, PciCard.NE2000, 0, 0);
  if (call(Service.PCI, 0, 0) < 0 || word(0) !== KernelError.OK) return false;
  if (objectCreate(Slot.GROUP, Kind.NOTIFICATION, Own.NOTIFICATION, 0) < 0) return false;
  if (notificationBind(Own.NOTIFICATION) < 0) return false;
  if (interruptBind(Device.CARD_INTERRUPT, Own.NOTIFICATION, INTERRUPTED) < 0) return false;
  stackStart(parsedAddress, parsedBits, hardware);
  return cardStart(hardware) >= 0;
}

/** What the latest receive brought: interrupt, timeout or request. Is there a caller to answer? */
function turn(message: i32, up: bool): bool {
  if (message < 0) {
    if (message !== -KernelError.TIMED_OUT) exit(CODE_NO_ENDPOINT);
    if (more) frames();
    return false;
  }
  if (notified(message)) {
    frames();
    return false;
  }
  serve(badgeOf(message), message, up);
  return answers;
}

/** A batch of what the card has received. */
function frames(): void {
  cardAcknowledge();
  // What comes after this look interrupts again.
  cardLook();
  more = true;
  const now = clock();
  for (let i: u32 = 0; i < BATCH; i++) {
    const size = cardReceive();
    if (size === 0) {
      more = false;
      break;
    }
    const socket = input(received, size, now);
    if (socket !== NO_SOCKET) deliver(socket);
    if (outputFirst() !== 0) drain();
  }
  echoesCheck(now);
  if (!more) interruptAcknowledge(Device.CARD_INTERRUPT);
}

/** Does what is due, sends what waits; how long the next receive may take, 0 for ever. */
function settle(): u64 {
  let due = deadline();
  if (due === NEVER) {
    drain();
    return more ? 1 : 0;
  }
  const now = clock();
  if (due <= now) {
    poll(now);
    due = deadline();
  }
  drain();
  if (more) return 1;
  if (due === NEVER) return 0;
  return due > now ? due - now : 1;
}

function drain(): void {
  let frame = outputFirst();
  while (frame !== 0 && cardReady()) {
    // The card takes a frame at once: nothing leaves behind this look at the clock.
    if (outputLate(clock())) {
      frame = outputFirst();
      continue;
    }
    cardSend(frame, outputSize());
    outputDone();
    frame = outputFirst();
  }
}

main();
