/**
 * The kernel's own voice on COM1: its first lines, obituaries of programs, panics. Programs print through the
 * console service.
 */
import { serialWrite } from "../machine/serial";

/** One byte; a newline becomes carriage return and newline. */
export function consolePut(byte: u32): void {
  if (byte === 10) serialWrite(13);
  serialWrite(byte);
}

export function consoleBytes(address: usize, size: u32): void {
  for (let i: u32 = 0; i < size; i++) consolePut(load<u8>(address + i));
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
