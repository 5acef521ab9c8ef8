/**
 * Stack slots and the frame.
 *
 * From esp upwards: outgoing arguments and results, 8 bytes of scratch, slots, saved registers, the
 * return address, incoming arguments. Slots are shared by linear scan over the hull of a register's
 * segments; a parameter that arrived on the stack and found no register stays where it is.
 */
import { ArgumentWalk } from "../lower/convention";
import { lists, Operation, Step } from "../lower/step";
import { Vector } from "../lower/vector";
import { FIRST_SLOT, Kind, NOWHERE, Virtual, virtualCount } from "../lower/virtual";
import { inMemory, savedRegisters } from "./assign";
import { stepCount } from "./blocks";
import { addCopies } from "./copies";
import { arrives, parameters } from "./parameters";
import { Segment } from "./segments";

/** Lists by step: registers whose hull starts, ends there. */
const starts: Vector = changetype<Vector>(memory.data(12));
const ends: Vector = changetype<Vector>(memory.data(12));
const freeWords: Vector = changetype<Vector>(memory.data(12));
const freeDoubles: Vector = changetype<Vector>(memory.data(12));

export class FrameLayout {
  static scratch: u32 = 0;
  static slots: u32 = 0;
  static saved: u32 = 0;
  /** Bytes between esp and the return address. */
  static size: u32 = 0;
}

export function forgetSlots(): void {
  starts.forget();
  ends.forget();
  freeWords.forget();
  freeDoubles.forget();
}

export function assignSlots(): void {
  const outgoing = outgoingBytes();
  FrameLayout.scratch = outgoing;
  FrameLayout.slots = outgoing + (needsScratch ? 8 : 0);
  let next = FrameLayout.slots;
  markHomes();
  next = shareSlots(next);
  addCopies();
  FrameLayout.saved = next;
  FrameLayout.size = next + popcnt(savedRegisters()) * 4;
  placeHomes();
}

let needsScratch: bool = false;

/** The largest outgoing area of all calls; notes on the way whether scratch is wanted. */
function outgoingBytes(): u32 {
  let bytes: u32 = 0;
  needsScratch = false;
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    const step = Step.at(i);
    switch (<i32>step.operation) {
      case Operation.CALL:
      case Operation.CALL_INDIRECT: {
        needsScratch = true;
        const here = max(stackBytes(step), <u32>step.displacement);
        if (here > bytes) bytes = here;
        break;
      }
      case Operation.NOTHING:
      case Operation.LABEL:
      case Operation.CONSTANT:
      case Operation.MOVE:
      case Operation.LEA:
      case Operation.JUMP:
      case Operation.BRANCH:
      case Operation.LOAD:
      case Operation.RETURN:
      case Operation.TRAP:
        break;
      default:
        needsScratch = true;
    }
  }
  return bytes;
}

function stackBytes(step: Step): u32 {
  if (step.count <= 3) return 0;
  ArgumentWalk.start();
  for (let k: u32 = 0; k < step.count; k++) {
    const place = step.extra + k * 2;
    const constant = lists.word(place) != 0;
    ArgumentWalk.next(constant ? Kind.WORD : <Kind>Virtual.at(<i32>lists.word(place + 1)).kind);
  }
  return ArgumentWalk.bytes;
}

/** Parameters that arrive on the stack and got no register are at home there. */
function markHomes(): void {
  const count = parameters.words >> 1;
  for (let i: u32 = 0; i < count; i++) {
    const virtual = Virtual.at(<i32>parameters.word(i * 2));
    const onStack = <i32>parameters.word(i * 2 + 1) >= FIRST_SLOT;
    if (onStack && virtual.location == NOWHERE && arrives(virtual)) virtual.homed = 1;
  }
}

function placeHomes(): void {
  const count = parameters.words >> 1;
  for (let i: u32 = 0; i < count; i++) {
    const virtual = Virtual.at(<i32>parameters.word(i * 2));
    if (virtual.homed == 0) continue;
    virtual.location = <i32>parameters.word(i * 2 + 1) + FrameLayout.size + 4;
  }
}

/** Gives slots from `next` on; returns the first free offset. */
function shareSlots(next: u32): u32 {
  const count = virtualCount();
  let listed = false;
  for (let i: i32 = 0; i < count; i++) {
    const virtual = Virtual.at(i);
    if (virtual.location != NOWHERE || virtual.homed != 0) continue;
    if (inMemory(virtual)) {
      virtual.location = FIRST_SLOT + next;
      next += sizeOf(virtual);
    } else if (virtual.segments >= 0) {
      if (!listed) openLists();
      listed = true;
      enlist(i, virtual);
    }
  }
  return listed ? scan(next) : next;
}

function sizeOf(virtual: Virtual): u32 {
  return virtual.kind == Kind.DOUBLE ? 8 : 4;
}

function openLists(): void {
  const bytes = (stepCount() + 1) << 2;
  starts.zeroed(bytes);
  ends.zeroed(bytes);
  memory.fill(starts.base, 0xff, bytes);
  memory.fill(ends.base, 0xff, bytes);
  freeWords.clear();
  freeDoubles.clear();
}

/** Puts a register into the lists of its first and last step; `open` and `hint` are the links. */
function enlist(index: i32, virtual: Virtual): void {
  let last = virtual.segments;
  const first = Segment.at(last).start / 3;
  while (Segment.at(last).next >= 0) last = Segment.at(last).next;
  const end = Segment.at(last).end / 3;
  virtual.open = <i32>starts.word(first);
  starts.setWord(first, index);
  virtual.hint = <i32>ends.word(end);
  ends.setWord(end, index);
}

function scan(next: u32): u32 {
  const count = stepCount();
  for (let i: u32 = 0; i < count; i++) {
    if (i > 0) release(i - 1);
    let index = <i32>starts.word(i);
    while (index >= 0) {
      const virtual = Virtual.at(index);
      const free = virtual.kind == Kind.DOUBLE ? freeDoubles : freeWords;
      if (free.length != 0) {
        free.length -= 4;
        virtual.location = <i32>load<u32>(free.base + free.length);
      } else {
        virtual.location = FIRST_SLOT + next;
        next += sizeOf(virtual);
      }
      index = virtual.open;
    }
  }
  return next;
}

/** Slots of registers whose last step has passed. */
function release(step: u32): void {
  let index = <i32>ends.word(step);
  while (index >= 0) {
    const virtual = Virtual.at(index);
    if (virtual.kind == Kind.DOUBLE) freeDoubles.push32(virtual.location);
    else freeWords.push32(virtual.location);
    index = virtual.hint;
  }
}
