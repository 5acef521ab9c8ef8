/**
 * The two interrupt controllers (8259): remapped above the exceptions, acknowledged one by one.
 */

import { inb, outb } from "./machine";
import { BootSlot, Physical, Vector } from "./memory-map";

const MASTER_COMMAND: u32 = 0x20;
const MASTER_DATA: u32 = 0x21;
const SLAVE_COMMAND: u32 = 0xa0;
const SLAVE_DATA: u32 = 0xa1;
const END_OF_INTERRUPT: u32 = 0x20;

export const enum Line {
  TIMER = 0,
  /** Where the second controller hangs on the first. */
  CASCADE = 2,
}

/** Opens the timer; everything else stays masked until a driver binds it. */
export function interruptsStart(): void {
  outb(MASTER_COMMAND, 0x11);
  outb(MASTER_DATA, Vector.INTERRUPTS);
  outb(MASTER_DATA, 4);
  outb(MASTER_DATA, 1);
  outb(SLAVE_COMMAND, 0x11);
  outb(SLAVE_DATA, Vector.INTERRUPTS + 8);
  outb(SLAVE_DATA, 2);
  outb(SLAVE_DATA, 1);
  outb(MASTER_DATA, 0xff ^ ((1 << Line.TIMER) | (1 << Line.CASCADE)));
  outb(SLAVE_DATA, 0xff);
}

/** Lets the controller raise this line, and less urgent ones, again. */
export function interruptDone(line: u32): void {
  if (line >= 8) outb(SLAVE_COMMAND, END_OF_INTERRUPT);
  outb(MASTER_COMMAND, END_OF_INTERRUPT);
}

export function lineMask(line: u32): void {
  const port = line < 8 ? MASTER_DATA : SLAVE_DATA;
  outb(port, inb(port) | (1 << (line & 7)));
}

export function lineUnmask(line: u32): void {
  const port = line < 8 ? MASTER_DATA : SLAVE_DATA;
  outb(port, inb(port) & ~(1 << (line & 7)));
}

/** Takes the lines that came while the kernel was idle: the stub only notes them. */
export function takePending(): u32 {
  const pending = load<u32>(Physical.BOOT_SLOTS + BootSlot.PENDING);
  store<u32>(Physical.BOOT_SLOTS + BootSlot.PENDING, 0);
  return pending;
}
