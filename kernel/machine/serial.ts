/**
 * COM1, outwards only: what is typed is the console driver's.
 */
import { inb, outb } from "./machine";

const COM1: u32 = 0x3f8;
const LINE_STATUS: u32 = COM1 + 5;
const READY_TO_SEND: u32 = 0x20;

/** 115,200 baud, 8N1, first-in-first-out buffers, no interrupts. */
export function serialStart(): void {
  outb(COM1 + 1, 0);
  outb(COM1 + 3, 0x80);
  outb(COM1, 1);
  outb(COM1 + 1, 0);
  outb(COM1 + 3, 3);
  outb(COM1 + 2, 0xc7);
  outb(COM1 + 4, 0x0b);
}

export function serialWrite(byte: u32): void {
  while ((inb(LINE_STATUS) & READY_TO_SEND) === 0) {}
  outb(COM1, byte);
}
