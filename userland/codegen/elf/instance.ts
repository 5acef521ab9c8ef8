/**
 * The writable data of a module besides its memory: size slot, globals, tables, segment records.
 *
 *   0  memory size in pages      4  stack limit (unused)
 *   16 globals, 8 bytes each
 *   .. table records: size, capacity, address of the elements, 0
 *   .. records of data and element segments: address of the bytes or items, how many are left
 *   .. elements of the tables: descriptor addresses, 0 for null
 *
 * Addresses are provisional: INSTANCE + offset, which is where user programs have it; in kernel
 * mode the linker moves them. Every initial value is known at compile time, because every import is.
 */
import { Failure, FailureClass } from "../wasm/failure";
import {
  DataSegment,
  ElementSegment,
  Global,
  Module,
  NONE,
  SegmentMode,
  Table,
} from "../wasm/module";
import { Opcode, ValueType } from "../wasm/opcodes";
import { Vector } from "../lower/vector";
import { descriptorOf, pushAddressWord, rodata, RODATA } from "./rodata";

export const INSTANCE: u32 = 0xb0000000;
const GLOBALS_AT: u32 = 16;
const GLOBAL_BYTES: u32 = 8;
const TABLE_RECORD_BYTES: u32 = 16;
const SEGMENT_RECORD_BYTES: u32 = 8;
/** How much a table may grow beyond its minimum. */
const TABLE_GROWTH: u32 = 1024;
/** All tables together. */
const TABLES_BYTES_MAX: u32 = 64 << 20;

/** Initial contents, up to the last word that is not zero. */
export const image: Vector = changetype<Vector>(memory.data(12));
/** Offsets of words of the image that hold provisional addresses. */
export const imageRelocations: Vector = changetype<Vector>(memory.data(12));
/** Byte offset of each table's elements. */
const elements: Vector = changetype<Vector>(memory.data(12));

export class Instance {
  static memorySizeSlot: u32 = INSTANCE;
  static stackLimitSlot: u32 = INSTANCE + 4;
  static size: u32 = 0;
  static tableRecords: u32 = 0;
  static dataRecords: u32 = 0;
  static elementRecords: u32 = 0;

  static globalAddress(index: u32): u32 {
    return INSTANCE + GLOBALS_AT + index * GLOBAL_BYTES;
  }

  /** True when the bits of an immutable global are known: not an address. */
  static globalKnown(index: u32): bool {
    return source(index).operator != Opcode.REF_FUNC;
  }

  static globalLow(index: u32): u32 {
    return source(index).low;
  }

  static globalHigh(index: u32): u32 {
    return source(index).high;
  }

  static tableRecord(index: u32): u32 {
    return INSTANCE + Instance.tableRecords + index * TABLE_RECORD_BYTES;
  }

  static tableElements(index: u32): u32 {
    return INSTANCE + elements.word(index);
  }

  /** The size of a table that cannot grow, else -1. */
  static fixedTableSize(index: u32): i32 {
    const table = Table.at(index);
    return table.maximum == table.minimum ? <i32>table.minimum : -1;
  }

  static dataSegmentRecord(index: u32): u32 {
    return INSTANCE + Instance.dataRecords + index * SEGMENT_RECORD_BYTES;
  }

  static elementSegmentRecord(index: u32): u32 {
    return INSTANCE + Instance.elementRecords + index * SEGMENT_RECORD_BYTES;
  }
}

/** The global whose value this one has: `global.get` chains end at a constant. */
function source(index: u32): Global {
  let global = Global.at(index);
  while (global.operator == Opcode.GLOBAL_GET && global.importIndex == NONE) {
    global = Global.at(global.low);
  }
  return global;
}

/** Gives everything its place; the layout depends on counts only. */
export function startInstance(): void {
  image.forget();
  imageRelocations.forget();
  elements.forget();
  let next = GLOBALS_AT + Module.globalCount * GLOBAL_BYTES;
  next = (next + 15) & ~15;
  Instance.tableRecords = next;
  next += Module.tableCount * TABLE_RECORD_BYTES;
  Instance.dataRecords = next;
  if (Module.dataCountDeclared != NONE) next += Module.dataCount * SEGMENT_RECORD_BYTES;
  Instance.elementRecords = next;
  next += Module.elementCount * SEGMENT_RECORD_BYTES;
  for (let i: u32 = 0; i < Module.tableCount; i++) {
    elements.push32(next);
    next += capacityOf(i) * 4;
    if (next > TABLES_BYTES_MAX) {
      Failure.raise(FailureClass.LIMIT, Module.bytes, "tables take more than 64 MiB");
      return;
    }
  }
  Instance.size = next;
}

