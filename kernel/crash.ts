/**
 * Crashes on request: `crash=assert` or `crash=fault` on the kernel's command line, for tests of panic.
 */
import { commandLineAddress, commandLineSize } from "./machine/multiboot";

const ASSERT = memory.data<u8>([99, 114, 97, 115, 104, 61, 97, 115, 115, 101, 114, 116]); // crash=assert
const FAULT = memory.data<u8>([99, 114, 97, 115, 104, 61, 102, 97, 117, 108, 116]); // crash=fault
/** The null page is never mapped. */
const NOWHERE: usize = 8;

export function crashIfAsked(): void {
  if (asked(ASSERT, 12)) failAssertion(commandLineSize);
  if (asked(FAULT, 11)) touchNothing(NOWHERE);
}

function asked(word: usize, size: u32): bool {
  if (commandLineSize < size) return false;
  return memory.compare(commandLineAddress + commandLineSize - size, word, size) === 0;
}

function failAssertion(size: u32): void {
  assert(size === 0);
}

function touchNothing(address: usize): void {
  store<u32>(address, load<u32>(address) + 1);
}
