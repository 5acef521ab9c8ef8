/**
 * Words of messages: in registers, in the buffers, and where there is no buffer.
 */
import { Kind, MessageBuffer, MessageInfo, MessageLimit, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { badgeOf, bytes, bytesOf, capabilitiesOf, infoOf } from "../lib/message";
import { begin, drop, endsWith, give, make, mint, partner, pause, thread } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const others: usize = memory.data(16, 16);
const MOST: u32 = MessageLimit.EXTRA;
let answer: i32 = 0;

export function wordTests(): void {
  if (is("four-words-there-and-back")) fourWords();
  if (is("every-count-of-words")) everyCount();
  if (is("words-without-a-buffer")) withoutBuffer();
  if (is("counts-that-are-none")) badCounts();
  if (is("a-send-blocks-until-received")) sendBlocks();
  if (is("badges-tell-clients-apart")) badges();
  if (is("kinds-and-rights-of-endpoints")) kindsAndRights();
}

export function setWords(at: usize, first: u32): void {
  for (let i: u32 = 0; i < 4; i++) store<u32>(at + ((<usize>i) << 2), first + i);
}

function fourWords(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-add-badge");
  give(endpoint, Right.RECEIVE);
  const child = begin();
  const badged = mint(endpoint, Right.SEND, 1000);
  for (let round: u32 = 0; round < 50; round++) {
    const first = round * 0x9e3779b1;
    setWords(words, first);
    const got = done(kernel.messageCall(infoOf(badged, 0, 0), words), "a call");
    same(got, 0, "a reply has no badge, words or capabilities");
    for (let i: u32 = 0; i < 4; i++) {
      check(load<u32>(words + ((<usize>i) << 2)) === first + i + 1000, "a word comes back");
    }
  }
  drop(endpoint);
  endsWith(child, KernelError.CANCELED, "the server");
}

/** From 0 to 60 beyond the four, there and back; what was not sent is not touched. */
function everyCount(): void {
  const endpoint = make(Kind.ENDPOINT);
  partner("role-mirror");
  give(endpoint, Right.RECEIVE);
  const child = begin();
  const extra = bytes();
  for (let count: u32 = 0; count <= MOST; count++) {
    for (let i: u32 = 0; i < MOST; i++) store<u32>(extra + ((<usize>i) << 2), count * 100 + i);
    const got = done(kernel.messageCall(infoOf(endpoint, count, 0), words), "a call");
    same(bytesOf(<i32>got), count * 4, "as many come back");
    same(capabilitiesOf(<i32>got), 0, "no capabilities");
    for (let i: u32 = 0; i < MOST; i++) {
      const sent = count * 100 + i;
      const back = load<u32>(extra + ((<usize>i) << 2));
      check(back === (i < count ? ~sent : sent), "a word of the buffer");
    }
  }
  drop(endpoint);
  endsWith(child, KernelError.CANCELED, "the server");
}

/** A thread without a buffer: words beyond four do not reach it, and are counted as none. */
function bare(endpoint: u32): void {
  answer = kernel.messageCall(infoOf(endpoint, 0, 0), others);
  kernel.threadExit();
}

function withoutBuffer(): void {
  const endpoint = make(Kind.ENDPOINT);
  const info = infoOf(endpoint, 5, 0);
  const wrong = KernelError.BAD_ARGUMENT;
  expect(kernel.messageCall(info, words), wrong, "a call with more words than it can have");
  expect(kernel.messageSend(info, words), wrong, "a send");
  expect(kernel.messageSend(infoOf(endpoint, 0, 1), words), wrong, "capabilities");
  partner("role-plain");
  give(endpoint, Right.RECEIVE);
  const child = begin();
  bytes();
  setWords(words, 5);
  const badged = mint(endpoint, Right.SEND, 31);
  const got = kernel.messageCall(infoOf(badged, 60, 0), words);
  same(got, 0, "a plain answer");
  same(load<u32>(words), 31, "the server saw the badge and no count");
  same(load<u32>(words + 4), 6, "and the four words");
  drop(child);
  const slot = thread(bare.index, endpoint);
  same(kernel.messageReceive(infoOf(endpoint, 0, 0), words), 0, "a call by who has no buffer");
  setWords(words, 70);
  done(kernel.messageReply(infoOf(0, 9, 0), words), "a long answer");
  pause();
  same(answer, 0, "it is counted as none");
  same(load<u32>(others + 12), 73, "the four words came");
  expect(kernel.threadControl(slot, 2), KernelError.NOT_FOUND, "it has ended");
}

function badCounts(): void {
  const endpoint = make(Kind.ENDPOINT);
  bytes();
  const wrong = KernelError.BAD_ARGUMENT;
  for (let extra = MOST + 1; extra < 64; extra++) {
    const info = (endpoint << MessageInfo.SLOT_SHIFT) | (extra << MessageInfo.EXTRA_SHIFT);
    expect(kernel.messageCall(info, words), wrong, "too many words");
    expect(kernel.messageReply(info, words), wrong, "in a reply");
    expect(kernel.messageReplyReceive(info, words), wrong, "and before a receive");
  }
  for (let count: u32 = 5; count < 8; count++) {
    const info = (endpoint << MessageInfo.SLOT_SHIFT) | (count << MessageInfo.CAPABILITIES_SHIFT);
    expect(kernel.messageSend(info, words), wrong, "too many capabilities");
  }
  same(<i32>MessageBuffer.BYTES, 512, "the buffer");
}

let sent: u32 = 0;

function sender(endpoint: u32): void {
  setWords(others, 40);
  answer = kernel.messageSend(infoOf(endpoint, 0, 0), others);
  sent = 1;
  kernel.threadExit();
}

function sendBlocks(): void {
  const endpoint = make(Kind.ENDPOINT);
  thread(sender.index, endpoint);
  pause();
  same(sent, 0, "nobody has received it");
  same(kernel.messageReceive(infoOf(endpoint, 0, 0), words), 0, "the message");
  same(load<u32>(words + 8), 42, "its words");
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "nobody wants a reply");
  pause();
  same(sent, 1, "now it was");
  same(answer, 0, "and is told so");
  sent = 0;
  thread(sender.index, endpoint);
  kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  pause();
  same(sent, 1, "who comes to a waiting receiver goes on at once");
}

