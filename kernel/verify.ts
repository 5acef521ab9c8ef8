/**
 * Verification of whole structures: what is conserved is summed, and every difference is a panic.
 *
 * Runs when the machine is halted on request, so every test that ends well has checked the books, and after
 * every operation of the model's sequences. Slow and simple on purpose; it changes nothing.
 */
import { Limit } from "./abi/limits";
import { ProcessState, ThreadState } from "./abi/records";
import { Account as AccountIndex, AccountRecord, LoanClass, SchedulerLimit } from "./abi/scheduler";
import { Space } from "./capability/space";
import { framesSound } from "./ledger/frames";
import { loansHeld, loansSound } from "./ledger/loans";
import { Physical } from "./machine/memory-map";
import { framesFree, framesTotal } from "./memory/frames";
import { recordFrames } from "./memory/records";
import { Group, groupsOpen } from "./object/group";
import { Image } from "./object/image";
import { softResident, softSound } from "./memory/soft";
import { memoryFrames, memoryPaid } from "./object/memory";
import { Process, processesAlive } from "./object/process";
import { NO_THREAD, Thread, threadOf, threadsAlive } from "./object/thread";
import { accountRead } from "./sched/schedule";
import { verifyCapabilities } from "./verify-capabilities";
import { verifyWaits } from "./verify-waits";

const account: usize = memory.data(176, 8);
if (AccountRecord.SIZE !== 176) ERROR("the copy of an account's record has another size");

export function verify(): void {
  verifyStack();
  verifyFrames();
  verifyThreads();
  verifyGroups();
  verifyCapabilities();
  verifyWaits();
}

/** The kernel's stack grows down to here and has nothing below it that would fault. */
function verifyStack(): void {
  for (let at: usize = Physical.STACK; at < <usize>Physical.STACK + 64; at += 4) {
    assert(load<u32>(at) === 0);
  }
}

/** Every frame is free or in one place; every one in use is paid for. */
function verifyFrames(): void {
  let used: u32 = recordFrames + memoryFrames + softResident + groupsOpen;
  let paid: u32 = recordFrames + memoryPaid + groupsOpen;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.directory === 0) continue;
    assert(process.frames <= process.promised);
    const slots = Space.at(i).pages + 1;
    used += process.frames + slots;
    paid += process.promised + slots;
  }
  for (let i: u32 = 0; i < <u32>Limit.IMAGES; i++) {
    used += Image.at(i).frames;
    paid += Image.at(i).frames;
  }
  assert(used + framesFree === framesTotal);
  accountRead(AccountIndex.ROOT, account);
  assert(load<u32>(account + AccountRecord.FRAMES_USED) === paid);
  verifyLoans();
}

/** What is lent lies where nobody else holds anything, and soft pages are where the loans say. */
function verifyLoans(): void {
  assert(framesSound());
  assert(loansSound());
  for (let i: u32 = 0; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    if (Group.at(i).open === 0) continue;
    assert(softSound(i, LoanClass.A, loansHeld(i, LoanClass.A)));
    assert(softSound(i, LoanClass.B, loansHeld(i, LoanClass.B)));
  }
}

/** Threads are where their processes say, and the scheduler's numbers are all different. */
function verifyThreads(): void {
  let alive: u32 = 0;
  for (let i: u32 = 0; i < <u32>Limit.THREADS; i++) {
    const thread = Thread.at(i);
    assert(threadOf(thread.schedule) === i);
    if (thread.state !== <u32>ThreadState.EMPTY) alive++;
  }
  assert(alive === threadsAlive);
  let listed: u32 = 0;
  let living: u32 = 0;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.state === <u32>ProcessState.ALIVE) living++;
    if (process.state !== <u32>ProcessState.EMPTY) listed += listedThreads(process);
  }
  assert(listed === threadsAlive);
  assert(living === processesAlive);
}

function listedThreads(process: Process): u32 {
  let count: u32 = 0;
  let at = process.firstThread;
  while (at !== NO_THREAD) {
    const thread = Thread.at(at);
    assert(thread.process === process.index && thread.group === process.group);
    count++;
    at = thread.nextInProcess;
  }
  assert(count === process.threads);
  return count;
}

/** What a group uses of its quotas is what its processes and children have. */
function verifyGroups(): void {
  let open: u32 = 0;
  for (let i: u32 = 0; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    const group = Group.at(i);
    if (group.open === 0) continue;
    open++;
    assert(group.used0 === processesOf(i) && group.used1 === threadsOf(i));
  }
  assert(open === groupsOpen);
}

function processesOf(index: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.directory !== 0 && process.group === index) count++;
  }
  for (let i: u32 = 1; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    const child = Group.at(i);
    if (child.open !== 0 && child.parent === index) count += child.quota0;
  }
  return count;
}

function threadsOf(index: u32): u32 {
  let count: u32 = 0;
  for (let i: u32 = 0; i < <u32>Limit.THREADS; i++) {
    const thread = Thread.at(i);
    if (thread.state !== <u32>ThreadState.EMPTY && thread.group === index) count++;
  }
  for (let i: u32 = 1; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    const child = Group.at(i);
    if (child.open !== 0 && child.parent === index) count += child.quota1;
  }
  return count;
}
