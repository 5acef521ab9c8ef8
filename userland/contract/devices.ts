/**
 * Ports and interrupt lines: the real time clock's, which nobody else uses.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import * as kernel from "../lib/kernel";
import { bytes, send, sendMove } from "../lib/message";
import { takeSlot } from "../lib/slots";
import { ClockChip, Place } from "./kit";
import { empty, look, seen } from "./look";
import { begin, drop, endsWith, give, make, MILLISECOND, mint, partner, pause } from "./partners";
import { check, done, expect, same } from "./report";
import { is } from "./select";

const INDEX: u32 = ClockChip.INDEX;
const DATA: u32 = ClockChip.DATA;
const STATUS_A: u32 = 0x8a;
const STATUS_B: u32 = 0x8b;
const STATUS_C: u32 = 0x8c;
/** 512 interrupts a second. */
const RATE: u32 = 0x27;
const PERIODIC: u32 = 0x42;
const QUIET: u32 = 0x02;
const PATIENCE_NS: u64 = 20 * MILLISECOND;
const BITS: u32 = 0x105;

export function devices(): void {
  if (is("ports-are-narrowed")) narrowed();
  if (is("ports-outside-are-refused")) outside();
  if (is("an-interrupt-signals-until-acknowledged")) interrupts();
  if (is("an-interrupt-is-unbound")) unbound();
  if (is("an-interrupt-is-moved-away")) movedAway();
}

function narrowed(): void {
  const one = takeSlot();
  done(kernel.portsNarrow(Place.PORTS, one, DATA, 1), "one port of two");
  check(look(one), "a capability");
  same(seen.kind, Kind.PORTS, "for ports");
  same(seen.object, DATA, "first, and count less one");
  same(seen.rights, Right.READ | Right.WRITE, "its rights");
  done(kernel.portRead(one, DATA, 1), "inside");
  const refused = KernelError.NOT_PERMITTED;
  expect(kernel.portRead(one, INDEX, 1), refused, "outside");
  expect(kernel.portWrite(one, INDEX, 0, 1), refused, "writing outside");
  expect(kernel.portRead(one, DATA, 2), refused, "across its end");
  const target = takeSlot();
  expect(kernel.portsNarrow(one, target, INDEX, 2), refused, "widened");
  expect(kernel.portsNarrow(one, target, INDEX, 1), refused, "moved");
  expect(kernel.portsNarrow(one, target, DATA, 0), KernelError.BAD_ARGUMENT, "no port");
  expect(kernel.portsNarrow(one, target, DATA, 65537), KernelError.BAD_ARGUMENT, "too many");
  expect(kernel.portsNarrow(one, target, DATA, 65536), refused, "all from there");
  empty(target, "refusals leave nothing");
  const reads = mint(one, Right.READ);
  done(kernel.portRead(reads, DATA, 1), "reading");
  expect(kernel.portWrite(reads, DATA, 0, 1), KernelError.MISSING_RIGHT, "without WRITE");
  done(kernel.capabilityRevoke(Place.PORTS), "a revocation");
  empty(one, "a part is derived");
  empty(reads, "and so is its copy");
  done(kernel.portRead(Place.PORTS, DATA, 1), "the whole is there");
}

function outside(): void {
  const refused = KernelError.NOT_PERMITTED;
  for (let port: u32 = 0; port < 0x10000; port += port < 0x400 ? 1 : 61) {
    if (port === INDEX || port === DATA) continue;
    expect(kernel.portRead(Place.PORTS, port, 1), refused, "another port");
    expect(kernel.portWrite(Place.PORTS, port, 0, 1), refused, "writing there");
  }
  expect(kernel.portRead(Place.PORTS, INDEX + 0x10000, 1), refused, "more than 16 bits");
  for (let width: u32 = 0; width < 9; width++) {
    if (width === 1 || width === 2) continue;
    const error = width === 4 ? refused : KernelError.BAD_ARGUMENT;
    expect(kernel.portRead(Place.PORTS, INDEX, width), error, "a width");
  }
  expect(kernel.portRead(Slot.SELF, INDEX, 1), KernelError.WRONG_KIND, "through a process");
  expect(kernel.portRead(99, INDEX, 1), KernelError.INVALID_CAPABILITY, "through nothing");
}

