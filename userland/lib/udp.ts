/**
 * UDP for programs whose block of the policy has `network` lines: bind, send, receive; and echo requests.
 *
 * A status is 0, a KernelError or a NetworkStatus; `udpText` says it in words. A timeout of 0 waits for ever.
 */
import { errorText, KernelError } from "../../kernel/abi/errors";
import { NETWORK_SLOT, NetworkRequest, NetworkStatus, networkText } from "../network/protocol";
import { messageTimeout } from "./kernel";
import { bytes, BYTES_MAX, call, putBytes, setWords, word } from "./message";

export const UDP_BYTES_MAX: u32 = 1472;

/** What the latest bind, receive or echo found. */
export let udpPort: u32 = 0;
export let udpFromAddress: u32 = 0;
export let udpFromPort: u32 = 0;
export let udpSize: u32 = 0;
export let echoNs: u64 = 0;
/** The machine's own address, after a bind. */
export let udpOwnAddress: u32 = 0;

function ask(extra: u32): u32 {
  const answer = call(NETWORK_SLOT, extra, 0);
  return answer < 0 ? <u32>-answer : word(0);
}

/** Receives at this port from now on; 0: at any that the program may have. `udpPort` is the port then. */
export function udpBind(port: u32): u32 {
  setWords(NetworkRequest.BIND, port, 0, 0);
  const status = ask(0);
  udpPort = word(1);
  udpOwnAddress = word(2);
  return status;
}

export function udpClose(port: u32): u32 {
  setWords(NetworkRequest.CLOSE, port, 0, 0);
  return ask(0);
}

/** Sends from a bound port. OK says that it is on its way, not that it has arrived. */
export function udpSend(from: u32, address: u32, port: u32, source: usize, size: u32): u32 {
  if (from > 0xffff || port > 0xffff) return KernelError.BAD_ARGUMENT;
  if (size > UDP_BYTES_MAX) return NetworkStatus.TOO_LONG;
  let offset: u32 = 0;
  do {
    const count = min<u32>(size - offset, BYTES_MAX);
    setWords(NetworkRequest.SEND, (from << 16) | port, address, (size << 16) | offset);
    const status = ask(putBytes(source + offset, count));
    if (status !== KernelError.OK) return status;
    offset += count;
  } while (offset < size);
  return KernelError.OK;
}

/** Waits for a datagram at a bound port: `udpSize` bytes of it are at `target`, which has room for 1,472. */
export function udpReceive(port: u32, target: usize, timeoutNs: u64): u32 {
  let offset: u32 = 0;
  do {
    setWords(NetworkRequest.RECEIVE, port, offset, 0);
    if (timeoutNs !== 0) messageTimeout(timeoutNs);
    const status = ask(0);
    if (timeoutNs !== 0) messageTimeout(0);
    if (status !== KernelError.OK) return status;
    udpSize = word(1) & 0xffff;
    udpFromPort = word(1) >> 16;
    udpFromAddress = word(2);
    const count = min<u32>(udpSize - offset, BYTES_MAX);
    memory.copy(target + offset, bytes(), count);
    offset += count;
  } while (offset < udpSize);
  return KernelError.OK;
}

/** Sends an echo request and waits for the reply: `echoNs` is how long it took. */
export function echo(address: u32, timeoutNs: u64): u32 {
  setWords(NetworkRequest.ECHO, address, 0, 0);
  messageTimeout(timeoutNs);
  const status = ask(0);
  messageTimeout(0);
  echoNs = <u64>word(1) | ((<u64>word(2)) << 32);
  return status;
}

/** A counter of the stack (userland/network/stack/counters.ts). */
export function networkCounter(which: u32): u32 {
  setWords(NetworkRequest.COUNTER, which, 0, 0);
  return ask(0) === KernelError.OK ? word(1) : 0;
}

export function udpText(status: u32): string {
  if (status >= <u32>NetworkStatus.FIRST) return networkText(status);
  return errorText(<KernelError>status);
}
