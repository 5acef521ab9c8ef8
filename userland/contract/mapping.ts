/**
 * Memory: mapped, shared, read only, in part, and refused.
 */
import { Kind, Right, Slot } from "../../kernel/abi/capability";
import { KernelError } from "../../kernel/abi/errors";
import { MapFlag, SystemRecord } from "../../kernel/abi/records";
import { ExitReason, TrapKind } from "../../kernel/abi/traps";
import * as kernel from "../lib/kernel";
import { infoOf } from "../lib/message";
import { ended } from "../lib/start";
import { framesUsed } from "./books";
import { Place } from "./kit";
import { awaitEnd, begin, drop, endsWith, give, make, mint, partner, pause } from "./partners";
import { check, done, expect, same } from "./report";
import { argument, is } from "./select";

const PAGE: u32 = 4096;
const WRITE = MapFlag.WRITE;
const words: usize = memory.data(16, 16);
const space: usize = memory.data(36864);
const page: usize = (space + 4095) & ~4095;

export function mapping(): void {
  if (is("shared-writes-are-seen-by-both")) shared();
  if (is("a-read-only-mapping-traps-on-a-write")) readOnly();
  if (is("first-page-and-count")) parts();
  if (is("over-mapped-is-refused")) overMapped();
  if (is("outside-is-refused")) outside();
  if (is("mapping-takes-the-right")) rights();
  if (is("mapped-into-a-partner")) intoPartner();
  if (is("mapped-and-unmapped-many-times")) manyTimes();
  if (is("a-message-buffer-in-shared-memory")) sharedBuffer();
}

/** role-add: adds the number to each word of the first page, as often as it is called. */
export function roleAdd(): void {
  const answer = kernel.memoryMap(Place.SECOND, 0, page | WRITE, 2);
  if (answer < 0) kernel.exit(-answer);
  let info = kernel.messageReceive(infoOf(Place.FIRST, 0, 0), words);
  while (info >= 0) {
    for (let at = page; at < page + PAGE; at += 4) store<u32>(at, load<u32>(at) + argument(1));
    info = kernel.messageReplyReceive(infoOf(Place.FIRST, 0, 0), words);
  }
  kernel.exit(-info);
}

/** role-write: reads, then writes through a mapping for reading. */
export function roleWrite(): void {
  const refused = kernel.memoryMap(Place.FIRST, 0, page | WRITE, 1);
  if (refused !== -KernelError.MISSING_RIGHT) kernel.exit(98);
  if (kernel.memoryMap(Place.FIRST, 0, page, 1) !== 0) kernel.exit(99);
  if (load<u32>(page) !== 0x1234) kernel.exit(97);
  store<u32>(page, 1);
  kernel.exit(96);
}

function shared(): void {
  const door = make(Kind.ENDPOINT);
  const memory = make(Kind.MEMORY, 2);
  done(kernel.memoryMap(memory, 0, page | WRITE, 2), "a mapping");
  for (let at: usize = page; at < page + PAGE; at += 4) store<u32>(at, <u32>at);
  partner("role-add", 5);
  give(door, Right.RECEIVE);
  give(memory);
  const child = begin();
  for (let round: u32 = 1; round <= 3; round++) {
    done(kernel.messageCall(infoOf(door, 0, 0), words), "a call");
    for (let at: usize = page; at < page + PAGE; at += 4) {
      check(load<u32>(at) === <u32>at + 5 * round, "what the partner wrote");
      store<u32>(at, load<u32>(at));
    }
  }
  drop(door);
  endsWith(child, KernelError.CANCELED, "the partner ends");
  same(load<u32>(page), <u32>page + 15, "the memory does not");
}

function readOnly(): void {
  const memory = make(Kind.MEMORY, 1);
  done(kernel.memoryMap(memory, 0, page | WRITE, 1), "a mapping");
  store<u32>(page, 0x1234);
  partner("role-write");
  give(memory, Right.READ);
  const child = begin();
  awaitEnd(child);
  same(ended.reason, ExitReason.TRAPPED, "the write is a trap");
  same(ended.code, TrapKind.MEMORY_OUT_OF_BOUNDS, "of this kind");
  drop(child);
  same(load<u32>(page), 0x1234, "nothing was written");
}

