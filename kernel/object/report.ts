/**
 * The obituary of a process: program, trap in words, function, Wasm offset, and the calls that led there.
 */
import { TrapKind, trapText } from "../abi/traps";
import { printBacktrace, printPlace } from "./backtrace";
import { consoleBytes, consoleHex, consoleNumber, consolePut, consoleText } from "./console";
import { Image } from "./image";
import { Process } from "./process";
import { Thread } from "./thread";

/** While the process's address space is still the current one. */
export function reportTrap(process: Process, thread: Thread, kind: TrapKind, address: u32): void {
  const layout = Image.at(process.image).layout;
  printProcess(process);
  consoleText(": trap: ");
  consoleText(trapText(kind));
  if (address !== 0) {
    consoleText(" (address ");
    consoleHex(address);
    consolePut(41);
  }
  consoleText(" in ");
  printPlace(layout, thread.eip);
  consolePut(10);
  printBacktrace(layout, process, thread.eip, thread.esp);
}

/** Why no process came of an image. */
export function reportRefusal(name: usize, nameSize: u32, rule: string): void {
  consoleText("kernel: image of ");
  consoleBytes(name, nameSize);
  consoleText(" refused: ");
  consoleText(rule);
  consolePut(10);
}

function printProcess(process: Process): void {
  consoleText("process ");
  consoleNumber(process.number);
  consoleText(" (");
  consoleBytes(process.name, process.nameSize);
  consolePut(41);
}
