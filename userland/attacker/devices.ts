/**
 * Devices: ports and interrupts without a capability, or outside of what it is for; images.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { record } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, done, expect } from "./answers";
import { child, make } from "./children";
import { KitPorts, Place } from "./kit";
import { is } from "./select";

const FIRST: u32 = KitPorts.FIRST;
const END: u32 = KitPorts.FIRST + KitPorts.COUNT;
const OUTSIDE = KernelError.NOT_PERMITTED;
const image: usize = memory.data(4096, 16);
const IMAGE_BYTES: u32 = 4096;

export function devices(): void {
  if (is("ports-without-capability")) portsWithout();
  if (is("ports-outside-of-the-range")) portsOutside();
  if (is("ports-across-the-end")) portsAcross();
  if (is("ports-narrowed-wide")) portsNarrowed();
  if (is("interrupts-without-capability")) interruptsWithout();
  if (is("interrupt-games")) interruptGames();
  if (is("images-of-garbage")) imagesOfGarbage();
  if (is("images-without-loader")) imagesWithout();
}

/** Every port there is; the kernel's and the console's among them. */
function portsWithout(): void {
  for (let port: u32 = 0; port < 0x10000; port += 3) {
    expect(kernel.portRead(Place.PORTS, port, 1), KernelError.INVALID_CAPABILITY);
  }
  expect(kernel.portWrite(Place.PORTS, 0xf4, 0, 1), KernelError.INVALID_CAPABILITY);
  expect(kernel.portWrite(Slot.SELF, 0xf4, 0, 1), KernelError.WRONG_KIND);
  expect(kernel.portWriteBytes(Place.REPORT, 0x3f8, image, 16), KernelError.WRONG_KIND);
}

function portsOutside(): void {
  for (let port: u32 = 0; port < 0x10000; port++) {
    if (port >= FIRST && port < END) continue;
    expect(kernel.portRead(Place.PORTS, port, 1), OUTSIDE);
  }
  for (let high: u32 = 0x10000; high !== 0; high <<= 1) {
    expect(kernel.portRead(Place.PORTS, FIRST | high, 1), OUTSIDE);
    expect(kernel.portWrite(Place.PORTS, FIRST | high, 0, 1), OUTSIDE);
  }
  expect(kernel.portWrite(Place.PORTS, 0xf4, 99, 1), OUTSIDE);
  expect(kernel.portWriteBytes(Place.PORTS, 0x3f8, image, 16), OUTSIDE);
  expect(kernel.portReadWords(Place.PORTS, 0x1f0, image, 16), OUTSIDE);
  expect(kernel.portWrite(Place.PORTS, 0x20, 0x20, 1), OUTSIDE);
}

/** A wide access that begins inside and ends outside. */
function portsAcross(): void {
  done(kernel.portRead(Place.PORTS, END - 4, 4));
  expect(kernel.portRead(Place.PORTS, END - 1, 2), OUTSIDE);
  expect(kernel.portReadWords(Place.PORTS, END - 1, image, 16), OUTSIDE);
  expect(kernel.portReadWords(Place.PORTS, FIRST, image, 15), KernelError.BAD_ARGUMENT);
  expect(kernel.portRead(Place.PORTS, END - 3, 4), OUTSIDE);
  expect(kernel.portWrite(Place.PORTS, END - 1, 0, 4), OUTSIDE);
  expect(kernel.portWrite(Place.PORTS, FIRST - 1, 0, 2), OUTSIDE);
  const widths: StaticArray<u32> = [0, 3, 5, 8, 256, 0x80000001, 0xffffffff];
  for (let i = 0; i < widths.length; i++) {
    expect(kernel.portRead(Place.PORTS, FIRST, widths[i]), KernelError.BAD_ARGUMENT);
    expect(kernel.portWrite(Place.PORTS, FIRST, 0, widths[i]), KernelError.BAD_ARGUMENT);
  }
}

