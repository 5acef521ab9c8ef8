/**
 * What the boot loader says: memory, command line, the second archive. Read once, before frames are used.
 *
 * The information may lie in memory that becomes free frames, so everything is copied out here.
 */
import { Limit } from "../abi/limits";
import { Physical } from "./memory-map";

const LOADER_MAGIC: u32 = 0x2badb002;
const FLAG_COMMAND_LINE: u32 = 4;
const FLAG_MODULES: u32 = 8;
const FLAG_MEMORY_MAP: u32 = 0x40;
const FLAG_LOADER_NAME: u32 = 0x200;
/** Beyond it the direct map of physical memory ends, and devices begin. */
const MEMORY_LIMIT: u64 = 0x38000000;
const USABLE: u32 = 1;

export const commandLineAddress: usize = memory.data(1024);
export let commandLineSize: u32 = 0;
/** The end of the memory region that the kernel lies in. */
export let memoryEnd: u32 = 0;
export let moduleStart: u32 = 0;
export let moduleEnd: u32 = 0;
/** Any boot loader but v86's own gives its name. */
export let loaderNamed: bool = false;

export function multibootRead(magic: u32, information: usize): void {
  assert(magic === LOADER_MAGIC);
  const flags = load<u32>(information);
  loaderNamed = (flags & FLAG_LOADER_NAME) !== 0;
  if (flags & FLAG_COMMAND_LINE) readCommandLine(load<u32>(information, 16));
  if (flags & FLAG_MODULES) readModule(load<u32>(information, 20), load<u32>(information, 24));
  assert((flags & FLAG_MEMORY_MAP) !== 0);
  readMemoryMap(load<u32>(information, 48), load<u32>(information, 44));
  assert(memoryEnd > <u32>Physical.ARCHIVE);
}

function readCommandLine(source: usize): void {
  let size: u32 = 0;
  while (size < <u32>Limit.COMMAND_LINE_BYTES && load<u8>(source + size) !== 0) size++;
  memory.copy(commandLineAddress, source, size);
  commandLineSize = size;
}

/** The first module is the second archive; more are ignored. */
function readModule(count: u32, list: usize): void {
  if (count === 0) return;
  moduleStart = load<u32>(list);
  moduleEnd = load<u32>(list, 4);
  assert(moduleStart <= moduleEnd);
}

function readMemoryMap(start: usize, size: u32): void {
  let at = start;
  while (at < start + size) {
    const base = load<u64>(at, 4);
    const end = base + load<u64>(at, 12);
    const holdsKernel = base <= <u64>(<u32>Physical.STUBS) && end > <u64>(<u32>Physical.STUBS);
    if (holdsKernel && load<u32>(at, 20) === USABLE) {
      memoryEnd = <u32>(end < MEMORY_LIMIT ? end : MEMORY_LIMIT);
    }
    at += load<u32>(at) + 4;
  }
}
