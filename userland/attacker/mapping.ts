/**
 * Mapping tricks: over what is mapped, what is not one's own, while it is revoked or its process ends.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag } from "../../kernel/abi/records";
import { ExitReason, TrapKind } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { ended, grant } from "../lib/start";
import { takeSlot } from "../lib/slots";
import { check, count, done, expect } from "./answers";
import { awaitEnd, begin, child, drop, make, thread } from "./children";
import { Place } from "./kit";
import { ROLE_ENDPOINT } from "./roles";
import { argument, is } from "./select";

const PAGE: u32 = 4096;
const space: usize = memory.data(20480);
const page: usize = (space + 4095) & ~4095;
const MILLISECOND: u64 = 1000000;

export function mapping(): void {
  if (is("map-over-mapped")) overMapped();
  if (is("map-outside")) outside();
  if (is("map-wrapping-pages")) wrappingPages();
  if (is("unmap-what-is-not")) unmapOthers();
  if (is("map-and-exit")) mapAndExit(0);
  if (is("map-and-be-killed")) mapAndExit(1);
  if (is("map-into-a-child")) intoChild();
  if (is("revoke-while-touched")) whileTouched();
  if (is("map-write-through-read")) throughRead();
  if (is("map-many-times")) manyTimes();
}

function overMapped(): void {
  const one = make(Kind.MEMORY, 2);
  const two = make(Kind.MEMORY, 2);
  done(kernel.memoryMap(one, 0, page | MapFlag.WRITE, 2));
  expect(kernel.memoryMap(two, 0, page | MapFlag.WRITE, 1), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryMap(two, 0, page + PAGE, 2), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryMap(one, 0, page, 2), KernelError.NOT_MAPPABLE);
  store<u32>(page, 5);
  done(kernel.memoryUnmap(0, page, 2));
  expect(kernel.memoryUnmap(0, page, 2), KernelError.NOT_MAPPABLE);
  check(load<u32>(page) === 0);
}

/** Everything that is no part of the own linear memory. */
function outside(): void {
  const object = make(Kind.MEMORY, 4);
  const end = (<u32>memory.size()) << 16;
  const places: StaticArray<u32> = [
    end,
    end + PAGE,
    0x7ffff000,
    0x80000000,
    0x80010000,
    0xa0000000,
    0xb0000000,
    0xb8000000,
    0xc0000000,
    0xc0100000,
    0xfffff000,
  ];
  for (let i = 0; i < places.length; i++) {
    expect(kernel.memoryMap(object, 0, places[i], 1), KernelError.BAD_ADDRESS);
    expect(kernel.memoryUnmap(0, places[i], 1), KernelError.NOT_MAPPABLE);
  }
  expect(kernel.memoryMap(object, 0, end - PAGE, 2), KernelError.BAD_ADDRESS);
  for (let low: u32 = 2; low < PAGE; low <<= 1) {
    expect(kernel.memoryMap(object, 0, page + low, 1), KernelError.BAD_ARGUMENT);
  }
}

function wrappingPages(): void {
  const object = make(Kind.MEMORY, 4);
  const refused = KernelError.BAD_ARGUMENT;
  expect(kernel.memoryMap(object, 0, page, 0), refused);
  expect(kernel.memoryMap(object, 0, page, 5), refused);
  expect(kernel.memoryMap(object, 0, page, (4 << 16) | 1), refused);
  expect(kernel.memoryMap(object, 0, page, (3 << 16) | 2), refused);
  expect(kernel.memoryMap(object, 0, page, 0xffff0001), refused);
  expect(kernel.memoryMap(object, 0, page, 0xffffffff), refused);
  expect(kernel.memoryMap(object, 0, page, 0x0001ffff), refused);
  done(kernel.memoryMap(object, 0, page, (3 << 16) | 1));
}

function unmapOthers(): void {
  const object = make(Kind.MEMORY, 3);
  expect(kernel.memoryUnmap(0, page, 1), KernelError.NOT_MAPPABLE);
  done(kernel.memoryMap(object, 0, page, 3));
  expect(kernel.memoryUnmap(0, page, 2), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryUnmap(0, page + PAGE, 2), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryUnmap(0, page, 0), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryUnmap(0, page, 0xffffffff), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryUnmap(Place.REPORT, page, 3), KernelError.WRONG_KIND);
  done(kernel.memoryUnmap(Slot.SELF, page, 3));
}

