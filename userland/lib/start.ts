/**
 * Starting a program and seeing it through to its end: describe, grant, start, wait, forget.
 *
 * A process is named by the slot of its capability here; `startedNumber` is for people. What a
 * program is not granted it does not have: the list of grants begins empty.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import {
  ExitRecord,
  GRANT_RECORD_BYTES,
  GrantRecord,
  SpawnFlag,
  SpawnRecord,
} from "../../kernel/abi/records";
import { ExitReason } from "../../kernel/abi/traps";
import { capabilityDelete, processCreate, processSpawn, processWait } from "./kernel";
import { consoleForeground } from "./console-input";
import { giveSlot, takeSlot } from "./slots";

/** What a shell reports for a program that did not end by itself. */
export const CODE_TRAPPED: i32 = 134;
export const CODE_KILLED: i32 = 137;

export const record: SpawnRecord = changetype<SpawnRecord>(memory.data(44, 4));
export const ended: ExitRecord = changetype<ExitRecord>(memory.data(16, 4));
const grants: usize = memory.data(1024, 4);
if (Limit.GRANTS * GRANT_RECORD_BYTES !== 1024) ERROR("the list of grants has another size");

/** Process number of what was started last. */
export let startedNumber: u32 = 0;

/**
 * Describes a program of the archives that the caller's group pays for, without any capability yet.
 */
export function describe(name: usize, nameSize: u32, words: usize, wordsSize: u32): void {
  record.name = <u32>name;
  record.nameSize = nameSize;
  record.arguments = <u32>words;
  record.argumentsSize = wordsSize;
  record.group = Slot.GROUP;
  record.flags = SpawnFlag.NONE;
  record.source = Slot.FILES;
  record.target = Slot.NONE;
  record.grants = <u32>grants;
  record.grantCount = 0;
  record.slots = 0;
}

/** Adds a capability that the program begins with; badge 0 keeps the source's. */
export function grant(source: u32, target: u32, rights: u32, badge: u32): void {
  assert(record.grantCount < <u32>Limit.GRANTS);
  const at = grants + <usize>record.grantCount * GRANT_RECORD_BYTES;
  const entry = changetype<GrantRecord>(at);
  entry.source = source;
  entry.target = target;
  entry.rights = rights;
  entry.badge = badge;
  record.grantCount++;
}

/** Starts what was described: the slot of the new process, or a negated KernelError. */
export function spawn(): i32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  record.target = slot;
  return startedIn(slot, processSpawn(record));
}

/** The same for an image in memory, which takes the loader's capability. */
export function create(image: usize, size: u32): i32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  record.target = slot;
  record.source = Slot.LOADER;
  return startedIn(slot, processCreate(image, size, record));
}

function startedIn(slot: u32, number: i32): i32 {
  if (number < 0) {
    giveSlot(slot);
    return number;
  }
  startedNumber = <u32>number;
  return <i32>slot;
}

/** Waits for a process that control-C may kill meanwhile; its exit code. */
export function waitInForeground(process: u32): i32 {
  consoleForeground(process);
  processWait(process, ended);
  consoleForeground(Slot.NONE);
  return exitCode();
}

/** The code in `ended`, in the shell's numbers. */
export function exitCode(): i32 {
  if (ended.reason === ExitReason.TRAPPED) return CODE_TRAPPED;
  if (ended.reason === ExitReason.KILLED) return CODE_KILLED;
  return <i32>(ended.code & 255);
}

/** Drops a capability; if it is the first one for its object, the object ends. */
export function forget(slot: u32): void {
  capabilityDelete(slot);
  giveSlot(slot);
}
