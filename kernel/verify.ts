/**
 * Verification of whole structures: what is conserved is summed, and every difference is a panic.
 *
 * Runs when the machine is halted on request, so every test that ends well has checked the books. Slow and
 * simple on purpose; it changes nothing.
 */
import { Limit } from "./abi/limits";
import { ProcessState, ThreadState } from "./abi/records";
import { Account as AccountIndex, AccountRecord, SchedulerLimit } from "./abi/scheduler";
import { Physical } from "./machine/memory-map";
import { framesFree, framesTotal } from "./object/frames";
import { Group, groupsOpen } from "./object/group";
import { Image } from "./object/image";
import { Process, processesAlive } from "./object/process";
import { NO_THREAD, Thread, threadOf, threadsAlive } from "./object/thread";
import { accountRead } from "./sched/schedule";

const account: usize = memory.data(128, 8);
if (AccountRecord.SIZE !== 128) ERROR("the copy of an account's record has another size");

export function verify(): void {
  verifyStack();
  verifyFrames();
  verifyThreads();
  verifyGroups();
}

/** The kernel's stack grows down to here and has nothing below it that would fault. */
function verifyStack(): void {
  for (let at: usize = Physical.STACK; at < <usize>Physical.STACK + 64; at += 4) {
    assert(load<u32>(at) === 0);
  }
}

/** Every frame is free, a process's or an image's; every one in use is paid for. */
function verifyFrames(): void {
  let used: u32 = 0;
  let paid: u32 = 0;
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.state !== <u32>ProcessState.ALIVE) continue;
    assert(process.frames <= process.promised);
    used += process.frames;
    paid += process.promised;
  }
  for (let i: u32 = 0; i < <u32>Limit.IMAGES; i++) {
    const image = Image.at(i);
    if (image.references === 0) continue;
    used += image.frames;
    paid += image.frames;
  }
  assert(used + framesFree === framesTotal);
  accountRead(AccountIndex.ROOT, account);
  assert(load<u32>(account + AccountRecord.FRAMES_USED) === paid);
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
  for (let i: u32 = 1; i < <u32>Limit.PROCESSES; i++) {
    const process = Process.at(i);
    if (process.state === <u32>ProcessState.ALIVE) listed += listedThreads(process);
  }
  assert(listed === threadsAlive);
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

/** Processes are counted in the groups they are in. */
function verifyGroups(): void {
  let open: u32 = 0;
  let members: u32 = 0;
  for (let i: u32 = 0; i < <u32>SchedulerLimit.ACCOUNTS_MAX; i++) {
    const group = Group.at(i);
    if (group.open === 0) continue;
    open++;
    members += group.processes;
  }
  assert(open === groupsOpen);
  assert(members === processesAlive);
}
