/**
 * The messages this node sends, keys in ascending order as memberlist writes them.
 *
 * Each writes one part into the open packet. The bounds say how large a part can become; the caller
 * compares them with the room before it begins.
 */
import { Index, MessageType, Setting } from "./abi";
import { Member } from "./member";
import {
  writeBigEndian,
  writeBoolean,
  writeByte,
  writeBytes,
  writeMap,
  writeNil,
  writeText,
  writeUnsigned,
} from "./msgpack";
import { node } from "./node";
import { partClose, partOpen } from "./outbox";

const ALIVE_FRAME_BYTES: u32 = 72;
const CLAIM_FRAME_BYTES: u32 = 40;

export function aliveBytesMax(member: Member): u32 {
  return ALIVE_FRAME_BYTES + member.nameSize + member.metaSize;
}

export function claimBytesMax(member: Member, from: Member): u32 {
  return CLAIM_FRAME_BYTES + member.nameSize + from.nameSize;
}

function writeAddress(address: u32): void {
  writeByte(0xa4);
  writeBigEndian(address, 4);
}

function writeName(member: Member): void {
  writeBytes(member.nameAddress, member.nameSize);
}

function writeSource(): void {
  writeText("SourceAddr");
  writeAddress(node.setting(Setting.ADDRESS));
  writeText("SourceNode");
  writeName(Member.at(Index.SELF));
  writeText("SourcePort");
  writeUnsigned(node.setting(Setting.PORT));
}

export function encodePing(member: Member, sequence: u32): void {
  partOpen();
  writeByte(MessageType.PING);
  writeMap(5);
  writeText("Node");
  writeName(member);
  writeText("SeqNo");
  writeUnsigned(sequence);
  writeSource();
  partClose();
}

/** A ping on behalf of another node, to a member that this one need not know. */
export function encodeRelayedPing(name: usize, nameSize: u32, sequence: u32): void {
  partOpen();
  writeByte(MessageType.PING);
  writeMap(5);
  writeText("Node");
  writeBytes(name, nameSize);
  writeText("SeqNo");
  writeUnsigned(sequence);
  writeSource();
  partClose();
}

export function encodeIndirectPing(target: Member, sequence: u32, nack: bool): void {
  partOpen();
  writeByte(MessageType.INDIRECT_PING);
  writeMap(8);
  writeText("Nack");
  writeBoolean(nack);
  writeText("Node");
  writeName(target);
  writeText("Port");
  writeUnsigned(target.port);
  writeText("SeqNo");
  writeUnsigned(sequence);
  writeSource();
  writeText("Target");
  writeAddress(target.address);
  partClose();
}

export function encodeAck(sequence: u32): void {
  partOpen();
  writeByte(MessageType.ACK);
  writeMap(2);
  writeText("Payload");
  writeNil();
  writeText("SeqNo");
  writeUnsigned(sequence);
  partClose();
}

export function encodeNack(sequence: u32): void {
  partOpen();
  writeByte(MessageType.NACK);
  writeMap(1);
  writeText("SeqNo");
  writeUnsigned(sequence);
  partClose();
}

/** A suspicion or a death. */
export function encodeClaim(type: MessageType, member: Member, from: Member): void {
  partOpen();
  writeByte(type);
  writeMap(3);
  writeText("From");
  writeName(from);
  writeText("Incarnation");
  writeUnsigned(member.incarnation);
  writeText("Node");
  writeName(member);
  partClose();
}

export function encodeAlive(member: Member): void {
  partOpen();
  writeByte(MessageType.ALIVE);
  writeMap(6);
  writeText("Addr");
  writeAddress(member.address);
  writeText("Incarnation");
  writeUnsigned(member.incarnation);
  writeText("Meta");
  if (member.metaSize === 0) writeNil();
  else writeBytes(member.metaAddress, member.metaSize);
  writeText("Node");
  writeName(member);
  writeText("Port");
  writeUnsigned(member.port);
  writeText("Vsn");
  writeBytes(member.versions, 6);
  partClose();
}

/** A part that is already written somewhere. */
export function encodeRaw(address: usize, size: u32): void {
  partOpen();
  for (let i: u32 = 0; i < size; i++) writeByte(load<u8>(address + i));
  partClose();
}
