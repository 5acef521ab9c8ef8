/**
 * The VGA text screen: 80 by 25 cells, scrolling, a cursor.
 *
 * Without a BIOS nobody has set the text mode, so the registers are written in full at the start.
 * The cells are device memory, mapped into pages that this program's memory has grown for them.
 * A line that begins with `@` is meant for the harness and is not shown.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag } from "../../kernel/abi/records";
import { memoryMap, portRead, portWrite } from "../lib/kernel";
import { Device } from "./devices";

const COLUMNS: u32 = 80;
const ROWS: u32 = 25;
const ROW_BYTES: u32 = COLUMNS * 2;
const BLANK: u32 = 0x0720;
const COLOR: u32 = 0x0700;
/** From page 0 of the device memory, one page: 4,000 bytes are used. */
const PAGES: u32 = 1;

const SEQUENCER = memory.data<u8>([0x03, 0x00, 0x03, 0x00, 0x02]);
const CONTROLLER = memory.data<u8>([
  0x5f, 0x4f, 0x50, 0x82, 0x55, 0x81, 0xbf, 0x1f, 0x00, 0x4f, 0x0d, 0x0e, 0x00, 0x00, 0x00, 0x00,
  0x9c, 0x8e, 0x8f, 0x28, 0x1f, 0x96, 0xb9, 0xa3, 0xff,
]);
const GRAPHICS = memory.data<u8>([0x00, 0x00, 0x00, 0x00, 0x00, 0x10, 0x0e, 0x00, 0xff]);
const ATTRIBUTES = memory.data<u8>([
  0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
  0x0c, 0x00, 0x0f, 0x08, 0x00,
]);
/** Six bits each of red, green and blue for the sixteen colors. */
const PALETTE = memory.data<u8>([
  0, 0, 0, 0, 0, 42, 0, 42, 0, 0, 42, 42, 42, 0, 0, 42, 0, 42, 42, 21, 0, 42, 42, 42, 21, 21, 21,
  21, 21, 63, 21, 63, 21, 21, 63, 63, 63, 21, 21, 63, 21, 63, 63, 63, 21, 63, 63, 63,
]);

/** Where the cells are; 0: there is no screen, and nothing is shown. */
let cells: usize = 0;
let row: u32 = 0;
let column: u32 = 0;
/** Inside a line for the harness. */
let hidden: bool = false;
let lineStart: bool = true;

/** Maps the cells and sets the text mode; the service goes on without a screen if it has none. */
export function screenStart(): void {
  const pages = memory.grow(1);
  if (pages < 0) return;
  const address = (<usize>pages) << 16;
  const mapped = memoryMap(Device.SCREEN, Slot.NONE, address | MapFlag.WRITE, PAGES);
  if (mapped !== KernelError.OK) return;
  cells = address;
  setMode();
  for (let i: u32 = 0; i < ROWS; i++) clearRow(i);
}

function setMode(): void {
  outb(0x3c2, 0x67);
  registers(0x3c4, SEQUENCER, 5);
  outb(0x3d4, 0x11);
  outb(0x3d5, 0x0e);
  registers(0x3d4, CONTROLLER, 25);
  registers(0x3ce, GRAPHICS, 9);
  portRead(Device.SCREEN_PORTS, 0x3da, 1);
  for (let i: u32 = 0; i < 21; i++) {
    outb(0x3c0, i);
    outb(0x3c0, load<u8>(ATTRIBUTES + i));
  }
  outb(0x3c0, 0x20);
  outb(0x3c6, 0xff);
  outb(0x3c8, 0);
  for (let i: u32 = 0; i < 48; i++) outb(0x3c9, load<u8>(PALETTE + i));
}

function outb(port: u32, value: u32): void {
  portWrite(Device.SCREEN_PORTS, port, value & 255, 1);
}

function registers(port: u32, table: usize, count: u32): void {
  for (let i: u32 = 0; i < count; i++) {
    outb(port, i);
    outb(port + 1, load<u8>(table + i));
  }
}

function clearRow(index: u32): void {
  const start = cells + index * ROW_BYTES;
  for (let i: u32 = 0; i < ROW_BYTES; i += 4) store<u32>(start + i, BLANK | (BLANK << 16));
}

/** One byte of console output. The cursor follows with `screenCursor`. */
export function screenWrite(byte: u32): void {
  if (cells === 0) return;
  if (lineStart) hidden = byte === 64; // '@'
  lineStart = byte === 10;
  if (hidden) return;
  if (byte === 10) newLine();
  else if (byte === 13) column = 0;
  else if (byte === 8) column -= column === 0 ? 0 : 1;
  else if (byte >= 32) printable(byte);
}

function printable(byte: u32): void {
  if (column === COLUMNS) newLine();
  store<u16>(cells + row * ROW_BYTES + column * 2, <u16>(COLOR | byte));
  column++;
}

function newLine(): void {
  column = 0;
  if (row < ROWS - 1) {
    row++;
    return;
  }
  memory.copy(cells, cells + ROW_BYTES, ROW_BYTES * (ROWS - 1));
  clearRow(ROWS - 1);
}

/** Moves the blinking cursor to where the next byte goes. */
export function screenCursor(): void {
  if (cells === 0) return;
  const position = row * COLUMNS + (column === COLUMNS ? COLUMNS - 1 : column);
  outb(0x3d4, 14);
  outb(0x3d5, position >> 8);
  outb(0x3d4, 15);
  outb(0x3d5, position & 255);
}
