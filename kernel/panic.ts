/**
 * Panic: the kernel found a bug of its own. Says where, how it got there, and stops the machine.
 *
 * The abort hook of the compiler (failed assertions: message, file, line, column as UTF-16 strings) and the
 * stub for exceptions in ring 0 end here. Nothing is allocated and no table is trusted more than needed.
 */
import { cli, hlt, outb, readCr2, stackPointer } from "./machine/machine";
import { TrapFrame, Virtual } from "./machine/memory-map";
import { File, NO_FILE, fileFind } from "./object/archive";
import { printBacktrace } from "./object/backtrace";
import { consoleHex, consoleNumber, consolePut, consoleText } from "./object/console";
import { LAYOUT_BYTES, Layout, readKernelElf } from "./object/elf";

const EXIT_PORT: u32 = 0xf4;
export const EXIT_PANIC: u32 = 3;
const KERNEL_FILE = memory.data<u8>([
  98, 111, 111, 116, 47, 107, 101, 114, 110, 101, 108, 46, 101, 108, 102,
]); // boot/kernel.elf
const KERNEL_FILE_SIZE: u32 = 15;
const layout: Layout = changetype<Layout>(memory.data(188, 4));
if (LAYOUT_BYTES !== 188) ERROR("the kernel's own layout has another size");
let panicking: bool = false;

/** The compiler's abort hook. */
export function panic(message: string | null, file: string | null, line: u32, column: u32): void {
  begin();
  if (message !== null) consoleText(message);
  else consoleText("assertion failed");
  consoleText(" at ");
  if (file !== null) consoleText(file);
  consolePut(58);
  consoleNumber(line);
  consolePut(58);
  consoleNumber(column);
  consolePut(10);
  // This function's own frame is the first one; its return address is found like any other.
  backtrace(<u32>0, stackPointer());
  machineStop(EXIT_PANIC);
}

/** An exception in ring 0: `frame` is what the stub pushed on the kernel's stack. */
export function kernelFault(frame: usize): void {
  begin();
  consoleText("exception ");
  consoleNumber(load<u32>(frame, TrapFrame.VECTOR));
  consoleText(" (error ");
  consoleHex(load<u32>(frame, TrapFrame.ERROR));
  consoleText(", address ");
  consoleHex(readCr2());
  consoleText(") in the kernel\n");
  // From ring 0 the processor pushed neither esp nor ss: the stack goes on right there.
  backtrace(load<u32>(frame, TrapFrame.EIP), <u32>frame + Virtual.KERNEL + TrapFrame.ESP);
  machineStop(EXIT_PANIC);
}

function begin(): void {
  cli();
  if (panicking) machineStop(EXIT_PANIC);
  panicking = true;
  consoleText("\npanic: ");
}

/** Walks from `eip`, or from whoever called `panic` when it is 0, if the kernel's own file is there. */
function backtrace(eip: u32, esp: u32): void {
  const index = fileFind(KERNEL_FILE, KERNEL_FILE_SIZE);
  if (index === NO_FILE) return;
  const file = File.at(index);
  if (!readKernelElf(layout, file.address, file.size)) return;
  if (eip !== 0) printBacktrace(layout, null, eip, esp);
  else scanBacktrace(esp);
}

/** Without a known start: the first word on the stack that follows a call in the text is one. */
function scanBacktrace(esp: u32): void {
  const end = layout.text.virtual + layout.text.memorySize;
  for (let at = esp; at < esp + 256; at += 4) {
    const word = load<u32>(at - Virtual.KERNEL);
    if (word <= layout.text.virtual || word >= end) continue;
    printBacktrace(layout, null, word - 1, at + 4);
    return;
  }
}

/** Hands the harness (port 0xF4) or QEMU (isa-debug-exit) the code, and stays down. */
export function machineStop(code: u32): void {
  outb(EXIT_PORT, code);
  cli();
  while (true) hlt();
}
