/**
 * Calls of the console, and the kernel's command line.
 */
import { KernelError } from "../abi/errors";
import { commandLineAddress, commandLineSize } from "../machine/multiboot";
import { consoleBytes, foregroundSet, inputTake, inputWaiting } from "../object/console";
import { inputReader, inputWait } from "../object/console-reader";
import { NO_PROCESS, Process, processFind } from "../object/process";
import { NO_THREAD, Thread } from "../object/thread";
import { REFUSED, userRange } from "../object/user-memory";

/** Most bytes of one write: the kernel is not preempted while it prints. */
const WRITE_MAX: u32 = 4096;

export function consoleWrite(process: Process, address: u32, size: u32): i32 {
  const count = min<u32>(size, WRITE_MAX);
  const source = userRange(process, address, count);
  if (source === REFUSED) return -KernelError.BAD_ADDRESS;
  consoleBytes(source, count);
  return <i32>count;
}

export function consoleRead(process: Process, thread: Thread, now: u64): i32 {
  const size = thread.esi;
  const target = userRange(process, thread.ebx, size);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  if (size === 0) return 0;
  if (inputWaiting() !== 0) return <i32>inputTake(target, size);
  if (inputReader() !== NO_THREAD) return -KernelError.BUSY;
  inputWait(thread.index, thread.ebx, size, now);
  return 0;
}

export function consoleReady(): i32 {
  return <i32>inputWaiting();
}

/** Only a parent may put its child under control-C; anybody may end that with 0. */
export function consoleForeground(caller: Process, number: u32): i32 {
  if (number !== 0) {
    const index = processFind(number);
    if (index === NO_PROCESS) return -KernelError.NOT_FOUND;
    if (Process.at(index).parent !== caller.number) return -KernelError.NOT_PERMITTED;
  }
  foregroundSet(number);
  return 0;
}

export function commandLine(process: Process, address: u32, size: u32): i32 {
  const count = min<u32>(size, commandLineSize);
  const target = userRange(process, address, count);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  memory.copy(target, commandLineAddress, count);
  return <i32>count;
}
