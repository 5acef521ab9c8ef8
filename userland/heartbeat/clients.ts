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
import { infoOf } from "../lib/message";
import { Limit } from "./abi";
import { keptEvent, keptKind, keptMs, keptName, keptNameSize } from "./event-log";
import { Member } from "./member";
import { node } from "./node";
import { CLUSTER_SLOT, ClusterRequest, ClusterStatus } from "./protocol";

export const OWN_SLOT: u32 = Slot.FREE;
/** Words of the messages of this thread; lib/message.ts has those of the main one. */
const words: usize = memory.data(16, 16);
const space: usize = memory.data(1024);
const buffer: usize = (space + 511) & ~511;
if (MessageBuffer.BYTES !== 512) ERROR("the message buffer has another size");
if (Limit.NAME_BYTES > 240) ERROR("a name does not fit a message");
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
  if (request < <u32>ClusterRequest.MEMBER || request > <u32>ClusterRequest.LEAVE)
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
      extra = request === <u32>ClusterRequest.EVENT ? copyEvent(index) : copy(index);
      if (load<u32>(changes) === before) return extra;
    }
    yieldNow();
  }
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
