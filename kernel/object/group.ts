/**
 * Groups: the names of the ledger's accounts, and their shares of the kernel's fixed tables.
 *
 * A group's number is its account's index. Records of processes, threads and groups are dealt out like a
 * budget: a new group gets its quota out of its parent's, so nobody can use up what another was given.
 */
import { Kind } from "../abi/capability";
import { KernelError } from "../abi/errors";
import { Limit } from "../abi/limits";
import { GroupCreateRecord, Quota } from "../abi/records";
import {
  Account as AccountIndex,
  LedgerRefusal,
  MemoryTax,
  SchedulerLimit,
} from "../abi/scheduler";
import { Account } from "../ledger/account";
import { auditClose, auditOpen } from "../capability/audit";
import { recall } from "../memory/hold";
import { accountClose, accountOpen, framesConfigure, framesOf } from "../sched/schedule";

@unmanaged
@final
export class Group {
  /** The first fields are those of `Waiting`; nobody waits here. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  first: u32;
  last: u32;
  open: u32;
  parent: u32;
  nameSize: u32;
  /** By GroupShare: what the group may use, and what it uses or has given to children. */
  quota0: u32;
  quota1: u32;
  quota2: u32;
  used0: u32;
  used1: u32;
  used2: u32;

  @inline
  static at(index: u32): Group {
    assert(index < <u32>SchedulerLimit.ACCOUNTS_MAX);
    return changetype<Group>(table + <usize>index * GROUP_SIZE);
  }

  @inline
  get name(): usize {
    return changetype<usize>(this) + <usize>offsetof<Group>();
  }

  @inline
  get index(): u32 {
    return <u32>((changetype<usize>(this) - table) / GROUP_SIZE);
  }
}

/** The tables that are dealt out. */
export const enum GroupShare {
  PROCESSES = 0,
  THREADS = 1,
  GROUPS = 2,
}

const GROUP_SIZE: usize = 56 + 32;
if (offsetof<Group>() !== 56) ERROR("GROUP_SIZE is out of date");
const QUOTAS: usize = offsetof<Group>("quota0");
const USED: usize = offsetof<Group>("used0");
const table: usize = memory.data(SchedulerLimit.ACCOUNTS_MAX * 88, 8);
export let groupsOpen: u32 = 0;

function share(index: u32, which: GroupShare): usize {
  return changetype<usize>(Group.at(index)) + ((<usize>which) << 2);
}

/** What is left of a group's quota. */
function left(index: u32, which: GroupShare): u32 {
  const at = share(index, which);
  return load<u32>(at + QUOTAS) - load<u32>(at + USED);
}

/** Does the quota have room for one more? */
export function groupHas(index: u32, which: GroupShare): bool {
  return left(index, which) !== 0;
}

/** What of the quota is used or given to children. */
export function groupUsed(index: u32, which: GroupShare): u32 {
  return load<u32>(share(index, which) + USED);
}

export function groupUse(index: u32, which: GroupShare, by: i32): void {
  const at = share(index, which) + USED;
  store<u32>(at, load<u32>(at) + by);
  assert(load<u32>(at) <= load<u32>(share(index, which) + QUOTAS));
}

/** Names the root's account, which the ledger opened itself, and gives it the tables. */
export function groupsStart(): void {
  enter(AccountIndex.ROOT, AccountIndex.ROOT);
  groupName(AccountIndex.ROOT, memory.data<u8>([114, 111, 111, 116]), 4); // root
  setQuota(AccountIndex.ROOT, GroupShare.PROCESSES, Limit.PROCESSES - 1);
  setQuota(AccountIndex.ROOT, GroupShare.THREADS, Limit.THREADS);
  setQuota(AccountIndex.ROOT, GroupShare.GROUPS, SchedulerLimit.ACCOUNTS_MAX - 1);
  const paid = auditOpen(AccountIndex.ROOT);
  assert(paid);
}

