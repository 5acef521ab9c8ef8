/**
 * One request of a client: what the policy lets it do is done, everything else is refused.
 *
 * What came with a message is taken out of it first: asking the manager overwrites words and bytes.
 */
import { KernelError } from "../../kernel/abi/errors";
import { capabilityDelete, clock, replySave } from "../lib/kernel";
import { holds } from "../lib/capabilities";
import { bytes, BYTES_MAX, bytesOf, send, setWords, word, wordsFor } from "../lib/message";
import { alive, leaseEnd, leaseOver, mayDo, mayNow, portFor } from "./clients";
import { outputUntil } from "./stack/output";
import { Own } from "./devices";
import { NetworkLine, NetworkRequest, NetworkStatus } from "./protocol";
import { counted } from "./stack/counters";
import { Echo, echoCount, echoForget, ECHOES, echoSend, NO_ECHO } from "./stack/icmp";
import { onLink, ownAddress } from "./stack/own";
import {
  NO_SOCKET,
  Socket,
  socketClose,
  socketFirst,
  socketOf,
  socketOpen,
  SOCKETS,
  socketTaken,
  udpLocal,
  udpPlace,
  udpSend,
} from "./stack/udp";
import { UDP_BYTES_MAX } from "./stack/wire";

/** An echo that nobody answers holds its record this long. */
const ECHO_NS: u64 = 10000000000;
const PORTS_END: u32 = 0x10000;
const STAGE_BYTES: u32 = 1472;
/** Per socket the datagram that is being put together, and how much of it is here. */
const stages: usize = memory.data(16 * 1472, 4);
const staged: usize = memory.data(16 * 4, 4);
/** Per socket: has somebody been kept waiting there? He may be gone since. */
const waits: usize = memory.data(16);
/** Is there an answer to give at once, and with how many extra words? */
export let answers: bool = true;
export let answerWords: u32 = 0;

export function serve(badge: u32, message: i32, up: bool): void {
  answers = true;
  answerWords = 0;
  const first = word(1);
  const second = word(2);
  const third = word(3);
  const request = word(0);
  if (!up) return answer(NetworkStatus.NO_NETWORK);
  switch (request) {
    case NetworkRequest.BIND:
      return bind(badge, first);
    case NetworkRequest.CLOSE:
      return close(badge, first);
    case NetworkRequest.SEND:
      return sendPiece(badge, first, second, third, bytesOf(message));
    case NetworkRequest.RECEIVE:
      return receivePiece(badge, first, second);
    case NetworkRequest.ECHO:
      return echo(badge, first);
    case NetworkRequest.COUNTER:
      return setWords(KernelError.OK, counted(first), ownAddress, 0);
    default:
      return answer(KernelError.UNKNOWN_CALL);
  }
}

function answer(status: u32): void {
  setWords(status, 0, 0, 0);
}

function bind(badge: u32, wanted: u32): void {
  if (wanted >= PORTS_END) return answer(KernelError.BAD_ARGUMENT);
  let port = wanted;
  if (wanted === 0) {
    port = freePort(badge);
    if (port === 0) reclaim();
    if (port === 0) port = freePort(badge);
    if (port === 0) {
      return answer(
        portFor(badge, 1) === 0 ? NetworkStatus.MAY_NOT_BIND : NetworkStatus.PORT_IN_USE,
      );
    }
  }
  if (!mayDo(badge, NetworkLine.RECEIVE, port, 0)) return answer(NetworkStatus.MAY_NOT_BIND);
  const taken = socketOf(port);
  if (taken !== NO_SOCKET) {
    const owner = Socket.at(taken).owner;
    if (owner === badge || alive(owner)) return answer(NetworkStatus.PORT_IN_USE);
    end(taken);
  }
  if (socketOf(0) === NO_SOCKET) reclaim();
  const index = socketOpen(port, badge);
  if (index === NO_SOCKET) return answer(NetworkStatus.NO_ROOM);
  store<u32>(staged + ((<usize>index) << 2), 0);
  setWords(KernelError.OK, port, ownAddress, 0);
}

/** The lowest port that the client may bind and nobody has; 0: none. */
function freePort(badge: u32): u32 {
  let port = portFor(badge, 1);
  while (port !== 0 && socketOf(port) !== NO_SOCKET) port = portFor(badge, port + 1);
  return port;
}

/** Programs end without a word: their ports are free when somebody needs one. */
function reclaim(): void {
  for (let i: u32 = 0; i < SOCKETS; i++) {
    if (Socket.at(i).port !== 0 && !alive(Socket.at(i).owner)) end(i);
  }
}

function end(index: u32): void {
  if (holds(Own.RECEIVERS + index)) capabilityDelete(Own.RECEIVERS + index);
  store<u8>(waits + index, 0);
  socketClose(index);
}

/** The client's own socket at that port, else NO_SOCKET and an answer. */
function ownSocket(badge: u32, port: u32): u32 {
  const index = port === 0 || port >= PORTS_END ? NO_SOCKET : socketOf(port);
  if (index !== NO_SOCKET && Socket.at(index).owner === badge) return index;
  answer(NetworkStatus.NOT_BOUND);
  return NO_SOCKET;
}

function close(badge: u32, port: u32): void {
  const index = ownSocket(badge, port);
  if (index === NO_SOCKET) return;
  end(index);
  answer(KernelError.OK);
}

/** The local socket for which the request at hand brought a datagram; the receiver is told after the sender. */
let localSocket: u32 = NO_SOCKET;

/** That socket, once. */
export function localTaken(): u32 {
  const index = localSocket;
  localSocket = NO_SOCKET;
  return index;
}

