/**
 * The sections that declare: types, imports, functions, tables, memory, globals, exports, start.
 * Each reader fills its records of `Module`; a section's bounds are checked by the decoder.
 */
import { Arena } from "./arena";
import { readConstant, referenceFunction } from "./constants";
import { Failure, FailureClass } from "./failure";
import { refuseFeature } from "./features";
import {
  EXPORTS_MAX,
  FUNCTIONS_MAX,
  GLOBALS_MAX,
  IMPORTS_MAX,
  MEMORY_PAGES_MAX,
  TABLES_MAX,
  TYPES_MAX,
} from "./limits";
import {
  EXPORT_SIZE,
  Export,
  ExternalKind,
  FUNCTION_SIZE,
  FUNCTION_TYPE_SIZE,
  FunctionType,
  GLOBAL_SIZE,
  Global,
  IMPORT_SIZE,
  Import,
  Module,
  NONE,
  TABLE_SIZE,
  Table,
  WasmFunction,
} from "./module";
import { Name, canonicalizeTypes, checkExportNames, readName } from "./names";
import { Reader } from "./reader";
import { Limits, readFunctionType, readLimits, readReferenceType, readValueType } from "./types";

/** Reads the number of entries of a section; each entry takes at least one byte. */
export function readCount(maximum: u32, message: string): u32 {
  const address = Reader.position;
  const count = Reader.u32();
  if (count > maximum) {
    Failure.raiseNumber(FailureClass.LIMIT, address, message, maximum);
    return 0;
  }
  if (count > Reader.remaining()) {
    Failure.raise(FailureClass.MALFORMED, address, "section has fewer entries than it counts");
    return 0;
  }
  return Failure.raised() ? 0 : count;
}

/** A zeroed table of `count` records that starts with the `used` records of `table`. */
export function extendTable(table: usize, used: u32, count: u32, stride: usize): usize {
  const size = <usize>count * stride;
  if (!Arena.available(size)) {
    Failure.raise(FailureClass.LIMIT, Reader.position, "no memory for the entries of this section");
    return table;
  }
  const extended = Arena.allocateZeroed(size);
  memory.copy(extended, table, <usize>used * stride);
  return extended;
}

/** True while a section's loop may go on: nothing raised, nothing read past the section's end. */
export function going(): bool {
  if (Failure.raised()) return false;
  if (!Reader.overrun()) return true;
  Failure.raise(FailureClass.MALFORMED, Reader.end, "section ends inside an entry");
  return false;
}

export function readTypeSection(): void {
  const count = readCount(TYPES_MAX, "more types than ");
  Module.types = extendTable(0, 0, count, FUNCTION_TYPE_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) readFunctionType(FunctionType.at(i));
  if (!going()) return;
  Module.typeCount = count;
  canonicalizeTypes();
}

export function readImportSection(): void {
  const count = readCount(IMPORTS_MAX, "more imports than ");
  Module.imports = extendTable(0, 0, count, IMPORT_SIZE);
  Module.functions = extendTable(0, 0, count, FUNCTION_SIZE);
  Module.tables = extendTable(0, 0, count, TABLE_SIZE);
  Module.globals = extendTable(0, 0, count, GLOBAL_SIZE);
  Module.importCount = count;
  for (let i: u32 = 0; i < count && going(); i++) readImport(i);
  Module.importedFunctionCount = Module.functionCount;
  Module.importedTableCount = Module.tableCount;
  Module.importedGlobalCount = Module.globalCount;
}

function readImport(index: u32): void {
  const entry = Import.at(index);
  readName();
  entry.moduleName = Name.start;
  entry.moduleNameSize = Name.size;
  if (!going()) return;
  readName();
  entry.fieldName = Name.start;
  entry.fieldNameSize = Name.size;
  if (!going()) return;
  const address = Reader.position;
  const kind = Reader.byte();
  entry.kind = kind;
  switch (kind) {
    case ExternalKind.FUNCTION:
      entry.index = Module.functionCount++;
      WasmFunction.at(entry.index).importIndex = index;
      WasmFunction.at(entry.index).typeIndex = readTypeIndex();
      return;
    case ExternalKind.TABLE:
      entry.index = Module.tableCount++;
      readTable(Table.at(entry.index), index);
      return;
    case ExternalKind.MEMORY:
      readMemory(index);
      return;
    case ExternalKind.GLOBAL:
      entry.index = Module.globalCount++;
      readGlobalType(Global.at(entry.index), index);
      return;
    default:
      if (kind == 4) refuseFeature(address, "exception handling (imported tag)");
      else Failure.raise(FailureClass.MALFORMED, address, "unknown kind of import");
  }
}

