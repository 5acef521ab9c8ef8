/**
 * Execution: code is not data, data is not code, and an index is not a pointer.
 *
 * Each of these ends the attacker by a trap of the expected kind.
 */
import { Slot } from "../../kernel/abi/capability";
import * as kernel from "../lib/kernel";
import { Place } from "./kit";
import { argument, is } from "./select";

const space: usize = memory.data(8192);
const page: usize = (space + 4095) & ~4095;
const zero: usize = memory.data(16);
let sink: u64 = 0;
/** Ways beyond 200 of role-trap. */
export const WILD_WORDS: u32 = 6;

export function execute(): void {
  if (is("write-the-text")) writeAt(0x80010000);
  if (is("write-the-kernel")) writeAt(0xc0100000);
  if (is("write-the-instance")) writeAt(0xb0000000);
  if (is("write-a-stack")) writeAt(0xb80ff000);
  if (is("write-the-page-tables")) writeAt(0xc01e0000);
  if (is("write-the-last-byte")) writeAt(0xffffffff);
  if (is("read-the-kernel")) sink += load<u64>(hidden(0xc0200000));
  if (is("read-the-text")) sink += load<u64>(hidden(0x80010000));
  if (is("read-across-the-end")) sink += load<u64>(hidden(((<u32>memory.size()) << 16) - 4));
  if (is("read-with-a-wrapping-offset")) sink += load<u64>(hidden(0xffffffff), 0x7fffffff);
  if (is("copy-over-the-end")) memory.copy(page, hidden(0x1000), hidden(0x7ffffff0));
  if (is("fill-the-kernel")) memory.fill(hidden(0xc0000000), 0xcc, 64);
  if (is("indirect-out-of-range")) call_indirect(<u32>hidden(0x7fff));
  if (is("indirect-negative")) call_indirect(<u32>hidden(0xffffffff));
  if (is("indirect-of-another-type")) call_indirect(jumpTarget.index, 1, 2, 3, 4, 5, 6, 7);
  if (is("indirect-into-data")) call_indirect(<u32>hidden(<u32>page));
  if (is("thread-entry-out-of-range")) threadAt(0x7fffffff);
  if (is("thread-entry-in-data")) threadAt(<u32>page);
  if (is("thread-entry-of-another-type")) threadAt(jumpTarget.index);
  if (is("trap-in-a-thread")) inThread();
}

/** The compiler does not see what it is. */
function hidden(value: u32): usize {
  return <usize>(value + load<u32>(zero));
}

function writeAt(address: u32): void {
  store<u8>(hidden(address), 0xcc);
}

/** Of a type that no indirect call here has. */
function jumpTarget(_: i64, __: i64): i64 {
  return sink;
}

function threadAt(element: u32): void {
  kernel.threadStart(element, 0, 0);
  kernel.sleepUntil(0x7fffffffffffffff);
}

function faulting(_: u32): void {
  unreachable();
}

function inThread(): void {
  kernel.threadStart(faulting.index, 0, 0);
  kernel.sleepUntil(0x7fffffffffffffff);
}

function deeper(level: u32): u32 {
  return level === 0xffffffff ? 0 : deeper(level + 1) + level;
}

/** role-trap: dies by its own hand, in the way that the number says. */
export function roleTrap(): void {
  const way = argument(1);
  if (way === 100) sink += deeper(0);
  if (way === 101) {
    while (kernel.memoryGrow(1) >= 0);
    while (kernel.objectCreate(Slot.GROUP, 4, 40 + <u32>(sink & 127), 1) === 0) sink++;
    sink += deeper(0);
  }
  if (way === 102) {
    kernel.memoryMap(Place.WEAK, 0, page, 1);
    store<u32>(page, 1);
  }
  if (way >= 200) wildWords(way - 200);
  kernel.exit(0);
}

/** The address of a message's four words is the program's own to touch, or its end. */
function wildWords(which: u32): void {
  const end = (<u32>memory.size()) << 16;
  const places: StaticArray<u32> = [end - 12, end, 0x80010000, 0xb8000000, 0xc0100000, 0xfffffff8];
  kernel.messageSend((<u32>Slot.SELF) << 16, places[which]);
}
