/**
 * heartbeat: the daemon as a program. Datagrams and time go in, datagrams and lines on the console come out.
 *
 *   heartbeat join=<address>[,<address>...] [boot=<number>]
 *
 * `join` names up to eight nodes to announce this one to; its own address among them is not asked. `boot` must grow
 * with every boot of the machine by more than the whole seconds that it has run: seconds since 1970 do. Without
 * arguments the program knows no cluster, and says so to whoever asks.
 */
import { KernelError } from "../../kernel/abi/errors";
import { addressParse, parsedAddress } from "../lib/address";
import { flush, print, printBytes, printLine, printUnsigned } from "../lib/console";
import { clock, sleepUntil, threadStart } from "../lib/kernel";
import { NOT_A_NUMBER, startsWith } from "../lib/text";
import {
  udpBind,
  UDP_BYTES_MAX,
  udpFromAddress,
  udpFromPort,
  udpOwnAddress,
  udpReceive,
  udpSend,
  udpSize,
  udpText,
} from "../lib/udp";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { EventKind, Limit, Profile, Setting } from "./abi";
import {
  answerClients,
  changeBegin,
  changeEnd,
  clientsHear,
  leaveAsked,
  OWN_SLOT,
} from "./clients";
import { eventsKeep } from "./event-log";
import { configureProfile, deadline, input, leave, poll, seedAdd, start } from "./heartbeat";
import { configuration, configuredMeta, configuredName, layOut } from "./node";
import { datagramAt, datagramCount, eventAt, eventCount } from "./outbox";
import { ClusterStatus } from "./protocol";
import { sayEvents } from "./say";

const PORT: u32 = 7946;
const NS_PER_MS: u64 = 1000000;
const NS_PER_SECOND: u64 = 1000000000;
const LOOK_NS: u64 = 1000000000;
const MEMBERS: u32 = 256;
const NAME_BYTES: u32 = 128;
const META_BYTES: u32 = 512;
const USER_BYTES: u32 = 1100;
const PACKET_BYTES: u32 = 1400;
const INCARNATION_MAX: u64 = 0x3fffffff;
const SPLIT: u32 = 44;
const inbox: usize = memory.data(1472, 8);
if (UDP_BYTES_MAX !== 1472) ERROR("the place for a datagram has another size");
if (PACKET_BYTES > <u32>Limit.PACKET_BYTES) ERROR("the daemon makes no packets of that size");
/** Addresses of `join`. */
const joins: usize = memory.data(32, 4);
if (Limit.SEEDS * 4 !== 32) ERROR("the list of addresses has another size");
let joinCount: u32 = 0;
let bootNumber: u64 = 0;
let leaving: bool = false;
let gone: bool = false;

function main(): void {
  threadStart(answerClients.index, 0, OWN_SLOT);
  if (!argumentsRead()) rest(ClusterStatus.NO_CLUSTER);
  if (wordCount === 0) rest(ClusterStatus.NO_CLUSTER);
  clientsHear(ClusterStatus.STARTING);
  bind();
  // The second in which it starts is a part of its incarnation: no two starts may be in the same one.
  sleepUntil((clock() / NS_PER_SECOND + 1) * NS_PER_SECOND);
  if (!begin()) rest(ClusterStatus.NO_CLUSTER);
  clientsHear(ClusterStatus.OK);
  while (!gone) turn();
  printLine("heartbeat: this node has left");
  rest(ClusterStatus.HAS_LEFT);
}

/** One datagram, or what is due. */
function turn(): void {
  const now = clock();
  if (leaveAsked && !leaving) {
    leaving = true;
    changeBegin();
    leave(now / NS_PER_MS);
    settle();
    return;
  }
  // A node that is alone may have nothing due for long; it looks whether it shall leave all the same.
  const due = min<u64>(deadline() * NS_PER_MS, now + LOOK_NS);
  if (due > now) receive(due - now);
  else {
    changeBegin();
    poll(now / NS_PER_MS);
    settle();
  }
}

/** Waits for a datagram, at most so long. */
function receive(ns: u64): void {
  const status = udpReceive(PORT, inbox, ns);
  if (status === KernelError.OK) {
    changeBegin();
    input(inbox, udpSize, udpFromAddress, udpFromPort, clock() / NS_PER_MS);
    settle();
  } else if (status !== KernelError.TIMED_OUT) {
    // The network service has ended and been started again: it has forgotten who had bound what.
    complain("receive", status);
    bind();
  }
}

/** Ends a change: keeps, sends and says what the call left. What cannot be sent is lost, as on the wire. */
function settle(): void {
  eventsKeep(clock() / NS_PER_MS);
  changeEnd();
  for (let i: u32 = 0; i < datagramCount; i++) {
    const place = datagramAt(i);
    udpSend(PORT, load<u32>(place), load<u16>(place, 4), place + 8, load<u16>(place, 6));
  }
  sayEvents();
  for (let i: u32 = 0; i < eventCount; i++) {
    if (load<u32>(eventAt(i)) === <u32>EventKind.GONE) gone = true;
  }
}

