/**
 * Process groups of the policy's own: `account <weight>` in a block, so that what the program costs is nobody else's.
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

/** The slot of the program's group, made below the root at its first start and kept; below 0: a refusal. */
export function accountOf(program: u32, rule: Rule): i32 {
  if (rule.made !== Slot.NONE) return <i32>rule.made;
  const slot = takeSlot();
  if (slot === Slot.NONE) return -KernelError.TABLE_FULL;
  memory.fill(changetype<usize>(creation), 0, 44);
  creation.weight = rule.first;
  creation.limitPpm = NO_LIMIT_PPM;
  creation.name = Program.at(program).name;
  creation.nameSize = Program.at(program).nameSize;
  creation.processes = PROCESSES;
  creation.threads = THREADS;
  const made = groupCreate(FirstSlot.ROOT_GROUP, creation, slot);
  if (made < 0) {
    giveSlot(slot);
    return made;
  }
  rule.made = slot;
  return <i32>slot;
}
