// Memory objects in the reference: a process's mappings are a map from its pages to the object's.
import { Kind, Right } from "../../../kernel/abi/capability.ts";
import { KernelError } from "../../../kernel/abi/errors.ts";
import type { Memory, Process } from "./things.ts";
import { answer, type World } from "./world.ts";

const PAGE_BITS = 12;
const WRITE = 1;
/** Pages of a process's linear memory: the programs of the model have 64 KiB. */
const LINEAR_PAGES = 16;

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
  world.require(start + pages <= LINEAR_PAGES, KernelError.BAD_ADDRESS);
  for (let i = 0; i < pages; i++) {
    world.require(!process.mappings.has(start + i), KernelError.NOT_MAPPABLE);
  }
  for (let i = 0; i < pages; i++) {
    const mapping = { memory, page: first + i, writable, first: start, pages, through: capability };
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

/** Whose memory: the caller's own with slot 0. */
function target(world: World, slot: number): Process {
  if (slot === 0) return world.caller.process;
  const process = world.lookup(slot, Kind.PROCESS, Right.CONTROL).object as Process;
  world.require(process.exit === null, KernelError.NOT_FOUND);
  return process;
}