function put(register: u32, value: u32): void {
  done(kernel.portWrite(Place.PORTS, INDEX, register, 1), "the register");
  done(kernel.portWrite(Place.PORTS, DATA, value, 1), "its value");
}

/** Reading this register tells the chip that its interrupt was seen. */
function seenByUs(): void {
  done(kernel.portWrite(Place.PORTS, INDEX, STATUS_C, 1), "the register");
  done(kernel.portRead(Place.PORTS, DATA, 1), "its value");
}

/** Waits a while for bits; 0: none came. */
function comes(bell: u32): i32 {
  const until = kernel.clock() + PATIENCE_NS;
  let bits = kernel.notificationPoll(bell);
  while (bits === 0 && kernel.clock() < until) {
    pause(MILLISECOND / 4);
    bits = kernel.notificationPoll(bell);
  }
  return bits;
}

function clockBegin(): void {
  put(STATUS_A, RATE);
  put(STATUS_B, PERIODIC);
  seenByUs();
}

function clockEnd(): void {
  put(STATUS_B, QUIET);
  seenByUs();
}

function interrupts(): void {
  const bell = make(Kind.NOTIFICATION);
  const line = Place.INTERRUPT;
  const waits = mint(bell, Right.WAIT);
  const wrong = KernelError.BAD_ARGUMENT;
  expect(kernel.interruptAcknowledge(line), wrong, "acknowledged though not bound");
  expect(kernel.interruptBind(line, waits, BITS), KernelError.MISSING_RIGHT, "without SIGNAL");
  expect(kernel.interruptBind(line, bell, 0), wrong, "no bits");
  expect(kernel.interruptBind(line, bell, 0x80000000), wrong, "too many bits");
  expect(kernel.interruptBind(bell, bell, 1), KernelError.WRONG_KIND, "no line");
  done(kernel.interruptBind(line, bell, BITS), "bound");
  clockBegin();
  same(comes(bell), BITS, "the first one");
  seenByUs();
  same(comes(bell), 0, "none before it is acknowledged");
  for (let i = 0; i < 5; i++) {
    seenByUs();
    done(kernel.interruptAcknowledge(line), "acknowledged");
    same(comes(bell), BITS, "the next one");
  }
  clockEnd();
}

function unbound(): void {
  const bell = make(Kind.NOTIFICATION);
  const line = Place.INTERRUPT;
  done(kernel.interruptBind(line, bell, 1), "bound");
  clockBegin();
  same(comes(bell), 1, "it comes");
  done(kernel.interruptBind(line, 0, 0), "unbound");
  seenByUs();
  expect(kernel.interruptAcknowledge(line), KernelError.BAD_ARGUMENT, "nobody to tell");
  same(comes(bell), 0, "none comes");
  const second = make(Kind.NOTIFICATION);
  done(kernel.interruptBind(line, second, 2), "bound to another one");
  seenByUs();
  same(comes(second), 2, "there it comes");
  drop(second);
  expect(kernel.interruptAcknowledge(line), KernelError.BAD_ARGUMENT, "it is gone");
  done(kernel.interruptBind(line, bell, 4), "bound once more");
  seenByUs();
  same(comes(bell), 4, "here it comes");
  done(kernel.capabilityDelete(line), "the line's capability");
  seenByUs();
  same(comes(bell), 0, "without it nothing comes");
  clockEnd();
}

/** What was bound through a capability ends with it, also where that has been moved meanwhile. */
function movedAway(): void {
  bytes();
  const bell = make(Kind.NOTIFICATION);
  const door = make(Kind.ENDPOINT);
  done(kernel.interruptBind(Place.INTERRUPT, bell, 1), "bound");
  clockBegin();
  same(comes(bell), 1, "it comes");
  done(kernel.interruptAcknowledge(Place.INTERRUPT), "acknowledged");
  partner("role-take-and-exit");
  give(door, Right.RECEIVE);
  const child = begin();
  sendMove(0, Place.INTERRUPT);
  done(send(door, 0, 1), "the line moves to a partner");
  empty(Place.INTERRUPT, "it left");
  endsWith(child, 1, "which ends");
  seenByUs();
  kernel.notificationPoll(bell);
  seenByUs();
  same(comes(bell), 0, "nobody has the line: nothing comes");
  clockEnd();
}
