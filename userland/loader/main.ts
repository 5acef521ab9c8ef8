/**
 * The loader: compiles a Wasm file of the archives inside LendOS and runs it.
 *
 *   loader run <file.wasm> [words]      starts it as a child and passes its exit code on
 *   loader compile <file.wasm> [--dump] only compiles; with --dump the image goes out as `@` lines
 *
 * The generator is the same source as in Node. A refused module is named with the rule and the
 * offset. The program gets what the loader may pass on: a console capability of its own, the
 * archives, and the group that pays; never the loader's own capability.
 */
import {
  compile,
  errorAddress,
  errorOffset,
  errorSize,
  inputReserve,
  outputAddress,
  outputSize,
} from "../codegen/codegen";
import { Right, Slot } from "../../kernel/abi/capability";
import { errorText } from "../../kernel/abi/errors";
import { flush, print, printBytes, printHex, printLine, printUnsigned } from "../lib/console";
import { NO_FILE, findWasm } from "../lib/files";
import { holds } from "../lib/capabilities";
import { exit, fileRead, fileSize } from "../lib/kernel";
import { create, describe, grant, waitInForeground } from "../lib/start";
import { equals } from "../lib/text";
import { packWords, readArguments, wordAddress, wordCount, wordSize } from "../lib/words";
import { dump } from "./dump";

const CODE_USAGE: i32 = 2;
const CODE_FAILED: i32 = 1;
const MODE_PROGRAM: u32 = 0;
const NAME_BYTES: u32 = 32;
/** `pass-on console` of the policy. */
const CHILD_CONSOLE: u32 = Slot.DEVICE;
const words: usize = memory.data(2048);

function main(): void {
  readArguments();
  const code = command();
  flush();
  exit(code);
}

function command(): i32 {
  if (wordCount < 2) return usage();
  const runs = equals(wordAddress(0), wordSize(0), "run");
  if (!runs && !equals(wordAddress(0), wordSize(0), "compile")) return usage();
  const dumps = !runs && wordCount === 3 && equals(wordAddress(2), wordSize(2), "--dump");
  if (!runs && wordCount !== 2 && !dumps) return usage();
  const failed = translate();
  if (failed !== 0) return failed;
  if (runs) return start();
  if (dumps) dump(outputAddress(), outputSize());
  printBytes(wordAddress(1), wordSize(1));
  print(": ");
  printUnsigned(outputSize());
  printLine(" bytes of i386 image");
  return 0;
}

function usage(): i32 {
  printLine("usage: run <file.wasm> [words] | compile <file.wasm> [--dump]");
  return CODE_USAGE;
}

/** Reads and compiles the file that word 1 names; 0, or the exit code after saying why not. */
function translate(): i32 {
  const file = findWasm(wordAddress(1), wordSize(1));
  if (file === NO_FILE) return complain("no such file in the archives");
  const size = <u32>fileSize(file);
  const input = inputReserve(size);
  if (fileRead(file, 0, input, size) !== <i32>size) return complain("cannot read the file");
  if (compile(size, MODE_PROGRAM) === 0) return 0;
  begin();
  printBytes(errorAddress(), errorSize());
  print(" at offset 0x");
  printHex(errorOffset());
  printLine("");
  return CODE_FAILED;
}

/** `loader: <file>: ` */
function begin(): void {
  print("loader: ");
  printBytes(wordAddress(1), wordSize(1));
  print(": ");
}

function complain(text: string): i32 {
  begin();
  printLine(text);
  return CODE_FAILED;
}

/** Starts the image under the file's name, and waits for it. */
function start(): i32 {
  const nameSize = min<u32>(wordSize(1), NAME_BYTES);
  const size = packWords(2, words);
  describe(wordAddress(1), nameSize, words, size);
  pass(CHILD_CONSOLE, Slot.CONSOLE, Right.SEND);
  pass(Slot.FILES, Slot.FILES, Right.READ);
  pass(Slot.GROUP, Slot.GROUP, Right.CREATE | Right.OBSERVE);
  flush();
  const process = create(outputAddress(), outputSize());
  if (process > 0) return waitInForeground(<u32>process);
  return complain(errorText(-process));
}

/** Gives the program a capability if the loader has it. */
function pass(source: u32, target: u32, rights: u32): void {
  if (holds(source)) grant(source, target, rights, 0);
}

main();
