/**
 * The scenario in this program's memory: a checked plan and access to its tables.
 */
import { Plan, PlanExpect, PlanFlag, PlanGroup, PlanHeader, PlanObject, PlanTask } from "./plan";

/** Where the plan's bytes go; BYTES_MAX of them fit. */
export const plan: usize = memory.data(65536, 8);
if (Plan.BYTES_MAX !== 65536) ERROR("the plan's buffer has another size");

/** Is what lies in the buffer a plan of this version, all of it inside `size` bytes? */
export function planSound(size: u32): bool {
  if (size < <u32>PlanHeader.BYTES) return false;
  if (header(PlanHeader.MAGIC) !== Plan.MAGIC || header(PlanHeader.VERSION) !== Plan.VERSION) {
    return false;
  }
  return header(PlanHeader.SIZE) === size && groupCount() <= <u32>Plan.GROUPS_MAX;
}

export function header(offset: u32): u32 {
  return load<u32>(plan + offset);
}

export function durationNs(): u64 {
  return load<u64>(plan, PlanHeader.DURATION_NS);
}

export function groupCount(): u32 {
  return header(PlanHeader.GROUPS);
}

export function groupWord(group: u32, offset: u32): u32 {
  return load<u32>(plan + header(PlanHeader.GROUPS_AT) + group * PlanGroup.BYTES + offset);
}

export function groupNameAddress(group: u32): usize {
  return plan + groupWord(group, PlanGroup.NAME_AT);
}

export function taskCount(): u32 {
  return header(PlanHeader.TASKS);
}

export function taskWord(task: u32, offset: u32): u32 {
  return load<u32>(plan + header(PlanHeader.TASKS_AT) + task * PlanTask.BYTES + offset);
}

export function expectAddress(index: u32): usize {
  return plan + header(PlanHeader.EXPECTS_AT) + index * PlanExpect.BYTES;
}

export function flagged(flag: PlanFlag): bool {
  return (header(PlanHeader.FLAGS) & <u32>flag) !== 0;
}

/** How many threads meet at a barrier. */
export function objectUsers(object: u32): u32 {
  return load<u32>(plan + header(PlanHeader.OBJECTS_AT) + object * PlanObject.BYTES);
}
