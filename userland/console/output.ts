/**
 * Output: a program's bytes go to the serial line and to the screen.
 */
import { BYTES_MAX } from "../lib/message";
import { serialSend } from "../lib/serial";
import { Device } from "./devices";
import { screenCursor, screenWrite } from "./screen";

const NEWLINE: u32 = 10;
const RETURN: u32 = 13;
/** Every byte might be a newline, and those are two on the wire. */
const wire: usize = memory.data(480);
if (BYTES_MAX * 2 !== 480) ERROR("the wire's buffer has another size");

export function output(address: usize, size: u32): void {
  let length: u32 = 0;
  for (let i: u32 = 0; i < size; i++) {
    const byte = <u32>load<u8>(address + i);
    if (byte === NEWLINE) length = put(length, RETURN);
    length = put(length, byte);
    screenWrite(byte);
  }
  serialSend(Device.SERIAL_PORTS, wire, length);
  screenCursor();
}

function put(length: u32, byte: u32): u32 {
  store<u8>(wire + length, <u8>byte);
  return length + 1;
}
