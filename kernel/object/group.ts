/**
 * Groups: the names of the ledger's accounts, and how many processes live in each.
 *
 * A group's number is its account's index. The root divides the machine and holds no process.
 */

import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { LedgerRefusal, SchedulerLimit } from "../abi/scheduler";
import { accountClose, accountOpen } from "../sched/schedule";

@unmanaged
@final
export class Group {
  open: u32;
  processes: u32;
  nameSize: u32;
  /** Number of the process that made it and takes it along; 0: the kernel's own; or ORPHANED. */
  owner: u32;

  @inline
  static at(index: u32): Group {
    assert(index < <u32>SchedulerLimit.ACCOUNTS_MAX);
    return changetype<Group>(table + <usize>index * GROUP_SIZE);
  }

  @inline
  get name(): usize {
    return changetype<usize>(this) + <usize>offsetof<Group>();
  }
}

/** The owner is dead: the group ends as soon as its processes have. */
export const ORPHANED: u32 = 0xffffffff;
const GROUP_SIZE: usize = 16 + 32;
if (offsetof<Group>() !== 16) ERROR("GROUP_SIZE is out of date");
const table: usize = memory.data(12288, 8);
if (GROUP_SIZE * SchedulerLimit.ACCOUNTS_MAX !== 12288) ERROR("the group table has another size");
export let groupsOpen: u32 = 0;

/** Names the root's account, which the ledger opened itself. */
export function groupsStart(): void {
  enter(0, changetype<usize>(memory.data<u8>([114, 111, 111, 116])), 4); // "root"
}

/** The new group's number, or a negated KernelError. */
export function groupOpen(parent: u32, reservePpm: u32, weight: u32, limitPpm: u32, now: u64): i32 {
  const account = accountOpen(parent, reservePpm, weight, limitPpm, now);
  if (account < 0) return -groupError(-account);
  enter(<u32>account, 0, 0);
  return account;
}

export function groupName(index: u32, name: usize, size: u32): void {
  const group = Group.at(index);
  group.nameSize = min<u32>(size, Limit.NAME_BYTES);
  memory.copy(group.name, name, group.nameSize);
}

function enter(index: u32, name: usize, size: u32): void {
  const group = Group.at(index);
  assert(group.open === 0);
  group.open = 1;
  group.processes = 0;
  group.owner = 0;
  groupName(index, name, size);
  groupsOpen++;
}

/** Closes a group without processes and children. */
export function groupClose(index: u32, now: u64): KernelError {
  const refusal = accountClose(index, now);
  if (refusal !== LedgerRefusal.OK) return groupError(refusal);
  Group.at(index).open = 0;
  groupsOpen--;
  return KernelError.OK;
}

/** Marks the groups of a dead process. */
export function groupsOrphan(owner: u32): void {
  for (let i: u32 = 0; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    const group = Group.at(i);
    if (group.open !== 0 && group.owner === owner) group.owner = ORPHANED;
  }
}

/** Closes the marked groups without processes, children before parents. */
export function groupsCloseOrphans(now: u64): void {
  let closed = true;
  while (closed) {
    closed = false;
    for (let i: u32 = 0; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
      const group = Group.at(i);
      if (group.open === 0 || group.owner !== ORPHANED || group.processes !== 0) continue;
      if (groupClose(i, now) === KernelError.OK) closed = true;
    }
  }
}

export function groupFind(index: u32): bool {
  return index < <u32>SchedulerLimit.ACCOUNTS_MAX && Group.at(index).open !== 0;
}

/** The ledger's refusals in the kernel's numbers. */
function groupError(refusal: LedgerRefusal): KernelError {
  switch (refusal) {
    case LedgerRefusal.ACCOUNTS_EXHAUSTED:
      return KernelError.TABLE_FULL;
    case LedgerRefusal.NO_SUCH_ACCOUNT:
      return KernelError.NOT_FOUND;
    case LedgerRefusal.RESERVE_EXCEEDS_PARENT:
      return KernelError.RESERVE_EXCEEDED;
    case LedgerRefusal.ACCOUNT_IN_USE:
      return KernelError.BUSY;
    case LedgerRefusal.FRAMES_EXHAUSTED:
      return KernelError.OUT_OF_MEMORY;
    default:
      return KernelError.BAD_ARGUMENT;
  }
}
