/**
 * COM1: the console's first half, and the wire to the harness.
 */
import { inb, outb } from "./machine";

const COM1: u32 = 0x3f8;
const LINE_STATUS: u32 = COM1 + 5;
const READY_TO_SEND: u32 = 0x20;
const BYTE_RECEIVED: u32 = 1;
export const NO_BYTE: i32 = -1;

/** 115,200 baud, 8N1, first-in-first-out buffers, an interrupt for each byte received. */
export function serialStart(): void {
  outb(COM1 + 1, 0);
  outb(COM1 + 3, 0x80);
  outb(COM1, 1);
  outb(COM1 + 1, 0);
  outb(COM1 + 3, 3);
  outb(COM1 + 2, 0xc7);
  outb(COM1 + 4, 0x0b);
  outb(COM1 + 1, 1);
}

export function serialWrite(byte: u32): void {
  while ((inb(LINE_STATUS) & READY_TO_SEND) === 0) {}
  outb(COM1, byte);
}

/** A received byte, or NO_BYTE. */
export function serialRead(): i32 {
  if ((inb(LINE_STATUS) & BYTE_RECEIVED) === 0) return NO_BYTE;
  return <i32>(inb(COM1) & 255);
}