/** role-map: maps slot 20 for reading and writing, writes, and exits, naps or traps. */
export function roleMap(): void {
  const answer = kernel.memoryMap(ROLE_ENDPOINT, 0, page | MapFlag.WRITE, 2);
  if (answer !== 0) kernel.exit(-answer);
  store<u32>(page, load<u32>(page) + 1);
  if (argument(1) !== 0) kernel.sleepUntil(0x7fffffffffffffff);
  kernel.exit(0);
}

/** Several processes end while the same pages are mapped in them. */
function mapAndExit(naps: u32): void {
  const object = make(Kind.MEMORY, 2);
  for (let round: u32 = 1; round < 6; round++) {
    child("role-map", naps);
    grant(object, ROLE_ENDPOINT, Right.ALL, 0);
    const slot = begin();
    if (naps !== 0) kernel.sleepUntil(kernel.clock() + 3 * MILLISECOND);
    else awaitEnd(slot);
    drop(slot);
    done(kernel.memoryMap(object, 0, page, 2));
    check(load<u32>(page) === round);
    done(kernel.memoryUnmap(0, page, 2));
  }
}

/** Who controls a process may map there; the mapping ends with the object, the process lives on. */
function intoChild(): void {
  child("role-nap");
  const slot = begin();
  const object = make(Kind.MEMORY, 2);
  done(kernel.memoryMap(object, slot, page | MapFlag.WRITE, 2));
  expect(kernel.memoryMap(object, slot, page, 2), KernelError.NOT_MAPPABLE);
  expect(kernel.memoryMap(object, slot, 0x80010000, 1), KernelError.BAD_ADDRESS);
  expect(kernel.memoryUnmap(slot, page + PAGE, 1), KernelError.NOT_MAPPABLE);
  drop(object);
  expect(kernel.memoryUnmap(slot, page, 2), KernelError.NOT_MAPPABLE);
  const second = make(Kind.MEMORY, 2);
  done(kernel.memoryMap(second, slot, page, 2));
  drop(slot);
  drop(second);
}

let stop: bool = false;

function touch(_: u32): void {
  while (!stop) {
    store<u32>(page, load<u32>(page) + 1);
    store<u32>(page + PAGE, 7);
    count(1);
  }
  kernel.threadExit();
}

/** The pages go away under a thread that writes to them all the time. */
function whileTouched(): void {
  thread(touch.index);
  for (let round: u32 = 0; round < 30; round++) {
    const object = make(Kind.MEMORY, 2);
    const copy = takeSlot();
    done(kernel.capabilityMint(object, copy, Right.ALL, 0));
    done(kernel.memoryMap(copy, 0, page | MapFlag.WRITE, 2));
    kernel.sleepUntil(kernel.clock() + 200000);
    done(kernel.capabilityRevoke(object));
    drop(object);
  }
  stop = true;
  kernel.sleepUntil(kernel.clock() + MILLISECOND);
}

/** A store through a mapping for reading ends the child that does it. */
function throughRead(): void {
  child("role-trap", 102);
  grant(Place.WEAK, Place.WEAK, Right.ALL, 0);
  const slot = begin();
  awaitEnd(slot);
  check(ended.reason === ExitReason.TRAPPED && ended.code !== <u32>TrapKind.NONE);
  done(kernel.memoryMap(Place.WEAK, 0, page, 4));
  for (let at: usize = page; at < page + 4 * PAGE; at += 4) check(load<u32>(at) === 0x5a5a5a5a);
}

/** One page at a hundred places, ended by one delete. */
function manyTimes(): void {
  const object = make(Kind.MEMORY, 1);
  const start = (<usize>done(kernel.memoryGrow(8))) << 16;
  for (let i: u32 = 0; i < 100; i++) {
    done(kernel.memoryMap(object, 0, (start + i * PAGE) | MapFlag.WRITE, 1));
  }
  store<u32>(start, 0x1234);
  check(load<u32>(start + 99 * PAGE) === 0x1234);
  drop(object);
  for (let i: u32 = 0; i < 100; i++) check(load<u32>(start + i * PAGE) === 0);
}