function badges(): void {
  const endpoint = make(Kind.ENDPOINT);
  const marks: StaticArray<u32> = [1, 500, MessageLimit.BADGE_MAX];
  for (let i = 0; i < 3; i++) {
    partner("role-send");
    give(endpoint, Right.SEND, marks[i]);
    const child = begin();
    const got = done(kernel.messageReceive(infoOf(endpoint, 0, 0), words), "a message");
    same(badgeOf(<i32>got), marks[i], "whose");
    endsWith(child, 0, "the sender");
  }
}

function kindsAndRights(): void {
  const bell = make(Kind.NOTIFICATION);
  const endpoint = make(Kind.ENDPOINT);
  const wrong = KernelError.WRONG_KIND;
  expect(kernel.messageCall(infoOf(bell, 0, 0), words), wrong, "call a notification");
  expect(kernel.messageReceive(infoOf(bell, 0, 0), words), wrong, "receive from one");
  expect(kernel.notificationSignal(endpoint), wrong, "signal an endpoint");
  expect(kernel.notificationWait(endpoint), wrong, "wait for one");
  const sends = mint(endpoint, Right.SEND);
  const receives = mint(endpoint, Right.RECEIVE);
  const refused = KernelError.MISSING_RIGHT;
  expect(kernel.messageReceive(infoOf(sends, 0, 0), words), refused, "receive with SEND");
  expect(kernel.messageReplyReceive(infoOf(sends, 0, 0), words), refused, "after a reply");
  expect(kernel.messageCall(infoOf(receives, 0, 0), words), refused, "call with RECEIVE");
  expect(kernel.messageSend(infoOf(receives, 0, 0), words), refused, "send with it");
}
