/**
 * Messages: four words, up to 240 bytes and up to four capabilities, from one static place.
 *
 * The place is the main thread's. A call overwrites words and bytes with the answer, and printing
 * is a call too: what came with a message is copied before anything is printed.
 */
import { MessageBuffer, MessageInfo, MessageLimit, MOVE, Slot } from "../../kernel/abi/capability";
import {
  messageBuffer,
  messageCall,
  messageReceive,
  messageReply,
  messageReplyReceive,
  messageSend,
} from "./kernel";

/** Bytes that fit behind the four words. */
export const BYTES_MAX: u32 = 240;
const words: usize = memory.data(16, 16);
/** The buffer must begin at a multiple of its size, wherever the statics lie. */
const space: usize = memory.data(1024);
const buffer: usize = (space + 511) & ~511;
let opened: bool = false;
if (MessageBuffer.BYTES !== 512) ERROR("the message buffer has another size");
if (MessageLimit.EXTRA * 4 !== 240) ERROR("BYTES_MAX is out of date");

export function word(index: u32): u32 {
  assert(index < <u32>MessageLimit.WORDS);
  return load<u32>(words + ((<usize>index) << 2));
}

export function setWord(index: u32, value: u32): void {
  assert(index < <u32>MessageLimit.WORDS);
  store<u32>(words + ((<usize>index) << 2), value);
}

export function setWords(first: u32, second: u32, third: u32, fourth: u32): void {
  setWord(0, first);
  setWord(1, second);
  setWord(2, third);
  setWord(3, fourth);
}

/** Where the bytes of a message are, coming and going. */
export function bytes(): usize {
  open();
  return buffer + MessageBuffer.EXTRA;
}

/** Extra words that `size` bytes take. */
export function wordsFor(size: u32): u32 {
  return (size + 3) >> 2;
}

/** Puts bytes behind the words; how many extra words they take. */
export function putBytes(source: usize, size: u32): u32 {
  assert(size <= BYTES_MAX);
  memory.copy(bytes(), source, size);
  return wordsFor(size);
}

/** The n-th capability to send is a copy of this one. */
export function sendCopy(index: u32, slot: u32): void {
  open();
  store<u32>(sendAddress(index), slot);
}

/** The n-th capability to send is this one itself: if it arrives, the slot is empty then. */
export function sendMove(index: u32, slot: u32): void {
  open();
  store<u32>(sendAddress(index), slot | MOVE);
}

/** The n-th capability that comes goes into this empty slot; Slot.NONE: not taken. */
export function receiveInto(index: u32, slot: u32): void {
  assert(index < <u32>MessageLimit.CAPABILITIES);
  open();
  store<u32>(buffer + MessageBuffer.RECEIVE_SLOTS + ((<usize>index) << 2), slot);
}

/** What to do, in the one word that the kernel wants. */
export function infoOf(slot: u32, extra: u32, capabilities: u32): u32 {
  assert(extra <= <u32>MessageLimit.EXTRA && capabilities <= <u32>MessageLimit.CAPABILITIES);
  return (
    (slot << MessageInfo.SLOT_SHIFT) |
    (extra << MessageInfo.EXTRA_SHIFT) |
    (capabilities << MessageInfo.CAPABILITIES_SHIFT)
  );
}

/** Asks, and waits for the answer; the kernel's answer word, or a negated KernelError. */
export function call(slot: u32, extra: u32, capabilities: u32): i32 {
  return messageCall(infoOf(slot, extra, capabilities), words);
}

/** Hands a message over without waiting for an answer; also the answer to a saved caller. */
export function send(slot: u32, extra: u32, capabilities: u32): i32 {
  return messageSend(infoOf(slot, extra, capabilities), words);
}

export function receive(slot: u32): i32 {
  open();
  return messageReceive(infoOf(slot, 0, 0), words);
}

export function reply(extra: u32, capabilities: u32): i32 {
  return messageReply(infoOf(Slot.NONE, extra, capabilities), words);
}

export function replyReceive(slot: u32, extra: u32, capabilities: u32): i32 {
  open();
  return messageReplyReceive(infoOf(slot, extra, capabilities), words);
}

/** Parts of the kernel's answer word. */
export function badgeOf(answer: i32): u32 {
  return <u32>answer & <u32>MessageInfo.BADGE_MASK;
}

export function capabilitiesOf(answer: i32): u32 {
  return (<u32>answer >> MessageInfo.RECEIVED_CAPABILITIES_SHIFT) & 7;
}

/** Bytes that came, in whole words. */
export function bytesOf(answer: i32): u32 {
  return ((<u32>answer >> MessageInfo.RECEIVED_EXTRA_SHIFT) & 63) << 2;
}

/** Not a message but bits of the bound notification: they are word 0. */
export function notified(answer: i32): bool {
  return (<u32>answer & <u32>MessageInfo.NOTIFIED) !== 0;
}

function sendAddress(index: u32): usize {
  assert(index < <u32>MessageLimit.CAPABILITIES);
  return buffer + MessageBuffer.SEND_SLOTS + ((<usize>index) << 2);
}

/** Tells the kernel about the buffer before its first use. */
function open(): void {
  if (opened) return;
  opened = true;
  messageBuffer(buffer);
}
