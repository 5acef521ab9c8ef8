/** The second half of a compilation: from the validated module tables to the output file. */
import { placeData } from "./elf/data";
import { checkImports } from "./elf/imports";
import { fillInstance, Instance, startInstance } from "./elf/instance";
import { pageUp, textBase } from "./elf/layout";
import { functionOffsets, link } from "./elf/link";
import { startRodata } from "./elf/rodata";
import {
  startStub,
  THUNK_BYTES,
  writeImportThunk,
  writeInit,
  writeInvokeThunk,
  writeStart,
  writeThreadEntry,
} from "./elf/stubs";
import {
  addSymbol,
  bodies,
  globalsFollow,
  nameNumber,
  openName,
  startSymbols,
  strings,
  SymbolType,
} from "./elf/symbols";
import { frameSizes, INSTANCE_SECTION, Places, TEXT_SECTION, writeFile } from "./elf/writer";
import { emitFunction, invertBranches } from "./i386/emit";
import { forgetTables } from "./i386/emit-table";
import { absolutes, callFixes, forgetText, here, padTo, sites, text } from "./i386/text";
import { argumentBytes } from "./lower/convention";
import { forgetFunction, lowerFunction, reserveFunction } from "./lower/function";
import { prepareInline } from "./lower/inline";
import { localHighRegister, localRegister } from "./lower/locals";
import { codegenMode, Mode } from "./mode";
import { assignRegisters, forgetAssign } from "./registers/assign";
import { forgetBlocks } from "./registers/blocks";
import { forgetCopies } from "./registers/copies";
import { forgetLiveness } from "./registers/liveness";
import { forgetOccupancy } from "./registers/occupancy";
import { addParameter, forgetParameters, resetParameters } from "./registers/parameters";
import { forgetRanges } from "./registers/ranges";
import { forgetSegments } from "./registers/segments";
import { forgetWebs } from "./registers/webs";
import { forgetSlots, FrameLayout } from "./registers/slots";
import { forgetSort } from "./registers/sort";
import { Routine, routineName, routineUsed, startRoutines, writeRoutine } from "./runtime/routines";
import { Failure } from "./wasm/failure";
import {
  Export,
  ExternalKind,
  FunctionType,
  Global,
  Module,
  NONE,
  WasmFunction,
} from "./wasm/module";
import { ValueType } from "./wasm/opcodes";

const PAGE: u32 = 4096;
/** A function up to this size is moved to the next page rather than split. */
const WHOLE_MAX: u32 = 1024;

/** Sizes of the functions' code, by index. */
import { Vector } from "./lower/vector";
const functionSizes: Vector = changetype<Vector>(memory.data(12));

function forgetAll(): void {
  forgetText();
  forgetTables();
  forgetFunction();
  forgetAssign();
  forgetBlocks();
  forgetCopies();
  forgetLiveness();
  forgetOccupancy();
  forgetParameters();
  forgetRanges();
  forgetSegments();
  forgetWebs();
  forgetSlots();
  forgetSort();
  frameSizes.forget();
  functionOffsets.forget();
  functionSizes.forget();
}

/** Compiles the module in `Module`; on failure `Failure` says why. */
export function compileModule(): void {
  forgetAll();
  checkImports();
  if (Failure.raised()) return;
  startRodata();
  startInstance();
  startRoutines();
  startSymbols();
  prepareInline();
  reserveFunction();
  text.ensure(PAGE);
  functionOffsets.zeroed(Module.functionCount << 2);
  functionSizes.zeroed(Module.functionCount << 2);
  if (Failure.raised()) return;
  compileFunctions();
  if (Failure.raised()) return;
  fillInstance();
  placeData();
  writeThunks();
  writeRoutines();
  writeEntries();
  globalsFollow();
  nameExports();
  link();
  nameObjects();
  writeFile();
}

function compileFunctions(): void {
  for (let i = Module.importedFunctionCount; i < Module.functionCount; i++) {
    compileFunction(i);
    if (Failure.raised()) return;
  }
}

function compileFunction(index: u32): void {
  const called = WasmFunction.at(index);
  const type = called.type();
  lowerFunction(called);
  if (Failure.raised()) return;
  collectParameters(type);
  const several = type.resultCount > 1;
  assignRegisters(several);
  const argumentsSize = argumentBytes(type);
  padTo((here() + 15) & ~15);
  let start = here();
  start = emitPlaced(start, argumentsSize, several);
  functionOffsets.setWord(index, start);
  functionSizes.setWord(index, here() - start);
  frameSizes.push32(start);
  frameSizes.push32(FrameLayout.size);
  nameFunction(index, start, here() - start);
}

/** Where the tables of the text stood before the function in hand. */
let siteStart: u32 = 0;
let absoluteStart: u32 = 0;
let callStart: u32 = 0;

/**
 * Writes the function at `start` or at the next page; returns where. The first round finds out how
 * far jumps go, the second makes them short.
 */
function emitPlaced(start: u32, argumentsSize: u32, several: bool): u32 {
  siteStart = sites.length;
  absoluteStart = absolutes.length;
  callStart = callFixes.length;
  invertBranches();
  emitFunction(argumentsSize, several, false);
  let place = start;
  let reach = emitAgain(start, place, argumentsSize, several, true);
  if (splitsPage(place, here() - place)) {
    place = pageUp(start);
    reach = emitAgain(start, place, argumentsSize, several, true);
  }
  if (!reach) emitAgain(start, place, argumentsSize, several, false);
  return place;
}