function sendPiece(badge: u32, ports: u32, address: u32, where: u32, came: u32): void {
  const index = ownSocket(badge, ports >> 16);
  if (index === NO_SOCKET) return;
  const size = where >> 16;
  const offset = where & 0xffff;
  if (size > UDP_BYTES_MAX) return answer(NetworkStatus.TOO_LONG);
  const stage = staged + ((<usize>index) << 2);
  if (offset !== 0 && offset !== load<u32>(stage)) return answer(KernelError.BAD_ARGUMENT);
  if (offset > size) return answer(KernelError.BAD_ARGUMENT);
  const count = min<u32>(size - offset, BYTES_MAX);
  if (count > came) return answer(KernelError.BAD_ARGUMENT);
  const target = stages + <usize>index * STAGE_BYTES;
  memory.copy(target + offset, bytes(), count);
  store<u32>(stage, offset + count);
  if (offset + count < size) return answer(KernelError.OK);
  store<u32>(stage, 0);
  answer(sendWhole(badge, ports, address, target, size));
}

function sendWhole(badge: u32, ports: u32, address: u32, source: usize, size: u32): u32 {
  const port = ports & 0xffff;
  if (!mayDo(badge, NetworkLine.SEND, port, address)) return NetworkStatus.MAY_NOT_SEND;
  if (!onLink(address)) return NetworkStatus.NOT_ON_LINK;
  const now = clock();
  // The rate first: a refused sender could keep the manager busy.
  if (!mayNow(badge, now)) return NetworkStatus.TOO_FAST;
  if (leaseOver(badge, now)) return NetworkStatus.LEASE_OVER;
  if (address === ownAddress) {
    localSocket = udpLocal(ports >> 16, port, source, size);
    return KernelError.OK;
  }
  const place = udpPlace();
  if (place === 0) return NetworkStatus.NO_ROOM;
  memory.copy(place, source, size);
  outputUntil(leaseEnd(badge));
  udpSend(ports >> 16, address, port, size, now);
  outputUntil(u64.MAX_VALUE);
  return KernelError.OK;
}

function receivePiece(badge: u32, port: u32, offset: u32): void {
  const index = ownSocket(badge, port);
  if (index === NO_SOCKET) return;
  if (socketFirst(index) !== null) return fill(index, offset);
  if (offset !== 0) return answer(KernelError.BAD_ARGUMENT);
  // The one who waited is gone if its REPLY is: the kernel takes it away.
  if (load<u8>(waits + index) !== 0 && holds(Own.RECEIVERS + index)) {
    return answer(NetworkStatus.WAITS_ALREADY);
  }
  const refusal = replySave(Own.RECEIVERS + index);
  answers = refusal < 0;
  store<u8>(waits + index, answers ? 0 : 1);
  if (answers) answer(<u32>-refusal);
}

/** A piece of the socket's oldest datagram becomes the message; how many bytes behind the words. */
function fill(index: u32, offset: u32): void {
  const datagram = socketFirst(index)!;
  const size = <u32>datagram.size;
  if (offset > size) return answer(KernelError.BAD_ARGUMENT);
  const count = min<u32>(size - offset, BYTES_MAX);
  memory.copy(bytes(), datagram.bytes + offset, count);
  answerWords = wordsFor(count);
  setWords(KernelError.OK, ((<u32>datagram.port) << 16) | size, datagram.address, 0);
  if (offset + count === size) socketTaken(index);
}

/** A datagram has come for the socket: who waits there gets it. */
export function deliver(index: u32): void {
  const slot = Own.RECEIVERS + index;
  if (load<u8>(waits + index) === 0) return;
  if (socketFirst(index) === null) return;
  store<u8>(waits + index, 0);
  const head = Socket.at(index).head;
  answerWords = 0;
  fill(index, 0);
  if (send(slot, answerWords, 0) >= 0) return;
  // Nobody has seen it.
  Socket.at(index).head = head;
  if (holds(slot)) capabilityDelete(slot);
}

function echo(badge: u32, address: u32): void {
  if (!mayDo(badge, NetworkLine.ECHO, 0, address)) return answer(NetworkStatus.MAY_NOT_ECHO);
  if (!onLink(address) || address === ownAddress) return answer(NetworkStatus.NOT_ON_LINK);
  const now = clock();
  if (!mayNow(badge, now)) return answer(NetworkStatus.TOO_FAST);
  if (leaseOver(badge, now)) return answer(NetworkStatus.LEASE_OVER);
  outputUntil(leaseEnd(badge));
  const index = echoSend(address, now);
  outputUntil(u64.MAX_VALUE);
  if (index === NO_ECHO) return answer(NetworkStatus.NO_ROOM);
  const refusal = replySave(Own.ECHOERS + index);
  answers = refusal < 0;
  if (!answers) return;
  echoForget(index);
  answer(<u32>-refusal);
}

/** Answers whose echo replies have come, and forgets the echoes of those who no longer wait. */
export function echoesCheck(now: u64): void {
  if (echoCount === 0) return;
  for (let i: u32 = 0; i < ECHOES; i++) {
    const one = Echo.at(i);
    if (one.name === 0) continue;
    const slot = Own.ECHOERS + i;
    if (one.repliedAt !== 0) {
      const took = one.repliedAt - one.sentAt;
      setWords(KernelError.OK, <u32>took, <u32>(took >> 32), 0);
      if (holds(slot)) send(slot, 0, 0);
    } else if (now < one.sentAt + ECHO_NS) continue;
    if (holds(slot)) capabilityDelete(slot);
    echoForget(i);
  }
}
