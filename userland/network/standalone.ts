/**
 * The stack as a module of its own: tests and the fuzzer run the shipped code in Node, under a time that they make.
 */
import { arpCount } from "./stack/arp";
import * as counters from "./stack/counters";
import { echoSend } from "./stack/icmp";
import { outputDone, outputFirst, outputSize } from "./stack/output";
import * as stack from "./stack/stack";
import { Socket, socketFirst, socketOpen, SOCKETS, socketTaken } from "./stack/udp";

/** More than the longest frame: what is too long has to come to the stack to be refused. */
const FRAME_BYTES: u32 = 2048;
const frame: usize = memory.data(2048, 8);
const hardware: usize = memory.data(8);

export function frameAddress(): usize {
  return frame;
}

/** Starts anew; the hardware address is 02:00 and the four bytes of the address, as in the service. */
export function start(address: u32, bits: u32): void {
  store<u16>(hardware, 2);
  store<u32>(hardware, bswap<u32>(address), 2);
  stack.stackStart(address, bits, hardware);
}

/** The frame of that size at `frameAddress`; the socket that has something new, or -1. */
export function input(size: u32, now: u64): i32 {
  assert(size <= FRAME_BYTES);
  return <i32>stack.input(frame, size, now);
}

export function poll(now: u64): void {
  stack.poll(now);
}

export function deadline(): u64 {
  return stack.deadline();
}

/** Takes the oldest frame that goes out: its address, with the size in `takenSize`; 0: none. */
export function take(): usize {
  const first = outputFirst();
  if (first === 0) return 0;
  takenBytes = outputSize();
  outputDone();
  return first;
}

export function takenSize(): u32 {
  return takenBytes;
}
let takenBytes: u32 = 0;

export function open(port: u32): i32 {
  return <i32>socketOpen(port, 1);
}

/** Takes everything that has come for any socket; how many datagrams. */
export function drain(): u32 {
  let taken: u32 = 0;
  for (let i: u32 = 0; i < SOCKETS; i++) {
    while (Socket.at(i).port !== 0 && socketFirst(i) !== null) {
      socketTaken(i);
      taken++;
    }
  }
  return taken;
}

export function echo(address: u32, now: u64): i32 {
  return <i32>echoSend(address, now);
}

export function counted(which: u32): u32 {
  return counters.counted(which);
}

export function dropped(): u32 {
  return counters.dropped();
}

export function neighbours(): u32 {
  return arpCount();
}
