/**
 * What partners do, until their end or for ever. Their exit code is the refusal that ended them, or
 * what they counted. What they are granted begins in Place.FIRST.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { GrantRecord, MapFlag } from "../../kernel/abi/records";
import * as kernel from "../lib/kernel";
import { bytes, capabilitiesOf, infoOf, receiveInto, sendMove } from "../lib/message";
import { roleClient } from "./role-clients";
import { roleGroup } from "./role-groups";
import { Place } from "./kit";
import { begin, FOREVER, partner } from "./partners";
import { roleAdd, roleWrite } from "./mapping";
import { roleBeat, roleMintMany } from "./races";
import { argument, is } from "./select";

const words: usize = memory.data(16, 16);
const space: usize = memory.data(12288);
const page: usize = (space + 4095) & ~4095;
const entry = changetype<GrantRecord>(memory.data(16, 4));
const TAKEN: u32 = 30;
const OWN: u32 = 40;

export function roles(): void {
  if (is("role-exit")) kernel.exit(<i32>argument(1));
  if (is("role-nap")) kernel.sleepUntil(FOREVER);
  if (is("role-spin")) spin();
  if (is("role-trap")) unreachable();
  if (is("role-fill")) fill();
  if (is("role-receive")) finish(kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words));
  if (is("role-send")) finish(kernel.messageSend(infoOf(Place.FIRST, 0, 0), words));
  if (is("role-call")) finish(kernel.messageCall(infoOf(Place.FIRST, 0, 0), words));
  if (is("role-call-at")) callAt();
  if (is("role-wait")) finish(kernel.notificationWait(Place.FIRST));
  if (is("role-serve")) serve();
  if (is("role-take-one")) takeOne();
  if (is("role-take-and-exit")) takeAndExit();
  if (is("role-make")) makeThings();
  if (is("role-last-thread")) lastThread();
  if (is("role-map-nap")) mapNap();
  if (is("role-beat")) roleBeat();
  if (is("role-mint-many")) roleMintMany(argument(1));
  if (is("role-grant")) grantAround();
  if (is("role-add")) roleAdd();
  if (is("role-write")) roleWrite();
  if (is("role-read-log")) finish(kernel.auditRead(Slot.AUDIT, argument(1), page, 1));
  if (is("role-flood-log")) floodLog(0);
  if (is("role-flood-log-slowly")) floodLog(100000);
  roleClient();
  roleGroup();
}

/** Ends with the refusal; 0 for what was answered. */
export function finish(answer: i32): void {
  kernel.exit(answer < 0 ? -answer : 0);
}

function spin(): void {
  while (true) {}
}

/** As many refusals, no two alike in a row. */
function floodLog(pauseNs: u64): void {
  for (let i: u32 = 0; i < argument(1); i++) {
    kernel.capabilityDelete(1000 + i);
    if (pauseNs !== 0) kernel.sleepUntil(kernel.clock() + pauseNs);
  }
  kernel.exit(0);
}

/** Twice at the slot that the first number names. */
function callAt(): void {
  kernel.messageCall(infoOf(argument(1), 0, 0), words);
  finish(kernel.messageCall(infoOf(argument(1), 0, 0), words));
}

/** Answers whatever comes, until it is refused to. */
function serve(): void {
  const info = infoOf(Place.FIRST, 0, 0);
  let answer = kernel.messageReceive(info, words);
  while (answer >= 0) answer = kernel.messageReplyReceive(info, words);
  finish(answer);
}

/** Every slot that it has: how many copies fit. */
function fill(): void {
  let count = 0;
  for (let slot: u32 = 0; slot < argument(1) + 8; slot++) {
    if (kernel.capabilityMint(Place.FIRST, slot, Right.ALL, 0) === 0) count++;
  }
  kernel.exit(count);
}

/** Grants what it has to itself, again and again, until it has nothing any more. */
function grantAround(): void {
  while (true) {
    for (let slot: u32 = OWN; slot < 250; slot++) {
      entry.source = slot === OWN ? Place.FIRST : slot - 1;
      entry.target = slot;
      entry.rights = Right.ALL;
      entry.badge = 0;
      kernel.capabilityGrant(Slot.SELF, entry);
    }
    kernel.capabilityRevoke(Place.FIRST);
  }
}

/** A capability that a message brings is kept. */
function takeOne(): void {
  bytes();
  receiveInto(0, TAKEN);
  kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  kernel.sleepUntil(FOREVER);
}

/** A capability comes, and goes with the partner; the code is how many came. */
function takeAndExit(): void {
  bytes();
  receiveInto(0, TAKEN);
  kernel.exit(<i32>capabilitiesOf(kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words)));
}

function napThread(_: u32): void {
  kernel.sleepUntil(FOREVER);
}

/** A process, a thread, objects of each kind, a mapping; then says so and waits for the end. */
function makeThings(): void {
  kernel.threadStart(napThread.index, 0, OWN);
  kernel.objectCreate(Slot.GROUP, Kind.ENDPOINT, OWN + 1, 0);
  kernel.objectCreate(Slot.GROUP, Kind.NOTIFICATION, OWN + 2, 0);
  kernel.objectCreate(Slot.GROUP, Kind.MEMORY, OWN + 3, 4);
  kernel.memoryMap(OWN + 3, 0, page | MapFlag.WRITE, 2);
  store<u32>(page, 1);
  partner("role-nap");
  begin();
  kernel.messageSend(infoOf(Place.FIRST, 0, 0), words);
  kernel.sleepUntil(FOREVER);
}

/** Its first thread hands the second one's capability out, and ends. */
function lastThread(): void {
  kernel.threadStart(napThread.index, 0, OWN);
  bytes();
  sendMove(0, OWN);
  kernel.messageSend(infoOf(Place.FIRST, 0, 1), words);
  kernel.threadExit();
}

/** Maps two pages, or the first number of them, counts in the first word, and waits for the end. */
function mapNap(): void {
  const answer = kernel.memoryMap(Place.FIRST, 0, page | MapFlag.WRITE, 2);
  if (answer < 0) finish(answer);
  store<u32>(page, load<u32>(page) + 1);
  kernel.sleepUntil(FOREVER);
}