function portsNarrowed(): void {
  const slot = takeSlot();
  expect(kernel.portsNarrow(Place.PORTS, slot, FIRST - 1, 2), OUTSIDE);
  expect(kernel.portsNarrow(Place.PORTS, slot, FIRST, 9), OUTSIDE);
  expect(kernel.portsNarrow(Place.PORTS, slot, END - 1, 2), OUTSIDE);
  expect(kernel.portsNarrow(Place.PORTS, slot, 0, 0x10000), OUTSIDE);
  expect(kernel.portsNarrow(Place.PORTS, slot, FIRST, 0), KernelError.BAD_ARGUMENT);
  expect(kernel.portsNarrow(Place.PORTS, slot, FIRST, 0xffffffff), KernelError.BAD_ARGUMENT);
  expect(kernel.portsNarrow(Place.PORTS, slot, 0x102e8, 1), OUTSIDE);
  done(kernel.portsNarrow(Place.PORTS, slot, FIRST + 2, 1));
  expect(kernel.portRead(slot, FIRST + 1, 1), OUTSIDE);
  expect(kernel.portRead(slot, FIRST + 2, 2), OUTSIDE);
  expect(kernel.portsNarrow(slot, takeSlot(), FIRST, 8), OUTSIDE);
  const weak = takeSlot();
  done(kernel.capabilityMint(slot, weak, Right.READ, 0));
  expect(kernel.portWrite(weak, FIRST + 2, 0, 1), KernelError.MISSING_RIGHT);
  const copy = takeSlot();
  done(kernel.portsNarrow(weak, copy, FIRST + 2, 1));
  expect(kernel.portWrite(copy, FIRST + 2, 0, 1), KernelError.MISSING_RIGHT);
}

function interruptsWithout(): void {
  const bell = make(Kind.NOTIFICATION);
  for (let slot: u32 = 16; slot < 32; slot++) {
    expect(kernel.interruptBind(slot, bell, 1), KernelError.INVALID_CAPABILITY);
    expect(kernel.interruptAcknowledge(slot), KernelError.INVALID_CAPABILITY);
  }
  expect(kernel.interruptBind(Slot.SELF, bell, 1), KernelError.WRONG_KIND);
}

function interruptGames(): void {
  const bell = make(Kind.NOTIFICATION);
  const line = Place.INTERRUPT;
  expect(kernel.interruptAcknowledge(line), KernelError.BAD_ARGUMENT);
  expect(kernel.interruptBind(line, bell, 0), KernelError.BAD_ARGUMENT);
  expect(kernel.interruptBind(line, bell, 0x80000000), KernelError.BAD_ARGUMENT);
  expect(kernel.interruptBind(line, Slot.SELF, 1), KernelError.WRONG_KIND);
  expect(kernel.interruptBind(line, 99, 1), KernelError.INVALID_CAPABILITY);
  const waits = takeSlot();
  done(kernel.capabilityMint(bell, waits, Right.WAIT, 0));
  expect(kernel.interruptBind(line, waits, 1), KernelError.MISSING_RIGHT);
  const weak = takeSlot();
  done(kernel.capabilityMint(line, weak, 0, 0));
  expect(kernel.interruptBind(weak, bell, 1), KernelError.MISSING_RIGHT);
  for (let i: u32 = 0; i < 500; i++) {
    done(kernel.interruptBind(line, bell, 1));
    done(kernel.interruptAcknowledge(line));
  }
  done(kernel.capabilityDelete(bell));
  expect(kernel.interruptAcknowledge(line), KernelError.BAD_ARGUMENT);
}

let state: u32 = 0x1234567;

function random(): u32 {
  state ^= state << 13;
  state ^= state >> 17;
  state ^= state << 5;
  return state;
}

/** Bytes that look like the beginning of an image, more and more of it wrong. */
function imagesOfGarbage(): void {
  for (let round: u32 = 0; round < 60; round++) {
    for (let at: u32 = 0; at < IMAGE_BYTES; at += 4) store<u32>(image + at, random());
    if (round > 10) store<u32>(image, 0x464c457f);
    if (round > 20) store<u64>(image, 0x00010101, 4);
    if (round > 30) store<u64>(image, 0x0000000100030002, 16);
    if (round > 40) store<u64>(image, 0x0000003480010000, 24);
    if (round > 50) store<u64>(image, 0x0000000100200034, 42);
    describeImage();
    const answer = kernel.processCreate(image, IMAGE_BYTES, record);
    expect(answer, KernelError.BAD_IMAGE);
  }
  expect(kernel.processCreate(image, 0, record), KernelError.BAD_IMAGE);
  expect(kernel.processCreate(image + 1, 64, record), KernelError.BAD_ARGUMENT);
  expect(kernel.processCreate(0xc0100000, 64, record), KernelError.BAD_ADDRESS);
  expect(kernel.processCreate(image, 0xffffffff, record), KernelError.BAD_ADDRESS);
}

function describeImage(): void {
  child("role-exit");
  record.source = Slot.LOADER;
  record.target = 60;
}

/** Bytes do not become a program for who may not load. */
function imagesWithout(): void {
  describeImage();
  const missing = KernelError.INVALID_CAPABILITY;
  expect(kernel.processCreate(image, IMAGE_BYTES, record), missing);
  record.source = Slot.FILES;
  expect(kernel.processCreate(image, IMAGE_BYTES, record), KernelError.WRONG_KIND);
  record.source = Slot.LOADER;
  expect(kernel.processSpawn(record), missing);
  check(record.target === 60);
}
