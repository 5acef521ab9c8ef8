/**
 * UDP: 16 sockets with a ring of 16 datagrams each. What comes for a full ring is dropped, and hurts nobody else.
 */
import { count, Count } from "./counters";
import { ipSend, packetBytes, packetSource } from "./ip";
import { outputPlace } from "./output";
import { ownAddress } from "./own";
import {
  checksum,
  Ethernet,
  folded,
  get16,
  Ip,
  pseudoSum,
  put16,
  sumOf,
  UDP_BYTES_MAX,
} from "./wire";

const HEADER: u32 = 8;
export const SOCKETS: u32 = 16;
export const NO_SOCKET: u32 = 0xffffffff;
const RING: u32 = 16;
const DATAGRAM_STRIDE: u32 = 1488;
const table: usize = memory.data(16 * 16, 4);
const datagrams: usize = memory.data(16 * 16 * 1488, 8);

/** What waits in a ring: who sent it, how long it is, then its bytes. */
@unmanaged
@final
export class Datagram {
  address: u32;
  port: u16;
  size: u16;

  get bytes(): usize {
    return changetype<usize>(this) + 8;
  }
}
if (DATAGRAM_STRIDE !== 1488 || UDP_BYTES_MAX !== 1472)
  ERROR("a datagram does not fit into its place");

@unmanaged
@final
export class Socket {
  /** 0: the socket is free. */
  port: u32;
  /** Whose it is: the number says nothing to the stack. */
  owner: u32;
  head: u32;
  tail: u32;

  @inline
  static at(index: u32): Socket {
    assert(index < SOCKETS);
    return changetype<Socket>(table + ((<usize>index) << 4));
  }
}
if (offsetof<Socket>() !== 16) ERROR("the stride of Socket is out of date");

export function udpClear(): void {
  memory.fill(table, 0, 16 * 16);
}

export function socketOf(port: u32): u32 {
  for (let i: u32 = 0; i < SOCKETS; i++) {
    if (Socket.at(i).port === port) return i;
  }
  return NO_SOCKET;
}

/** Takes a free port; the socket, or NO_SOCKET when all are in use. */
export function socketOpen(port: u32, owner: u32): u32 {
  assert(port !== 0 && socketOf(port) === NO_SOCKET);
  const index = socketOf(0);
  if (index === NO_SOCKET) return NO_SOCKET;
  const socket = Socket.at(index);
  socket.port = port;
  socket.owner = owner;
  socket.head = 0;
  socket.tail = 0;
  return index;
}

export function socketClose(index: u32): void {
  memory.fill(changetype<usize>(Socket.at(index)), 0, 16);
}

function place(index: u32, number: u32): Datagram {
  const at = index * RING + (number & (RING - 1));
  return changetype<Datagram>(datagrams + <usize>at * DATAGRAM_STRIDE);
}

/** The oldest datagram that waits; null: none. */
export function socketFirst(index: u32): Datagram | null {
  const socket = Socket.at(index);
  return socket.head === socket.tail ? null : place(index, socket.head);
}

/** The oldest datagram has been taken. */
export function socketTaken(index: u32): void {
  const socket = Socket.at(index);
  assert(socket.head !== socket.tail);
  socket.head++;
}

/** An accepted packet's content; the socket that it is for, or NO_SOCKET. */
export function udpInput(at: usize): u32 {
  const available = packetBytes;
  if (available < HEADER) return refuse(Count.UDP_MALFORMED);
  const size = get16(at + 4);
  if (size < HEADER || size > available || size - HEADER > UDP_BYTES_MAX) {
    return refuse(Count.UDP_MALFORMED);
  }
  // A sender that does not sum says zero.
  if (load<u16>(at, 6) !== 0) {
    const sum = sumOf(at, size, pseudoSum(packetSource, ownAddress, Ip.UDP, size));
    if (folded(sum) !== 0xffff) return refuse(Count.UDP_CHECKSUM);
  }
  const port = get16(at + 2);
  const index = port === 0 ? NO_SOCKET : socketOf(port);
  if (index === NO_SOCKET) return refuse(Count.NO_SOCKET);
  return keep(index, packetSource, get16(at), at + HEADER, size - HEADER);
}

/** A datagram to this machine itself, which never leaves it; the socket that it is for, or NO_SOCKET. */
export function udpLocal(source: u32, port: u32, at: usize, size: u32): u32 {
  assert(size <= UDP_BYTES_MAX);
  const index = port === 0 ? NO_SOCKET : socketOf(port);
  if (index === NO_SOCKET) return refuse(Count.NO_SOCKET);
  return keep(index, ownAddress, source, at, size);
}

function keep(index: u32, address: u32, port: u32, at: usize, size: u32): u32 {
  const socket = Socket.at(index);
  if (socket.tail - socket.head === RING) return refuse(Count.SOCKET_FULL);
  count(Count.UDP_IN);
  const datagram = place(index, socket.tail);
  datagram.address = address;
  datagram.port = <u16>port;
  datagram.size = <u16>size;
  memory.copy(datagram.bytes, at, size);
  socket.tail++;
  return index;
}

function refuse(why: Count): u32 {
  count(why);
  return NO_SOCKET;
}

/** Where the bytes of the next datagram to send are built; 0: the output is full. */
export function udpPlace(): usize {
  const frame = outputPlace();
  return frame === 0 ? 0 : frame + Ethernet.HEADER + Ip.HEADER + HEADER;
}

/** Sends what was built in `udpPlace`. */
export function udpSend(source: u32, target: u32, port: u32, size: u32, now: u64): void {
  assert(size <= UDP_BYTES_MAX);
  const frame = outputPlace();
  if (frame === 0) return;
  const at = frame + Ethernet.HEADER + Ip.HEADER;
  put16(at, source);
  put16(at + 2, port);
  put16(at + 4, HEADER + size);
  store<u16>(at, 0, 6);
  const pseudo = pseudoSum(ownAddress, target, Ip.UDP, HEADER + size);
  const sum = checksum(sumOf(at, HEADER + size, pseudo));
  store<u16>(at, sum === 0 ? 0xffff : sum, 6);
  ipSend(frame, HEADER + size, Ip.UDP, target, now);
}
