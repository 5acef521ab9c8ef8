/**
 * Serf's messages: intents, events and queries, which memberlist carries without reading.
 *
 * Each is passed on once: a small memory of hashes knows those seen, and what is older than that
 * memory reaches, by its Lamport time, is not taken in at all.
 */
import { copyDecimal } from "../lib/text";
import { Drop, EventKind, Index, Limit, MessageType, SerfType } from "./abi";
import { Field, fields, readFields } from "./fields";
import { Member } from "./member";
import { leaveFailed, senderAddress, senderPort } from "./membership";
import {
  cursor,
  readArray,
  readBytes,
  readerOpen,
  readMap,
  readText,
  sameText,
  textAddress,
  textIs,
  textSize,
  failed,
  writeBoolean,
  writeByte,
  writeBytes,
  writeMap,
  writeNil,
  writerOpen,
  writerPosition,
  writeText,
  writeUnsigned,
} from "./msgpack";
import { node } from "./node";
import { hashBytes } from "./numbers";
import { eventSay, packetClose, packetOpen, partClose, partOpen } from "./outbox";
import { OWNER_TYPE } from "./owner/abi";
import { receiveOwner } from "./owner/wire";
import { userAdd } from "./queue";
import { find } from "./table";

const FLAG_ACK: u32 = 1;
const FLAG_NO_BROADCAST: u32 = 2;
const scratch: usize = memory.data(512, 8);

/** A user message, `address` at its type byte. */
export function receiveUser(address: usize, size: u32): void {
  if (size < 3) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  const type = <u32>load<u8>(address + 1);
  if (type === OWNER_TYPE) {
    receiveOwner(address, size);
    return;
  }
  const known = type <= <u32>SerfType.JOIN || type === <u32>SerfType.EVENT || isQuery(type);
  if (!known) {
    node.countDrop(Drop.UNKNOWN_TYPE);
    return;
  }
  readerOpen(address + 2, size - 2);
  if (!readFields() || (fields.present & Field.TIME) === 0) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  if (type <= <u32>SerfType.JOIN) {
    receiveIntent(type, address, size);
    return;
  }
  if (tooOld(type) || alreadySeen(address, size, type)) return;
  witness(type);
  if (type === <u32>SerfType.QUERY) {
    receiveQuery(address, size);
    return;
  }
  userAdd(address, size);
  eventSay(EventKind.USER_EVENT, Index.NONE, Index.NONE, 0);
}

function isQuery(type: u32): bool {
  return type === <u32>SerfType.QUERY;
}

function clockOf(type: u32): u64 {
  if (type === <u32>SerfType.EVENT) return node.eventClock;
  return isQuery(type) ? node.queryClock : node.memberClock;
}

/** Lamport's rule: the clock is past everything that was seen. */
function witness(type: u32): void {
  if (fields.time < clockOf(type) || fields.time === u64.MAX_VALUE) return;
  if (type === <u32>SerfType.EVENT) node.eventClock = fields.time + 1;
  else if (isQuery(type)) node.queryClock = fields.time + 1;
  else node.memberClock = fields.time + 1;
}

function tooOld(type: u32): bool {
  return fields.time + <u64>Limit.SEEN < clockOf(type);
}

function alreadySeen(address: usize, size: u32, type: u32): bool {
  // A query is itself by time and number: its other bytes may differ between two senders.
  const low = isQuery(type) ? fields.id : hashBytes(address, size);
  const key = (((<u64>low) << 32) | (<u64>((<u32>fields.time) << 3) | type)) + 1;
  for (let i: u32 = 0; i < <u32>Limit.SEEN; i++) {
    if (load<u64>(node.seen + ((<usize>i) << 3)) === key) return true;
  }
  store<u64>(node.seen + ((<usize>node.seenAt) << 3), key);
  node.seenAt = (node.seenAt + 1) % <u32>Limit.SEEN;
  return false;
}

/** An intent to leave or to stay: news when it is later than what was heard of that member. */
function receiveIntent(type: u32, address: usize, size: u32): void {
  const index = find(fields.nodeAddress, fields.nodeSize);
  if (index === <u32>Index.NONE || fields.time > <u64>u32.MAX_VALUE) return;
  const member = Member.at(index);
  if (<u64>member.intentTime >= fields.time) return;
  member.intentTime = <u32>fields.time;
  witness(type);
  if (index !== <u32>Index.SELF) {
    userAdd(address, size);
    if (type === <u32>SerfType.LEAVE) leaveFailed(index);
  } else if (type === <u32>SerfType.LEAVE && node.leaving === 0) {
    // Somebody says that this node leaves; a newer intent to stay takes that back.
    intent(SerfType.JOIN);
  }
}

/** This node's own intent to stay or to leave. */
export function intent(type: SerfType): void {
  const self = Member.at(Index.SELF);
  writerOpen(scratch);
  writeByte(MessageType.USER);
  writeByte(type);
  writeMap(type === SerfType.LEAVE ? 3 : 2);
  writeText("LTime");
  self.intentTime = <u32>node.memberClock;
  writeUnsigned(node.memberClock++);
  writeText("Node");
  writeBytes(self.nameAddress, self.nameSize);
  if (type === SerfType.LEAVE) {
    writeText("Prune");
    writeBoolean(false);
  }
  userAdd(scratch, <u32>(writerPosition() - scratch));
}

