// Memory objects in the reference: a process's mappings are a map from its pages to the object's.
import { AuditEvent, Kind, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import { ExitReason, TrapKind } from "../../../kernel/abi/traps.ts";
import { MEMORY_PAGES_MAX } from "../programs.ts";
import { endProcess } from "./ends.ts";
import { SOFT } from "./objects.ts";
import type { Memory, Notification, Process } from "./things.ts";
import { answer, type World } from "./world.ts";

const PAGE_BITS = 12;
const WRITE = 1;
const RECORD_BYTES = 16;
const PAGES_PER_WASM_PAGE = 16;
/** Mappings of one soft object, in all processes. */
const SOFT_MAPPINGS = 4;
/** A thread's access to nothing: `out of bounds`. */
const FAULT_RIGHTS = 0;

export interface Map {
  slot: number;
  process: number;
  /** With MapFlag bits in its low bits. */
  address: number;
  /** First page << 16 | pages. */
  range: number;
}

export function memoryMap(world: World, { slot, process: where, address, range }: Map): void {
  const writable = (address & WRITE) !== 0;
  const right = writable ? Right.WRITE : Right.READ;
  const capability = world.lookup(slot, Kind.MEMORY, right);
  const memory = capability.object as Memory;
  const process = target(world, where);
  const first = range >>> 16;
  const pages = range & 0xffff;
  const start = address >>> PAGE_BITS;
  const aligned = (address & ((1 << PAGE_BITS) - 1) & ~WRITE) === 0;
  const inside = pages > 0 && first + pages <= memory.pages;
  world.require(aligned && inside, KernelError.BAD_ARGUMENT);
  world.require(start + pages <= linearPages(process), KernelError.BAD_ADDRESS);
  for (let i = 0; i < pages; i++) {
    world.require(!process.mappings.has(start + i), KernelError.NOT_MAPPABLE);
  }
  const full = isSoft(memory) && mappingsOf(world, memory) === SOFT_MAPPINGS;
  world.require(!full, KernelError.TABLE_FULL);
  for (let i = 0; i < pages; i++) {
    const page = first + i;
    const present = !isSoft(memory) || memory.resident.has(page);
    const mapping = { memory, page, writable, first: start, pages, through: capability, present };
    process.mappings.set(start + i, mapping);
  }
  answer(world.caller, 0);
}

/** A stretch that was mapped goes as a whole. */
export function memoryUnmap(world: World, where: number, address: number, pages: number): void {
  const process = target(world, where);
  const start = address >>> PAGE_BITS;
  const mapping = process.mappings.get(start);
  const whole = mapping?.first === start && mapping.pages === pages;
  world.require(whole && address % (1 << PAGE_BITS) === 0, KernelError.NOT_MAPPABLE);
  for (let i = 0; i < pages; i++) process.mappings.delete(start + i);
  answer(world.caller, 0);
}

export function linearPages({ wasmPages }: Process): number {
  return wasmPages * PAGES_PER_WASM_PAGE;
}

export function isSoft({ flags }: Memory): boolean {
  return (flags & SOFT) !== 0;
}

function mappingsOf(world: World, memory: Memory): number {
  const all = world.processes.flatMap(({ mappings }) => [...mappings]);
  return all.filter(([page, mapping]) => mapping.memory === memory && mapping.first === page)
    .length;
}

function inWindow({ window }: Process, page: number): boolean {
  const wasmPage = Math.floor(page / PAGES_PER_WASM_PAGE);
  return window !== null && wasmPage >= window.from && wasmPage < window.to;
}

/** May the kernel write for the process there? Not in soft pages, nor in a bare window, nor what is for reading. */
export function writable(process: Process, address: number, bytes: number): boolean {
  const end = Math.ceil((address + bytes) / (1 << PAGE_BITS));
  if (end > linearPages(process)) return false;
  for (let page = address >>> PAGE_BITS; page < end; page++) {
    const mapping = process.mappings.get(page);
    if (mapping ? isSoft(mapping.memory) || !mapping.writable : inWindow(process, page))
      return false;
  }
  return true;
}

/** Does a page that has no frame get one when it is touched? Else the program has nothing there, and ends. */
export function touchable(process: Process, page: number): boolean {
  if (page >= linearPages(process)) return false;
  return process.mappings.has(page) || !inWindow(process, page);
}

/** The caller touches a page that has no frame there. */
export function touch(world: World, page: number): void {
  const { process } = world.caller;
  if (!touchable(process, page)) {
    const kind = TrapKind.MEMORY_OUT_OF_BOUNDS;
    world.audit(AuditEvent.FAULT, Kind.PROCESS, FAULT_RIGHTS, process, kind);
    endProcess(world, process, ExitReason.TRAPPED, kind);
    return;
  }
  const mapping = process.mappings.get(page);
  if (!mapping) return;
  mapping.memory.resident.add(mapping.page);
  mapping.present = true;
}

/** The Wasm memory.grow, in pages of 64 KiB. */
export function memoryGrow(world: World, by: number): void {
  const { process } = world.caller;
  const old = process.wasmPages;
  const fits = by <= MEMORY_PAGES_MAX - old;
  if (fits) process.wasmPages += by;
  answer(world.caller, fits ? old : -1);
}

/** Once per process, or again directly behind; pages that nobody pays for. */
export function memoryWindow(world: World, by: number): void {
  const { process } = world.caller;
  const old = process.wasmPages;
  const behind = process.window === null || process.window.to === old;
  const fits = by <= MEMORY_PAGES_MAX - old && behind;
  if (fits) {
    process.window = { from: process.window?.from ?? old, to: old + by };
    process.wasmPages += by;
  }
  answer(world.caller, fits ? old : -1);
}

export function memoryRead(world: World, slot: number, address: number): void {
  const memory = world.lookup(slot, Kind.MEMORY, Right.READ).object as Memory;
  world.require(writable(world.caller.process, address, RECORD_BYTES), KernelError.BAD_ADDRESS);
  answer(world.caller, 0);
  const resident = isSoft(memory) ? memory.resident.size : memory.pages;
  world.caller.answer!.record = [memory.pages, memory.flags, resident, 0];
}

export function memoryWatch(world: World, slot: number, bell: number, bits: number): void {
  const memory = world.lookup(slot, Kind.MEMORY, Right.WRITE).object as Memory;
  world.require(isSoft(memory), KernelError.BAD_ARGUMENT);
  if (bell === 0) return watched(world, memory, null);
  const notification = world.lookup(bell, Kind.NOTIFICATION, Right.SIGNAL).object as Notification;
  world.require(bits > 0 && bits < 2 ** 31, KernelError.BAD_ARGUMENT);
  world.require(notification.watches === null, KernelError.BUSY);
  watched(world, memory, notification);
}

function watched(world: World, memory: Memory, watcher: Notification | null): void {
  if (memory.watcher) memory.watcher.watches = null;
  memory.watcher = watcher;
  if (watcher) watcher.watches = memory;
  answer(world.caller, 0);
}

/** Whose memory: the caller's own with slot 0. */
function target(world: World, slot: number): Process {
  if (slot === 0) return world.caller.process;
  const process = world.lookup(slot, Kind.PROCESS, Right.CONTROL).object as Process;
  world.require(process.exit === null, KernelError.NOT_FOUND);
  return process;
}
