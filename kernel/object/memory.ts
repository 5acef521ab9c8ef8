/**
 * Memory objects: frames that can be mapped into the linear memories of several processes, hard or soft.
 *
 * The object owns a frame that lists its frames. A mapping is a record in two lists: the object's, for its
 * end, and the process's, for that of the address space. Mapped pages replace the process's own, which
 * stay paid for and come back, empty, when the mapping goes.
 */
import { Kind } from "../abi/capability";
import { MemoryFlag } from "../abi/records";
import { invlpg } from "../machine/machine";
import { spaceCurrent } from "../machine/processor";
import { FRAME_BYTES, frameReturn, frameTakeZeroed } from "../memory/frames";
import { framesReserve, framesUnreserve } from "../memory/hold";
import { Mapping, Memory } from "../memory/memory-records";
import { recordReturn, recordTake } from "../memory/records";
import { noticeForget, softFill, softFree } from "../memory/soft";
import { Notification } from "./notification";
import { Process, processLetsGo } from "./process";
import { Entry, entryAt } from "../memory/tables";
import { NO_THREAD, Thread } from "./thread";

/** Processes' mappings of one soft object: each is looked at when a page is taken. */
export const SOFT_MAPPINGS: u32 = 4;
/** The frames are a device's: they came from nowhere and go nowhere. */
const DEVICE: u32 = 0x80000000;
/** Frames that memory objects have, their lists included and soft pages not; and that are paid for: for the books. */
export let memoryFrames: u32 = 0;
export let memoryPaid: u32 = 0;

/** A new object's address; 0: the group cannot pay. */
export function memoryCreate(group: u32, argument: u32): u32 {
  const pages = argument & MemoryFlag.PAGES_MASK;
  const record = recordTake(group);
  if (record === 0) return 0;
  const memory = changetype<Memory>(record);
  memory.pages = pages;
  memory.flags = argument & (MemoryFlag.SOFT | MemoryFlag.CLEAN);
  if (!framesReserve(group, 1 + ownPages(memory))) {
    recordReturn(record);
    return 0;
  }
  prepare(memory, group);
  if (memory.soft) return <u32>record;
  for (let i: u32 = 0; i < pages; i++) store<u32>(memory.word(i), <u32>frameTakeZeroed());
  return <u32>record;
}

/** Pages that the group pays for, whatever is lent. */
function ownPages(memory: Memory): u32 {
  if ((memory.flags & DEVICE) !== 0) return 0;
  return memory.soft ? memory.floor : memory.pages;
}

/** Pages of a device from a physical address on, for the first program; the group pays for the list. */
export function memoryOfDevice(group: u32, physical: u32, pages: u32): u32 {
  const record = recordTake(group);
  const paid = framesReserve(group, 1);
  assert(record !== 0 && paid);
  const memory = changetype<Memory>(record);
  memory.pages = pages;
  memory.flags = DEVICE;
  prepare(memory, group);
  for (let i: u32 = 0; i < pages; i++) store<u32>(memory.word(i), physical + i * FRAME_BYTES);
  return <u32>record;
}

function prepare(memory: Memory, group: u32): void {
  memory.kind = Kind.MEMORY;
  memory.group = group;
  memory.frames = <u32>frameTakeZeroed();
  memoryPaid += 1 + ownPages(memory);
  memoryFrames += 1 + (memory.soft ? 0 : ownPages(memory));
}

/** Frees up to `most` frames of an object without mappings; true: it is gone. */
export function memoryFree(memory: Memory, most: u32): bool {
  assert(memory.mappings === null);
  if (memory.soft) {
    if (!freeSoft(memory, most)) return false;
    memoryWatch(memory, null, 0);
  } else if ((memory.flags & DEVICE) === 0 && !freeHard(memory, most)) return false;
  const own = memory.soft ? memory.floor : 0;
  frameReturn(memory.frames);
  framesUnreserve(memory.group, 1 + own);
  memoryFrames--;
  memoryPaid -= 1 + own;
  recordReturn(changetype<usize>(memory));
  return true;
}

function freeHard(memory: Memory, most: u32): bool {
  for (let i: u32 = 0; i < most && memory.pages !== 0; i++) {
    memory.pages--;
    frameReturn(memory.frame(memory.pages));
    framesUnreserve(memory.group, 1);
    memoryFrames--;
    memoryPaid--;
  }
  return memory.pages === 0;
}

/** From the hand on, which nobody else moves any more when the last page is gone. */
function freeSoft(memory: Memory, most: u32): bool {
  for (let i: u32 = 0; i < most && memory.resident !== 0; i++) {
    softFree(memory, memory.hand);
    memory.hand = memory.hand + 1 === memory.pages ? 0 : memory.hand + 1;
  }
  return memory.resident === 0;
}

/** Tells a notification when pages of the object are taken; null: nobody any more. */
export function memoryWatch(memory: Memory, watcher: Notification | null, bits: u32): void {
  if (memory.watcher !== 0) Notification.at(memory.watcher).watches = 0;
  memory.watcher = <u32>changetype<usize>(watcher);
  memory.watcherBits = bits;
  if (watcher) watcher.watches = <u32>changetype<usize>(memory);
  else noticeForget(memory);
}

/** An absent page of the process that belongs to a soft object, and where its entry is: it has a frame afterwards. */
export function softTouch(process: Process, page: u32, at: usize): void {
  const entry = load<u32>(at);
  assert((entry & (Entry.SOFT | Entry.PRESENT)) === Entry.SOFT);
  const mapping = mappingCovering(process, page);
  const memory = Memory.at(mapping.memory);
  const index = mapping.firstPage + (page - mapping.address) / FRAME_BYTES;
  if (memory.frame(index) === 0) softFill(memory, index);
  store<u32>(at, memory.frame(index) | entry | Entry.PRESENT | Entry.USER);
}

function mappingCovering(process: Process, page: u32): Mapping {
  let mapping = changetype<Mapping>(<usize>process.mappings);
  while (page - mapping.address >= mapping.pages * FRAME_BYTES) {
    mapping = changetype<Mapping>(changetype<usize>(mapping.nextOfProcess));
  }
  return mapping;
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
  mapping.directoryAt = <u32>(changetype<usize>(process) + offsetof<Process>("directory"));
  mapping.address = address;
  mapping.firstPage = firstPage;
  mapping.pages = pages;
  mapping.capability = capability;
  linkMapping(mapping, memory, process);
  buffersMoved(process);
  let flags = Entry.USER | Entry.MAPPED | (writable ? Entry.WRITABLE : 0);
  if (memory.soft) flags |= Entry.SOFT;
  for (let i: u32 = 0; i < pages; i++) {
    const at = entryAt(process.directory, address + i * FRAME_BYTES);
    const old = load<u32>(at);
    if ((old & Entry.PRESENT) !== 0) {
      assert((old & Entry.MAPPED) === 0);
      frameReturn(old & ~(FRAME_BYTES - 1));
      processLetsGo(process, 1);
    }
    const frame = memory.frame(firstPage + i);
    store<u32>(at, frame | flags | (frame === 0 ? 0 : Entry.PRESENT));
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

/** How many mappings the object has. */
export function mappingsOf(memory: Memory): u32 {
  let count: u32 = 0;
  let mapping = memory.mappings;
  while (mapping) {
    count++;
    mapping = mapping.nextOfMemory;
  }
  return count;
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
