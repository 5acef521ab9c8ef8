/**
 * Backtraces without a frame pointer: the generator's table tells how large each function's frame is.
 *
 * The same lines serve a program's death and the kernel's own panic; only the word reader differs.
 */
import { Limit } from "../abi/limits";
import { Virtual } from "../machine/memory-map";
import { consoleBytes, consoleHex, consolePut, consoleText } from "./console";
import { inside, Layout } from "./elf";
import { Process } from "./process";
import {
  frameBytes,
  functionFind,
  functionName,
  functionStart,
  NONE,
  nameLength,
  siteFind,
  siteWasmOffset,
} from "./symbols";
import { peekWord } from "./user-memory";

/** Prints one line: function, offset in it, offset in the Wasm module. */
export function printPlace(layout: Layout, address: u32): void {
  const symbol = functionFind(layout, address);
  if (symbol === 0) {
    consoleHex(address);
  } else {
    const name = functionName(layout, symbol);
    consoleBytes(name, nameLength);
    consolePut(43);
    consoleHex(address - functionStart(symbol));
  }
  const site = siteFind(layout, address);
  if (site === 0) return;
  consoleText(" (wasm ");
  consoleHex(siteWasmOffset(site));
  consolePut(41);
}

/** Walks from `eip` and `esp` upwards, a line per call; `process` null means the kernel's own stack. */
export function printBacktrace(layout: Layout, process: Process | null, eip: u32, esp: u32): void {
  let address = eip;
  let stack = esp;
  for (let depth: u32 = 0; depth < <u32>Limit.BACKTRACE_FRAMES; depth++) {
    consoleText("    at ");
    printPlace(layout, address);
    consolePut(10);
    const frame = frameBytes(layout, address);
    if (frame === NONE) return;
    stack += frame;
    const back = process === null ? kernelWord(stack) : peekWord(process, stack);
    stack += 4;
    // The call is before the return address, perhaps at the very end of its function.
    address = back - 1;
    if (!inside(layout.text, address)) return;
  }
  consoleText("    ...\n");
}

function kernelWord(virtual: u32): u32 {
  return (virtual & 3) === 0 && virtual >= <u32>Virtual.KERNEL
    ? load<u32>(virtual - Virtual.KERNEL)
    : 0;
}
