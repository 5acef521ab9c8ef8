/**
 * Bytes to the serial line by whoever holds its ports: the console service, and who speaks before
 * it runs.
 */
import { portRead, portWriteBytes } from "./kernel";

export const COM1: u32 = 0x3f8;
const LINE_STATUS: u32 = COM1 + 5;
const READY_TO_SEND: u32 = 0x20;
/** What the line's buffer takes once it is empty. */
const BURST: u32 = 16;

/** Sends bytes as they are; stops at the first refusal. */
export function serialSend(ports: u32, address: usize, size: u32): i32 {
  for (let sent: u32 = 0; sent < size; sent += BURST) {
    let status = portRead(ports, LINE_STATUS, 1);
    while (status >= 0 && (<u32>status & READY_TO_SEND) === 0) {
      status = portRead(ports, LINE_STATUS, 1);
    }
    if (status < 0) return status;
    const refusal = portWriteBytes(ports, COM1, address + sent, min<u32>(BURST, size - sent));
    if (refusal < 0) return refusal;
  }
  return 0;
}
