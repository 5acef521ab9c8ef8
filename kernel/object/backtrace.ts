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
  functionStart,
  NONE,
  bodyName,
  nameAt,
  nameLength,
  siteAddress,
  symbolName,
  siteFind,
  siteWasmOffset,
} from "./symbols";
import { peekWord } from "./user-memory";

/**
 * Prints a place: function, offset in it, offset in the Wasm module. Where the generator put a call's body
 * in place, the function of the Wasm offset is another one than that of the address, and both are named.
 */
export function printPlace(layout: Layout, address: u32): void {
  const symbol = functionFind(layout, address);
  if (symbol === 0) {
    consoleHex(address);
    return;
  }
  const site = siteFind(layout, address);
  const known = site !== 0 && siteAddress(layout, site) >= functionStart(symbol);
  const body = known ? bodyName(layout, siteWasmOffset(site)) : NONE;
  if (body !== NONE && body !== symbolName(symbol)) {
    printName(layout, body);
    consoleText(", in place in ");
  }
  printName(layout, symbolName(symbol));
  consolePut(43);
  consoleHex(address - functionStart(symbol));
  if (!known) return;
  consoleText(" (wasm ");
  consoleHex(siteWasmOffset(site));
  consolePut(41);
}

function printName(layout: Layout, offset: u32): void {
  const name = nameAt(layout, offset);
  consoleBytes(name, nameLength);
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