function capacityOf(index: u32): u32 {
  const table = Table.at(index);
  // Any size is valid; the sum over the tables is refused before it can wrap.
  const wanted = min(table.minimum, TABLES_BYTES_MAX) + TABLE_GROWTH;
  return table.maximum != NONE && table.maximum < wanted ? table.maximum : wanted;
}

function setWord(offset: u32, value: u32): void {
  if (value == 0) return;
  while (image.length < offset + 4) image.push32(0);
  store<u32>(image.base + offset, value);
}

function setAddress(offset: u32, address: u32): void {
  setWord(offset, address);
  if (address != 0) imageRelocations.push32(offset);
}

/** Fills the image: sizes, globals, segment records, active element segments. */
export function fillInstance(): void {
  setWord(0, Module.memoryPresent ? Module.memoryMinimum : 0);
  for (let i: u32 = 0; i < Module.globalCount; i++) fillGlobal(i);
  for (let i: u32 = 0; i < Module.tableCount; i++) {
    const record = Instance.tableRecord(i) - INSTANCE;
    setWord(record, Table.at(i).minimum);
    setWord(record + 4, capacityOf(i));
    setAddress(record + 8, Instance.tableElements(i));
  }
  fillPassiveData();
  fillElements();
}

function fillGlobal(index: u32): void {
  const global = source(index);
  const offset = Instance.globalAddress(index) - INSTANCE;
  if (global.operator == Opcode.REF_FUNC) {
    setAddress(offset, descriptorOf(global.low));
    return;
  }
  setWord(offset, global.low);
  const wide = global.type == ValueType.I64 || global.type == ValueType.F64;
  if (wide) setWord(offset + 4, global.high);
}

function fillPassiveData(): void {
  if (Module.dataCountDeclared == NONE) return;
  for (let i: u32 = 0; i < Module.dataCount; i++) {
    const segment = DataSegment.at(i);
    if (segment.mode != SegmentMode.PASSIVE || segment.size == 0) continue;
    const offset = Instance.dataSegmentRecord(i) - INSTANCE;
    setAddress(offset, RODATA + rodata.length);
    setWord(offset + 4, segment.size);
    rodata.pushBytes(segment.bytes, segment.size);
  }
}

/** True when an active element segment did not fit: instantiation traps there. */
export let elementsTrap: bool = false;

/** Active segments go into the image, up to the first that does not fit; passive ones to rodata. */
function fillElements(): void {
  elementsTrap = false;
  for (let i: u32 = 0; i < Module.elementCount; i++) {
    const segment = ElementSegment.at(i);
    if (segment.mode == SegmentMode.PASSIVE) fillPassiveElements(i, segment);
    if (segment.mode != SegmentMode.ACTIVE || elementsTrap) continue;
    const offset = offsetOf(segment.operator, segment.low);
    const end = <u64>offset + <u64>segment.itemCount;
    if (end > <u64>Table.at(segment.table).minimum) {
      elementsTrap = true;
      continue;
    }
    const place = elements.word(segment.table) + offset * 4;
    for (let k: u32 = 0; k < segment.itemCount; k++) {
      const address = itemAddress(segment, k);
      setAddress(place + k * 4, address);
      if (address == 0) clearWord(place + k * 4);
    }
  }
}

/** A later segment may write null over an earlier entry. */
function clearWord(offset: u32): void {
  if (offset + 4 <= image.length) store<u32>(image.base + offset, 0);
}

function fillPassiveElements(index: u32, segment: ElementSegment): void {
  if (segment.itemCount == 0) return;
  for (let k: u32 = 0; k < segment.itemCount; k++) itemAddress(segment, k);
  rodata.alignTo(4);
  const offset = Instance.elementSegmentRecord(index) - INSTANCE;
  setAddress(offset, RODATA + rodata.length);
  setWord(offset + 4, segment.itemCount);
  for (let k: u32 = 0; k < segment.itemCount; k++) {
    const address = itemAddress(segment, k);
    if (address != 0) pushAddressWord(address);
    else rodata.push32(0);
  }
}

function itemAddress(segment: ElementSegment, index: u32): u32 {
  const item = segment.item(index);
  if (item.operator == Opcode.REF_FUNC) return descriptorOf(item.index);
  if (item.operator != Opcode.GLOBAL_GET) return 0;
  const global = source(item.index);
  return global.operator == Opcode.REF_FUNC ? descriptorOf(global.low) : 0;
}

/** The value of an i32 constant expression. */
export function offsetOf(operator: u32, low: u32): u32 {
  return operator == Opcode.GLOBAL_GET ? source(low).low : low;
}
