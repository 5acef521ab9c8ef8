/**
 * Programs with one owner in the cluster: started, held to their lease and stopped as the daemon says.
 *
 * The daemon (whoever has a `may-own` line) decides when this machine owns one. The manager gives it a group of its
 * own, with its reserve where that fits and on lent idle capacity where it does not. When the daemon ends, so do
 * they: nobody would renew their leases.
 */
import { KernelError } from "../../kernel/abi/errors";
import { putBytes, setWord, word } from "../lib/message";
import { forget } from "../lib/start";
import { copyDecimal, copyText } from "../lib/text";
import { NETWORK_CLIENT_MASK } from "../network/protocol";
import { groupMake } from "./accounts";
import { Client, clientAlive, clientEnd, clientOf, MANAGER } from "./clients";
import { networkBadge } from "./grants";
import {
  allowsName,
  Available,
  availableCount,
  availableFind,
  NO_INDEX,
  Program,
  ruleFind,
  RuleKind,
} from "./policy";
import { ManagerRequest, ManagerStatus } from "./protocol";
import { startedClient, startProgram } from "./starting";

const WEIGHT: u32 = 100;
const PROCESSES: u32 = 4;
const THREADS: u32 = 8;
/** One that ends so often under one epoch had better be tried elsewhere. */
const ENDS_MAX: u32 = 8;
const DOT: u8 = 46;
const words: usize = memory.data(64);
/** Words of bytes that go with the answer. */
export let answerExtra: u32 = 0;

/** AVAILABLE_*: for who may own the program by the policy. */
export function availableFor(client: u32, request: u32): u32 {
  answerExtra = 0;
  const index = word(1);
  if (index >= availableCount) return KernelError.END;
  const one = Available.at(index);
  const program = Client.at(client).program;
  if (!allowsName(program, RuleKind.MAY_OWN, one.name, one.nameSize))
    return ManagerStatus.MAY_NOT_OWN;
  if (request === ManagerRequest.AVAILABLE_START) return start(one, word(2), word(3));
  if (request === ManagerRequest.AVAILABLE_LEASE) return lease(one, word(2), word(3));
  if (request === ManagerRequest.AVAILABLE_STOP) return stop(one);
  setWord(1, one.nameSize);
  setWord(2, one.reservePpm);
  setWord(3, one.frames);
  answerExtra = putBytes(one.name, one.nameSize);
  return KernelError.OK;
}

function start(one: Available, low: u32, high: u32): u32 {
  if (clientNow(one) !== 0) return ManagerStatus.RUNS_ALREADY;
  one.epochLow = low;
  one.epochHigh = high;
  one.leaseNs = 0;
  one.ends = 0;
  return begin(one);
}

/** Starts it, with its reserve or without; word 1 of the answer says which. */
function begin(one: Available): u32 {
  one.process = 0;
  one.reserved = 1;
  let group = groupFor(one, one.reservePpm, one.frames);
  if (group < 0) {
    one.reserved = 0;
    group = groupFor(one, 0, 0);
  }
  if (group < 0) return <u32>-group;
  let status = startIn(one, <u32>group);
  if (status !== KernelError.OK && one.reserved !== 0) {
    // The reserve was granted and is too small, or the frames were gone meanwhile.
    one.reserved = 0;
    group = groupFor(one, 0, 0);
    status = group < 0 ? <u32>-group : startIn(one, <u32>group);
  }
  if (status !== KernelError.OK) return status;
  one.process = Client.at(startedClient).number;
  setWord(1, one.reserved);
  return KernelError.OK;
}

/** Starts it in this group, which goes when that is refused. */
function startIn(one: Available, group: u32): u32 {
  const status = startProgram(one.name, one.nameSize, words, epochWord(one), MANAGER, group);
  if (status !== KernelError.OK) forget(group);
  return status;
}

function groupFor(one: Available, ppm: u32, frames: u32): i32 {
  return groupMake(one.name, one.nameSize, WEIGHT, ppm, frames, PROCESSES, THREADS);
}

/** Writes `epoch=<era>.<number>` as an argument; its size. */
function epochWord(one: Available): u32 {
  let size = copyText(words, "epoch=");
  size += copyDecimal(words + size, one.epochHigh);
  store<u8>(words + size, DOT);
  size += 1 + copyDecimal(words + size + 1, one.epochLow);
  store<u8>(words + size, 0);
  return size + 1;
}

/** The client that is its process, alive or not; 0: none. */
function clientNow(one: Available): u32 {
  const client = clientOf(one.process);
  return client !== 0 && clientAlive(client) ? client : 0;
}

/** Until when it may send; one that has ended by itself begins again. */
function lease(one: Available, low: u32, high: u32): u32 {
  if (one.process === 0) return ManagerStatus.NOT_OWNED;
  const until = ((<u64>high) << 32) | low;
  // Who has been told the later end would not hear of the earlier one: a lease ends by STOP.
  if (until < one.leaseNs) return KernelError.BAD_ARGUMENT;
  one.leaseNs = until;
  if (clientNow(one) !== 0) return KernelError.OK;
  one.ends += 1;
  if (one.ends > ENDS_MAX) return ManagerStatus.ENDS_AGAIN;
  end(one);
  return begin(one);
}

function stop(one: Available): u32 {
  if (one.process === 0) return ManagerStatus.NOT_OWNED;
  end(one);
  one.process = 0;
  one.leaseNs = 0;
  return KernelError.OK;
}

function end(one: Available): void {
  const client = clientOf(one.process);
  if (client !== 0) clientEnd(client);
}

/** The program with this block has ended: what it owned ends with it. */
export function ownerEnded(program: u32): void {
  if (ruleFind(program, RuleKind.MAY_OWN) === NO_INDEX) return;
  for (let i: u32 = 0; i < availableCount; i++) stop(Available.at(i));
}

/** Is the client one that has a lease? */
export function leased(client: u32): bool {
  const program = Program.at(Client.at(client).program);
  return availableFind(program.name, program.nameSize) !== NO_INDEX;
}

/** LEASE: the clock at which a client's lease ends, for the program that serves the network. */
export function leaseFor(badge: u32): u32 {
  const client = badge & NETWORK_CLIENT_MASK;
  if (client === 0 || networkBadge(client) !== badge) return KernelError.NOT_FOUND;
  const program = Program.at(Client.at(client).program);
  const index = availableFind(program.name, program.nameSize);
  if (index === NO_INDEX) return KernelError.NOT_FOUND;
  const one = Available.at(index);
  // Whoever started another copy of the program does not have its lease.
  const ends = one.process === Client.at(client).number ? one.leaseNs : 0;
  setWord(1, <u32>ends);
  setWord(2, <u32>(ends >> 32));
  return KernelError.OK;
}
