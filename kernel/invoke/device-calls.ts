/**
 * Calls on memory objects and interrupt lines.
 */
import { Kind, Right } from "../abi/capability";
import { KernelError } from "../abi/errors";
import {
  MapFlag,
  MEMORY_RECORD_BYTES,
  MemoryFlag,
  MemoryRecord,
  ProcessState,
} from "../abi/records";
import { addressOf } from "../capability/capability";
import { found, lookup } from "../capability/space";
import { interruptBind, interruptUnbind, InterruptLine, LINES } from "../object/interrupt";
import {
  mappable,
  mappingAct,
  mappingAt,
  mappingEnd,
  mappingRecord,
  mappingsOf,
  memoryWatch,
  SOFT_MAPPINGS,
} from "../object/memory";
import { lineUnmask } from "../machine/interrupts";
import { FRAME_BYTES } from "../memory/frames";
import { Memory } from "../memory/memory-records";
import { Notification } from "../object/notification";
import { REFUSED, userRange } from "../object/user-memory";
import { Process } from "../object/process";
import { Thread } from "../object/thread";

/** Frames in a page of Wasm. */
const FRAMES_PER_PAGE: u32 = 16;

/** The process to map in: the caller's, or a living one through its capability; null and `refused`. */
let refused: KernelError = KernelError.OK;

function decodeProcess(process: Process, thread: Thread, slot: u32): Process | null {
  if (slot === 0) return process;
  refused = lookup(thread.space, slot, Kind.PROCESS, Right.CONTROL);
  if (refused !== KernelError.OK) return null;
  const other = Process.at(found.object);
  if (other.state === <u32>ProcessState.ALIVE) return other;
  refused = KernelError.NOT_FOUND;
  return null;
}

/** Words: memory, process, address | MapFlag, first page << 16 | pages. */
export function memoryMap(process: Process, thread: Thread): i32 {
  const writable = (thread.edi & MapFlag.WRITE) !== 0;
  const right = writable ? Right.WRITE : Right.READ;
  const refusal = lookup(thread.space, thread.ebx, Kind.MEMORY, right);
  if (refusal !== KernelError.OK) return -refusal;
  const capability = found;
  const target = decodeProcess(process, thread, thread.esi);
  if (!target) return -refused;
  const memory = Memory.at(capability.object);
  const address = thread.edi & ~(<u32>MapFlag.WRITE);
  const first = thread.ebp >>> 16;
  const pages = thread.ebp & 0xffff;
  if ((address & (FRAME_BYTES - 1)) !== 0 || pages === 0) return -KernelError.BAD_ARGUMENT;
  if (first + pages > memory.pages) return -KernelError.BAD_ARGUMENT;
  if (address / FRAME_BYTES + pages > target.memoryPages * FRAMES_PER_PAGE) {
    return -KernelError.BAD_ADDRESS;
  }
  if (!mappable(target, address, pages)) return -KernelError.NOT_MAPPABLE;
  if (memory.soft && mappingsOf(memory) === SOFT_MAPPINGS) return -KernelError.TABLE_FULL;
  const record = mappingRecord(target);
  if (record === 0) return -KernelError.OUT_OF_MEMORY;
  const from = addressOf(capability);
  mappingAct(record, memory, target, address, first, pages, writable, from);
  return 0;
}

/** Words: process, address, pages: exactly what was mapped there at once. */
export function memoryUnmap(process: Process, thread: Thread): i32 {
  const target = decodeProcess(process, thread, thread.ebx);
  if (!target) return -refused;
  const mapping = mappingAt(target, thread.esi);
  if (!mapping || mapping.pages !== thread.edi) return -KernelError.NOT_MAPPABLE;
  mappingEnd(mapping, thread.edi);
  return 0;
}

/** Words: memory, MemoryRecord. */
export function memoryRead(process: Process, thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.MEMORY, Right.READ);
  if (refusal !== KernelError.OK) return -refusal;
  const target = userRange(process, thread.esi, MEMORY_RECORD_BYTES);
  if (target === REFUSED) return -KernelError.BAD_ADDRESS;
  const memory = Memory.at(found.object);
  const record = changetype<MemoryRecord>(target);
  record.pages = memory.pages;
  record.flags = memory.flags & (MemoryFlag.SOFT | MemoryFlag.CLEAN);
  record.resident = memory.soft ? memory.resident : memory.pages;
  record.taken = memory.taken;
  return 0;
}

/** Words: memory, notification (0: unbind), bits. */
export function memoryWatchBy(thread: Thread): i32 {
  let refusal = lookup(thread.space, thread.ebx, Kind.MEMORY, Right.WRITE);
  if (refusal !== KernelError.OK) return -refusal;
  const memory = Memory.at(found.object);
  if (!memory.soft) return -KernelError.BAD_ARGUMENT;
  if (thread.esi === 0) {
    memoryWatch(memory, null, 0);
    return 0;
  }
  refusal = lookup(thread.space, thread.esi, Kind.NOTIFICATION, Right.SIGNAL);
  if (refusal !== KernelError.OK) return -refusal;
  if (thread.edi === 0 || thread.edi >> 31 !== 0) return -KernelError.BAD_ARGUMENT;
  const watcher = Notification.at(found.object);
  if (watcher.watches !== 0) return -KernelError.BUSY;
  memoryWatch(memory, watcher, thread.edi);
  return 0;
}

/** Words: interrupt, notification (0: unbind), bits. */
export function interruptBindTo(thread: Thread): i32 {
  let refusal = lookup(thread.space, thread.ebx, Kind.INTERRUPT, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  const line = found.object;
  const capability = addressOf(found);
  assert(line < LINES);
  if (thread.esi === 0) {
    interruptUnbind(line);
    return 0;
  }
  refusal = lookup(thread.space, thread.esi, Kind.NOTIFICATION, Right.SIGNAL);
  if (refusal !== KernelError.OK) return -refusal;
  if (thread.edi === 0 || thread.edi >> 31 !== 0) return -KernelError.BAD_ARGUMENT;
  interruptBind(line, found.object, thread.edi, capability);
  return 0;
}

export function interruptAcknowledge(thread: Thread): i32 {
  const refusal = lookup(thread.space, thread.ebx, Kind.INTERRUPT, Right.CONTROL);
  if (refusal !== KernelError.OK) return -refusal;
  if (InterruptLine.at(found.object).notification === 0) return -KernelError.BAD_ARGUMENT;
  lineUnmask(found.object);
  return 0;
}
