/**
 * Running programs from the shell: in the foreground, with control-C, with a clear word when it fails.
 */
import { print, printBytes, printLine } from "../lib/console";
import { describe, startDescribed, waitInForeground } from "../lib/start";
import { copyText, endsWith } from "../lib/text";
import { packWords, wordAddress, wordSize } from "../lib/words";
import { errorText } from "../../kernel/abi/errors";

const CODE_NOT_STARTED: i32 = 1;
const words: usize = memory.data(2048);
const name: usize = memory.data(64);

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
  if (process > 0) return waitInForeground(process);
  print("run: ");
  printBytes(address, size);
  print(": ");
  printLine(errorText(-process));
  return CODE_NOT_STARTED;
}
