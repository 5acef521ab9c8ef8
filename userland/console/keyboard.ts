/**
 * The PS/2 keyboard, US layout: scan codes (set 1) in, ASCII out.
 */
import { portRead, portWrite } from "../lib/kernel";
import { Device } from "./devices";

const DATA: u32 = 0x60;
const STATUS: u32 = 0x64;
export const NO_KEY: i32 = -1;

const WRITE_CONFIGURATION: u32 = 0x60;
const CONFIGURATION: u32 = 0x45;
const ENABLE: u32 = 0xf4;
const RELEASED: u32 = 0x80;
const SHIFT_LEFT: u32 = 0x2a;
const SHIFT_RIGHT: u32 = 0x36;
const CONTROL: u32 = 0x1d;
const CAPS_LOCK: u32 = 0x3a;
const TABLE_SIZE: u32 = 58;

/** Plain and shifted characters by scan code; 0 is a key without one. */
const PLAIN = memory.data<u8>([
  0, 27, 49, 50, 51, 52, 53, 54, 55, 56, 57, 48, 45, 61, 8, 9, 113, 119, 101, 114, 116, 121, 117,
  105, 111, 112, 91, 93, 10, 0, 97, 115, 100, 102, 103, 104, 106, 107, 108, 59, 39, 96, 0, 92, 122,
  120, 99, 118, 98, 110, 109, 44, 46, 47, 0, 42, 0, 32,
]);
const SHIFTED = memory.data<u8>([
  0, 27, 33, 64, 35, 36, 37, 94, 38, 42, 40, 41, 95, 43, 8, 9, 81, 87, 69, 82, 84, 89, 85, 73, 79,
  80, 123, 125, 10, 0, 65, 83, 68, 70, 71, 72, 74, 75, 76, 58, 34, 126, 0, 124, 90, 88, 67, 86, 66,
  78, 77, 60, 62, 63, 0, 42, 0, 32,
]);

let shift: bool = false;
let control: bool = false;
let capsLock: bool = false;

/**
 * Interrupts on, scan codes translated to set 1, and the keyboard itself enabled: no BIOS did it.
 */
export function keyboardStart(): void {
  portWrite(Device.KEYBOARD_PORTS, STATUS, WRITE_CONFIGURATION, 1);
  portWrite(Device.KEYBOARD_PORTS, DATA, CONFIGURATION, 1);
  portWrite(Device.KEYBOARD_PORTS, DATA, ENABLE, 1);
}

/** Is there a byte of the keyboard (not of the mouse) to fetch? */
export function keyboardReady(): bool {
  const status = portRead(Device.KEYBOARD_PORTS, STATUS, 1);
  return status >= 0 && (status & 0x21) === 1;
}

/** Fetches one scan code; the character it completes, or NO_KEY. */
export function keyboardRead(): i32 {
  const code = <u32>portRead(Device.KEYBOARD_PORTS, DATA, 1) & 255;
  const key = code & ~RELEASED;
  const pressed = (code & RELEASED) === 0;
  if (key === SHIFT_LEFT || key === SHIFT_RIGHT) {
    shift = pressed;
    return NO_KEY;
  }
  if (key === CONTROL) {
    control = pressed;
    return NO_KEY;
  }
  if (!pressed) return NO_KEY;
  if (key === CAPS_LOCK) {
    capsLock = !capsLock;
    return NO_KEY;
  }
  return key < TABLE_SIZE ? character(key) : NO_KEY;
}

function character(key: u32): i32 {
  const plain = <u32>load<u8>(PLAIN + key);
  if (plain === 0) return NO_KEY;
  const letter = plain >= 97 && plain <= 122;
  if (control) return letter ? <i32>(plain & 31) : NO_KEY;
  const upper = letter ? shift !== capsLock : shift;
  return <i32>(upper ? <u32>load<u8>(SHIFTED + key) : plain);
}
