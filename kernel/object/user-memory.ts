/**
 * User memory: the only file in which a program's address is believed, after it was checked.
 *
 * A pointer is an allegation: it must lie, with its whole size, in the caller's linear memory. The pages
 * are walked, absent ones are filled (they are paid for), and what comes back is a kernel address that
 * can be read and written until the next change of the address space. Memory objects that are mapped for
 * reading only are refused, and so are soft ones: their pages may vanish at any allocation.
 */
import { Virtual } from "../machine/memory-map";
import { spaceCurrent } from "../machine/processor";
import { FRAME_BYTES, NO_FRAME } from "../memory/frames";
import { Process } from "./process";
import { Fill, spaceFill } from "./space";
import { Entry, entryAt, physicalOf } from "../memory/tables";
import { Thread } from "./thread";

/** Never an address that a check answers. */
export const REFUSED: usize = 0;

/** A stretch of the linear memory of the process whose address space is the current one. */
export function userRange(process: Process, address: u32, size: u32): usize {
  assert(spaceCurrent() === <usize>process.directory);
  const end = <u64>address + <u64>size;
  if (end > (<u64>process.memoryPages) << 16) return REFUSED;
  for (let page = address & ~(FRAME_BYTES - 1); <u64>page < end; page += FRAME_BYTES) {
    if (!present(process, page)) return REFUSED;
  }
  return <usize>address + Virtual.USER_WINDOW;
}

/** The same for `count` records of `stride` bytes; the product cannot wrap. */
export function userRecords(process: Process, address: u32, count: u32, stride: u32): usize {
  const size = <u64>count * <u64>stride;
  if (size > <u64>(<u32>Virtual.MEMORY_END)) return REFUSED;
  return userRange(process, address, <u32>size);
}

/** Filled if need be. A page that is mapped for reading only is no place for the kernel to write to. */
function present(process: Process, page: u32): bool {
  const at = entryAt(process.directory, page);
  if (at !== 0) {
    const entry = load<u32>(at);
    if ((entry & Entry.SOFT) !== 0) return false;
    if ((entry & Entry.PRESENT) !== 0) return (entry & Entry.WRITABLE) !== 0;
  }
  return spaceFill(process, page) === Fill.FILLED;
}

/**
 * The physical place of a thread's message buffer; REFUSED without one. A page of the process's own stays where
 * it is until something is mapped over it (`buffersMoved`); one of a memory object is looked up each time.
 */
export function bufferPlace(thread: Thread): usize {
  if (thread.bufferAt !== 0) return thread.bufferAt;
  if (thread.buffer === 0) return REFUSED;
  const process = Process.at(thread.process);
  const place = reach(process, thread.buffer);
  if (place === REFUSED) return REFUSED;
  const entry = load<u32>(entryAt(process.directory, thread.buffer));
  if ((entry & Entry.MAPPED) === 0) thread.bufferAt = <u32>place;
  return place;
}

/** The physical place of an address of any process, its page filled if need be; REFUSED otherwise. */
function reach(process: Process, address: u32): usize {
  if (!present(process, address & ~(FRAME_BYTES - 1))) return REFUSED;
  const place = physicalOf(process.directory, address);
  return place === NO_FRAME ? REFUSED : place;
}

/** Copies out of another process's linear memory or instance, page by page, to a checked address. */
export function copyFromProcess(process: Process, source: u32, target: usize, size: u32): bool {
  const end = <u64>source + <u64>size;
  const instance = source >= <u32>Virtual.INSTANCE && end <= <u64>(<u32>Virtual.STACKS);
  if (!instance && end > (<u64>process.memoryPages) << 16) return false;
  return copyAcross(process, source, target, size, false);
}

/** Copies within the process's stacks, where the kernel itself chose the address. */
export function copyToStack(process: Process, target: u32, source: usize, size: u32): bool {
  assert(target >= <u32>Virtual.STACKS);
  return copyAcross(process, target, source, size, true);
}

export function copyFromStack(process: Process, source: u32, target: usize, size: u32): bool {
  assert(source >= <u32>Virtual.STACKS);
  return copyAcross(process, source, target, size, false);
}

function copyAcross(process: Process, user: u32, kernel: usize, size: u32, into: bool): bool {
  let done: u32 = 0;
  while (done < size) {
    const address = user + done;
    const inPage = FRAME_BYTES - (address & (FRAME_BYTES - 1));
    const count = min<u32>(inPage, size - done);
    const place = reach(process, address);
    if (place === REFUSED) return false;
    if (into) memory.copy(place, kernel + done, count);
    else memory.copy(kernel + done, place, count);
    done += count;
  }
  return true;
}

/** A word of the current program's stack for a backtrace; 0 where nothing is mapped. */
export function peekWord(process: Process, address: u32): u32 {
  if ((address & 3) !== 0) return 0;
  const place = physicalOf(process.directory, address);
  return place === NO_FRAME ? 0 : load<u32>(place);
}

/** Writes one word of a result record that was checked when the call was made. */
export function pokeRecord(process: Process, address: u32, source: usize, size: u32): bool {
  if (<u64>address + <u64>size > (<u64>process.memoryPages) << 16) return false;
  return copyAcross(process, address, source, size, true);
}
