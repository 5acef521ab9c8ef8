/**
 * Bytes of a module to records, everything validated on the way: header, section order and sizes,
 * then each section by its reader, bodies by the validator.
 *
 *   header | section id, size, contents | section ... ; custom sections (id 0) anywhere
 */
import { Arena } from "./arena";
import { Failure, FailureClass } from "./failure";
import { refuseFeature } from "./features";
import { FUNCTION_BYTES_MAX, MODULE_BYTES_MAX } from "./limits";
import { Module, NONE, WasmFunction } from "./module";
import { Name, readFunctionNames, readName } from "./names";
import { Reader } from "./reader";
import {
  going,
  readCount,
  readExportSection,
  readFunctionSection,
  readGlobalSection,
  readImportSection,
  readMemorySection,
  readStartSection,
  readTableSection,
  readTypeSection,
} from "./sections";
import { readDataCountSection, readDataSection, readElementSection } from "./segments";
import { resetValidator, validateBody } from "./validator";

const enum Section {
  CUSTOM = 0,
  TYPE = 1,
  IMPORT = 2,
  FUNCTION = 3,
  TABLE = 4,
  MEMORY = 5,
  GLOBAL = 6,
  EXPORT = 7,
  START = 8,
  ELEMENT = 9,
  CODE = 10,
  DATA = 11,
  DATA_COUNT = 12,
  TAG = 13,
}

const MAGIC: u32 = 0x6d736100;
const VERSION: u32 = 1;
const COMPONENT_VERSION: u32 = 0x1000d;

/** Contents of the last section named "name". */
let nameSectionStart: usize = 0;
let nameSectionEnd: usize = 0;
let codeSectionSeen: bool = false;

/**
 * Decodes and validates `size` bytes at `bytes`, which INPUT_PADDING zero bytes follow. On NONE
 * `Module` describes the module; else `Failure` says why not.
 */
export function decodeModule(bytes: usize, size: u32): FailureClass {
  Failure.reset();
  Module.reset(bytes, size);
  Reader.base = bytes;
  Reader.position = bytes;
  Reader.end = bytes + size;
  nameSectionEnd = 0;
  codeSectionSeen = false;
  if (size > MODULE_BYTES_MAX) {
    Failure.raiseNumber(FailureClass.LIMIT, bytes, "module is larger than ", MODULE_BYTES_MAX);
    return Failure.kind;
  }
  if (!Arena.available(<usize>size + SCRATCH_BYTES)) {
    Failure.raise(FailureClass.LIMIT, bytes, "no memory to decode this module");
    return Failure.kind;
  }
  resetValidator();
  readHeader();
  const end = bytes + size;
  let rank: u32 = 0;
  while (!Failure.raised() && Reader.position < end) rank = readSection(rank, end);
  if (!Failure.raised()) checkCounts();
  if (!Failure.raised() && nameSectionEnd != 0) readFunctionNames(nameSectionStart, nameSectionEnd);
  return Failure.kind;
}

/** What the stacks and tables of the smallest module need. */
const SCRATCH_BYTES: usize = 1 << 16;

function readHeader(): void {
  const start = Reader.position;
  if (Reader.remaining() < 4 || Reader.word32() != MAGIC) {
    Failure.raise(FailureClass.MALFORMED, start, "not a WebAssembly module (magic number)");
    return;
  }
  const version = Reader.word32();
  if (Reader.overrun() || version != VERSION) {
    if (version == COMPONENT_VERSION) refuseFeature(start + 4, "component model");
    else Failure.raise(FailureClass.MALFORMED, start + 4, "unknown binary version");
  }
}

