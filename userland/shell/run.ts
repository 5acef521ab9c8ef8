/**
 * Running programs from the shell: in the foreground, with control-C, with a clear word when it
 * fails.
 *
 * The security manager starts them with what the policy gives them; the shell only gets to look at
 * them, to wait and to end them.
 */
import { print, printBytes, printLine, printUnsigned } from "../lib/console";
import { ended, exitCode, waitInForeground } from "../lib/start";
import { managerNumber, managerReap, managerSlot, managerStart, statusText } from "../lib/manager";
import { copyText, endsWith, equals } from "../lib/text";
import { dropWord, packWords, wordAddress, wordCount, wordSize } from "../lib/words";
import { KernelError } from "../../kernel/abi/errors";
import { processWait } from "../lib/kernel";
import { processAlive } from "../lib/processes";

const CODE_NOT_STARTED: i32 = 1;
/** The line ended with `&`: do not wait. */
export let background: bool = false;
const words: usize = memory.data(2048);
const name: usize = memory.data(64);
/** Number and slot of each background process. */
const BACKGROUND_MAX: u32 = 128;
const started: usize = memory.data(1024, 4);
let startedCount: u32 = 0;
if (BACKGROUND_MAX * 8 !== 1024) ERROR("the table of background processes has another size");

/**
 * Runs the program that word `first` names, or `program` with all words from `first` on. A Wasm
 * file goes through the loader, which gets the file as its first argument.
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

function start(address: usize, size: u32, wordsSize: u32): i32 {
  const full = background && startedCount === BACKGROUND_MAX;
  const status = full ? <u32>KernelError.TABLE_FULL : managerStart(address, size, words, wordsSize);
  if (status !== KernelError.OK) {
    print("run: ");
    printBytes(address, size);
    print(": ");
    printLine(statusText(status));
    return CODE_NOT_STARTED;
  }
  if (background) return announce();
  const process = managerNumber;
  const slot = managerSlot;
  const code = waitInForeground(slot);
  managerReap(process, slot);
  return code;
}

function announce(): i32 {
  store<u32>(entry(startedCount), managerNumber);
  store<u32>(entry(startedCount), managerSlot, 4);
  startedCount++;
  print("started process ");
  printUnsigned(managerNumber);
  printLine("");
  return 0;
}

function entry(index: u32): usize {
  return started + ((<usize>index) << 3);
}

/** Takes a last word `&` off the line. */
export function takeBackground(): void {
  const last = wordCount - 1;
  background = wordCount > 1 && equals(wordAddress(last), wordSize(last), "&");
  if (background) dropWord();
}

/** Says of each background program that has ended how it did. */
export function reap(): void {
  let index: u32 = 0;
  while (index < startedCount) {
    const process = load<u32>(entry(index));
    if (processAlive(process)) {
      index++;
      continue;
    }
    report(process, load<u32>(entry(index), 4));
    startedCount--;
    store<u64>(entry(index), load<u64>(entry(startedCount)));
  }
}

function report(process: u32, slot: u32): void {
  const known = processWait(slot, ended) >= 0;
  managerReap(process, slot);
  print("process ");
  printUnsigned(process);
  if (known) {
    print(" ended with code ");
    printUnsigned(<u64>exitCode());
    printLine("");
  } else {
    printLine(" is gone");
  }
}
