/**
 * Interrupt lines as programs have them: a line signals a notification, and stays masked until it is
 * acknowledged.
 */
import { capabilityOf } from "../capability/capability";
import { Space } from "../capability/space";
import { lineMask, lineUnmask } from "../machine/interrupts";

export const LINES: u32 = 16;

@unmanaged
@final
export class InterruptLine {
  /** The notification's address; 0: nobody has bound the line. */
  notification: u32;
  bits: u32;
  /** Through which capability it was bound: that goes with it. */
  capability: u32;

  /** Who pays for its interrupts: the group of the process in whose space that capability is. */
  get account(): u32 {
    assert(this.notification !== 0);
    return Space.at(capabilityOf(this.capability).space).group;
  }

  @inline
  static at(line: u32): InterruptLine {
    assert(line < LINES);
    return changetype<InterruptLine>(table + <usize>line * LINE_SIZE);
  }
}

const LINE_SIZE: usize = 12;
if (offsetof<InterruptLine>() !== 12) ERROR("LINE_SIZE is out of date");
const table: usize = memory.data(LINES * 12, 4);

export function interruptBind(line: u32, notification: u32, bits: u32, capability: u32): void {
  const record = InterruptLine.at(line);
  record.notification = notification;
  record.bits = bits;
  record.capability = capability;
  lineUnmask(line);
}

export function interruptUnbind(line: u32): void {
  InterruptLine.at(line).notification = 0;
  lineMask(line);
}

/** The capability is in another slot now. */
export function interruptMoved(line: u32, from: u32, to: u32): void {
  const record = InterruptLine.at(line);
  if (record.capability === from) record.capability = to;
}

/** The capability goes away. */
export function interruptLost(line: u32, capability: u32): void {
  const record = InterruptLine.at(line);
  if (record.notification !== 0 && record.capability === capability) interruptUnbind(line);
}

/** The notification ends. */
export function interruptForget(notification: u32): void {
  for (let line: u32 = 0; line < LINES; line++) {
    if (InterruptLine.at(line).notification === notification) interruptUnbind(line);
  }
}
