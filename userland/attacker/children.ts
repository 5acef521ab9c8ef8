/**
 * Children and threads of the attacker: the same program in another role, with what it is given.
 */
import { Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { SpawnFlag } from "../../kernel/abi/records";
import {
  capabilityDelete,
  messageTimeout,
  objectCreate,
  processWait,
  threadStart,
} from "../lib/kernel";
import { describe, ended, grant, record, spawn } from "../lib/start";
import { giveSlot, takeSlot } from "../lib/slots";
import { copyText } from "../lib/text";
import { done } from "./answers";

const name: usize = memory.data(16);
const words: usize = memory.data(64);
/** Long enough for everything that is to happen at all. */
const PATIENCE_NS: u64 = 100000000;

/** Describes a child in a role with up to three numbers; grants follow, then `begin`. */
export function child(role: string, first: u32 = 0, second: u32 = 0, third: u32 = 0): void {
  let size = copyText(words, role);
  store<u8>(words + size, 0);
  size = number(size + 1, first);
  size = number(size, second);
  size = number(size, third);
  describe(name, copyText(name, "attacker"), words, size);
  record.flags = SpawnFlag.QUIET;
  record.slots = 256;
}

/** The child may make things and start programs itself. */
export function grantKit(): void {
  grant(Slot.GROUP, Slot.GROUP, Right.ALL, 0);
  grant(Slot.FILES, Slot.FILES, Right.ALL, 0);
}

/** Starts what was described; the slot of its capability. */
export function begin(): u32 {
  return done(spawn());
}

/** Starts a child, and waits for its end: the record is in `ended`. */
export function through(): void {
  const slot = begin();
  awaitEnd(slot);
  drop(slot);
}

/** Waits for a child's end, with patience. */
export function awaitEnd(slot: u32): void {
  messageTimeout(PATIENCE_NS);
  done(processWait(slot, ended));
  messageTimeout(0);
}

export function drop(slot: u32): void {
  done(capabilityDelete(slot));
  giveSlot(slot);
}

/** A new object in a slot of its own. */
export function make(kind: u32, argument: u32 = 0): u32 {
  const slot = takeSlot();
  done(objectCreate(Slot.GROUP, kind, slot, argument));
  return slot;
}

/** A thread with its capability in a slot of its own. */
export function thread(index: u32, argument: u32 = 0): u32 {
  const slot = takeSlot();
  done(threadStart(index, <i32>argument, slot));
  return slot;
}

/** A refusal in an exit code of a child. */
export function refusalOf(code: u32): KernelError {
  return <KernelError>(code & 255);
}

function number(at: u32, value: u32): u32 {
  let scale: u32 = 1;
  while (value / scale >= 10) scale *= 10;
  let size = at;
  for (; scale !== 0; scale /= 10) {
    store<u8>(words + size, <u8>(48 + ((value / scale) % 10)));
    size++;
  }
  store<u8>(words + size, 0);
  return size + 1;
}
