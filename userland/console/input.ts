/**
 * Input: what people type waits in a ring for one reader; control-C ends the foreground process.
 */
import { KernelError } from "../../kernel/abi/errors";
import { capabilityDelete, capabilityMove, processKill, replySave } from "../lib/kernel";
import { holds } from "../lib/capabilities";
import { bytes, BYTES_MAX, send, setWords, wordsFor } from "../lib/message";
import { Own } from "./devices";

const CONTROL_C: u32 = 3;
const RING_BYTES: u32 = 1024;
const MASK: u32 = RING_BYTES - 1;
const ring: usize = memory.data(1024);
let head: u32 = 0;
let tail: u32 = 0;
/** The reader that waits takes so many bytes at most. */
let readerMax: u32 = 0;

/** One typed byte; a full ring drops it. */
export function typed(byte: u32): void {
  // The capability goes with its process: then the reader gets the byte.
  if (byte === CONTROL_C && holds(Own.FOREGROUND)) {
    if (processKill(Own.FOREGROUND) === KernelError.OK) return;
  }
  if (tail - head > MASK) return;
  store<u8>(ring + <usize>(tail & MASK), <u8>byte);
  tail++;
}

export function waiting(): u32 {
  return tail - head;
}

/** Moves at most `most` typed bytes into the message to be sent; how many. */
export function takeTyped(most: u32): u32 {
  const target = bytes();
  const count = min<u32>(min<u32>(most, BYTES_MAX), waiting());
  for (let i: u32 = 0; i < count; i++) {
    store<u8>(target + i, load<u8>(ring + <usize>(head & MASK)));
    head++;
  }
  return count;
}

/** Keeps the latest caller until something is typed; a refusal if somebody else waits already. */
export function keepReader(most: u32): KernelError {
  if (readerWaits()) return KernelError.BUSY;
  const refusal = replySave(Own.READER);
  if (refusal < 0) return <KernelError>-refusal;
  readerMax = most;
  return KernelError.OK;
}

/** Gives the reader what was typed. */
export function deliver(): void {
  if (waiting() === 0 || !readerWaits()) return;
  const count = takeTyped(readerMax);
  setWords(KernelError.OK, count, 0, 0);
  if (send(Own.READER, wordsFor(count), 0) < 0) capabilityDelete(Own.READER);
}

/**
 * The reply capability is here until it is used; the kernel takes it away when its caller is gone.
 */
function readerWaits(): bool {
  return holds(Own.READER);
}

/** Control-C ends the process that has just come in `Own.INCOMING`, or nobody. */
export function foregroundSet(arrived: bool): void {
  if (holds(Own.FOREGROUND)) capabilityDelete(Own.FOREGROUND);
  if (arrived) capabilityMove(Own.INCOMING, Own.FOREGROUND);
}
