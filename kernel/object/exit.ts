/**
 * How a process ended, for those who ask.
 */
import { KernelError } from "../abi/errors";
import { ExitRecord } from "../abi/records";
import { Process } from "./process";
import { Thread, threadAnswer } from "./thread";
import { pokeRecord } from "./user-memory";

const EXIT_RECORD_BYTES: u32 = 16;
if (offsetof<ExitRecord>() !== 16) ERROR("EXIT_RECORD_BYTES is out of date");
const exitRecord: ExitRecord = changetype<ExitRecord>(memory.data(16, 4));

/** Answers a wait for this dead process. */
export function exitDeliver(thread: Thread, process: Process): void {
  exitRecord.process = process.number;
  exitRecord.reason = process.exitReason;
  exitRecord.code = process.exitCode;
  exitRecord.wasmOffset = process.exitOffset;
  threadAnswer(thread, <i32>process.number);
  if (thread.waitAddress === 0) return;
  const waiter = Process.at(thread.process);
  const source = changetype<usize>(exitRecord);
  const written = pokeRecord(waiter, thread.waitAddress, source, EXIT_RECORD_BYTES);
  if (!written) threadAnswer(thread, -KernelError.BAD_ADDRESS);
}
