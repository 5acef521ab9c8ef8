/**
 * The console: what programs print goes to COM1 and the screen; what people type waits in a ring.
 *
 * One reader at a time gets the bytes; control-C kills the foreground process, if there is one.
 */
import { Limit } from "../abi/limits";
import { serialWrite } from "../machine/serial";
import { screenCursor, screenWrite } from "../machine/vga";

const ring: usize = memory.data(1024);
if (Limit.CONSOLE_INPUT_BYTES !== 1024) ERROR("the console's ring has another size");
const MASK: u32 = Limit.CONSOLE_INPUT_BYTES - 1;
let head: u32 = 0;
let tail: u32 = 0;
/** Number of the process that control-C kills; 0: none, the reader gets the byte. */
export let foreground: u32 = 0;

export function foregroundSet(process: u32): void {
  foreground = process;
}

/** One byte to the wire and the screen; a newline becomes carriage return and newline on the wire. */
export function consolePut(byte: u32): void {
  if (byte === 10) serialWrite(13);
  serialWrite(byte);
  screenWrite(byte);
}

/** A program's output, from a checked address. */
export function consoleBytes(address: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) consolePut(load<u8>(address + i));
  screenCursor();
}

/** The kernel's own words: a constant string. */
export function consoleText(text: string): void {
  const length = <u32>text.length;
  for (let i: u32 = 0; i < length; i++) {
    consolePut(load<u16>(changetype<usize>(text) + ((<usize>i) << 1)));
  }
}

export function consoleHex(value: u32): void {
  consoleText("0x");
  let shift: i32 = 28;
  while (shift > 0 && value >>> <u32>shift === 0) shift -= 4;
  for (; shift >= 0; shift -= 4) {
    const digit = (value >>> <u32>shift) & 15;
    consolePut(digit < 10 ? 48 + digit : 87 + digit);
  }
}

export function consoleNumber(value: u32): void {
  if (value >= 10) consoleNumber(value / 10);
  consolePut(48 + (value % 10));
}

/** Adds a typed byte; a full ring drops it. */
export function inputAdd(byte: u32): void {
  if (tail - head > MASK) return;
  store<u8>(ring + <usize>(tail & MASK), <u8>byte);
  tail++;
}

export function inputWaiting(): u32 {
  return tail - head;
}

/** Moves typed bytes to a checked address; how many. */
export function inputTake(target: usize, size: u32): u32 {
  let count: u32 = 0;
  while (count < size && head !== tail) {
    store<u8>(target + count, load<u8>(ring + <usize>(head & MASK)));
    head++;
    count++;
  }
  return count;
}
