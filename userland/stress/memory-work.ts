/**
 * Work on memory: `mem`, `memrun` and `iorun` as loops over pages of the worker's own.
 *
 * They are charged like all work, by the time they take: there is no cache to miss, so what counts is
 * the number of accesses, and costs.ts has their price for the model. All threads of a worker use the
 * same buffer. Only zeros are written, so that a chase reads zeros wherever it comes.
 */
import { nothing } from "../lib/kernel";
import { MemoryRun } from "./plan";

const WASM_PAGE: u32 = 65536;
let buffer: usize = 0;
let bufferBytes: u32 = 0;

/** Takes `size` bytes from the group; `mem` uses the first `used` of them. False: there are not so many. */
export function memoryPrepare(size: u32, used: u32): bool {
  bufferBytes = used;
  if (size === 0) return true;
  const pages = memory.grow(<i32>((size + WASM_PAGE - 1) / WASM_PAGE));
  if (pages < 0) return false;
  buffer = <usize>pages * WASM_PAGE;
  return true;
}

/** Writes that many bytes, the buffer over and over. */
export function memoryWrite(bytes: u32): void {
  let left = bytes;
  while (left > bufferBytes) {
    fill(bufferBytes);
    left -= bufferBytes;
  }
  fill(left);
}

/** The same as to a device, which takes a bufferful at a time. */
export function deviceWrite(bytes: u32): void {
  let left = bytes;
  while (left > 0) {
    const size = min<u32>(left, bufferBytes);
    fill(size);
    nothing();
    left -= size;
  }
}

function fill(size: u32): void {
  const end = buffer + (size & ~7);
  for (let at = buffer; at < end; at += 8) store<u64>(at, 0);
}

/** `count` accesses in a buffer of `size` bytes, `stride` apart or at random multiples of it. */
export function memoryRun(bits: u32, size: u32, count: u32, stride: u32): void {
  const access = bits & <u32>MemoryRun.ACCESS_MASK;
  const random = (bits & <u32>MemoryRun.RANDOM) !== 0;
  const places = random ? powerOf(max<u32>(size / stride, 1)) : max<u32>(size / stride, 1);
  let place: u32 = 0;
  for (let i: u32 = 0; i < count; i++) {
    const at = buffer + place * stride;
    if (access === <u32>MemoryRun.WRITE) store<u32>(at, 0);
    else if (access === <u32>MemoryRun.CHASE) place += load<u32>(at);
    else sink |= load<u32>(at);
    // A full cycle over a power of two, or round and round.
    place = random ? (place * 5 + 1) & (places - 1) : place + 1 < places ? place + 1 : 0;
  }
}

/** Where reads end, so that no compiler leaves them out. */
let sink: u32 = 0;

function powerOf(most: u32): u32 {
  return (<u32>1) << (31 - clz<u32>(most));
}
