/**
 * Element and data segments: what fills tables and memory at the start or on demand.
 */
import { Arena } from "./arena";
import { readConstant, referenceFunction } from "./constants";
import { Failure, FailureClass } from "./failure";
import { refuseFeature } from "./features";
import { DATA_SEGMENTS_MAX, ELEMENT_ITEMS_MAX, ELEMENT_SEGMENTS_MAX } from "./limits";
import {
  Constant,
  DATA_SEGMENT_SIZE,
  DataSegment,
  ELEMENT_ITEM_SIZE,
  ELEMENT_SEGMENT_SIZE,
  ElementSegment,
  Module,
  NONE,
  SegmentMode,
  Table,
} from "./module";
import { Opcode, ValueType } from "./opcodes";
import { Reader } from "./reader";
import { extendTable, going, readCount } from "./sections";
import { readReferenceType } from "./types";

/** Bits of an element segment's flags. */
const NOT_ACTIVE: u32 = 1;
const EXPLICIT: u32 = 2;
const EXPRESSIONS: u32 = 4;

/** Where constant expressions of items are read into before they are stored in short form. */
const scratch: usize = memory.data(12);

export function readElementSection(): void {
  const count = readCount(ELEMENT_SEGMENTS_MAX, "more element segments than ");
  Module.elements = extendTable(0, 0, count, ELEMENT_SEGMENT_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) readElementSegment(ElementSegment.at(i));
  Module.elementCount = count;
}

function readElementSegment(segment: ElementSegment): void {
  const address = Reader.position;
  const flags = Reader.u32();
  if (flags > 7) {
    Failure.raise(FailureClass.MALFORMED, address, "element segment has unknown flags");
    return;
  }
  segment.type = ValueType.FUNCREF;
  segment.table = 0;
  if ((flags & NOT_ACTIVE) == 0) {
    segment.mode = SegmentMode.ACTIVE;
    if ((flags & EXPLICIT) != 0) segment.table = Reader.u32();
    readConstant(ValueType.I32, segment.offset);
  } else {
    segment.mode = (flags & EXPLICIT) != 0 ? SegmentMode.DECLARATIVE : SegmentMode.PASSIVE;
  }
  if (!going()) return;
  if ((flags & (NOT_ACTIVE | EXPLICIT)) != 0) readElementType(segment, flags);
  if (segment.mode == SegmentMode.ACTIVE) checkTable(address, segment);
  if (!going()) return;
  readItems(segment, (flags & EXPRESSIONS) != 0);
}

function readElementType(segment: ElementSegment, flags: u32): void {
  const address = Reader.position;
  if ((flags & EXPRESSIONS) != 0) segment.type = readReferenceType();
  else if (Reader.byte() != 0) {
    Failure.raise(FailureClass.MALFORMED, address, "element kind is not function (0x00)");
  }
}

function checkTable(address: usize, segment: ElementSegment): void {
  if (segment.table >= Module.tableCount) {
    Failure.raiseNumber(FailureClass.INVALID, address, "unknown table ", segment.table);
  } else if (Table.at(segment.table).type != segment.type) {
    Failure.raise(FailureClass.INVALID, address, "element segment and its table differ in type");
  }
}

function readItems(segment: ElementSegment, expressions: bool): void {
  const count = readCount(ELEMENT_ITEMS_MAX, "more items in an element segment than ");
  const size = <usize>count * ELEMENT_ITEM_SIZE;
  if (!Arena.available(size)) {
    Failure.raise(FailureClass.LIMIT, Reader.position, "no memory for the items of this segment");
    return;
  }
  segment.items = Arena.allocate(size);
  segment.itemCount = count;
  for (let i: u32 = 0; i < count && going(); i++) {
    const item = segment.item(i);
    if (expressions) {
      const constant = changetype<Constant>(scratch);
      readConstant(segment.type, constant);
      item.operator = constant.operator;
      item.index = constant.low;
    } else {
      const address = Reader.position;
      item.operator = Opcode.REF_FUNC;
      item.index = Reader.u32();
      referenceFunction(address, item.index);
    }
  }
}

export function readDataCountSection(): void {
  Module.dataCountDeclared = readDataCount();
}

function readDataCount(): u32 {
  const address = Reader.position;
  const count = Reader.u32();
  if (count > DATA_SEGMENTS_MAX) {
    Failure.raiseNumber(FailureClass.LIMIT, address, "more data segments than ", DATA_SEGMENTS_MAX);
  }
  return count;
}

export function readDataSection(): void {
  const address = Reader.position;
  const count = readCount(DATA_SEGMENTS_MAX, "more data segments than ");
  if (Module.dataCountDeclared != NONE && Module.dataCountDeclared != count) {
    Failure.raise(FailureClass.MALFORMED, address, "data count section and data section differ");
    return;
  }
  Module.datas = extendTable(0, 0, count, DATA_SEGMENT_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) readDataSegment(DataSegment.at(i));
  Module.dataCount = count;
}

function readDataSegment(segment: DataSegment): void {
  const address = Reader.position;
  const flags = Reader.u32();
  if (flags > 2) {
    Failure.raise(FailureClass.MALFORMED, address, "data segment has unknown flags");
    return;
  }
  segment.mode = flags == 1 ? SegmentMode.PASSIVE : SegmentMode.ACTIVE;
  if (flags == 2 && Reader.u32() != 0) {
    refuseFeature(address, "multiple memories (data segment)");
    return;
  }
  if (flags != 1) {
    if (!Module.memoryPresent) {
      Failure.raise(
        FailureClass.INVALID,
        address,
        "unknown memory 0: active data without a memory",
      );
    }
    readConstant(ValueType.I32, segment.offset);
  }
  if (!going()) return;
  const sizeAddress = Reader.position;
  segment.size = Reader.u32();
  segment.bytes = Reader.position;
  if (segment.size > Reader.remaining()) {
    Failure.raise(FailureClass.MALFORMED, sizeAddress, "data segment extends past its section");
    return;
  }
  Reader.skip(segment.size);
}
