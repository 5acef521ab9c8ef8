/**
 * Invocations: calling one exported function of a process that waits to be called.
 *
 * The invoker's slots are copied into the process's stack, its thread starts at the function's thunk, and
 * the thunk's last call (or a trap) ends the invocation: slots back, invoker answered, thread parked.
 * The first invocation reports how the initialiser ended, which ran when the process started.
 */
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { TrapKind } from "../abi/traps";
import { aim, initialStack, SLOT_BYTES, slotsAddress } from "./start";
import { Process } from "./process";
import { block, NO_THREAD, Thread, threadAnswer, wake } from "./thread";
import { copyFromStack, copyToStack, pokeRecord } from "./user-memory";

const SLOTS_BYTES: u32 = 512;
const slots: usize = memory.data(512, 8);

/** Is the process parked, so that it can be invoked? */
export function invocable(process: Process): bool {
  if (process.firstThread === NO_THREAD) return false;
  const thread = Thread.at(process.firstThread);
  return thread.state === ThreadState.BLOCKED && thread.wait === WaitKind.INVOCATION;
}

/** Starts an invocation; `source` holds `count` checked slots, and the invoker blocks until it ends. */
export function invocationStart(
  process: Process,
  thunk: u32,
  source: usize,
  target: u32,
  count: u32,
  invoker: u32,
  now: u64,
): void {
  assert(invocable(process) && count * SLOT_BYTES <= SLOTS_BYTES);
  const place = slotsAddress(process);
  const copied = copyToStack(process, place, source, count * SLOT_BYTES);
  assert(copied);
  const index = process.firstThread;
  const thread = Thread.at(index);
  aim(thread, thunk, initialStack(process));
  thread.eax = place;
  wake(index, now, now);
  invocationAwait(process, target, count, invoker, now);
}

/** Blocks the invoker until the present invocation (or the initialiser) ends. */
export function invocationAwait(
  process: Process,
  target: u32,
  count: u32,
  invoker: u32,
  now: u64,
): void {
  process.invoker = invoker;
  process.invokerSlots = target;
  process.invokerCount = count;
  Thread.at(invoker).waitSubject = process.number;
  block(invoker, WaitKind.RESULT, now);
}

/** The thunk is done (NONE) or trapped; false: there is nothing that could be told about it. */
export function invocationEnd(process: Process, thread: Thread, kind: TrapKind, now: u64): bool {
  if (process.threads !== 1) return false;
  if (process.started === 0) {
    process.started = 1;
    process.startTrap = kind;
  }
  thread.vector = 0;
  block(thread.index, WaitKind.INVOCATION, now);
  const index = process.invoker;
  process.invoker = NO_THREAD;
  if (index === NO_THREAD) return true;
  const invoker = Thread.at(index);
  const waits = invoker.wait === WaitKind.RESULT && invoker.waitSubject === process.number;
  if (waits) answer(process, invoker, kind, now);
  return true;
}

function answer(process: Process, invoker: Thread, kind: TrapKind, now: u64): void {
  const size = process.invokerCount * SLOT_BYTES;
  let result: i32 = kind;
  if (kind === TrapKind.NONE && size !== 0) {
    const copied = copyFromStack(process, slotsAddress(process), slots, size);
    assert(copied);
    const caller = Process.at(invoker.process);
    const written = pokeRecord(caller, process.invokerSlots, slots, size);
    if (!written) result = -KernelError.BAD_ADDRESS;
  }
  threadAnswer(invoker, result);
  wake(invoker.index, now, now);
}

/** Whoever invoked a function of a process that is gone gets a refusal. */
export function releaseInvoker(process: Process, now: u64): void {
  const invoker = process.invoker;
  process.invoker = NO_THREAD;
  if (invoker === NO_THREAD) return;
  const thread = Thread.at(invoker);
  if (thread.wait !== <u32>WaitKind.RESULT || thread.waitSubject !== process.number) return;
  threadAnswer(thread, -KernelError.NOT_FOUND);
  wake(invoker, now, now);
}
