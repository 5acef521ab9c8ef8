/**
 * What a module may import, by mode. Every import is known at compile time: instructions for the
 * kernel, system calls for programs, and the `spectest` module of the specification's test suite
 * for modules whose exports are invoked one by one.
 */
import { Call, callSignature } from "../../../kernel/abi/calls";
import { machineOf, Machine, matchesName, matchesSignature } from "../lower/machine";
import { codegenMode, Mode } from "../mode";
import { Failure, FailureClass } from "../wasm/failure";
import {
  ExternalKind,
  FunctionType,
  Global,
  Import,
  Module,
  NONE,
  Table,
  WasmFunction,
} from "../wasm/module";
import { Opcode, ValueType } from "../wasm/opcodes";

/** What calling an imported function does. */
export const NO_CALL: i32 = -1;
export const DO_NOTHING: i32 = -2;
export const MISSING: i32 = -3;

function nameIs(name: usize, size: u32, text: string): bool {
  if (<u32>text.length != size) return false;
  for (let i: u32 = 0; i < size; i++) {
    if (<u32>text.charCodeAt(i) != <u32>load<u8>(name + i)) return false;
  }
  return true;
}

function moduleIs(entry: Import, text: string): bool {
  return nameIs(entry.moduleName, entry.moduleNameSize, text);
}

function fieldIs(entry: Import, text: string): bool {
  return nameIs(entry.fieldName, entry.fieldNameSize, text);
}

function refuse(entry: Import, why: string): void {
  if (!Failure.raise(FailureClass.UNSUPPORTED, entry.moduleName, "import ")) return;
  Failure.appendBytes(entry.moduleName, entry.moduleNameSize);
  Failure.append(".");
  Failure.appendBytes(entry.fieldName, entry.fieldNameSize);
  Failure.append(why);
}

/** Refuses a module with an import that this mode does not have. */
export function checkImports(): void {
  for (let i: u32 = 0; i < Module.importCount && !Failure.raised(); i++) {
    const entry = Import.at(i);
    switch (entry.kind) {
      case ExternalKind.FUNCTION:
        checkFunction(entry);
        break;
      case ExternalKind.GLOBAL:
        checkGlobal(entry);
        break;
      case ExternalKind.TABLE:
        checkTable(entry);
        break;
      default:
        checkMemory(entry);
    }
  }
}

function checkFunction(entry: Import): void {
  const type = WasmFunction.at(entry.index).type();
  if (codegenMode(Mode.KERNEL)) {
    if (!moduleIs(entry, "machine")) return refuse(entry, ": the kernel imports from machine only");
    if (machineOf(entry, type) == Machine.COUNT)
      refuse(entry, ": no such instruction and signature");
    return;
  }
  if (moduleIs(entry, "kernel")) {
    if (callOf(entry, type) == NO_CALL) refuse(entry, refusal(entry));
    return;
  }
  if (moduleIs(entry, "machine")) return refuse(entry, ": privileged, for the kernel only");
  if (!codegenMode(Mode.INVOCABLE)) refuse(entry, ": programs import from kernel only");
}

function refusal(entry: Import): string {
  for (let call: u32 = 0; call < <u32>Call.COUNT; call++) {
    if (matchesName(callSignature(<Call>call), entry.fieldName, entry.fieldNameSize)) {
      return ": wrong signature for this system call";
    }
  }
  return ": no such system call";
}

/** Number of the system call that an import of `kernel` names, or NO_CALL. */
function callOf(entry: Import, type: FunctionType): i32 {
  for (let call: u32 = 0; call < <u32>Call.COUNT; call++) {
    const text = callSignature(<Call>call);
    if (matchesSignature(text, entry.fieldName, entry.fieldNameSize, type)) return call;
  }
  return NO_CALL;
}

/** Number of the system call, DO_NOTHING or MISSING: what the import's thunk does. */
export function actionOf(index: u32): i32 {
  const called = WasmFunction.at(index);
  const entry = Import.at(called.importIndex);
  if (moduleIs(entry, "kernel")) return callOf(entry, called.type());
  if (moduleIs(entry, "spectest") && called.type().resultCount == 0) return DO_NOTHING;
  return MISSING;
}

function known(entry: Import): bool {
  if (codegenMode(Mode.INVOCABLE) && moduleIs(entry, "spectest")) return true;
  refuse(entry, ": only functions are imported here");
  return false;
}

/** Gives an imported global of spectest its value. */
function checkGlobal(entry: Import): void {
  if (!known(entry)) return;
  const global = Global.at(entry.index);
  if (fieldIs(entry, "global_i32") && global.type == ValueType.I32)
    return setGlobal(global, 666, 0);
  if (fieldIs(entry, "global_i64") && global.type == ValueType.I64)
    return setGlobal(global, 666, 0);
  if (fieldIs(entry, "global_f32") && global.type == ValueType.F32) {
    return setGlobal(global, reinterpret<u32>(<f32>666.6), 0);
  }
  if (fieldIs(entry, "global_f64") && global.type == ValueType.F64) {
    const bits = reinterpret<u64>(<f64>666.6);
    return setGlobal(global, <u32>bits, <u32>(bits >> 32));
  }
  refuse(entry, ": unknown global, or incompatible import type");
}

function setGlobal(global: Global, low: u32, high: u32): void {
  if (global.mutable != 0) {
    Failure.raise(
      FailureClass.UNSUPPORTED,
      Module.bytes,
      "incompatible import type: mutable global",
    );
  }
  global.operator = Opcode.I64_CONST;
  global.low = low;
  global.high = high;
}

function checkTable(entry: Import): void {
  if (!known(entry)) return;
  const table = Table.at(entry.index);
  const fits = table.minimum <= 10 && (table.maximum == NONE || table.maximum >= 20);
  if (!fieldIs(entry, "table") || table.type != ValueType.FUNCREF || !fits) {
    return refuse(entry, ": unknown table, or incompatible import type");
  }
  table.minimum = 10;
  table.maximum = 20;
}

function checkMemory(entry: Import): void {
  if (!known(entry)) return;
  const fits =
    Module.memoryMinimum <= 1 && (Module.memoryMaximum == NONE || Module.memoryMaximum >= 2);
  if (!fieldIs(entry, "memory") || !fits) {
    return refuse(entry, ": unknown memory, or incompatible import type");
  }
  Module.memoryMinimum = 1;
  Module.memoryMaximum = 2;
}
