/**
 * The thread that waits for typed bytes: at most one, because bytes must not be torn apart.
 */
import { KernelError } from "../abi/errors";
import { ThreadState, WaitKind } from "../abi/records";
import { inputTake } from "./console";
import { Process } from "./process";
import { block, NO_THREAD, Thread, threadAnswer, wake } from "./thread";
import { pokeRecord } from "./user-memory";

const CHUNK: u32 = 256;
const chunk: usize = memory.data(256);
let waiting: u32 = NO_THREAD;

/** The waiting thread, or NO_THREAD. */
export function inputReader(): u32 {
  if (waiting === NO_THREAD) return NO_THREAD;
  const thread = Thread.at(waiting);
  const waits = thread.state === ThreadState.BLOCKED && thread.wait === WaitKind.CONSOLE;
  return waits ? waiting : NO_THREAD;
}

/** Blocks a thread until something is typed; the place was checked. */
export function inputWait(index: u32, address: u32, size: u32, now: u64): void {
  const thread = Thread.at(index);
  thread.waitAddress = address;
  thread.waitSize = size;
  waiting = index;
  block(index, WaitKind.CONSOLE, now);
}

/** Gives the waiting thread what there is. */
export function inputAnswer(now: u64): void {
  const index = inputReader();
  assert(index !== NO_THREAD);
  const thread = Thread.at(index);
  waiting = NO_THREAD;
  const count = inputTake(chunk, min<u32>(thread.waitSize, CHUNK));
  const process = Process.at(thread.process);
  const written = pokeRecord(process, thread.waitAddress, chunk, count);
  threadAnswer(thread, written ? <i32>count : -KernelError.BAD_ADDRESS);
  wake(index, now, now);
}
