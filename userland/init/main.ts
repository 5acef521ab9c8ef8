/**
 * init: the first program. Starts the shell, with the line of `-c` if the kernel was given one, and halts
 * the machine with the shell's exit code.
 */
import { flush, print, printLine } from "../lib/console";
import { commandLine, halt, processWait } from "../lib/kernel";
import { describe, ended, exitCode, startDescribed } from "../lib/start";
import { copyText, startsWith } from "../lib/text";
import { errorText } from "../../kernel/abi/errors";

const LINE_BYTES: u32 = 1024;
const EXIT_SYSTEM: i32 = 3;
const SPACE: u8 = 32;
const line: usize = memory.data(1024);
const words: usize = memory.data(1040);
const name: usize = memory.data(8);

function main(): void {
  const size = <u32>commandLine(line, LINE_BYTES);
  describe(name, copyText(name, "shell"), words, shellArguments(size));
  const shell = startDescribed();
  if (shell < 0) {
    print("init: cannot start the shell: ");
    printLine(errorText(-shell));
    flush();
    halt(EXIT_SYSTEM);
  }
  processWait(shell, ended);
  halt(exitCode());
}

/** `-c`, and everything behind it as one argument; nothing without `-c`. */
function shellArguments(size: u32): u32 {
  for (let at: u32 = 0; at < size; at++) {
    const begins = at === 0 || load<u8>(line + at - 1) === SPACE;
    if (!begins || !startsWith(line + at, size - at, "-c ")) continue;
    let length = copyText(words, "-c\0");
    memory.copy(words + length, line + at + 3, size - at - 3);
    length += size - at - 3;
    store<u8>(words + length, 0);
    return length + 1;
  }
  return 0;
}

main();