function parts(): void {
  const memory = make(Kind.MEMORY, 6);
  done(kernel.memoryMap(memory, 0, page | WRITE, 6), "all pages");
  for (let i: u32 = 0; i < 6; i++) store<u32>(page + i * PAGE, 100 + i);
  done(kernel.memoryUnmap(0, page, 6), "unmapped");
  same(load<u32>(page + 3 * PAGE), 0, "the own pages");
  done(kernel.memoryMap(memory, 0, page, (4 << 16) | 2), "the last two");
  same(load<u32>(page), 104, "the fifth");
  same(load<u32>(page + PAGE), 105, "the sixth");
  done(kernel.memoryMap(memory, 0, (page + 2 * PAGE) | WRITE, (1 << 16) | 3), "three of them");
  same(load<u32>(page + 2 * PAGE), 101, "the second");
  store<u32>(page + 4 * PAGE, 77);
  done(kernel.memoryMap(memory, 0, page + 5 * PAGE, (3 << 16) | 1), "one of these once more");
  same(load<u32>(page + 5 * PAGE), 77, "the same page twice");
  const wrong = KernelError.BAD_ARGUMENT;
  expect(kernel.memoryMap(memory, 0, page + 6 * PAGE, (5 << 16) | 2), wrong, "beyond its end");
  expect(kernel.memoryMap(memory, 0, page + 6 * PAGE, (6 << 16) | 1), wrong, "from its end");
  expect(kernel.memoryMap(memory, 0, page + 6 * PAGE, 7), wrong, "more than it has");
  expect(kernel.memoryMap(memory, 0, page + 6 * PAGE, 0), wrong, "no pages");
}

function overMapped(): void {
  const one = make(Kind.MEMORY, 2);
  const two = make(Kind.MEMORY, 2);
  const refused = KernelError.NOT_MAPPABLE;
  done(kernel.memoryMap(one, 0, page | WRITE, 2), "a mapping");
  expect(kernel.memoryMap(two, 0, page, 1), refused, "over its first page");
  expect(kernel.memoryMap(two, 0, page + PAGE, 2), refused, "over its last");
  expect(kernel.memoryMap(one, 0, page, 2), refused, "over itself");
  expect(kernel.memoryUnmap(0, page, 1), refused, "unmapping a part");
  expect(kernel.memoryUnmap(0, page + PAGE, 1), refused, "another part");
  expect(kernel.memoryUnmap(0, page + 2 * PAGE, 2), refused, "what is not mapped");
  done(kernel.memoryMap(two, 0, page + 2 * PAGE, 2), "beside it");
  done(kernel.memoryUnmap(0, page, 2), "exactly that");
  expect(kernel.memoryUnmap(0, page, 2), refused, "once only");
  done(kernel.memoryMap(two, 0, page, 2), "there is room again");
}

function outside(): void {
  const object = make(Kind.MEMORY, 2);
  const end = (<u32>memory.size()) << 16;
  const wrong = KernelError.BAD_ADDRESS;
  const places: StaticArray<u32> = [
    end - PAGE,
    end,
    0x7ffff000,
    0x80000000,
    0xb0000000,
    0xfffff000,
  ];
  for (let i = 0; i < places.length; i++) {
    expect(kernel.memoryMap(object, 0, places[i], 2), wrong, "outside of the memory");
  }
  expect(kernel.memoryMap(object, 0, page + 2, 1), KernelError.BAD_ARGUMENT, "inside of a page");
  const grown = done(kernel.memoryGrow(1), "more memory");
  same(<i32>(grown << 16), <i32>end, "behind the old one");
  done(kernel.memoryMap(object, 0, end | WRITE, 2), "what has just grown");
  store<u32>(end, 1);
  same(load<u32>(end), 1, "is memory");
}

