/**
 * Calls within calls: chains that are too deep, rings, a thread that calls itself.
 */
import { Kind, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { grant } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, done, expect } from "./answers";
import { begin, child, drop, make, thread } from "./children";
import { ROLE_ENDPOINT } from "./roles";
import { is } from "./select";

const MILLISECOND: u64 = 1000000;
const LINKS: u32 = 20;
const words: usize = memory.data(16, 16);
/** Four words for each thread. */
const places: usize = memory.data(32 * 16, 16);
const answers: usize = memory.data(32 * 4, 4);
/** Slot of the first link's endpoint: the others follow. */
let first: u32 = 0;

export function nesting(): void {
  if (is("nesting-too-deep")) tooDeep();
  if (is("chain-cut-in-the-middle")) cutInTheMiddle();
  if (is("call-ring")) ring();
  if (is("call-oneself")) oneself();
  if (is("call-and-kill-the-chain")) killTheChain();
  if (is("server-with-two-callers")) twoCallers();
}

function noted(link: u32): i32 {
  return load<i32>(answers + ((<usize>link) << 2));
}

/** Takes a call and makes the next one, to the end of the chain. */
function link(number: u32): void {
  const own = places + ((<usize>number) << 4);
  kernel.messageReceive(infoOf(first + number, 0, 0), own);
  const next = kernel.messageCall(infoOf(first + number + 1, 0, 0), own);
  store<i32>(answers + ((<usize>number) << 2), next);
  kernel.messageReply(0, own);
  kernel.threadExit();
}

function chain(): void {
  first = make(Kind.ENDPOINT);
  for (let i: u32 = 1; i <= LINKS; i++) make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < LINKS; i++) thread(link.index, i);
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
}

/** The seventeenth call of a chain is refused, and everybody hears of it. */
function tooDeep(): void {
  chain();
  kernel.messageTimeout(50 * MILLISECOND);
  done(kernel.messageCall(infoOf(first, 0, 0), words));
  let refused: u32 = 0;
  for (let i: u32 = 0; i < LINKS; i++) {
    if (noted(i) === -KernelError.TOO_DEEP) refused++;
  }
  check(refused === 1);
}

/** An endpoint in the middle of a chain of calls goes: those above are told, those below end. */
function cutInTheMiddle(): void {
  chain();
  drop(first + 8);
  done(kernel.messageCall(infoOf(first, 0, 0), words));
  check(noted(7) === -KernelError.INVALID_CAPABILITY);
}

function ringer(number: u32): void {
  const own = places + ((<usize>number) << 4);
  kernel.messageTimeout(5 * MILLISECOND);
  const next = (number + 1) % 4;
  for (let i: u32 = 0; i < 3; i++) {
    store<i32>(
      answers + ((<usize>number) << 2),
      kernel.messageCall(infoOf(first + next, 0, 0), own),
    );
  }
  kernel.threadExit();
}

/** Four threads call each other in a ring and nobody receives: time-outs, no end in sight for none. */
function ring(): void {
  first = make(Kind.ENDPOINT);
  for (let i: u32 = 1; i < 4; i++) make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 4; i++) thread(ringer.index, i);
  kernel.sleepUntil(kernel.clock() + 40 * MILLISECOND);
  for (let i: u32 = 0; i < 4; i++) check(noted(i) === -KernelError.TIMED_OUT);
}

function oneself(): void {
  const endpoint = make(Kind.ENDPOINT);
  kernel.messageTimeout(MILLISECOND);
  for (let i: u32 = 0; i < 10; i++) {
    expect(kernel.messageCall(infoOf(endpoint, 0, 0), words), KernelError.TIMED_OUT);
  }
}

/** The thread at the bottom of a chain is ended while all above it run on one account. */
function killTheChain(): void {
  first = make(Kind.ENDPOINT);
  for (let i: u32 = 1; i <= 6; i++) make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 6; i++) thread(link.index, i);
  child("role-receive-nap");
  grant(first + 6, ROLE_ENDPOINT, Right.RECEIVE, 0);
  const bottom = begin();
  killer = bottom;
  thread(killLater.index);
  done(kernel.messageCall(infoOf(first, 0, 0), words));
  check(noted(5) === -KernelError.CANCELED && noted(4) >= 0);
}

let killer: u32 = 0;

function killLater(_: u32): void {
  kernel.sleepUntil(kernel.clock() + 5 * MILLISECOND);
  kernel.processKill(killer);
  kernel.threadExit();
}

function caller(number: u32): void {
  const own = places + ((<usize>number) << 4);
  store<i32>(answers + ((<usize>number) << 2), kernel.messageCall(infoOf(first, 0, 0), own));
  kernel.threadExit();
}

/** Receiving again gives up the caller before; saving keeps it: each is answered once. */
function twoCallers(): void {
  first = make(Kind.ENDPOINT);
  for (let i: u32 = 0; i < 3; i++) thread(caller.index, i);
  const info = infoOf(first, 0, 0);
  done(kernel.messageReceive(info, words));
  done(kernel.messageReceive(info, words));
  const saved = takeSlot();
  done(kernel.replySave(saved));
  done(kernel.messageReceive(info, words));
  done(kernel.messageReply(0, words));
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER);
  done(kernel.messageSend(infoOf(saved, 0, 0), words));
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
  check(noted(0) === -KernelError.CANCELED && noted(1) === 0 && noted(2) === 0);
}