/** Takes the function back and writes it at `place`. */
function emitAgain(start: u32, place: u32, argumentsSize: u32, several: bool, shorten: bool): bool {
  sites.length = siteStart;
  absolutes.length = absoluteStart;
  callFixes.length = callStart;
  text.length = start;
  padTo(place);
  return emitFunction(argumentsSize, several, shorten);
}

function splitsPage(start: u32, size: u32): bool {
  return size <= WHOLE_MAX && start / PAGE != (start + size - 1) / PAGE;
}

function collectParameters(type: FunctionType): void {
  resetParameters();
  for (let i: u32 = 0; i < type.parameterCount; i++) {
    addParameter(localRegister(i));
    if (type.parameter(i) == ValueType.I64) addParameter(localHighRegister(i));
  }
}

function nameFunction(index: u32, start: u32, size: u32): void {
  const called = WasmFunction.at(index);
  const name = openName();
  if (called.nameSize != 0) {
    strings.pushBytes(called.name, called.nameSize);
  } else {
    strings.pushString("func[");
    nameNumber(index);
    strings.pushString("]");
  }
  addSymbol(name, textBase() + start, size, SymbolType.FUNCTION, TEXT_SECTION);
  bodies.push32(<u32>(called.bodyStart - Module.bytes));
  bodies.push32(name);
}

/** Names what was written since `start`. */
function nameStub(label: string, start: u32): void {
  const name = openName();
  strings.pushString(label);
  addSymbol(name, textBase() + start, here() - start, SymbolType.FUNCTION, TEXT_SECTION);
}

function writeThunks(): void {
  if (codegenMode(Mode.KERNEL)) return;
  for (let i: u32 = 0; i < Module.importedFunctionCount; i++) {
    const start = startStub(THUNK_BYTES);
    const frame = writeImportThunk(i, WasmFunction.at(i).type());
    functionOffsets.setWord(i, start);
    frameSizes.push32(start);
    frameSizes.push32(frame);
    nameFunction(i, start, here() - start);
  }
}

function writeRoutines(): void {
  for (let i: u32 = 0; i < <u32>Routine.COUNT; i++) {
    if (!routineUsed(i)) continue;
    const start = writeRoutine(<Routine>i);
    nameStub(routineName(<Routine>i), start);
  }
}

function writeEntries(): void {
  const init = startStub(128);
  writeInit();
  nameStub("lendos.init", init);
  Places.init = textBase() + init;
  const startFunction = codegenMode(Mode.INVOCABLE) ? NONE : exportedStart();
  Places.start = startFunction == NONE ? 0 : textBase() + functionOffsets.word(startFunction);
  const start = startStub(96);
  writeStart(init, startFunction);
  nameStub("lendos.start", start);
  Places.entry = textBase() + start;
  const thread = startStub(128);
  writeThreadEntry(threadType());
  nameStub("lendos.thread", thread);
  Places.thread = textBase() + thread;
}

/** Function index of the export `_start`, or NONE. */
function exportedStart(): u32 {
  for (let i: u32 = 0; i < Module.exportCount; i++) {
    const entry = Export.at(i);
    if (entry.kind != ExternalKind.FUNCTION || entry.nameSize != 6) continue;
    if (load<u32>(entry.name) != 0x6174735f || load<u16>(entry.name, 4) != 0x7472) continue;
    const type = WasmFunction.at(entry.index).type();
    if (type.parameterCount == 0 && type.resultCount == 0) return entry.index;
  }
  return NONE;
}

/** Canonical index of the type (i32) -> (), or NONE. */
function threadType(): u32 {
  for (let i: u32 = 0; i < Module.typeCount; i++) {
    const type = FunctionType.at(i);
    if (type.parameterCount != 1 || type.resultCount != 0) continue;
    if (type.parameter(0) == ValueType.I32) return type.canonical;
  }
  return NONE;
}

/** Exported functions by their names, with invoke thunks when wanted. */
function nameExports(): void {
  const thunks = codegenMode(Mode.INVOCABLE);
  for (let i: u32 = 0; i < Module.exportCount; i++) {
    const entry = Export.at(i);
    if (entry.kind != ExternalKind.FUNCTION) continue;
    const offset = functionOffsets.word(entry.index);
    let name = openName();
    strings.pushBytes(entry.name, entry.nameSize);
    const size = functionSizes.word(entry.index);
    addSymbol(name, textBase() + offset, size, SymbolType.FUNCTION, TEXT_SECTION);
    if (!thunks) continue;
    const start = startStub(256);
    writeInvokeThunk(entry.index, WasmFunction.at(entry.index).type());
    name = openName();
    strings.pushString("invoke:");
    strings.pushBytes(entry.name, entry.nameSize);
    addSymbol(name, textBase() + start, here() - start, SymbolType.FUNCTION, TEXT_SECTION);
  }
}

/** Exported globals at their places, which are known after linking. */
function nameObjects(): void {
  for (let i: u32 = 0; i < Module.exportCount; i++) {
    const entry = Export.at(i);
    if (entry.kind != ExternalKind.GLOBAL) continue;
    const type = Global.at(entry.index).type;
    const wide = type == ValueType.I64 || type == ValueType.F64;
    const name = openName();
    strings.pushBytes(entry.name, entry.nameSize);
    const address = Instance.globalAddress(entry.index) - Instance.memorySizeSlot + Places.instance;
    addSymbol(name, address, wide ? 8 : 4, SymbolType.OBJECT, INSTANCE_SECTION);
  }
}
