/**
 * Partners whose time is looked at: they work, and call each other.
 */
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { Place } from "./kit";
import { argument, is } from "./select";

const words: usize = memory.data(16, 16);
const MICROSECOND: u64 = 1000;
const LATER_NS: u64 = 500000;
/** Rounds of `work` between two looks at the clock. */
const ROUNDS: u32 = 200;
const SAVED: u32 = 40;

export function roleAccount(): void {
  if (is("role-call-later")) callLater();
  if (is("role-call-for-ever")) callForEver();
  if (is("role-send-for-ever")) sendForEver();
  if (is("role-work")) workAt();
  if (is("role-work-through")) workThrough();
  if (is("role-save-and-work")) saveAndWork();
  if (is("role-ring")) ring();
}

/** Computes for about so many microseconds of its own: time in which others run does not count. */
export function work(microseconds: u32): void {
  let done: u64 = 0;
  let before = kernel.clock();
  while (done < <u64>microseconds * MICROSECOND) {
    let value: u32 = 1;
    for (let i: u32 = 0; i < ROUNDS; i++) value = value * 1664525 + 1013904223;
    const now = kernel.clock();
    done += min<u64>(now - before, (value & 1) === 2 ? 0 : 2 * MICROSECOND);
    before = now;
  }
}

/** Calls once, so many half milliseconds after its start. */
function callLater(): void {
  kernel.sleepUntil(kernel.clock() + LATER_NS * <u64>(argument(1) + 1));
  const answer = kernel.messageCall(infoOf(Place.FIRST, 0, 0), words);
  kernel.exit(answer < 0 ? -answer : 0);
}

function callForEver(): void {
  while (true) kernel.messageCall(infoOf(Place.FIRST, 0, 0), words);
}

function sendForEver(): void {
  while (true) kernel.messageSend(infoOf(Place.FIRST, 0, 0), words);
}

/** A server that works for a while on each message: the number says how many microseconds. */
function workAt(): void {
  const info = infoOf(Place.FIRST, 0, 0);
  let got = kernel.messageReceive(info, words);
  while (got >= 0) {
    work(argument(1));
    got = kernel.messageReplyReceive(info, words);
  }
  kernel.exit(-got);
}

/** The same, and then it calls the next one. */
function workThrough(): void {
  const info = infoOf(Place.FIRST, 0, 0);
  let got = kernel.messageReceive(info, words);
  while (got >= 0) {
    work(argument(1));
    kernel.messageCall(infoOf(Place.SECOND, 0, 0), words);
    got = kernel.messageReplyReceive(info, words);
  }
  kernel.exit(-got);
}

/** Gives the caller its account back before the work. */
function saveAndWork(): void {
  while (kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words) >= 0) {
    kernel.replySave(SAVED);
    work(argument(1));
    kernel.messageSend(infoOf(SAVED, 0, 0), words);
  }
}

/** Signals for each message that it received. */
function ring(): void {
  while (kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words) >= 0) {
    kernel.notificationSignal(Place.SECOND);
  }
}
