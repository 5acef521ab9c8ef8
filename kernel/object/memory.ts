/**
 * Memory objects: frames that can be mapped into the linear memories of several processes.
 *
 * The object owns a frame that lists its frames. A mapping is a record in two lists: the object's, for its
 * end, and the process's, for that of the address space. Mapped pages replace the process's own, which
 * stay paid for and come back, empty, when the mapping goes.
 */
import { Kind } from "../abi/capability";
import { MemoryFlag } from "../abi/records";
import { invlpg } from "../machine/machine";
import { spaceCurrent } from "../machine/processor";
import {
  FRAME_BYTES,
  frameReturn,
  framesReserve,
  framesUnreserve,
  frameTakeZeroed,
} from "../memory/frames";
import { recordReturn, recordTake } from "../memory/records";
import { Process } from "./process";
import { Entry, entryAt } from "./tables";
import { NO_THREAD, Thread } from "./thread";

@unmanaged
@final
export class Memory {
  /** The first fields are those of `Waiting`; nobody waits here. */
  kind: u32;
  group: u32;
  nextDoomed: u32;
  first: u32;
  last: u32;
  /** The frame that lists the frames. */
  frames: u32;
  pages: u32;
  /** MemoryFlag bits, and DEVICE. */
  flags: u32;
  mappings: Mapping | null;

  @inline
  static at(address: u32): Memory {
    return changetype<Memory>(<usize>address);
  }

  frame(page: u32): u32 {
    return load<u32>(<usize>this.frames + ((<usize>page) << 2));
  }
}

/** A stretch of a memory object in a process. */
@unmanaged
@final
export class Mapping {
  memory: u32;
  process: u32;
  address: u32;
  pages: u32;
  /** Through which capability: it goes with it. */
  capability: u32;
  nextOfMemory: Mapping | null;
  previousOfMemory: Mapping | null;
  nextOfProcess: Mapping | null;
  previousOfProcess: Mapping | null;
}

/** The frames are a device's: they came from nowhere and go nowhere. */
const DEVICE: u32 = 0x80000000;
/** Frames that memory objects hold, their lists included, for the books. */
export let memoryFrames: u32 = 0;

/** A new object's address; 0: the group cannot pay. */
export function memoryCreate(group: u32, argument: u32): u32 {
  const pages = argument & MemoryFlag.PAGES_MASK;
  const record = recordTake(group);
  if (record === 0) return 0;
  if (!framesReserve(group, pages + 1)) {
    recordReturn(record);
    return 0;
  }
  const memory = prepare(record, group, pages, argument & MemoryFlag.SOFT);
  for (let i: u32 = 0; i < pages; i++) {
    store<u32>(<usize>memory.frames + ((<usize>i) << 2), <u32>frameTakeZeroed());
  }
  return <u32>record;
}

/** Pages of a device from a physical address on, for the first program; the group pays for the list. */
export function memoryOfDevice(group: u32, physical: u32, pages: u32): u32 {
  const record = recordTake(group);
  const paid = framesReserve(group, 1);
  assert(record !== 0 && paid);
  const memory = prepare(record, group, pages, DEVICE);
  for (let i: u32 = 0; i < pages; i++) {
    store<u32>(<usize>memory.frames + ((<usize>i) << 2), physical + i * FRAME_BYTES);
  }
  return <u32>record;
}

function prepare(record: usize, group: u32, pages: u32, flags: u32): Memory {
  const memory = changetype<Memory>(record);
  memory.kind = Kind.MEMORY;
  memory.group = group;
  memory.pages = pages;
  memory.flags = flags;
  memory.frames = <u32>frameTakeZeroed();
  memoryFrames += (flags & DEVICE) !== 0 ? 1 : pages + 1;
  return memory;
}

/** Frees up to `most` frames of an object without mappings; true: it is gone. */
export function memoryFree(memory: Memory, most: u32): bool {
  assert(memory.mappings === null);
  const device = (memory.flags & DEVICE) !== 0;
  for (let i: u32 = 0; i < most && memory.pages !== 0 && !device; i++) {
    memory.pages--;
    frameReturn(memory.frame(memory.pages));
    framesUnreserve(memory.group, 1);
    memoryFrames--;
  }
  if (memory.pages !== 0 && !device) return false;
  frameReturn(memory.frames);
  framesUnreserve(memory.group, 1);
  memoryFrames--;
  recordReturn(changetype<usize>(memory));
  return true;
}

