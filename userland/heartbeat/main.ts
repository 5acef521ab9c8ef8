/**
 * heartbeat: the daemon as a program. Datagrams and time go in, datagrams and lines on the console come out.
 *
 *   heartbeat join=<address>[,...] [boot=<number>] [voters=<address>[,...]] [witness=yes] [key=<hex>[,...]]
 *
 * See arguments.ts for what they mean. Without arguments the program knows no cluster, and says so to whoever asks.
 */
import { KernelError } from "../../kernel/abi/errors";
import { flush, print, printBytes, printLine, printUnsigned } from "../lib/console";
import { clock, sleepUntil, threadStart } from "../lib/kernel";
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
import { copyDecimal } from "../lib/text";
import { wordCount } from "../lib/words";
import { argumentsTake, bootNumber, joinAt, joinCount, refuse } from "./arguments";
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
import { figuresNew, figuresWrite } from "./figures";
import { groupRefused, groupsBegin, groupsStart, groupsStop } from "./groups";
import {
  configureProfile,
  deadline,
  input,
  leave,
  poll,
  release,
  retag,
  seedAdd,
  start,
} from "./heartbeat";
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
/** A group that cannot run here is not asked for again so soon. */
const REFUSED_MS: u32 = 10000;
const inbox: usize = memory.data(1472, 8);
if (UDP_BYTES_MAX !== 1472) ERROR("the place for a datagram has another size");
if (PACKET_BYTES > <u32>Limit.PACKET_BYTES) ERROR("the daemon makes no packets of that size");
let leaving: bool = false;
let gone: bool = false;

function main(): void {
  threadStart(answerClients.index, 0, OWN_SLOT);
  if (!argumentsTake()) rest(ClusterStatus.NO_CLUSTER);
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
  const unable = groupRefused();
  if (unable >= 0) {
    changeBegin();
    release(<u32>unable, REFUSED_MS, now / NS_PER_MS);
    settle();
    return;
  }
  if (figuresNew(now)) {
    changeBegin();
    retag(configuredMeta, figuresWrite(), now / NS_PER_MS);
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
  groupsStop();
  for (let i: u32 = 0; i < datagramCount; i++) {
    const place = datagramAt(i);
    udpSend(PORT, load<u32>(place), load<u16>(place, 4), place + 8, load<u16>(place, 6));
  }
  groupsStart();
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
  figuresNew(clock());
  set(Setting.META_SIZE, figuresWrite());
  const pages = <i32>((layOut(0, false) + 65535) >> 16);
  const first = memory.grow(pages);
  if (first < 0) return refuse("no memory for the table of members");
  const bad = start((<usize>first) << 16, clock() / NS_PER_MS);
  if (bad !== 0) return refuse("the daemon takes no such settings");
  for (let i: u32 = 0; i < joinCount; i++) seedAdd(joinAt(i), PORT);
  print("heartbeat: ");
  printBytes(configuredName, load<u32>(configuration + ((<usize>Setting.NAME_SIZE) << 2)));
  print(" starts, incarnation ");
  printUnsigned(incarnation);
  printLine("");
  groupsBegin(PORT);
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
  store<u8>(configuredName, 110);
  return 1 + copyDecimal(configuredName + 1, number);
}

function complain(what: string, status: u32): void {
  print("heartbeat: ");
  print(what);
  print(": ");
  printLine(udpText(status));
}

/** Out of the cluster for good. It does not end: it would be started again with the same words. */
function rest(status: ClusterStatus): void {
  clientsHear(status);
  flush();
  while (true) sleepUntil(u64.MAX_VALUE);
}

main();
