/**
 * Running programs from the shell: in the foreground, with control-C, with a clear word when it fails.
 */
import { print, printBytes, printLine, printUnsigned } from "../lib/console";
import { describe, ended, exitCode, startDescribed, waitInForeground } from "../lib/start";
import { copyText, endsWith, equals } from "../lib/text";
import { dropWord, packWords, wordAddress, wordCount, wordSize } from "../lib/words";
import { KernelError, errorText } from "../../kernel/abi/errors";
import { Limit } from "../../kernel/abi/limits";
import { ProcessRecord, ProcessState } from "../../kernel/abi/records";
import { processRead, processSelf, processWait } from "../lib/kernel";

const CODE_NOT_STARTED: i32 = 1;
/** The line ended with `&`: do not wait. */
export let background: bool = false;
const words: usize = memory.data(2048);
const name: usize = memory.data(64);
const child: ProcessRecord = changetype<ProcessRecord>(memory.data(72, 8));

/**
 * Runs the program that word `first` names, or `program` with all words from `first` on. A Wasm file goes
 * through the loader, which gets the file as its first argument.
 */
export function runProgram(first: u32, program: string | null): i32 {
  if (program !== null) return start(name, copyText(name, program), packWords(first, words));
  const address = wordAddress(first);
  const size = wordSize(first);
  if (!endsWith(address, size, ".wasm")) return start(address, size, packWords(first + 1, words));
  const verb = copyText(words, "run\0");
  const packed = packWords(first, words + verb);
  return start(name, copyText(name, "loader"), verb + packed);
}

/** The stress program takes the scenario as its argument. */
export function runStress(): i32 {
  return start(name, copyText(name, "stress"), packWords(1, words));
}

function start(address: usize, size: u32, wordsSize: u32): i32 {
  describe(address, size, words, wordsSize);
  const process = startDescribed();
  if (process > 0) return background ? announce(process) : waitInForeground(process);
  print("run: ");
  printBytes(address, size);
  print(": ");
  printLine(errorText(-process));
  return CODE_NOT_STARTED;
}

function announce(process: i32): i32 {
  print("started process ");
  printUnsigned(<u64>process);
  printLine("");
  return 0;
}

/** Takes a last word `&` off the line. */
export function takeBackground(): void {
  const last = wordCount - 1;
  background = wordCount > 1 && equals(wordAddress(last), wordSize(last), "&");
  if (background) dropWord();
}

/** Says of each background program that has ended how it did. */
export function reap(): void {
  const self = <u32>processSelf();
  for (let index: u32 = 0; index < <u32>Limit.PROCESSES; index++) {
    if (processRead(index, changetype<usize>(child)) !== KernelError.OK) continue;
    if (child.state !== <u32>ProcessState.ENDED || child.parent !== self) continue;
    processWait(child.process, ended);
    print("process ");
    printUnsigned(child.process);
    print(" ended with code ");
    printUnsigned(<u64>exitCode());
    printLine("");
  }
}
