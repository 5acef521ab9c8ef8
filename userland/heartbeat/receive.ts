/**
 * What comes in: envelopes are taken off, messages go to whom they concern.
 *
 * Every length is compared with what is there before it is used; a part that is wrong is dropped and
 * counted, and the parts before it stay done.
 */
import { Drop, Limit, MessageType } from "./abi";
import { crc32 } from "./crc";
import { Field, fields, readFields } from "./fields";
import { inflate, inflated } from "./lzw";
import { receiveAlive, receiveDead, receiveSuspect } from "./membership";
import { readerOpen } from "./msgpack";
import { node } from "./node";
import { receiveAck, receiveIndirectPing, receiveNack, receivePing } from "./probe";
import { receiveUser } from "./serf";

/** There is one place for what was packed, so one packet can be packed once. */
let unpacked: bool = false;

export function receive(address: usize, size: u32): void {
  unpacked = false;
  dispatch(address, size, 0);
}

function dispatch(address: usize, size: u32, depth: u32): void {
  if (size === 0 || depth >= <u32>Limit.NESTING) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  const type = <u32>load<u8>(address);
  if (type === <u32>MessageType.CRC) checked(address, size, depth);
  else if (type === <u32>MessageType.COMPOUND) compound(address, size, depth);
  else if (type === <u32>MessageType.COMPRESS) packed(address, size, depth);
  else if (type === <u32>MessageType.USER) receiveUser(address, size);
  else message(type, address, size);
}

function checked(address: usize, size: u32, depth: u32): void {
  // Only as the outermost envelope; an inner one would be somebody's invention.
  if (size < 6 || depth > 0) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  if (crc32(address + 5, size - 5) !== bswap(load<u32>(address + 1))) {
    node.countDrop(Drop.BAD_CRC);
    return;
  }
  dispatch(address + 5, size - 5, depth + 1);
}

function compound(address: usize, size: u32, depth: u32): void {
  const count: u32 = size < 2 ? 0 : load<u8>(address + 1);
  let at: u32 = 2 + (count << 1);
  if (count === 0 || at > size) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  for (let i: u32 = 0; i < count; i++) {
    const place = address + 2 + ((<usize>i) << 1);
    const part = ((<u32>load<u8>(place)) << 8) | load<u8>(place + 1);
    if (part > size - at) {
      node.countDrop(Drop.MALFORMED);
      return;
    }
    dispatch(address + at, part, depth + 1);
    at += part;
  }
}

function packed(address: usize, size: u32, depth: u32): void {
  readerOpen(address + 1, size - 1);
  const whole = readFields() && (fields.present & Field.BUFFER) !== 0;
  if (!whole || fields.algorithm !== 0 || unpacked) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  unpacked = true;
  const length = inflate(fields.bufferAddress, fields.bufferSize);
  if (length <= 0) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  dispatch(inflated, length, depth + 1);
}

function message(type: u32, address: usize, size: u32): void {
  const known = type <= <u32>MessageType.DEAD || type === <u32>MessageType.NACK;
  if (!known) {
    node.countDrop(Drop.UNKNOWN_TYPE);
    return;
  }
  readerOpen(address + 1, size - 1);
  if (!readFields()) {
    node.countDrop(Drop.MALFORMED);
    return;
  }
  if (type === <u32>MessageType.PING) receivePing();
  else if (type === <u32>MessageType.INDIRECT_PING) receiveIndirectPing();
  else if (type === <u32>MessageType.ACK) receiveAck();
  else if (type === <u32>MessageType.NACK) receiveNack();
  else if (type === <u32>MessageType.ALIVE) receiveAlive();
  else if (type === <u32>MessageType.SUSPECT) receiveSuspect();
  else receiveDead();
}
