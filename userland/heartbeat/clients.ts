/**
 * Answering clients: a thread of its own, since the main one waits for datagrams.
 *
 * It reads the tables while the other may be interrupted in the middle of changing them. A count says when: odd while
 * they change. What was copied while the count moved is copied again; the main thread never waits.
 */
import { MessageBuffer, Slot } from "../../kernel/abi/capability";
import {
  messageBuffer,
  messageReceive,
  messageReplyReceive,
  threadExit,
  yieldNow,
} from "../lib/kernel";
import { BYTES_MAX, infoOf } from "../lib/message";
import { Limit } from "./abi";
import { keptEvent, keptKind, keptMs, keptName, keptNameSize } from "./event-log";
import { Member } from "./member";
import { node } from "./node";
import { GroupState, OwnerLimit } from "./owner/abi";
import { Group, NO_VOTER, owners, voterAddress } from "./owner/record";
import { CLUSTER_SLOT, ClusterRequest, ClusterStatus, WhyRecord } from "./protocol";

export const OWN_SLOT: u32 = Slot.FREE;
/** Words of the messages of this thread; lib/message.ts has those of the main one. */
const words: usize = memory.data(16, 16);
const space: usize = memory.data(1024);
const buffer: usize = (space + 511) & ~511;
if (MessageBuffer.BYTES !== 512) ERROR("the message buffer has another size");
if (Limit.NAME_BYTES > 240) ERROR("a name does not fit a message");
if (WhyRecord.ADDRESSES + OwnerLimit.VOTERS * 4 !== WhyRecord.NAME_SIZE)
  ERROR("the voters have no room");
if (WhyRecord.NAME + OwnerLimit.NAME_BYTES !== WhyRecord.BYTES) ERROR("the name has no room");
const changes: usize = memory.data(4, 4);
let state: u32 = ClusterStatus.NO_CLUSTER;
/** Somebody wants this node to leave; the main thread looks at it. */
export let leaveAsked: bool = false;

export function changeBegin(): void {
  store<u32>(changes, load<u32>(changes) + 1);
}

export function changeEnd(): void {
  store<u32>(changes, load<u32>(changes) + 1);
}

/** What clients hear; OK: there are tables to read from now on. */
export function clientsHear(status: ClusterStatus): void {
  state = status;
}

/** The thread. */
export function answerClients(_: i32): void {
  messageBuffer(buffer);
  let message = messageReceive(infoOf(CLUSTER_SLOT, 0, 0), words);
  while (message >= 0) {
    const extra = answer();
    message = messageReplyReceive(infoOf(CLUSTER_SLOT, extra, 0), words);
  }
  threadExit();
}

/** Extra words of the answer. */
function answer(): u32 {
  const request = load<u32>(words);
  if (request < <u32>ClusterRequest.MEMBER || request > <u32>ClusterRequest.WHY)
    return refuse(ClusterStatus.BAD_REQUEST);
  if (state !== <u32>ClusterStatus.OK) return refuse(state);
  if (request === <u32>ClusterRequest.LEAVE) {
    leaveAsked = true;
    return refuse(ClusterStatus.OK);
  }
  const index = load<u32>(words, 4);
  let extra: u32 = 0;
  while (true) {
    const before = load<u32>(changes);
    if ((before & 1) === 0) {
      extra = copyFor(request, index);
      if (load<u32>(changes) === before) return extra;
    }
    yieldNow();
  }
}

function copyFor(request: u32, index: u32): u32 {
  if (request === <u32>ClusterRequest.EVENT) return copyEvent(index);
  if (request === <u32>ClusterRequest.TAGS) return copyTags(index);
  return request === <u32>ClusterRequest.WHY ? whyWrite(index) : copy(index);
}

function copyTags(index: u32): u32 {
  if (index >= node.high) return refuse(ClusterStatus.NO_MORE);
  const member = Member.at(index);
  const size = min<u32>(member.metaSize, BYTES_MAX);
  store<u32>(words, ClusterStatus.OK);
  store<u32>(words, member.metaSize, 4);
  memory.copy(buffer + MessageBuffer.EXTRA, member.metaAddress, size);
  return (size + 3) >> 2;
}

/** Reads and writes plain fields only: the daemon's readers belong to the other thread. */
function whyWrite(index: u32): u32 {
  if (index >= owners().groupCount) return refuse(ClusterStatus.NO_MORE);
  const group = Group.at(index);
  const record = buffer + MessageBuffer.EXTRA;
  const voters = owners().voterCount;
  store<u32>(words, ClusterStatus.OK);
  memory.fill(record, 0, WhyRecord.BYTES);
  store<u32>(record, group.state, WhyRecord.STATE);
  store<u64>(
    record,
    group.state === GroupState.OWNER ? group.epoch : group.highest,
    WhyRecord.EPOCH_NUMBER,
  );
  store<u32>(record, left(group.until, node.last), WhyRecord.OWN_MS);
  store<u32>(record, group.owner, WhyRecord.GRANTED_TO);
  store<u32>(record, left(group.expires, owners().time), WhyRecord.GRANTED_MS);
  store<u32>(record, group.denial, WhyRecord.DENIAL);
  store<u32>(record, group.denialOwner, WhyRecord.DENIAL_OWNER);
  store<u32>(record, voterAddress(group.denialVoter), WhyRecord.DENIAL_VOTER);
  store<u32>(record, left(group.nextAt, owners().time), WhyRecord.WAIT_MS);
  store<u32>(record, group.holder, WhyRecord.HOLDER);
  store<u32>(record, group.needCpu, WhyRecord.NEED_CPU);
  store<u32>(record, group.needKib, WhyRecord.NEED_KIB);
  store<u32>(record, voters, WhyRecord.VOTERS);
  const votes = owners().self !== NO_VOTER;
  store<u32>(record, votes ? (owners().ready !== 0 ? 3 : 1) : 0, WhyRecord.VOTING);
  for (let i: u32 = 0; i < voters; i++) {
    store<u32>(record + ((<usize>i) << 2), voterAddress(i), WhyRecord.ADDRESSES);
  }
  store<u32>(record, group.nameSize, WhyRecord.NAME_SIZE);
  memory.copy(record + WhyRecord.NAME, group.nameAddress, group.nameSize);
  return <u32>WhyRecord.BYTES >> 2;
}

function left(until: u64, now: u64): u32 {
  return until > now ? <u32>min<u64>(until - now, u32.MAX_VALUE) : 0;
}

function copy(index: u32): u32 {
  if (index >= node.high) return refuse(ClusterStatus.NO_MORE);
  const member = Member.at(index);
  const size = min<u32>(member.nameSize, Limit.NAME_BYTES);
  store<u32>(words, ClusterStatus.OK);
  store<u32>(words, <u32>member.state | (size << 8) | ((<u32>member.port) << 16), 4);
  store<u32>(words, member.address, 8);
  store<u32>(words, member.incarnation, 12);
  memory.copy(buffer + MessageBuffer.EXTRA, member.nameAddress, size);
  return (size + 3) >> 2;
}

function copyEvent(index: u32): u32 {
  const record = keptEvent(index);
  if (record === 0) return refuse(ClusterStatus.NO_MORE);
  const size = keptNameSize(record);
  store<u32>(words, ClusterStatus.OK);
  store<u32>(words, keptKind(record) | (size << 8), 4);
  store<u64>(words, keptMs(record), 8);
  memory.copy(buffer + MessageBuffer.EXTRA, keptName(record), size);
  return (size + 3) >> 2;
}

function refuse(status: u32): u32 {
  store<u32>(words, status);
  memory.fill(words + 4, 0, 12);
  return 0;
}
