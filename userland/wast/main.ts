/**
 * wast: runs specification scripts inside LendOS. Each argument is a compact script of the archives
 * (emulator-harness/wast writes them); modules are compiled here and run as processes of their own.
 *
 * A line per failed command, `script:line: what`, and a `@` record with the totals of each script.
 */
import { trapText } from "../../kernel/abi/traps";
import {
  flush,
  print,
  printByte,
  printBytes,
  printHex,
  printLine,
  printUnsigned,
} from "../lib/console";
import { NO_FILE, findFile } from "../lib/files";
import { exit, processInvoke, processMemory } from "../lib/kernel";
import { readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import {
  dropModule,
  dropModules,
  Loading,
  loadingDetail,
  loadModule,
  MODULES_MAX,
  processOf,
  refusalAddress,
  refusalSize,
  symbolsOf,
} from "./modules";
import { CommandKind, Format, Pattern } from "./format";
import { Stream } from "./stream";
import { findSymbol } from "./symbols";

const CODE_FAILED: i32 = 1;
const CODE_USAGE: i32 = 2;
const SLOTS_MAX: u32 = 64;
const slots: usize = memory.data(512, 8);

let script: u32 = 0;
let line: u32 = 0;
let passed: u32 = 0;
let failed: u32 = 0;

function main(): void {
  readArguments();
  let code: i32 = wordCount === 0 ? CODE_USAGE : 0;
  for (let i: u32 = 0; i < wordCount; i++) {
    script = i;
    code = max(code, runScript());
  }
  flush();
  exit(code);
}

function runScript(): i32 {
  const file = findFile(wordAddress(script), wordSize(script));
  if (file === NO_FILE) {
    printName();
    printLine(": no such script in the archives");
    return CODE_USAGE;
  }
  passed = 0;
  failed = 0;
  line = 0;
  Stream.open(file);
  if (Stream.size < 8 || Stream.word() !== Format.MAGIC) {
    printName();
    printLine(": not a compact script");
    return CODE_USAGE;
  }
  for (let count = Stream.word(); count > 0; count--) runCommand();
  dropModules();
  print('@{"wast":"');
  printName();
  print('","passed":');
  printUnsigned(passed);
  print(',"failed":');
  printUnsigned(failed);
  printLine("}");
  return failed === 0 ? 0 : CODE_FAILED;
}

function runCommand(): void {
  const kind = Stream.word();
  line = Stream.word();
  const module = Stream.word();
  assert(module < MODULES_MAX);
  switch (kind) {
    case CommandKind.MODULE:
      return runModule(module);
    case CommandKind.REFUSED:
      return runRefused();
    case CommandKind.UNINSTANTIABLE:
      return runUninstantiable();
    case CommandKind.RETURN:
      return runReturn(module);
    case CommandKind.TRAP:
      return runTrap(module);
    default:
      return runGlobal(module);
  }
}

function pass(): void {
  passed++;
}

/** Begins the line of a failure. */
function fail(text: string): void {
  failed++;
  printName();
  printByte(58);
  printUnsigned(line);
  print(": ");
  print(text);
}

function printName(): void {
  printBytes(wordAddress(script), wordSize(script));
}

function runModule(module: u32): void {
  const loading = loadModule(module, Stream.word());
  if (loading === Loading.STARTED) return pass();
  explainLoading(loading, "module does not start: ");
}

function explainLoading(loading: Loading, text: string): void {
  fail(text);
  if (loading === Loading.REFUSED) printBytes(refusalAddress(), refusalSize());
  else if (loading === Loading.TRAPPED) print(trapText(loadingDetail));
  else if (loading === Loading.FAILED) {
    print("the kernel refuses it, error ");
    printUnsigned(-loadingDetail);
  }
  printLine("");
}

function runRefused(): void {
  const loading = loadModule(0, Stream.word());
  dropModule(0);
  if (loading === Loading.REFUSED) return pass();
  fail("module was accepted, it must be refused");
  printLine("");
}

function runUninstantiable(): void {
  const kinds = Stream.word();
  const loading = loadModule(0, Stream.word());
  dropModule(0);
  if (loading === Loading.TRAPPED && allows(kinds, loadingDetail)) return pass();
  explainLoading(loading, "module must trap while it starts: ");
}

/** True when the set of kinds has this one. */
function allows(kinds: u32, kind: i32): bool {
  return kind > 0 && kind < 32 && ((kinds >>> kind) & 1) !== 0;
}

/** Name of the export that the command in hand calls; in the stream's window. */
let field: usize = 0;
let fieldSize: u32 = 0;

/** Reads the name and the arguments; the thunk, or 0. The name is good until the next read. */
function readAction(module: u32): u32 {
  fieldSize = Stream.word();
  field = Stream.bytes(fieldSize);
  const thunk = findSymbol(symbolsOf(module), "invoke:", field, fieldSize);
  const count = Stream.word();
  assert(count <= SLOTS_MAX);
  memory.fill(slots, 0, SLOTS_MAX << 3);
  for (let i: u32 = 0; i < count; i++) {
    store<u32>(slots + ((<usize>i) << 3), Stream.word());
    store<u32>(slots + ((<usize>i) << 3) + 4, Stream.word());
  }
  return thunk;
}

/** 0, a trap kind, or a negative error. */
function invoke(module: u32, thunk: u32): i32 {
  const process = processOf(module);
  if (process === 0 || thunk === 0) return -1;
  return processInvoke(process, thunk, slots, SLOTS_MAX);
}

function runReturn(module: u32): void {
  const thunk = readAction(module);
  const outcome = invoke(module, thunk);
  const wrong = compareResults();
  if (outcome === 0 && wrong < 0) return pass();
  if (outcome > 0) {
    fail("call traps: ");
    printLine(trapText(outcome));
  } else if (outcome < 0) {
    fail(thunk === 0 ? "no such exported function" : "the call fails");
    printLine("");
  } else {
    explainResult(<u32>wrong);
  }
}

/** What `compareResults` expected at the first wrong result. */
let expectedLow: u32 = 0;
let expectedHigh: u32 = 0;
let expectedPattern: u32 = 0;

/** Reads the expected results; index of the first that does not match, or -1. */
function compareResults(): i32 {
  const count = Stream.word();
  let wrong: i32 = -1;
  for (let i: u32 = 0; i < count; i++) {
    const pattern = Stream.word();
    const low = Stream.word();
    const high = Stream.word();
    if (wrong >= 0 || matches(pattern, low, high, i)) continue;
    wrong = <i32>i;
    expectedPattern = pattern;
    expectedLow = low;
    expectedHigh = high;
  }
  return wrong;
}

function matches(pattern: u32, low: u32, high: u32, index: u32): bool {
  const foundLow = load<u32>(slots + ((<usize>index) << 3));
  const foundHigh = load<u32>(slots + ((<usize>index) << 3) + 4);
  switch (pattern) {
    case Pattern.WORD:
      return foundLow === low;
    case Pattern.LONG:
      return foundLow === low && foundHigh === high;
    case Pattern.CANONICAL_SINGLE:
      return (foundLow & 0x7fff_ffff) === 0x7fc0_0000;
    case Pattern.ARITHMETIC_SINGLE:
      return (foundLow & 0x7fc0_0000) === 0x7fc0_0000;
    case Pattern.CANONICAL_DOUBLE:
      return foundLow === 0 && (foundHigh & 0x7fff_ffff) === 0x7ff8_0000;
    case Pattern.ARITHMETIC_DOUBLE:
      return (foundHigh & 0x7ff8_0000) === 0x7ff8_0000;
    case Pattern.NOT_NULL:
      return foundLow !== 0;
    default:
      return true;
  }
}

function explainResult(index: u32): void {
  fail("result ");
  printUnsigned(index);
  print(" is 0x");
  printHex(load<u32>(slots + ((<usize>index) << 3) + 4));
  printHex(load<u32>(slots + ((<usize>index) << 3)));
  print(", expected ");
  if (expectedPattern <= <u32>Pattern.LONG) {
    print("0x");
    printHex(expectedHigh);
    printHex(expectedLow);
  } else {
    print(expectedPattern === Pattern.NOT_NULL ? "a reference" : "a NaN");
  }
  printLine("");
}

function runTrap(module: u32): void {
  const thunk = readAction(module);
  const kinds = Stream.word();
  const outcome = invoke(module, thunk);
  if (allows(kinds, outcome)) return pass();
  fail("call must trap, ");
  if (outcome > 0) print(trapText(outcome));
  else print(outcome === 0 ? "it returns" : "it fails");
  printLine("");
}

function runGlobal(module: u32): void {
  fieldSize = Stream.word();
  field = Stream.bytes(fieldSize);
  const address = findSymbol(symbolsOf(module), "", field, fieldSize);
  memory.fill(slots, 0, 8);
  const copied = processMemory(processOf(module), address, slots, 8);
  const wrong = compareResults();
  if (address !== 0 && copied === 8 && wrong < 0) return pass();
  if (wrong >= 0 && copied === 8) return explainResult(0);
  fail("the global cannot be read");
  printLine("");
}

main();
