/**
 * The first moment of a process's end: from now on nothing can be made in it.
 */
import { ExitReason } from "../abi/traps";
import { Process, processEnding } from "../object/process";

/** What has been taken apart so far. Each phase may be begun again: it finds what is left. */
export const enum EndPhase {
  THREADS = 0,
  CAPABILITIES = 1,
  MAPPINGS = 2,
  SPACE = 3,
  IMAGE = 4,
  LAST = 5,
  WAITERS = 6,
}

export function processEndBegin(
  process: Process,
  reason: ExitReason,
  code: u32,
  offset: u32,
): void {
  processEnding(process);
  process.exitReason = reason;
  process.exitCode = code;
  process.exitOffset = offset;
  process.phase = EndPhase.THREADS;
  process.cursor = 0;
}
