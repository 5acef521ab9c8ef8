/**
 * Whose time it is: a call lends the client's account through up to 16 calls, a send lends nothing.
 */
import { Kind, MessageLimit, Right } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { AccountRecord } from "../../kernel/abi/scheduler";
import * as kernel from "../lib/kernel";
import { badgeOf, infoOf } from "../lib/message";
import { chargedNs, groupRecord } from "./books";
import { begin, drop, endsWith, give, group, groupMake, groupPlain } from "./partners";
import { make, MILLISECOND, mint, paidBy, partner, pause } from "./partners";
import { check, done, expect, note, same, within } from "./report";
import { is } from "./select";

const words: usize = memory.data(16, 16);
const places: usize = memory.data(512, 16);
const answers: usize = memory.data(128, 4);
const NESTING: u32 = MessageLimit.NESTING;
let first: u32 = 0;

export function accountTests(): void {
  if (is("sixteen-nested-calls-and-no-more")) nested();
  if (is("a-chain-ends-in-the-middle")) chainCut();
  if (is("a-server-works-on-its-clients-account")) clientsAccount();
  if (is("a-send-does-not-lend")) sendLendsNot();
  if (is("the-account-goes-back-with-the-client")) clientGone();
  if (is("a-saved-caller-has-its-account-back")) savedBack();
  if (is("nested-calls-stay-within-a-limit")) withinLimit();
  if (is("calls-keep-a-reserve")) keepsReserve();
  if (is("a-send-to-a-server-of-weight-1")) weightOne();
}

function at(number: u32): usize {
  return places + ((<usize>number) << 4);
}

/** Takes a call, makes the next one, notes what it was told, and passes the depth back. */
function link(number: u32): void {
  kernel.messageReceive(infoOf(first + number, 0, 0), at(number));
  const answer = kernel.messageCall(infoOf(first + number + 1, 0, 0), at(number));
  store<i32>(answers + ((<usize>number) << 2), answer);
  store<u32>(at(number), load<u32>(at(number)) + 1);
  kernel.messageReply(0, at(number));
  kernel.threadExit();
}

/** The last link only answers. */
function lastLink(number: u32): void {
  kernel.messageReceive(infoOf(first + number, 0, 0), at(number));
  store<u32>(at(number), 1);
  kernel.messageReply(0, at(number));
  kernel.threadExit();
}

/** As many threads, each serving one endpoint of a row and calling the next. */
function chain(length: u32): void {
  first = make(Kind.ENDPOINT);
  for (let i: u32 = 1; i < length; i++) make(Kind.ENDPOINT);
  for (let i: u32 = 0; i + 1 < length; i++) {
    done(kernel.threadStart(link.index, <i32>i, 0), "a link of the chain");
  }
  done(kernel.threadStart(lastLink.index, <i32>length - 1, 0), "the last link");
  pause();
}

function noted(number: u32): i32 {
  return load<i32>(answers + ((<usize>number) << 2));
}

function nested(): void {
  chain(NESTING);
  store<u32>(words, 0);
  done(kernel.messageCall(infoOf(first, 0, 0), words), "sixteen calls");
  same(load<u32>(words), NESTING, "each has answered");
  for (let i: u32 = 0; i + 1 < NESTING; i++) same(noted(i), 0, "a call within");
  for (let i: u32 = 0; i < NESTING; i++) drop(first + i);
  chain(NESTING + 1);
  done(kernel.messageCall(infoOf(first, 0, 0), words), "the first of seventeen");
  same(noted(NESTING - 1), -KernelError.TOO_DEEP, "the seventeenth is too deep");
  for (let i: u32 = 0; i + 1 < NESTING; i++) same(noted(i), 0, "those above go on");
}

/** An endpoint within a chain of calls goes while the chain stands: nobody waits for ever. */
function chainCut(): void {
  chain(8);
  drop(first + 7);
  done(kernel.messageCall(infoOf(first, 0, 0), words), "a call");
  same(noted(6), -KernelError.INVALID_CAPABILITY, "the end of the chain is gone");
  for (let i: u32 = 0; i < 6; i++) same(noted(i), 0, "those above were answered");
}

/** A group with a partner that works for its callers; the slot of the group. */
function server(role: string, endpoint: u32, next: u32, microseconds: u32): u32 {
  groupPlain();
  const payer = groupMake();
  partner(role, microseconds);
  paidBy(payer);
  give(endpoint, Right.RECEIVE);
  if (next !== 0) give(next, Right.SEND);
  begin();
  return payer;
}

/** A group with a partner that plays a role at an endpoint; `group` says what sort of a group. */
function client(role: string, endpoint: u32, badge: u32 = 0): u32 {
  const payer = groupMake();
  partner(role);
  paidBy(payer);
  give(endpoint, Right.SEND, badge);
  begin();
  return payer;
}

function clientsAccount(): void {
  const endpoint = make(Kind.ENDPOINT);
  const serves = server("role-work", endpoint, 0, 400);
  pause();
  const before = chargedNs(serves);
  groupPlain();
  const calls = client("role-call-for-ever", endpoint);
  pause(60 * MILLISECOND);
  const served = chargedNs(serves) - before;
  const called = chargedNs(calls);
  note("client's ns", called);
  check(called > 50 * MILLISECOND, "the client has paid");
  within(served, called / 100, "the server's own ns");
  drop(calls);
  drop(serves);
}

