/**
 * Process groups of the policy's own, so that what the program costs is nobody else's:
 * `account <weight> [cpu <per mille>]` in a block.
 */
import { FirstSlot, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { GroupCreateRecord } from "../../kernel/abi/records";
import { groupCreate } from "../lib/kernel";
import { giveSlot, takeSlot } from "../lib/slots";
import { Program, Rule } from "./policy";

const NO_LIMIT_PPM: u32 = 1000000;
/** A service is one process; another one may start while it ends. */
const PROCESSES: u32 = 2;
const THREADS: u32 = 4;
const creation = changetype<GroupCreateRecord>(memory.data(44, 4));
if (offsetof<GroupCreateRecord>() !== 44) ERROR("GroupCreateRecord changed size");

/**
 * The slot of a new group below the root; below 0: a refusal. Its reserve is `reservePpm` parts per million of the
 * processor and `frames` of memory.
 */
export function groupMake(
  name: u32,
  nameSize: u32,
  weight: u32,
  reservePpm: u32,
  frames: u32,
  processes: u32,
  threads: u32,
): i32 {
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  memory.fill(changetype<usize>(creation), 0, 44);
  creation.reservePpm = reservePpm;
  creation.framesReserve = frames;
  creation.weight = weight;
  creation.limitPpm = NO_LIMIT_PPM;
  creation.name = name;
  creation.nameSize = nameSize;
  creation.processes = processes;
  creation.threads = threads;
  const made = groupCreate(FirstSlot.ROOT_GROUP, creation, slot);
  if (made >= 0) return <i32>slot;
  giveSlot(slot);
  return made;
}

/** The slot of the program's group, made at its first start and kept; below 0: a refusal. */
export function accountOf(program: u32, rule: Rule): i32 {
  if (rule.made !== Slot.NONE) return <i32>rule.made;
  const block = Program.at(program);
  const slot = groupMake(block.name, block.nameSize, rule.first, rule.count, 0, PROCESSES, THREADS);
  if (slot >= 0) rule.made = <u32>slot;
  return slot;
}
