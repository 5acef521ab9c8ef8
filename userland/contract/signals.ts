/**
 * Notifications: bits gather, a wait takes them, and they end the receives of the thread they are bound to.
 */
import { Kind, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { badgeOf, infoOf, notified } from "../lib/message";
import { begin, drop, endsWith, give, make, MILLISECOND, mint, partner } from "./partners";
import { pause, thread } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const others: usize = memory.data(16, 16);
const answers: usize = memory.data(32, 4);
let count: u32 = 0;

export function signalTests(): void {
  if (is("bits-gather-and-a-wait-takes-them")) gather();
  if (is("a-poll-never-waits")) polls();
  if (is("the-first-waiter-takes-all")) firstTakesAll();
  if (is("a-bound-notification-ends-a-receive")) bound();
  if (is("one-notification-one-thread")) bindBusy();
  if (is("signal-and-wait-in-one")) signalWait();
  if (is("a-wait-times-out")) waitTimesOut();
  if (is("signals-across-processes")) across();
}

function gather(): void {
  const bell = make(Kind.NOTIFICATION);
  let all: u32 = 0;
  for (let i: u32 = 0; i < 31; i += 3) {
    const one = mint(bell, Right.SIGNAL, 1 << i);
    done(kernel.notificationSignal(one), "a signal");
    done(kernel.notificationSignal(one), "the same once more");
    all |= 1 << i;
    drop(one);
  }
  same(kernel.notificationWait(bell), all, "all bits");
  same(kernel.notificationPoll(bell), 0, "they were taken");
  const silent = mint(bell, Right.SIGNAL);
  done(kernel.notificationSignal(silent), "a signal without a badge");
  same(kernel.notificationPoll(bell), 0, "has no bits");
}

function polls(): void {
  const bell = make(Kind.NOTIFICATION);
  const one = mint(bell, Right.SIGNAL, 5);
  same(kernel.notificationPoll(bell), 0, "nothing yet");
  done(kernel.notificationSignal(one), "a signal");
  same(kernel.notificationPoll(bell), 5, "its bits");
  same(kernel.notificationPoll(bell), 0, "once");
}

function waiter(bell: u32): void {
  const place = count++;
  store<i32>(answers + ((<usize>place) << 2), kernel.notificationWait(bell));
  kernel.threadExit();
}

function noted(place: u32): i32 {
  return load<i32>(answers + ((<usize>place) << 2));
}

function firstTakesAll(): void {
  const bell = make(Kind.NOTIFICATION);
  for (let i: u32 = 0; i < 3; i++) {
    thread(waiter.index, bell);
    pause(MILLISECOND / 4);
  }
  same(count, 3, "three wait");
  const one = mint(bell, Right.SIGNAL, 6);
  const two = mint(bell, Right.SIGNAL, 8);
  done(kernel.notificationSignal(one), "a signal");
  done(kernel.notificationSignal(two), "another one");
  pause();
  same(noted(0), 6, "who came first");
  same(noted(1), 8, "who came second");
  same(noted(2), 0, "the third waits");
  same(kernel.notificationPoll(bell), 0, "nothing is left");
  drop(bell);
  pause();
  same(noted(2), -KernelError.CANCELED, "until the end");
}

function signaller(bell: u32): void {
  pause();
  kernel.notificationSignal(bell);
  kernel.threadExit();
}

function bound(): void {
  const bell = make(Kind.NOTIFICATION);
  const door = make(Kind.ENDPOINT);
  const one = mint(bell, Right.SIGNAL, 9);
  done(kernel.notificationBind(bell), "bound");
  done(kernel.notificationSignal(one), "a signal before the receive");
  let got = kernel.messageReceive(infoOf(door, 0, 0), words);
  check(got >= 0 && notified(got), "it ends the receive");
  same(load<u32>(words), 9, "with its bits");
  same(load<u32>(words + 4), 0, "and nothing else");
  thread(signaller.index, one);
  got = kernel.messageReceive(infoOf(door, 0, 0), words);
  check(got >= 0 && notified(got) && load<u32>(words) === 9, "a signal while it waits");
  partner("role-send");
  give(door, Right.SEND, 3);
  const child = begin();
  got = kernel.messageReceive(infoOf(door, 0, 0), words);
  check(got >= 0 && !notified(got) && badgeOf(got) === 3, "messages come as ever");
  endsWith(child, 0, "the sender");
  done(kernel.notificationBind(0), "unbound");
  done(kernel.notificationSignal(one), "a signal");
  kernel.messageTimeout(MILLISECOND);
  const late = KernelError.TIMED_OUT;
  expect(kernel.messageReceive(infoOf(door, 0, 0), words), late, "it ends no receive now");
  kernel.messageTimeout(0);
  same(kernel.notificationPoll(bell), 9, "the bits are there");
  done(kernel.notificationBind(bell), "bound once more");
  drop(bell);
  kernel.messageTimeout(MILLISECOND);
  expect(kernel.messageReceive(infoOf(door, 0, 0), words), late, "a notification that has ended");
  kernel.messageTimeout(0);
}

let refusal: i32 = 0;

function binder(bell: u32): void {
  refusal = kernel.notificationBind(bell);
  kernel.sleepUntil(kernel.clock() + 2 * MILLISECOND);
  kernel.threadExit();
}

function bindBusy(): void {
  const bell = make(Kind.NOTIFICATION);
  const other = make(Kind.NOTIFICATION);
  done(kernel.notificationBind(bell), "bound");
  done(kernel.notificationBind(bell), "twice by the same");
  thread(binder.index, bell);
  pause();
  same(refusal, -KernelError.BUSY, "by another thread");
  done(kernel.notificationBind(other), "another one instead");
  pause(3 * MILLISECOND);
  thread(binder.index, bell);
  pause();
  same(refusal, 0, "it is free");
  expect(kernel.notificationBind(bell), KernelError.BUSY, "not any more");
  pause(3 * MILLISECOND);
  done(kernel.notificationBind(bell), "until that thread ends");
}

let turns: u32 = 0;
let here: u32 = 0;
let there: u32 = 0;

function pong(_: u32): void {
  kernel.notificationWait(there);
  while (true) {
    turns++;
    kernel.notificationSignalWait(here, there);
  }
}

function signalWait(): void {
  const one = make(Kind.NOTIFICATION);
  const two = make(Kind.NOTIFICATION);
  here = mint(one, Right.ALL, 2);
  there = mint(two, Right.ALL, 4);
  thread(pong.index);
  pause();
  for (let i: u32 = 1; i <= 100; i++) {
    same(kernel.notificationSignalWait(there, one), 2, "the answer's bits");
    same(turns, i, "a turn of the other one");
  }
  const refused = KernelError.MISSING_RIGHT;
  const waits = mint(two, Right.WAIT);
  expect(kernel.notificationSignalWait(waits, one), refused, "no SIGNAL");
  const signals = mint(one, Right.SIGNAL);
  expect(kernel.notificationSignalWait(there, signals), refused, "no WAIT");
  same(turns, 100, "nothing was signalled then");
  same(load<u32>(others), 0, "nothing else");
}

function waitTimesOut(): void {
  const bell = make(Kind.NOTIFICATION);
  const from = kernel.clock();
  kernel.messageTimeout(2 * MILLISECOND);
  expect(kernel.notificationWait(bell), KernelError.TIMED_OUT, "nobody signals");
  const ns = kernel.clock() - from;
  check(ns >= 2 * MILLISECOND && ns < 3 * MILLISECOND, "after its patience");
  const one = mint(bell, Right.SIGNAL, 1);
  thread(signaller.index, one);
  same(kernel.notificationWait(bell), 1, "somebody does");
  kernel.messageTimeout(0);
}

function across(): void {
  const bell = make(Kind.NOTIFICATION);
  partner("role-wait-bits");
  give(bell, Right.WAIT);
  const child = begin();
  pause();
  const one = mint(bell, Right.SIGNAL, 77);
  done(kernel.notificationSignal(one), "a signal");
  endsWith(child, 77, "the bits are there");
}