function readTypeIndex(): u32 {
  const address = Reader.position;
  const index = Reader.u32();
  if (index < Module.typeCount) return index;
  Failure.raiseNumber(FailureClass.INVALID, address, "unknown type ", index);
  return 0;
}

function readTable(table: Table, importIndex: u32): void {
  const address = Reader.position;
  if (importIndex == NONE && load<u8>(address) == 0x40) {
    refuseFeature(address, "typed function references (table with an initial value)");
    return;
  }
  table.importIndex = importIndex;
  table.type = readReferenceType();
  if (!going()) return;
  readLimits(false, NONE, NONE);
  table.minimum = Limits.minimum;
  table.maximum = Limits.maximum;
}

function readMemory(importIndex: u32): void {
  if (Module.memoryPresent) {
    refuseFeature(Reader.position, "multiple memories");
    return;
  }
  readLimits(true, MEMORY_PAGES_MAX, MEMORY_PAGES_MAX);
  Module.memoryPresent = true;
  Module.memoryMinimum = Limits.minimum;
  Module.memoryMaximum = Limits.maximum;
  Module.memoryImportIndex = importIndex;
}

function readGlobalType(global: Global, importIndex: u32): void {
  global.importIndex = importIndex;
  global.type = readValueType();
  const address = Reader.position;
  global.mutable = Reader.byte();
  if (global.mutable > 1) {
    Failure.raise(FailureClass.MALFORMED, address, "mutability of a global is neither 0 nor 1");
  }
}

export function readFunctionSection(): void {
  const imported = Module.functionCount;
  const count = readCount(FUNCTIONS_MAX, "more functions than ");
  Module.functions = extendTable(Module.functions, imported, imported + count, FUNCTION_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) {
    const target = WasmFunction.at(imported + i);
    target.importIndex = NONE;
    target.typeIndex = readTypeIndex();
  }
  Module.functionCount = imported + count;
}

export function readTableSection(): void {
  const imported = Module.tableCount;
  const count = readCount(TABLES_MAX, "more tables than ");
  Module.tables = extendTable(Module.tables, imported, imported + count, TABLE_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) readTable(Table.at(imported + i), NONE);
  Module.tableCount = imported + count;
}

export function readMemorySection(): void {
  const count = readCount(NONE, "");
  for (let i: u32 = 0; i < count && going(); i++) readMemory(NONE);
}

export function readGlobalSection(): void {
  const imported = Module.globalCount;
  const count = readCount(GLOBALS_MAX, "more globals than ");
  Module.globals = extendTable(Module.globals, imported, imported + count, GLOBAL_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) {
    const global = Global.at(imported + i);
    readGlobalType(global, NONE);
    if (!going()) return;
    readConstant(global.type, global.initial);
    Module.globalCount++;
  }
}

export function readExportSection(): void {
  const count = readCount(EXPORTS_MAX, "more exports than ");
  Module.exports = extendTable(0, 0, count, EXPORT_SIZE);
  for (let i: u32 = 0; i < count && going(); i++) readExport(Export.at(i));
  if (!going()) return;
  Module.exportCount = count;
  checkExportNames();
}

function readExport(entry: Export): void {
  readName();
  entry.name = Name.start;
  entry.nameSize = Name.size;
  if (!going()) return;
  const address = Reader.position;
  const kind = Reader.byte();
  entry.kind = kind;
  entry.index = Reader.u32();
  switch (kind) {
    case ExternalKind.FUNCTION:
      referenceFunction(address, entry.index);
      return;
    case ExternalKind.TABLE:
      checkExportIndex(address, entry.index, Module.tableCount, "unknown table ");
      return;
    case ExternalKind.MEMORY:
      checkExportIndex(address, entry.index, Module.memoryPresent ? 1 : 0, "unknown memory ");
      return;
    case ExternalKind.GLOBAL:
      checkExportIndex(address, entry.index, Module.globalCount, "unknown global ");
      return;
    default:
      if (kind == 4) refuseFeature(address, "exception handling (exported tag)");
      else Failure.raise(FailureClass.MALFORMED, address, "unknown kind of export");
  }
}

function checkExportIndex(address: usize, index: u32, count: u32, message: string): void {
  if (index >= count) Failure.raiseNumber(FailureClass.INVALID, address, message, index);
}

export function readStartSection(): void {
  const address = Reader.position;
  const index = Reader.u32();
  if (index >= Module.functionCount) {
    Failure.raiseNumber(FailureClass.INVALID, address, "unknown function ", index);
    return;
  }
  const type = WasmFunction.at(index).type();
  if (type.parameterCount != 0 || type.resultCount != 0) {
    Failure.raise(
      FailureClass.INVALID,
      address,
      "start function must not have parameters or results",
    );
  }
  Module.startFunction = index;
}