/** Binds the port, however long that takes: a machine without network may get one. */
function bind(): void {
  let latest: u32 = KernelError.OK;
  while (true) {
    const status = udpBind(PORT);
    if (status === KernelError.OK) return;
    if (status !== latest) complain("bind port 7946", status);
    latest = status;
    sleepUntil(clock() + NS_PER_SECOND);
  }
}

/** The node from the address, the clock and the number of the boot. */
function begin(): bool {
  const incarnation = bootNumber + clock() / NS_PER_SECOND;
  if (incarnation > INCARNATION_MAX)
    return refuse("boot= and the seconds since are at most 1073741823");
  configureProfile(Profile.OWN);
  set(Setting.CAPACITY, MEMBERS);
  set(Setting.NAME_BYTES, NAME_BYTES);
  set(Setting.META_BYTES, META_BYTES);
  set(Setting.USER_BYTES, USER_BYTES);
  set(Setting.ADDRESS, udpOwnAddress);
  set(Setting.PORT, PORT);
  set(Setting.INCARNATION, <u32>incarnation);
  set(Setting.SEED, seed(<u32>incarnation));
  set(Setting.PACKET_BYTES, PACKET_BYTES);
  set(Setting.CRC, 1);
  set(Setting.NAME_SIZE, nameWrite(udpOwnAddress & 255));
  // Serf's tags, of which there are none: an empty map of msgpack.
  store<u16>(configuredMeta, 0x80ff);
  set(Setting.META_SIZE, 2);
  const pages = <i32>((layOut(0, false) + 65535) >> 16);
  const first = memory.grow(pages);
  if (first < 0) return refuse("no memory for the table of members");
  const bad = start((<usize>first) << 16, clock() / NS_PER_MS);
  if (bad !== 0) return refuse("the daemon takes no such settings");
  for (let i: u32 = 0; i < joinCount; i++) seedAdd(load<u32>(joins + ((<usize>i) << 2)), PORT);
  print("heartbeat: ");
  printBytes(configuredName, load<u32>(configuration + ((<usize>Setting.NAME_SIZE) << 2)));
  print(" starts, incarnation ");
  printUnsigned(incarnation);
  printLine("");
  return true;
}

function set(which: Setting, value: u32): void {
  store<u32>(configuration + ((<usize>which) << 2), value);
}

/** Another one for each node and each start; nothing of it is secret. */
function seed(incarnation: u32): u32 {
  return (udpOwnAddress * 0x9e3779b1) ^ (incarnation * 0x85ebca6b) ^ <u32>clock();
}

/** `n` and the last byte of the address; the size. */
function nameWrite(number: u32): u32 {
  let size: u32 = 0;
  store<u8>(configuredName + size++, 110);
  if (number >= 100) store<u8>(configuredName + size++, <u8>(48 + number / 100));
  if (number >= 10) store<u8>(configuredName + size++, <u8>(48 + ((number / 10) % 10)));
  store<u8>(configuredName + size++, <u8>(48 + (number % 10)));
  return size;
}

function argumentsRead(): bool {
  readArguments();
  if (wordCount === 0) return true;
  const join = wordSize(0) > 5 && startsWith(wordAddress(0), wordSize(0), "join=");
  if (wordCount > 2 || !join) return refuse("usage: join=<address>[,<address>...] [boot=<number>]");
  if (!joinsRead(wordAddress(0) + 5, wordSize(0) - 5)) {
    return refuse("join= takes one to eight addresses as 10.0.0.1, separated by commas");
  }
  if (wordCount === 1) return true;
  const boot = startsWith(wordAddress(1), wordSize(1), "boot=");
  const number = boot ? numberOf(wordAddress(1) + 5, wordSize(1) - 5) : NOT_A_NUMBER;
  if (number < 0) return refuse("boot= takes a number of at most ten digits");
  bootNumber = <u64>number;
  return true;
}

function joinsRead(text: usize, size: u32): bool {
  for (let at: u32 = 0; at <= size; ) {
    let end = at;
    while (end < size && load<u8>(text + end) !== <u8>SPLIT) end++;
    if (joinCount === <u32>Limit.SEEDS || !addressParse(text + at, end - at, false)) return false;
    store<u32>(joins + ((<usize>joinCount) << 2), parsedAddress);
    joinCount++;
    at = end + 1;
  }
  return true;
}

/** Seconds since 1970 have ten digits, one more than `parseNumber` takes. */
function numberOf(text: usize, size: u32): i64 {
  if (size === 0 || size > 10) return NOT_A_NUMBER;
  let value: i64 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const digit = <i64>load<u8>(text + i) - 48;
    if (digit < 0 || digit > 9) return NOT_A_NUMBER;
    value = value * 10 + digit;
  }
  return value;
}

function complain(what: string, status: u32): void {
  print("heartbeat: ");
  print(what);
  print(": ");
  printLine(udpText(status));
}

function refuse(rule: string): bool {
  print("heartbeat: ");
  printLine(rule);
  return false;
}

/** Out of the cluster for good. It does not end: it would be started again with the same words. */
function rest(status: ClusterStatus): void {
  clientsHear(status);
  flush();
  while (true) sleepUntil(u64.MAX_VALUE);
}

main();