/** Maps pages whose tables exist; the mapping's record is paid by the process's group. */
export function mappingAct(
  record: usize,
  memory: Memory,
  process: Process,
  address: u32,
  firstPage: u32,
  pages: u32,
  writable: bool,
  capability: u32,
): void {
  const mapping = changetype<Mapping>(record);
  mapping.memory = <u32>changetype<usize>(memory);
  mapping.process = process.index;
  mapping.address = address;
  mapping.pages = pages;
  mapping.capability = capability;
  linkMapping(mapping, memory, process);
  buffersMoved(process);
  const flags = Entry.PRESENT | Entry.USER | Entry.MAPPED | (writable ? Entry.WRITABLE : 0);
  for (let i: u32 = 0; i < pages; i++) {
    const at = entryAt(process.directory, address + i * FRAME_BYTES);
    const old = load<u32>(at);
    if ((old & Entry.PRESENT) !== 0) {
      assert((old & Entry.MAPPED) === 0);
      frameReturn(old & ~(FRAME_BYTES - 1));
      process.frames--;
    }
    store<u32>(at, memory.frame(firstPage + i) | flags);
    forget(process, address + i * FRAME_BYTES);
  }
}

/** Message buffers may lie in what is mapped over. */
function buffersMoved(process: Process): void {
  let at = process.firstThread;
  while (at !== NO_THREAD) {
    Thread.at(at).bufferAt = 0;
    at = Thread.at(at).nextInProcess;
  }
}

function forget(process: Process, address: u32): void {
  if (spaceCurrent() === <usize>process.directory) invlpg(address);
}

/** Unmaps the last pages of a mapping, up to `most`; true: the mapping is gone. */
export function mappingEnd(mapping: Mapping, most: u32): bool {
  const process = Process.at(mapping.process);
  for (let i: u32 = 0; i < most && mapping.pages !== 0; i++) {
    mapping.pages--;
    const address = mapping.address + mapping.pages * FRAME_BYTES;
    // The tables of a dying process are gone before its mappings are.
    const at = process.directory === 0 ? 0 : entryAt(process.directory, address);
    if (at === 0) continue;
    store<u32>(at, 0);
    forget(process, address);
  }
  if (mapping.pages !== 0) return false;
  unlinkMapping(mapping, process);
  recordReturn(changetype<usize>(mapping));
  return true;
}

function linkMapping(mapping: Mapping, memory: Memory, process: Process): void {
  const sibling = memory.mappings;
  mapping.nextOfMemory = sibling;
  mapping.previousOfMemory = null;
  if (sibling) sibling.previousOfMemory = mapping;
  memory.mappings = mapping;
  const neighbour = changetype<Mapping | null>(<usize>process.mappings);
  mapping.nextOfProcess = neighbour;
  mapping.previousOfProcess = null;
  if (neighbour) neighbour.previousOfProcess = mapping;
  process.mappings = <u32>changetype<usize>(mapping);
}

function unlinkMapping(mapping: Mapping, process: Process): void {
  const next = mapping.nextOfMemory;
  const previous = mapping.previousOfMemory;
  if (previous) previous.nextOfMemory = next;
  else Memory.at(mapping.memory).mappings = next;
  if (next) next.previousOfMemory = previous;
  const following = mapping.nextOfProcess;
  const preceding = mapping.previousOfProcess;
  if (preceding) preceding.nextOfProcess = following;
  else process.mappings = <u32>changetype<usize>(following);
  if (following) following.previousOfProcess = preceding;
}

/** The mapping of a process that begins at an address, or null. */
export function mappingAt(process: Process, address: u32): Mapping | null {
  let mapping = changetype<Mapping | null>(<usize>process.mappings);
  while (mapping) {
    if (mapping.address === address) return mapping;
    mapping = mapping.nextOfProcess;
  }
  return null;
}

/** The first mapping through a capability, or null. */
export function mappingOf(memory: u32, capability: u32): Mapping | null {
  let mapping = Memory.at(memory).mappings;
  while (mapping) {
    if (mapping.capability === capability) return mapping;
    mapping = mapping.nextOfMemory;
  }
  return null;
}

export function mappingsMoved(memory: u32, from: u32, to: u32): void {
  let mapping = Memory.at(memory).mappings;
  while (mapping) {
    if (mapping.capability === from) mapping.capability = to;
    mapping = mapping.nextOfMemory;
  }
}

/** May these pages of the process be mapped over: in its linear memory, and none mapped already? */
export function mappable(process: Process, address: u32, pages: u32): bool {
  for (let i: u32 = 0; i < pages; i++) {
    const at = entryAt(process.directory, address + i * FRAME_BYTES);
    if (at === 0 || (load<u32>(at) & Entry.MAPPED) !== 0) return false;
  }
  return true;
}

/** A record for a mapping, paid by the process's group; 0: it cannot. */
export function mappingRecord(process: Process): usize {
  return recordTake(process.group);
}
