/**
 * Processes by number, for programs that may observe the machine.
 */
import { Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { PROCESS_RECORD_BYTES, ProcessRecord, ProcessState } from "../../kernel/abi/records";
import { processRead } from "./kernel";

/** What `findProcess` and `processAt` read. */
export const processRecord: ProcessRecord = changetype<ProcessRecord>(memory.data(72, 8));
if (PROCESS_RECORD_BYTES !== 72) ERROR("the buffer for ProcessRecord has another size");

/** Reads the n-th record; false for an empty one. */
export function processAt(index: u32): bool {
  return processRead(Slot.MACHINE, index, changetype<usize>(processRecord)) === KernelError.OK;
}

/** Reads the process of that number; false when there is none any more. */
export function findProcess(number: u32): bool {
  if (number === 0) return false;
  return processAt(number % <u32>Limit.PROCESSES) && processRecord.process === number;
}

export function processAlive(number: u32): bool {
  return findProcess(number) && processRecord.state === <u32>ProcessState.ALIVE;
}