function sendLendsNot(): void {
  const endpoint = make(Kind.ENDPOINT);
  const serves = server("role-work", endpoint, 0, 400);
  groupPlain();
  const sends = client("role-send-for-ever", endpoint);
  pause(60 * MILLISECOND);
  const served = chargedNs(serves);
  const sent = chargedNs(sends);
  note("server's ns", served);
  check(served > 50 * MILLISECOND, "the server works on its own account");
  within(sent, served / 20, "the sender's ns");
  drop(sends);
  drop(serves);
}

/** The client is ended in the middle of a call: what the server still does it pays itself. */
function clientGone(): void {
  const endpoint = make(Kind.ENDPOINT);
  const serves = server("role-work", endpoint, 0, 40000);
  groupPlain();
  const calls = client("role-call-for-ever", endpoint);
  pause(10 * MILLISECOND);
  within(chargedNs(serves), MILLISECOND, "the server's own ns until then");
  drop(calls);
  pause(20 * MILLISECOND);
  const after = chargedNs(serves);
  note("and afterwards", after);
  check(after > 18 * MILLISECOND && after < 25 * MILLISECOND, "now it pays");
  drop(serves);
}

/** Once the caller is saved the server is on its own. */
function savedBack(): void {
  const endpoint = make(Kind.ENDPOINT);
  const serves = server("role-save-and-work", endpoint, 0, 40000);
  groupPlain();
  const calls = client("role-call-for-ever", endpoint);
  pause(20 * MILLISECOND);
  check(chargedNs(serves) > 18 * MILLISECOND, "the server pays");
  within(chargedNs(calls), MILLISECOND, "the client's ns");
  drop(calls);
  drop(serves);
}

/** A client with a limit of 10 % through three servers that are not limited, seL4 #1365. */
function withinLimit(): void {
  const one = make(Kind.ENDPOINT);
  const two = make(Kind.ENDPOINT);
  const three = make(Kind.ENDPOINT);
  const first = server("role-work-through", one, two, 300);
  const second = server("role-work-through", two, three, 300);
  const third = server("role-work", three, 0, 300);
  pause();
  const before = chargedNs(first) + chargedNs(second) + chargedNs(third);
  groupPlain();
  group.limitPpm = 100000;
  const calls = client("role-call-for-ever", one);
  const from = kernel.clock();
  pause(400 * MILLISECOND);
  const ns = kernel.clock() - from;
  const called = chargedNs(calls);
  const served = chargedNs(first) + chargedNs(second) + chargedNs(third) - before;
  check(called > ns / 20, "the client gets on");
  within(called, ns / 10 + 2 * MILLISECOND, "the client's ns");
  within(served, called / 100, "the servers' own ns");
  drop(calls);
  drop(first);
  drop(second);
  drop(third);
}

/** A client with a reserve keeps it in a server of weight 1 while hogs of weight 1000 run. */
function keepsReserve(): void {
  const endpoint = make(Kind.ENDPOINT);
  groupPlain();
  group.weight = 1;
  const serves = groupMake();
  partner("role-work", 200);
  paidBy(serves);
  give(endpoint, Right.RECEIVE);
  begin();
  const hogs = hogsBegin();
  groupPlain();
  group.reservePpm = 300000;
  const calls = client("role-call-for-ever", endpoint);
  const from = kernel.clock();
  pause(100 * MILLISECOND);
  const ns = kernel.clock() - from;
  const called = chargedNs(calls);
  note("reserved ns", load<u64>(groupRecord.accountAddress, AccountRecord.RESERVED_NS));
  note("of", ns);
  check(called + 4 * MILLISECOND >= (ns * 3) / 10, "the reserve is kept");
  within(chargedNs(serves), MILLISECOND, "the server's own ns");
  drop(calls);
  drop(hogs);
  drop(serves);
}

/** A group of weight 1000 with three partners that never wait. */
function hogsBegin(): u32 {
  groupPlain();
  group.weight = 1000;
  const hogs = groupMake();
  for (let i = 0; i < 3; i++) {
    partner("role-spin");
    paidBy(hogs);
    begin();
  }
  return hogs;
}

/** Sent to, not called: the server of weight 1 runs on its own account, and comes to it, seL4 #1616. */
function weightOne(): void {
  const endpoint = make(Kind.ENDPOINT);
  const bell = make(Kind.NOTIFICATION);
  const rings = mint(bell, Right.SIGNAL, 1);
  groupPlain();
  group.weight = 1;
  const serves = groupMake();
  partner("role-ring");
  paidBy(serves);
  give(endpoint, Right.RECEIVE);
  give(rings, Right.SIGNAL);
  begin();
  pause();
  const hogs = hogsBegin();
  pause(8 * MILLISECOND);
  let longest: u64 = 0;
  kernel.messageTimeout(4000 * MILLISECOND);
  for (let i: u32 = 0; i < 5; i++) {
    const from = kernel.clock();
    done(kernel.messageSend(infoOf(endpoint, 0, 0), words), "a send");
    same(kernel.notificationWait(bell), 1, "it was served");
    longest = max<u64>(longest, kernel.clock() - from);
    pause(3 * MILLISECOND);
  }
  kernel.messageTimeout(0);
  within(longest, 1000 * MILLISECOND, "longest ns");
  drop(hogs);
  drop(serves);
  partner("role-send");
  give(endpoint, Right.SEND, 6);
  const child = begin();
  const got = kernel.messageReceive(infoOf(endpoint, 0, 0), words);
  same(badgeOf(got), 6, "the endpoint goes on");
  endsWith(child, 0, "for others");
  expect(kernel.messageReply(0, words), KernelError.NO_CALLER, "a send has no reply");
}