function receiveQuery(address: usize, size: u32): void {
  if ((fields.flags & FLAG_NO_BROADCAST) === 0) userAdd(address, size);
  if ((fields.present & (Field.NAME | Field.ID)) !== (Field.NAME | Field.ID)) return;
  const target = fields.address === 0 ? senderAddress : fields.address;
  const port = fields.port === 0 || fields.port > 65535 ? senderPort : fields.port;
  const id = fields.id;
  const time = fields.time;
  const flags = fields.flags;
  const name = fields.nameAddress;
  const nameSize = fields.nameSize;
  if (!filtersMatch()) return;
  eventSay(EventKind.QUERY, Index.NONE, Index.NONE, id);
  if ((flags & FLAG_ACK) !== 0) respond(target, port, id, time, 0);
  const answerSize = answerOf(name, nameSize);
  if (answerSize > 0) respond(target, port, id, time, answerSize);
}

/** Every filter must match: a list of names, or a tag with a plain text instead of an expression. */
function filtersMatch(): bool {
  let at = fields.filtersAddress;
  const end = at + fields.filtersSize;
  for (let i: u32 = 0; i < fields.filterCount; i++) {
    readerOpen(at, <u32>(end - at));
    readBytes();
    if (failed || textSize === 0) return false;
    at = cursor;
    const kind = load<u8>(textAddress);
    readerOpen(textAddress + 1, textSize - 1);
    if (kind > 1 || !(kind === 0 ? namesMatch() : tagMatches())) return false;
  }
  return true;
}

/** `Expr` must be the tag's whole value; what has a sign of an expression in it matches nothing. */
function tagMatches(): bool {
  let expression: usize = 0;
  let expressionSize: u32 = 0;
  let tag: usize = 0;
  let tagSize: u32 = 0;
  const count = readMap();
  for (let i: u32 = 0; i < count && !failed; i++) {
    readText();
    const isExpression = textIs("Expr");
    readText();
    if (isExpression) expression = textAddress;
    else tag = textAddress;
    if (isExpression) expressionSize = textSize;
    else tagSize = textSize;
  }
  if (failed || !plain(expression, expressionSize)) return false;
  const self = Member.at(Index.SELF);
  if (self.metaSize < 2 || load<u8>(self.metaAddress) !== 0xff) return false;
  readerOpen(self.metaAddress + 1, <u32>self.metaSize - 1);
  const tags = readMap();
  for (let i: u32 = 0; i < tags && !failed; i++) {
    readText();
    const same = textSize === tagSize && memory.compare(textAddress, tag, tagSize) === 0;
    readText();
    if (!same || failed) continue;
    return textSize === expressionSize && memory.compare(textAddress, expression, textSize) === 0;
  }
  return false;
}

/** Only letters, digits, `-`, `_` and blanks: the same to a regular expression as to us. */
function plain(address: usize, size: u32): bool {
  for (let i: u32 = 0; i < size; i++) {
    const letter = <u32>load<u8>(address + i) | 0x20;
    const word = letter >= 97 && letter <= 122;
    const digit = load<u8>(address + i) >= 48 && load<u8>(address + i) <= 57;
    const other = letter === 0x2d || load<u8>(address + i) === 0x5f || letter === 0x20;
    if (!word && !digit && !other) return false;
  }
  return size > 0;
}

function namesMatch(): bool {
  const self = Member.at(Index.SELF);
  const count = readArray();
  let matches = false;
  for (let i: u32 = 0; i < count && !failed; i++) {
    readText();
    if (textSize !== <u32>self.nameSize) continue;
    if (memory.compare(textAddress, self.nameAddress, textSize) === 0) matches = true;
  }
  return matches && !failed;
}

/** Answers that every LendOS node gives; the size in `scratch`, 0 for a query it does not know. */
function answerOf(name: usize, nameSize: u32): u32 {
  if (sameText(name, nameSize, "tags")) return tagsText();
  if (sameText(name, nameSize, "alive")) return copyDecimal(scratch, node.active);
  return 0;
}

/** `name=value` for people, a line each; a tag takes no more room here than in the packed form. */
function tagsText(): u32 {
  const self = Member.at(Index.SELF);
  if (self.metaSize < 2 || load<u8>(self.metaAddress) !== 0xff) return 0;
  readerOpen(self.metaAddress + 1, <u32>self.metaSize - 1);
  writerOpen(scratch);
  const tags = readMap();
  for (let i: u32 = 0; i < tags && !failed; i++) {
    readText();
    writePlain(61);
    readText();
    writePlain(10);
  }
  return failed ? 0 : <u32>(writerPosition() - scratch);
}

/** The text read last, and a letter. */
function writePlain(last: u32): void {
  for (let i: u32 = 0; i < textSize; i++) writeByte(load<u8>(textAddress + i));
  writeByte(last);
}

/** An acknowledgement (size 0), or the bytes in `scratch` as the answer. */
function respond(address: u32, port: u32, id: u32, time: u64, size: u32): void {
  const self = Member.at(Index.SELF);
  packetOpen(address, port);
  partOpen();
  writeByte(MessageType.USER);
  writeByte(SerfType.RESPONSE);
  writeMap(5);
  writeText("Flags");
  writeUnsigned(size === 0 ? FLAG_ACK : 0);
  writeText("From");
  writeBytes(self.nameAddress, self.nameSize);
  writeText("ID");
  writeUnsigned(id);
  writeText("LTime");
  writeUnsigned(time);
  writeText("Payload");
  if (size === 0) writeNil();
  else writeBytes(scratch, size);
  partClose();
  packetClose();
}