function rights(): void {
  const object = make(Kind.MEMORY, 1);
  const refused = KernelError.MISSING_RIGHT;
  const reads = mint(object, Right.READ);
  expect(kernel.memoryMap(reads, 0, page | WRITE, 1), refused, "write with READ");
  const writes = mint(object, Right.WRITE);
  expect(kernel.memoryMap(writes, 0, page, 1), refused, "read with WRITE");
  expect(kernel.memoryMap(Slot.SELF, 0, page, 1), KernelError.WRONG_KIND, "a process");
  done(kernel.memoryMap(reads, 0, page, 1), "read with READ");
  // The kernel does not write for the program where the program may not.
  const answer = kernel.systemRead(Slot.MACHINE, changetype<SystemRecord>(page));
  expect(answer, KernelError.BAD_ADDRESS, "a record into it");
  done(kernel.capabilityDelete(reads), "the mapping goes with its capability");
  expect(kernel.memoryUnmap(0, page, 1), KernelError.NOT_MAPPABLE, "nothing is mapped");
}

function intoPartner(): void {
  const object = make(Kind.MEMORY, 2);
  partner("role-nap");
  const child = begin();
  const looks = mint(child, Right.READ | Right.WRITE | Right.OBSERVE);
  const refused = KernelError.MISSING_RIGHT;
  expect(kernel.memoryMap(object, looks, page, 2), refused, "without CONTROL");
  expect(kernel.memoryUnmap(looks, page, 2), refused, "nor unmap");
  done(kernel.memoryMap(object, 0, page | WRITE, 2), "here");
  store<u32>(page, 4321);
  done(kernel.memoryMap(object, child, page | WRITE, 2), "there");
  same(kernel.processMemory(child, <u32>page, page + 4 * PAGE, 4), 4, "its memory is looked at");
  same(load<u32>(page + 4 * PAGE), 4321, "the same page");
  expect(kernel.memoryMap(object, child, page, 2), KernelError.NOT_MAPPABLE, "twice");
  done(kernel.memoryUnmap(child, page, 2), "away from there");
  done(kernel.processMemory(child, <u32>page, page + 4 * PAGE, 4), "once more");
  same(load<u32>(page + 4 * PAGE), 0, "its own page again");
  drop(child);
  partner("role-exit");
  const dead = begin();
  awaitEnd(dead);
  expect(kernel.memoryMap(object, dead, page, 2), KernelError.NOT_FOUND, "into the dead");
  drop(dead);
}

function manyTimes(): void {
  const object = make(Kind.MEMORY, 3);
  const start = (<usize>done(kernel.memoryGrow(8), "memory")) << 16;
  const before = framesUsed(Slot.GROUP);
  for (let round: u32 = 0; round < 3; round++) {
    for (let i: u32 = 0; i < 100; i++) {
      done(kernel.memoryMap(object, 0, (start + i * PAGE) | WRITE, ((i % 3) << 16) | 1), "map");
    }
    store<u32>(start + 5 * PAGE, round);
    same(load<u32>(start + 98 * PAGE), round, "the third page");
    for (let i: u32 = 0; i < 100; i++) {
      done(kernel.memoryUnmap(0, start + ((i * 7) % 100) * PAGE, 1), "unmap");
    }
  }
  same(framesUsed(Slot.GROUP), before, "nothing is left of it");
}

/** The buffer's page is taken away while a message is under way: words are dropped, nobody is hurt. */
function sharedBuffer(): void {
  const door = make(Kind.ENDPOINT);
  const object = make(Kind.MEMORY, 1);
  const copy = mint(object);
  done(kernel.memoryMap(copy, 0, page | WRITE, 1), "a mapping");
  done(kernel.messageBuffer(page), "a buffer in it");
  partner("role-send");
  give(door, Right.SEND);
  const one = begin();
  done(kernel.messageReceive(infoOf(door, 0, 0), words), "a message");
  endsWith(one, 0, "it was received");
  drop(copy);
  partner("role-send");
  give(door, Right.SEND);
  const two = begin();
  pause();
  done(kernel.messageReceive(infoOf(door, 0, 0), words), "another one");
  endsWith(two, 0, "it was received as well");
  expect(kernel.messageBuffer(page + 8), KernelError.BAD_ARGUMENT, "not at its size");
  const end = (<u32>memory.size()) << 16;
  expect(kernel.messageBuffer(end), KernelError.BAD_ADDRESS, "outside");
}
