// What events cost on the model, where no instruction is executed: measured in v86 on the instruction clock.
//
// There, time is instructions, so memory costs what its loop costs (userland/stress/memory-work.ts).
import { MemoryRun } from "../../userland/stress/plan.ts";
import type { ScenarioEvent } from "./file/scenario.ts";

/** The loop that `mem` and `iorun` write with takes eight instructions for eight bytes. */
const WRITE_NS_PER_BYTE = 1;
/** A system call per bufferful. */
const DEVICE_NS = 75;
/** One access of a memrun, by what it does. */
const ACCESS_NS: Record<number, number> = {
  [MemoryRun.READ]: 26,
  [MemoryRun.WRITE]: 21,
  [MemoryRun.CHASE]: 24,
};
/** A question to the hub and its answer. */
export const ASK_NS = 620;
/** Starting a thread, with its lock at the hub. */
export const FORK_NS = 5_000;

/** Reading an entry of a cache: its page is mapped, looked at and unmapped. */
export const READ_NS = 900;
/** The first touch of a page of held memory. */
export const HOLD_PAGE_NS = 810;

/** The service that an event on memory takes. */
export function memoryNs(event: ScenarioEvent, bufferBytes: number): number {
  switch (event.kind) {
    case "mem":
      return Math.round(event.bytes * WRITE_NS_PER_BYTE);
    case "iorun": {
      const calls = Math.ceil(event.bytes / bufferBytes);
      return Math.round(event.bytes * WRITE_NS_PER_BYTE) + calls * DEVICE_NS;
    }
    case "memrun":
      return event.count * ACCESS_NS[event.bits & MemoryRun.ACCESS_MASK];
    default:
      return 0;
  }
}