/** The new group's number, or a negated KernelError. The name follows. */
export function groupOpen(parent: u32, record: GroupCreateRecord, now: u64): i32 {
  const processes = record.processes === 0 ? <u32>Quota.PROCESSES : record.processes;
  const threads = record.threads === 0 ? <u32>Quota.THREADS : record.threads;
  const fits = processes <= left(parent, GroupShare.PROCESSES);
  if (!fits || threads > left(parent, GroupShare.THREADS)) return -KernelError.QUOTA_EXHAUSTED;
  if (record.memoryTax > <u32>MemoryTax.PERCENT_MAX) return -KernelError.BAD_ARGUMENT;
  if (record.groups >= left(parent, GroupShare.GROUPS)) return -KernelError.QUOTA_EXHAUSTED;
  const account = accountOpen(parent, record.reservePpm, record.weight, record.limitPpm, now);
  if (account < 0) return -groupError(-account);
  const limit = record.framesLimit === 0 ? 0xffffffff : record.framesLimit;
  const refusal = framesConfigure(account, record.framesReserve, limit);
  recall(account);
  if (refusal !== LedgerRefusal.OK || !auditOpen(account)) {
    close(account, parent, now);
    return refusal !== LedgerRefusal.OK ? -groupError(refusal) : -KernelError.OUT_OF_MEMORY;
  }
  enter(account, parent);
  Account.at(account).tax = record.memoryTax;
  setQuota(account, GroupShare.PROCESSES, processes);
  setQuota(account, GroupShare.THREADS, threads);
  setQuota(account, GroupShare.GROUPS, record.groups);
  groupUse(parent, GroupShare.PROCESSES, processes);
  groupUse(parent, GroupShare.THREADS, threads);
  groupUse(parent, GroupShare.GROUPS, record.groups + 1);
  return account;
}

function setQuota(index: u32, which: GroupShare, value: u32): void {
  store<u32>(share(index, which) + QUOTAS, value);
  store<u32>(share(index, which) + USED, 0);
}

export function groupName(index: u32, name: usize, size: u32): void {
  const group = Group.at(index);
  group.nameSize = min<u32>(size, Limit.NAME_BYTES);
  memory.copy(group.name, name, group.nameSize);
}

function enter(index: u32, parent: u32): void {
  const group = Group.at(index);
  assert(group.open === 0);
  group.kind = Kind.GROUP;
  group.group = index;
  group.open = 1;
  group.parent = parent;
  groupsOpen++;
}

/** Is nothing left that the group pays for, but its audit ring? */
export function groupEmpty(index: u32): bool {
  const group = Group.at(index);
  const used = group.used0 + group.used1 + group.used2;
  return used === 0 && framesOf(index) === 1;
}

/** Is the group the other one, or somewhere below it? */
export function groupWithin(index: u32, other: u32): bool {
  let at = index;
  while (at !== other) {
    if (at === AccountIndex.ROOT) return false;
    at = Group.at(at).parent;
  }
  return true;
}

/** Closes a group in which nothing is left. */
export function groupClose(index: u32, now: u64): void {
  const group = Group.at(index);
  const parent = group.parent;
  auditClose(index, parent);
  assert(group.used0 === 0 && group.used1 === 0 && group.used2 === 0);
  groupUse(parent, GroupShare.PROCESSES, -(<i32>group.quota0));
  groupUse(parent, GroupShare.THREADS, -(<i32>group.quota1));
  groupUse(parent, GroupShare.GROUPS, -(<i32>group.quota2) - 1);
  close(index, parent, now);
  group.open = 0;
  groupsOpen--;
}

/** Its part is its parent's again, and those above have theirs back from it: what does not fit there any more goes. */
function close(account: u32, parent: u32, now: u64): void {
  const refusal = accountClose(account, now);
  assert(refusal === LedgerRefusal.OK);
  recall(parent);
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