/** Reads one section; `rank` is that of the last one, the result that of this one. */
function readSection(rank: u32, moduleEnd: usize): u32 {
  const start = Reader.position;
  const id = Reader.byte();
  const size = Reader.u32();
  if (Failure.raised()) return rank;
  if (Reader.position > moduleEnd || size > <u32>(moduleEnd - Reader.position)) {
    Failure.raise(FailureClass.MALFORMED, start, "section extends past the end of the module");
    return rank;
  }
  const end = Reader.position + size;
  Reader.end = end;
  if (id == Section.CUSTOM) {
    readCustomSection(end);
    Reader.end = moduleEnd;
    return rank;
  }
  const newRank = rankOf(id);
  if (newRank == 0) {
    if (id == Section.TAG) refuseFeature(start, "exception handling (tag section)");
    else Failure.raiseNumber(FailureClass.MALFORMED, start, "unknown section ", id);
    return rank;
  }
  if (newRank <= rank) {
    Failure.raiseNumber(FailureClass.MALFORMED, start, "section out of order or repeated: ", id);
    return rank;
  }
  readContents(id);
  if (going() && Reader.position != end) {
    Failure.raiseNumber(FailureClass.MALFORMED, Reader.position, "bytes left over in section ", id);
  }
  Reader.end = moduleEnd;
  return newRank;
}

/** Position in the prescribed order, from 1; 0 for an unknown section. */
function rankOf(id: u32): u32 {
  if (id <= <u32>Section.ELEMENT) return id;
  if (id == Section.DATA_COUNT) return 10;
  if (id == Section.CODE) return 11;
  return id == Section.DATA ? 12 : 0;
}

function readContents(id: u32): void {
  switch (id) {
    case Section.TYPE:
      return readTypeSection();
    case Section.IMPORT:
      return readImportSection();
    case Section.FUNCTION:
      return readFunctionSection();
    case Section.TABLE:
      return readTableSection();
    case Section.MEMORY:
      return readMemorySection();
    case Section.GLOBAL:
      return readGlobalSection();
    case Section.EXPORT:
      return readExportSection();
    case Section.START:
      return readStartSection();
    case Section.ELEMENT:
      return readElementSection();
    case Section.CODE:
      return readCodeSection();
    case Section.DATA:
      return readDataSection();
    default:
      return readDataCountSection();
  }
}

function readCustomSection(end: usize): void {
  readName();
  if (!going()) return;
  if (Name.size == 4 && load<u32>(Name.start) == NAME_AS_WORD) {
    nameSectionStart = Reader.position;
    nameSectionEnd = end;
  }
  Reader.position = end;
}

/** "name" as a little-endian word. */
const NAME_AS_WORD: u32 = 0x656d616e;

function readCodeSection(): void {
  codeSectionSeen = true;
  const address = Reader.position;
  const sectionEnd = Reader.end;
  const defined = Module.functionCount - Module.importedFunctionCount;
  const count = readCount(NONE, "");
  if (going() && count != defined) {
    Failure.raiseNumber(
      FailureClass.MALFORMED,
      address,
      "code section must have bodies: ",
      defined,
    );
  }
  for (let i: u32 = 0; i < count && going(); i++) {
    const target = WasmFunction.at(Module.importedFunctionCount + i);
    readBody(target, sectionEnd);
    Reader.end = sectionEnd;
  }
}

function readBody(target: WasmFunction, sectionEnd: usize): void {
  const address = Reader.position;
  const size = Reader.u32();
  if (Failure.raised()) return;
  if (Reader.position > sectionEnd || size > <u32>(sectionEnd - Reader.position)) {
    Failure.raise(FailureClass.MALFORMED, address, "function body extends past the code section");
    return;
  }
  if (size > FUNCTION_BYTES_MAX) {
    Failure.raiseNumber(FailureClass.LIMIT, address, "function body is over ", FUNCTION_BYTES_MAX);
    return;
  }
  target.bodyStart = Reader.position;
  target.bodyEnd = Reader.position + size;
  Reader.end = target.bodyEnd;
  validateBody(target);
}

function checkCounts(): void {
  const defined = Module.functionCount - Module.importedFunctionCount;
  if (!codeSectionSeen && defined != 0) {
    Failure.raiseNumber(
      FailureClass.MALFORMED,
      Reader.end,
      "no code section for functions: ",
      defined,
    );
  }
  const declared = Module.dataCountDeclared;
  if (declared != NONE && declared != Module.dataCount) {
    Failure.raiseNumber(FailureClass.MALFORMED, Reader.end, "data segments missing of ", declared);
  }
}
