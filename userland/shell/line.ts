/**
 * One line of typed text: echo, backspace, control-C and control-U, the previous line with arrow
 * up.
 */
import { flush, print, printByte, printBytes } from "../lib/console";
import { consoleRead } from "../lib/console-input";
import { exit } from "../lib/kernel";

const BACKSPACE: u32 = 8;
const NEWLINE: u32 = 10;
const RETURN: u32 = 13;
const CONTROL_C: u32 = 3;
const CONTROL_U: u32 = 21;
const ESCAPE: u32 = 27;
const DELETE: u32 = 127;
const CODE_NO_CONSOLE: i32 = 1;
const INPUT_BYTES: u32 = 64;
const input: usize = memory.data(64);
const previous: usize = memory.data(512);
let previousSize: u32 = 0;
let inputSize: u32 = 0;
let inputAt: u32 = 0;

function nextByte(): u32 {
  while (inputAt === inputSize) {
    flush();
    const count = consoleRead(input, INPUT_BYTES);
    // Somebody else reads the console: without input there is no shell.
    if (count < 0) exit(CODE_NO_CONSOLE);
    inputSize = <u32>count;
    inputAt = 0;
  }
  const byte = <u32>load<u8>(input + inputAt);
  inputAt++;
  return byte;
}

/** Reads until enter; the size without it. */
export function readLine(target: usize, capacity: u32): u32 {
  let size: u32 = 0;
  while (true) {
    const byte = nextByte();
    if (byte === NEWLINE || byte === RETURN) break;
    if (byte === BACKSPACE || byte === DELETE) {
      if (size > 0) size = erase(size, size - 1);
    } else if (byte === CONTROL_C || byte === CONTROL_U) {
      size = erase(size, 0);
    } else if (byte === ESCAPE) {
      size = arrow(target, size);
    } else if (byte >= 32 && size < capacity) {
      store<u8>(target + size, <u8>byte);
      size++;
      printByte(byte);
    }
  }
  printByte(NEWLINE);
  remember(target, size);
  return size;
}

/** Takes characters off the screen from `size` down to `wanted`. */
function erase(size: u32, wanted: u32): u32 {
  for (let i = size; i > wanted; i--) print("\b \b");
  return wanted;
}

/** Arrow up (ESC [ A) brings the previous line; every other sequence is swallowed. */
function arrow(target: usize, size: u32): u32 {
  if (nextByte() !== 91) return size;
  if (nextByte() !== 65) return size;
  erase(size, 0);
  memory.copy(target, previous, previousSize);
  printBytes(target, previousSize);
  return previousSize;
}

function remember(line: usize, size: u32): void {
  if (size === 0) return;
  memory.copy(previous, line, size);
  previousSize = size;
}
