/**
 * The NE2000: an 8390 behind ports, with 16 KiB of its own memory. It cannot reach the machine's memory at all.
 *
 *   page 0x40          0x46                              0x80
 *        | one frame out | ring of frames in, 256-byte pages |
 *
 * Each frame in the ring has four bytes before it: status, page of the next, length with them. v86's card lets a ring
 * that is exactly full look empty and writes over it; what stands before a frame is therefore checked as if a
 * stranger had written it, and a ring that makes no sense is started anew.
 */
import { portRead, portReadWords, portWrite, portWriteBytes } from "../lib/kernel";
import { Ne2000 } from "../pci/protocol";
import { Device } from "./devices";

const enum Register {
  COMMAND = 0,
  RING_START = 1,
  RING_END = 2,
  BOUNDARY = 3,
  SEND_PAGE = 4,
  SEND_SIZE_LOW = 5,
  SEND_SIZE_HIGH = 6,
  INTERRUPTS = 7,
  ADDRESS_LOW = 8,
  ADDRESS_HIGH = 9,
  COUNT_LOW = 10,
  COUNT_HIGH = 11,
  RECEIVE = 12,
  SEND = 13,
  DATA_CONFIGURATION = 14,
  INTERRUPT_MASK = 15,
  DATA = 16,
  RESET = 31,
  /** With page 1 selected. */
  HARDWARE = 1,
  CURRENT = 7,
  MULTICAST = 8,
}

/** Values of the command register. */
const STOP: u32 = 0x21;
const START: u32 = 0x22;
const START_PAGE_1: u32 = 0x62;
const STOP_PAGE_1: u32 = 0x61;
const READ: u32 = 0x0a;
const WRITE: u32 = 0x12;
const TRANSMIT: u32 = 0x26;
const TRANSMITTING: u32 = 4;

const INTERRUPT_RECEIVED: u32 = 1;
const INTERRUPT_SENT: u32 = 2;
const INTERRUPT_OVERRUN: u32 = 16;
const INTERRUPT_RESET: u32 = 128;

const SEND_PAGE: u32 = 0x40;
const RING_START: u32 = 0x46;
const RING_END: u32 = 0x80;
const HEADER: u32 = 4;
const CHECK_SEQUENCE: u32 = 4;
const FRAME_LEAST: u32 = 60;
const FRAME_MOST: u32 = 1514;
/** Bytes at a time, words at a time. */
const BY_BYTES: u32 = 0x48;
const BY_WORDS: u32 = 0x49;
const zeros: usize = memory.data(64);

/** The page of the next frame to read. */
let next: u32 = 0;
/** Where the card writes its next one, when it was last asked. */
let last: u32 = 0;
let byWords: bool = false;
/** How often the ring had to be started anew. */
export let ringResets: u32 = 0;
/** A frame as the card gives it, with the four bytes before it. */
const place: usize = memory.data(1536, 8);
/** Where `cardReceive` puts a frame. */
export const received: usize = place + HEADER;

function inb(register: Register): u32 {
  return <u32>portRead(Device.CARD_PORTS, Ne2000.PORT + register, 1) & 255;
}

function outb(register: Register, value: u32): i32 {
  return portWrite(Device.CARD_PORTS, Ne2000.PORT + register, value, 1);
}

/** Resets the card, gives it its hardware address and turns it on; below 0 a refused port. */
export function cardStart(hardware: usize): i32 {
  const refusal = outb(Register.RESET, inb(Register.RESET));
  if (refusal < 0) return refusal;
  for (let i = 0; i < 1000; i++) {
    if ((inb(Register.INTERRUPTS) & INTERRUPT_RESET) !== 0) break;
  }
  outb(Register.COMMAND, STOP);
  byWords = false;
  outb(Register.DATA_CONFIGURATION, BY_BYTES);
  outb(Register.COUNT_LOW, 0);
  outb(Register.COUNT_HIGH, 0);
  // Hears nothing, sends to itself, until everything is set.
  outb(Register.RECEIVE, 0x20);
  outb(Register.SEND, 0x02);
  outb(Register.INTERRUPT_MASK, 0);
  outb(Register.INTERRUPTS, 0xff);
  outb(Register.SEND_PAGE, SEND_PAGE);
  outb(Register.RING_START, RING_START);
  outb(Register.RING_END, RING_END);
  outb(Register.BOUNDARY, RING_START);
  outb(Register.COMMAND, STOP_PAGE_1);
  for (let i: u32 = 0; i < 6; i++) outb(Register.HARDWARE + i, load<u8>(hardware + i));
  for (let i: u32 = 0; i < 8; i++) outb(Register.MULTICAST + i, 0);
  next = RING_START + 1;
  last = next;
  outb(Register.CURRENT, next);
  outb(Register.COMMAND, START);
  identify(hardware);
  outb(Register.SEND, 0);
  // Broadcasts, and what is for our own address.
  outb(Register.RECEIVE, 0x04);
  outb(Register.INTERRUPT_MASK, INTERRUPT_RECEIVED | INTERRUPT_OVERRUN);
  return 0;
}

/**
 * QEMU's card compares what comes with the address in its memory and not with the one in its registers, and lets us
 * write there, each byte twice. Where that memory is read-only nothing happens.
 */
function identify(hardware: usize): void {
  for (let i: u32 = 0; i < 12; i++) store<u8>(place + i, load<u8>(hardware + (i >> 1)));
  unit(false);
  address(0, 12, WRITE);
  portWriteBytes(Device.CARD_PORTS, Ne2000.PORT + Register.DATA, place, 12);
}

/** What has happened until now is taken note of: whatever comes later interrupts again. */
export function cardAcknowledge(): void {
  outb(Register.INTERRUPTS, INTERRUPT_RECEIVED | INTERRUPT_OVERRUN | INTERRUPT_SENT);
}

/** Can the card take a frame? If not, it interrupts once it can. */
export function cardReady(): bool {
  const ready = (inb(Register.COMMAND) & TRANSMITTING) === 0;
  if (!ready)
    outb(Register.INTERRUPT_MASK, INTERRUPT_RECEIVED | INTERRUPT_OVERRUN | INTERRUPT_SENT);
  return ready;
}

/** Sends a frame; short ones are filled up with zeros. */
export function cardSend(frame: usize, size: u32): void {
  const whole = max<u32>(size, FRAME_LEAST);
  unit(false);
  address(SEND_PAGE << 8, whole, WRITE);
  let at: u32 = 0;
  while (at < size) {
    const written = portWriteBytes(
      Device.CARD_PORTS,
      Ne2000.PORT + Register.DATA,
      frame + at,
      size - at,
    );
    assert(written > 0);
    at += <u32>written;
  }
  if (whole > size)
    portWriteBytes(Device.CARD_PORTS, Ne2000.PORT + Register.DATA, zeros, whole - size);
  outb(Register.SEND_SIZE_LOW, whole & 255);
  outb(Register.SEND_SIZE_HIGH, whole >> 8);
  outb(Register.COMMAND, TRANSMIT);
}

/** Looks how far the card has come: `cardReceive` takes what is there now. */
export function cardLook(): void {
  outb(Register.COMMAND, START_PAGE_1);
  last = inb(Register.CURRENT);
  outb(Register.COMMAND, START);
}

/** Fetches the oldest frame that `cardLook` saw into `received`; its size, 0 when there is none. */
export function cardReceive(): u32 {
  if (next === last) return 0;
  unit(true);
  // All that a frame can have; what it has less is never read.
  address(next << 8, HEADER + FRAME_MOST + 2, READ);
  fetch(place, HEADER + FRAME_LEAST);
  const length = <u32>load<u16>(place, 2);
  const following = <u32>load<u8>(place, 1);
  const size = length - CHECK_SEQUENCE;
  const sound =
    (load<u8>(place) & 1) !== 0 &&
    length >= FRAME_LEAST + CHECK_SEQUENCE &&
    size <= FRAME_MOST &&
    following >= RING_START &&
    following < RING_END &&
    reaches(following, (length + HEADER + 255) >> 8);
  if (!sound) {
    ringRestart();
    return 0;
  }
  if (size > FRAME_LEAST) fetch(received + FRAME_LEAST, size - FRAME_LEAST);
  next = following;
  outb(Register.BOUNDARY, next === RING_START ? RING_END - 1 : next - 1);
  return size;
}

/** The next bytes of the data port, in whole words. */
function fetch(target: usize, size: u32): void {
  let at: u32 = 0;
  while (at < size) {
    const port = Ne2000.PORT + Register.DATA;
    const read = portReadWords(Device.CARD_PORTS, port, target + at, (size - at + 1) & ~1);
    assert(read > 0);
    at += <u32>read;
  }
}

/** The frame's pages lead to the next one's: v86 counts four bytes less than other cards, so one page less may do. */
function reaches(following: u32, pages: u32): bool {
  const step = following > next ? following - next : following + (RING_END - RING_START) - next;
  return step === pages || step + 1 === pages;
}

/** Everything in the ring is given up. */
function ringRestart(): void {
  ringResets++;
  outb(Register.COMMAND, STOP);
  outb(Register.BOUNDARY, RING_START);
  outb(Register.COMMAND, STOP_PAGE_1);
  next = RING_START + 1;
  last = next;
  outb(Register.CURRENT, next);
  outb(Register.COMMAND, START);
}

function unit(words: bool): void {
  if (byWords === words) return;
  byWords = words;
  outb(Register.DATA_CONFIGURATION, words ? BY_WORDS : BY_BYTES);
}

/** Points the data port at the card's memory. */
function address(start: u32, size: u32, command: u32): void {
  outb(Register.COUNT_LOW, size & 255);
  outb(Register.COUNT_HIGH, size >> 8);
  outb(Register.ADDRESS_LOW, start & 255);
  outb(Register.ADDRESS_HIGH, start >> 8);
  outb(Register.COMMAND, command);
}
